"""The hooks with the real pre-commit, which installs kwlint from a clone of the checkout and runs it on real commits."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kwlint.data import RULES

from .repository import Repository, budget, ingress, service, workload

ROOT = Path(RULES).parent
CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
# What a wheel is built from, and the hooks.
_PARTS = ("kwlint", "rules", "schemas", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
_CONFIG = """\
repos:
  - repo: {clone}
    rev: {revision}
    hooks:
      - id: {hook}
"""


def run(*command: str, cwd: Path, check: bool = False) -> subprocess.CompletedProcess[str]:
    # git's hooks print to standard error, pre-commit itself to standard output.
    done = subprocess.run(
        command, cwd=cwd, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert not check or done.returncode == 0, done.stdout
    return done


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A repository with the checkout as it is, its revision, and an environment for it in pre-commit's own folder.

    The workers of one test run share both: installing takes longer than all that follows.
    """
    import fcntl

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "clone"
    with (shared / "clone.lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patch.setenv("PRE_COMMIT_HOME", str(shared / "pre-commit"))
        for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
            patch.delenv(name, raising=False)
        if not folder.exists():
            folder.mkdir()
            for part in _PARTS:
                source = ROOT / part
                if source.is_dir():
                    shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(source, folder / part)
            identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")
            run("git", "init", "--quiet", cwd=folder, check=True)
            run("git", "add", "--all", cwd=folder, check=True)
            run("git", *identity, "commit", "--quiet", "--message", "kwlint", cwd=folder, check=True)
        revision = run("git", "rev-parse", "HEAD", cwd=folder, check=True).stdout.strip()
        fcntl.flock(lock, fcntl.LOCK_UN)
        yield folder, revision


@pytest.fixture
def shop(repository: Repository, clone: tuple[Path, str]) -> Repository:
    for app in ("web", "api"):
        repository.write(
            **{
                f"{app}_deployment": workload(app),
                f"{app}_service": service(app),
                f"{app}_budget": budget(app),
                f"{app}_ingress": ingress(app),
            }
        )
    install(repository, clone, "kwlint")
    repository.commit("clean")
    assert repository.found() == []
    return repository


def install(repository: Repository, clone: tuple[Path, str], hook: str, more: str = "") -> None:
    folder, revision = clone
    text = _CONFIG.format(clone=folder, revision=revision, hook=hook) + more
    (repository.folder / ".pre-commit-config.yaml").write_text(text)
    run(sys.executable, "-m", "pre_commit", "install", cwd=repository.folder, check=True)


def commit(repository: Repository, *paths: str) -> subprocess.CompletedProcess[str]:
    """Commit with the hook, all changes or those of some files."""
    repository.git("add", "--all", *paths)
    return run("git", "commit", "--message", "a change", cwd=repository.folder)


def said(output: str) -> list[str]:
    """Return the findings in pre-commit's output as ``FILE CODE``."""
    found = []
    for line in output.splitlines():
        place, _, rest = line.partition(": ")
        words = rest.split()
        if place.count(":") == 2 and words and words[0] in ("error", "warning"):
            found.append(f"{place.partition(':')[0]} {words[1]}")
    return found


def test_commits(shop: Repository) -> None:
    # A commit with a defect is stopped, and one without goes through.
    head = shop.git("rev-parse", "HEAD")
    shop.write(new=workload("new", tag="latest"))
    done = commit(shop)
    assert done.returncode == 1, done.stdout
    assert said(done.stdout) == ["new.yaml WRK005"]
    assert shop.git("rev-parse", "HEAD") == head
    shop.write(new=workload("new"))
    assert commit(shop).returncode == 0

    # Only an object that others have to do with is changed: the findings are those of CI, at their places.
    for text, expected in (
        (workload("web", "storefront"), ["web/budget.yaml PDB001", "web/service.yaml SVC001"]),
        (workload("web", "wed"), ["web/budget.yaml PDB001", "web/service.yaml SVC001"]),
    ):
        shop.write(web_deployment=text)
        done = commit(shop)
        assert done.returncode == 1
        assert said(done.stdout) == expected == shop.found()
    shop.git("reset", "--quiet", "--hard")
    shop.write(web_service=service("shopfront", "web"))
    done = commit(shop)
    assert (done.returncode, said(done.stdout)) == (1, ["web/ingress.yaml SVC005"])
    shop.git("reset", "--quiet", "--hard")

    # What others have does not stop a commit that has nothing to do with it.
    shop.write(web_ingress=ingress("web", "shopfront"))
    shop.commit("past the hook")
    shop.write(api_deployment=workload("api", tag="1.5.0"))
    assert commit(shop).returncode == 0

    # Files that are deleted or renamed, and names with blanks and other letters.
    shop.git("rm", "--quiet", "web/ingress.yaml", "web/budget.yaml")
    assert commit(shop).returncode == 0
    shop.git("mv", "web/deployment.yaml", "web/wörk load.yaml")
    shop.git("rm", "--quiet", "new.yaml")
    assert commit(shop).returncode == 0
    shop.write(**{"web_wörk load": workload("web", tag="latest")})
    assert said(commit(shop).stdout) == ["web/wörk load.yaml WRK005"]
    shop.git("reset", "--quiet", "--hard")

    # What CI leaves out is left out here too, though pre-commit names it; what is not staged does not count.
    shop.write(vendor_app=workload("vendored", tag="latest"), kwlint="exclude: [vendor/]\n")
    assert shop.found() == []
    assert commit(shop).returncode == 0
    shop.write(api_deployment=workload("api", tag="latest"), api_more=workload("more"))
    assert commit(shop, "api/more.yaml").returncode == 0


SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web-settings, namespace: shop}
data: {mode: fast}
"""


def since_head() -> str:
    """Return the lines below the hook's id that the documentation gives for a hook that sees deleted files."""
    found = re.search(r"- id: kwlint\n( +args: \[--since, HEAD\]\n(?: +\w.*\n)+)", CI)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("worktree", [False, True])
def test_a_commit_that_deletes(
    repository: Repository, clone: tuple[Path, str], tmp_path: Path, worktree: bool
) -> None:
    mounts = workload("web") + "          envFrom: [{configMapRef: {name: web-settings}}]\n"
    repository.write(web_app=mounts, settings=SETTINGS, old=workload("old", tag="latest"))
    repository.write(web_service=service("web"), web_ingress=ingress("web"))
    # pre-commit names no file that is deleted, so the hook as it is has nothing to report on.
    install(repository, clone, "kwlint")
    repository.commit("all there")
    if worktree:
        repository.git("worktree", "add", "--quiet", str(tmp_path / "worktree"))
        repository.folder = tmp_path / "worktree"
    repository.git("rm", "--quiet", "settings.yaml")
    done = commit(repository)
    assert done.returncode == 0 and "Skipped" in done.stdout
    repository.git("reset", "--quiet", "--hard", "HEAD~1")

    install(repository, clone, "kwlint", since_head())
    assert commit(repository).returncode == 0, "what was there before stops nothing"
    repository.git("rm", "--quiet", "settings.yaml")
    done = commit(repository)
    assert (done.returncode, said(done.stdout)) == (1, ["web/app.yaml REF003"]), done.stdout
    repository.git("reset", "--quiet", "--hard")
    repository.git("rm", "--quiet", "web/service.yaml")
    done = commit(repository)
    assert (done.returncode, said(done.stdout)) == (1, ["web/ingress.yaml SVC005"]), done.stdout
    repository.git("reset", "--quiet", "--hard")
    # What is not staged does not count, as pre-commit takes it away.
    repository.write(
        web_app=mounts.replace(":1.4.2", ":latest"), web_ingress=ingress("web") + "# a comment\n"
    )
    assert commit(repository, "web/ingress.yaml").returncode == 0


def test_file_names_that_look_like_options(shop: Repository, clone: tuple[Path, str]) -> None:
    (shop.folder / "off.yaml").write_text("ignore: [all]\n")
    (shop.folder / "--config=off.yaml").write_text(workload("odd", tag="latest"))
    done = commit(shop)
    assert (done.returncode, said(done.stdout)) == (1, ["--config=off.yaml WRK005"]), done.stdout
    # `args:` of one's own take the place of the hook's `--`.
    install(shop, clone, "kwlint", "        args: [--preset, strict]\n")
    done = commit(shop)
    assert done.returncode == 1
    assert "kwlint: --config=off.yaml is an option, and a file has this name" in done.stdout
    install(shop, clone, "kwlint", "        args: [--select, STS, --]\n")
    assert commit(shop).returncode == 0
    shop.git("rm", "--quiet", "--", "--config=off.yaml")
    install(shop, clone, "kwlint", "        args: [--fail-on, never]\n")
    shop.write(new=workload("new", tag="latest"))
    assert commit(shop).returncode == 0, "options of args are options"


def test_fixes(shop: Repository, clone: tuple[Path, str]) -> None:
    install(shop, clone, "kwlint-fix")
    shop.commit("another hook")
    shop.write(web_deployment=workload("web").replace("replicas: 3", 'replicas: "3"'))
    done = commit(shop)
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert (shop.folder / "web/deployment.yaml").read_text() == workload("web")
    shop.write(web_more=workload("more"))
    assert commit(shop).returncode == 0


def test_try_repo_with_thousands_of_files(repository: Repository, clone: tuple[Path, str]) -> None:
    for number in range(3000):
        name = f"application-number-{number:05}"
        repository.write(
            **{f"a-folder-of-some-length_{name}": service(name) if number else workload("bad", tag="latest")}
        )
    repository.git("add", "--all")
    command = (
        sys.executable,
        "-m",
        "pre_commit",
        "try-repo",
        str(clone[0]),
        "kwlint",
        "--all-files",
        "--verbose",
    )
    done = run(*command, cwd=repository.folder)
    assert done.returncode == 1, done.stdout
    found = said(done.stdout)
    assert found.count("a-folder-of-some-length/application-number-00000.yaml WRK005") == 1
    assert sorted(set(found)) == sorted(set(repository.found()))
    assert done.stdout.count(" files (") >= 2, "the names do not fit in one command"

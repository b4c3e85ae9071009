"""What SECURITY.md promises of ``--since``: whatever a checkout, its ``.git`` or a tree brings, nothing of it is run."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from .repository import Repository, workload

NOWHERE = "1234567890123456789012345678901234567890"


class Trap:
    """A program outside of the repository that leaves a mark when it is run."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.mark = folder / "mark"
        self.program = folder / "program"
        self.write(self.program)

    def write(self, path: Path) -> None:
        """Write the program to another place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho run >> '{self.mark}'\nexit 1\n")
        path.chmod(0o755)


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path / "trap")


@pytest.fixture
def past(repository: Repository) -> Repository:
    repository.write(old=workload("old", tag="latest"), manifests_web=workload("web"))
    repository.commit("the past")
    repository.write(new=workload("new", tag="latest"))
    return repository


def configure(folder: Path, text: str, name: str = "config") -> None:
    with (folder / name).open("a") as stream:
        stream.write(text)


def hook(git: Path, trap: Trap) -> None:
    trap.write(git / "hooks" / "post-index-change")


def fsmonitor(git: Path, trap: Trap) -> None:
    configure(git, f'[core]\n\tfsmonitor = "{trap.program}"\n')


def hooks_path(git: Path, trap: Trap) -> None:
    trap.write(trap.program.parent / "hooks" / "post-index-change")
    configure(git, f'[core]\n\thooksPath = "{trap.program.parent}/hooks"\n')


def filtered(kind: str) -> Callable[[Path, Trap], None]:
    def plant(git: Path, trap: Trap) -> None:
        (git / "info").mkdir(exist_ok=True)
        (git / "info" / "attributes").write_text("*.yaml filter=trap\n")
        configure(git, f'[filter "trap"]\n\t{kind} = "{trap.program}"\n\trequired = true\n')

    return plant


def included(section: str) -> Callable[[Path, Trap], None]:
    def plant(git: Path, trap: Trap) -> None:
        fsmonitor(trap.program.parent, trap)
        configure(git, f'[{section}]\n\tpath = "{trap.program.parent}/config"\n')

    return plant


def of_a_worktree(git: Path, trap: Trap) -> None:
    configure(git, "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tworktreeConfig = true\n")
    configure(git, f'[core]\n\tfsmonitor = "{trap.program}"\n', "config.worktree")


def promisor(remote: str, more: str = "") -> Callable[[Path, Trap], None]:
    """Objects that are not there are to be fetched from a remote, by a program."""

    def plant(git: Path, trap: Trap) -> None:
        configure(git, "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = trap\n")
        configure(git, f'[remote "trap"]\n\tpromisor = true\n\t{remote.format(trap.program)}\n')
        configure(git, more.format(trap.program))

    return plant


def uploadpack(git: Path, trap: Trap) -> None:
    promisor('url = ./nowhere\n\tuploadpack = "{}"')(git, trap)


def ssh(git: Path, trap: Trap) -> None:
    promisor("url = ssh://nowhere/nothing", '[core]\n\tsshCommand = "{}"\n')(git, trap)


STATUS, READ, WRITE = ("status",), ("read-tree", "HEAD"), ("checkout-index", "--all", "--prefix=copy/")
FETCH = ("cat-file", "-e", NOWHERE)
# What is planted in a git directory, and a command of git that shows that it would be run.
PLANTS: dict[str, tuple[Callable[[Path, Trap], None], tuple[str, ...]]] = {
    "hooks-in-.git/hooks": (hook, READ),
    "config-core.fsmonitor": (fsmonitor, STATUS),
    "config-core.hooksPath": (hooks_path, READ),
    "config-filter.smudge": (filtered("smudge"), WRITE),
    "config-filter.process": (filtered("process"), WRITE),
    "config-include-fsmonitor": (included("include"), STATUS),
    "config-includeIf-fsmonitor": (included('includeIf "gitdir:/**"'), STATUS),
    "config-worktree-fsmonitor": (of_a_worktree, STATUS),
    "own-.git-promisor-sshCommand": (ssh, FETCH),
    "own-.git-promisor-uploadpack": (uploadpack, FETCH),
    "own-.git-promisor-gitProxy": (
        promisor("url = git://nowhere/nothing", '[core]\n\tgitProxy = "{}"\n'),
        FETCH,
    ),
    "own-.git-promisor-ext": (
        promisor('url = "ext::{} now"', '[protocol "ext"]\n\tallow = always\n'),
        FETCH,
    ),
}


def assert_armed(trap: Trap, repository: Repository, *command: str) -> None:
    """What was planted is run by a plain git, which may fail of it."""
    assert not trap.mark.exists()
    with suppress(CalledProcessError):
        repository.git(*command)
    assert trap.mark.exists()


def assert_one_line(stderr: str) -> None:
    assert stderr.startswith("kwlint: --since") and stderr.count("\n") == 1, stderr


@pytest.mark.parametrize("name", PLANTS)
def test_what_a_git_directory_says(past: Repository, trap: Trap, name: str) -> None:
    plant, shown_by = PLANTS[name]
    plant(past.folder / ".git", trap)
    assert past.found("--since", "HEAD") == ["new.yaml WRK005"]
    assert_one_line(past.kwlint("--since", NOWHERE, code=2).stderr)
    assert_armed(trap, past, *shown_by)


@pytest.mark.parametrize("name", PLANTS)
def test_what_a_submodule_says(past: Repository, trap: Trap, tmp_path: Path, name: str) -> None:
    plant, shown_by = PLANTS[name]
    inner = Repository(tmp_path / "inner")
    inner.folder.mkdir()
    inner.git("init", "--quiet", "--initial-branch=main")
    inner.write(inner=workload("inner", tag="latest"))
    inner.commit()
    past.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "vendor")
    past.commit()
    past.write(newer=workload("newer", tag="latest"))
    plant(past.folder / ".git" / "modules" / "vendor", trap)
    assert past.found("--since", "HEAD") == ["newer.yaml WRK005"]
    # What it was is not there, and would have to be fetched.
    past.git("update-index", "--cacheinfo", f"160000,{NOWHERE},vendor")
    nowhere = past.git("commit-tree", "-m", "nowhere", past.git("write-tree"))
    past.git("update-ref", "HEAD", nowhere)
    assert past.found("--since", "HEAD") == ["newer.yaml WRK005", "vendor/inner.yaml WRK005"]
    assert_armed(trap, past, "-C", "vendor", *shown_by)


@pytest.mark.parametrize("fetches_by", [uploadpack, ssh])
@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        ("manifests/kwlint.yaml", ["manifests/"]),
        ("manifests/kwlint.yaml", ["manifests/web.yaml"]),
        ("", ["--isolated", "manifests/web.yaml"]),
        ("", ["--isolated", "manifests/"]),
        ("", ["--project", "manifests"]),
        ("kwlint.yaml", []),
    ],
    ids=[
        "a config in it",
        "a named file",
        "a named file, isolated",
        "isolated",
        "the project",
        "a project by config",
    ],
)
def test_a_repository_that_is_committed_into_a_folder(
    past: Repository,
    trap: Trap,
    fetches_by: Callable[[Path, Trap], None],
    config: str,
    arguments: list[str],
) -> None:
    past.git("update-ref", "refs/remotes/origin/main", "HEAD")
    past.git("switch", "--quiet", "-c", "pull-request")
    folder = past.folder / "manifests"
    (folder / "refs" / "remotes" / "origin").mkdir(parents=True)
    (folder / "refs" / "remotes" / "origin" / "main").write_text(f"{NOWHERE}\n")
    (folder / "objects").mkdir()
    (folder / "objects" / ".keep").touch()
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    configure(folder, "[core]\n\tbare = false\n\tworktree = ../\n")
    fetches_by(folder, trap)
    if config:
        (past.folder / config).write_text("preset: default\n" if "/" in config else "project: manifests\n")
    past.write(manifests_more=workload("more", tag="latest"))
    past.commit()
    whole = [] if "manifests/web.yaml" in arguments else ["manifests/more.yaml WRK005"]
    assert past.found("--since", "origin/main", *arguments) == whole
    assert_armed(trap, past, "-C", "manifests", "rev-parse", "--verify", "origin/main^{commit}")


@pytest.mark.parametrize(
    ("variables", "shown_by"),
    [
        (
            {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "core.fsmonitor",
                "GIT_CONFIG_VALUE_0": "{program}",
            },
            STATUS,
        ),
        ({"GIT_CONFIG_PARAMETERS": "'core.fsmonitor={program}'"}, STATUS),
        ({"GIT_CONFIG_GLOBAL": "{folder}/config"}, STATUS),
        ({"GIT_TRACE": "{mark}"}, STATUS),
        ({"GIT_TRACE2_EVENT": "{mark}"}, STATUS),
        ({"GIT_SSH_COMMAND": "{program}"}, ("ls-remote", "ssh://nowhere/nothing")),
        ({"GIT_EXTERNAL_DIFF": "{program}"}, ("diff", "--ext-diff")),
        ({"GIT_EXEC_PATH": "{folder}/commands"}, ("trap",)),
        ({"GIT_DIR": "{folder}/other"}, None),
        ({"GIT_OBJECT_DIRECTORY": "{folder}"}, None),
        ({"GIT_NAMESPACE": "other", "GIT_CEILING_DIRECTORIES": "/", "GIT_REPLACE_REF_BASE": "x"}, None),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_the_environment_says_to_git(
    past: Repository,
    trap: Trap,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    shown_by: tuple[str, ...] | None,
) -> None:
    folder = trap.program.parent
    fsmonitor(folder, trap)
    trap.write(folder / "commands" / "git-trap")
    past.write(old=workload("older", tag="latest"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(program=trap.program, folder=folder, mark=trap.mark))
    assert past.found("--since", "HEAD") == ["new.yaml WRK005", "old.yaml WRK005"]
    assert not trap.mark.exists()
    if shown_by is not None:
        assert_armed(trap, past, *shown_by)


@pytest.mark.parametrize("entry", [".", "", "bin", "./bin", "{folder}", "{folder}/bin", "{link}"])
def test_a_git_of_the_checkout(
    past: Repository, trap: Trap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    trap.write(past.folder / "git")
    trap.write(past.folder / "bin" / "git")
    (tmp_path / "link").symlink_to(past.folder / "bin")
    before = os.environ["PATH"]
    monkeypatch.setenv(
        "PATH",
        os.pathsep.join([entry.format(folder=past.folder, link=tmp_path / "link"), before]),
    )
    assert past.found("--since", "HEAD") == ["new.yaml WRK005"]
    assert not trap.mark.exists()
    monkeypatch.setenv("PATH", entry.format(folder=past.folder, link=tmp_path / "link"))
    stderr = past.kwlint("--since", "HEAD", code=2).stderr
    assert_one_line(stderr)
    assert "which is not installed" in stderr
    assert not trap.mark.exists()


def test_another_users_repository(past: Repository) -> None:
    # Git refuses it, since it would obey it; here there is nothing that its owner could make it do.
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    for folder, _, names in os.walk(past.folder):
        for path in [folder, *(os.path.join(folder, name) for name in names)]:
            os.chown(path, 65534, 65534, follow_symlinks=False)
    with pytest.raises(CalledProcessError):
        past.git("status")
    assert past.found("--since", "HEAD") == ["new.yaml WRK005"]

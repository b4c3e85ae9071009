"""``--since`` with real git: what a change brought is found by judging both states, wherever the lines are now."""

from __future__ import annotations

from pathlib import Path

import pytest

from .repository import Repository, budget, ingress, service, workload

# The same object, written in the flow style.
FLOW = """\
{apiVersion: apps/v1, kind: Deployment, metadata: {name: old, namespace: shop}, spec: {replicas: 3,
  selector: {matchLabels: {app: old}}, template: {metadata: {labels: {app: old}}, spec: {containers: [
    {name: main, image: "registry.example.org/old:latest", ports: [{name: http, containerPort: 8080}],
     readinessProbe: {httpGet: {path: /ready, port: http}},
     resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}}]}}}}
"""


@pytest.fixture
def past(repository: Repository) -> Repository:
    repository.write(old=workload("old", tag="latest"), web_deployment=workload("web"))
    repository.commit("the past")
    assert repository.found() == ["old.yaml WRK005"]
    return repository


def test_nothing_changed(past: Repository) -> None:
    assert (
        past.kwlint("--since", "HEAD", code=0).stdout == "No findings in 2 files (2 objects); 1 suppressed\n"
    )


@pytest.mark.parametrize("paths", [[], ["."], ["new.yaml", "old.yaml"]])
def test_only_what_is_new(past: Repository, paths: list[str]) -> None:
    past.write(new=workload("new", tag="latest"))
    assert past.found("--since", "HEAD", *paths) == ["new.yaml WRK005"]
    past.kwlint("--since", "HEAD", *paths, code=1)


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n\n\n" + workload("old", tag="latest"),
        service("first") + "---\n" + workload("first") + "---\n" + workload("old", tag="latest"),
        FLOW,
        workload("old", tag="latest").replace("\n", "\r\n"),
    ],
    ids=["moved lines", "more documents", "flow style", "line ends"],
)
def test_the_same_finding_elsewhere_in_the_file(past: Repository, text: str) -> None:
    (past.folder / "old.yaml").write_bytes(text.encode())
    assert past.found() == ["old.yaml WRK005"]
    assert past.found("--since", "HEAD") == []
    assert past.found("--since", "HEAD", "old.yaml") == []


@pytest.mark.parametrize("staged", [True, False])
def test_a_renamed_file(past: Repository, staged: bool) -> None:
    (past.folder / "below").mkdir()
    past.git("mv", "old.yaml", "below/older.yaml")
    if not staged:
        past.git("reset", "--quiet")
    assert past.found() == ["below/older.yaml WRK005"]
    assert past.found("--since", "HEAD") == []
    assert past.found("--since", "HEAD", "below/older.yaml") == [], "named alone too"


def test_a_renamed_file_that_cannot_be_read(past: Repository) -> None:
    past.write(broken="kind: [\n")
    past.commit()
    past.git("mv", "broken.yaml", "still.yaml")
    past.write(new="kind: ]\n")
    assert past.found("--since", "HEAD") == ["new.yaml YAML001"]


def test_copies_in_two_files(past: Repository) -> None:
    # The one that was there does not stand for the one that is new, in whatever order and of whichever the run is.
    past.write(copy=workload("old", tag="latest"), z_copy=workload("old", tag="latest"))
    for name in ("copy.yaml", "z/copy.yaml"):
        assert past.found("--ignore", "WRK004", "--since", "HEAD", name) == [f"{name} WRK005"]
    copies = ["copy.yaml WRK005", "z/copy.yaml WRK005"]
    assert past.found("--ignore", "WRK004", "--since", "HEAD") == copies


def test_an_ignored_file_that_is_named(past: Repository) -> None:
    (past.folder / ".gitignore").write_text("old.yaml\n")
    past.commit()
    assert past.found("old.yaml") == ["old.yaml WRK005"]
    assert past.found("--since", "HEAD", "old.yaml") == []


def test_a_merge_and_a_tag(past: Repository) -> None:
    past.git("tag", "--annotate", "v1", "--message", "v1")
    past.write(main=workload("main", tag="latest"))
    past.commit()
    past.git("switch", "--quiet", "-c", "side", "v1")
    past.write(side=workload("side", tag="latest"))
    past.commit()
    past.git("merge", "--quiet", "--no-edit", "main")
    assert past.found("--since", "HEAD^1") == ["main.yaml WRK005"]
    assert past.found("--since", "HEAD^2") == ["side.yaml WRK005"]
    assert past.found("--since", "v1") == ["main.yaml WRK005", "side.yaml WRK005"]


def test_submodules_are_part_of_it(past: Repository, tmp_path: Path) -> None:
    inner = Repository(tmp_path / "inner")
    inner.folder.mkdir()
    inner.git("init", "--quiet", "--initial-branch=main")
    inner.write(inner=workload("inner", tag="latest"))
    inner.commit()
    past.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "vendor")
    past.commit()
    assert past.found("vendor") == ["vendor/inner.yaml WRK005"]
    assert past.found("--since", "HEAD") == []
    past.write(vendor_more=workload("more", tag="latest"))
    assert past.found("--since", "HEAD") == ["vendor/more.yaml WRK005"]


def hook_environment(repository: Repository) -> dict[str, str]:
    folder = repository.git("rev-parse", "--absolute-git-dir")
    return {"GIT_DIR": folder, "GIT_INDEX_FILE": f"{folder}/index", "GIT_PREFIX": "web/"}


@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("worktree", [True, False])
def test_in_a_hook(
    past: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worktree: bool, relative: bool
) -> None:
    # There git tells its own commands which repository is meant; in a folder below that would be another one.
    if worktree:
        past.git("worktree", "add", "--quiet", str(tmp_path / "worktree"))
        past.folder = tmp_path / "worktree"
    past.write(web_more=workload("more", tag="latest"))
    for name, value in hook_environment(past).items():
        monkeypatch.setenv(name, ".git" if relative and name == "GIT_DIR" and not worktree else value)
    for paths in ([], ["web"], ["web/more.yaml"], ["web/more.yaml", "old.yaml"]):
        assert past.found("--since", "HEAD", *paths) == ["web/more.yaml WRK005"]
    past.folder /= "web"
    assert past.found("--since", "HEAD", ".") == ["more.yaml WRK005"]


def test_before_the_first_commit(repository: Repository) -> None:
    repository.write(new=workload("new", tag="latest"))
    assert repository.found("--since", "HEAD") == ["new.yaml WRK005"]


def test_a_shallow_clone(past: Repository, tmp_path: Path) -> None:
    past.write(new=workload("new", tag="latest"))
    past.commit()
    past.git("clone", "--quiet", "--depth=1", past.folder.as_uri(), str(tmp_path / "clone"))
    past.folder = tmp_path / "clone"
    assert past.found("--since", "HEAD") == []
    done = past.kwlint("--since", "HEAD~1", code=2)
    assert done.stderr == (
        "kwlint: --since: git knows no revision `HEAD~1` "
        "(this clone is shallow; fetch its history, as with `git fetch --unshallow`)\n"
    )


def test_a_second_one_of_the_same_kind(past: Repository) -> None:
    text = workload("old", tag="latest")
    containers = "        - name: side\n          image: registry.example.org/side:latest\n"
    past.write(
        old=text
        + containers
        + "          resources: {requests: {cpu: 1, memory: 1Mi}, limits: {memory: 1Mi}}\n"
    )
    assert past.found() == ["old.yaml WRK005", "old.yaml WRK005"]
    assert past.found("--since", "HEAD") == ["old.yaml WRK005"]


def test_what_a_change_brings_about_elsewhere(past: Repository) -> None:
    past.write(web_service=service("web"), web_budget=budget("web"))
    revision = past.commit()
    past.write(web_deployment=workload("web", "storefront"))
    past.commit()
    assert past.found("--since", revision) == ["web/budget.yaml PDB001", "web/service.yaml SVC001"]
    assert past.found("--since", "HEAD") == []


def test_what_was_mended_is_no_news(past: Repository) -> None:
    past.write(old=workload("old"))
    past.kwlint("--since", "HEAD", code=0)


def test_the_settings_are_those_of_now(past: Repository) -> None:
    past.write(kwlint="preset: strict\n")
    assert past.found() != ["old.yaml WRK005"]
    assert past.found("--since", "HEAD") == [], "a stricter configuration makes no finding new"


def test_from_a_folder_below(past: Repository) -> None:
    past.write(web_more=workload("more", tag="latest"))
    past.folder /= "web"
    assert past.found("--since", "HEAD", ".") == ["more.yaml WRK005"]
    assert past.found("--since", "HEAD", "..") == ["more.yaml WRK005"]
    # One that was not there then.
    past.folder /= "new"
    past.folder.mkdir()
    assert past.found("--since", "HEAD", "..", "../..") == ["../more.yaml WRK005"]


def test_what_attributes_keep_from_archives_was_there_too(past: Repository) -> None:
    (past.folder / ".gitattributes").write_text("old.yaml export-ignore\n")
    past.commit()
    assert past.found("--since", "HEAD") == []


def test_files_of_other_names(past: Repository) -> None:
    # One that is named, and one that a link leads to.
    (past.folder / "manifest").write_text(workload("named", tag="latest"))
    past.commit()
    assert past.found("manifest") == ["manifest WRK005"]
    assert past.found("--since", "HEAD", "manifest") == []
    (past.folder / "link.yaml").symlink_to("manifest")
    past.commit()
    assert "link.yaml WRK005" in past.found()
    assert past.found("--since", "HEAD") == []


def test_git_is_left_as_it_was(past: Repository) -> None:
    past.write(new=workload("new", tag="latest"), web_deployment=workload("web", tag="latest"))
    past.git("add", "new.yaml")
    before = past.git("status", "--porcelain")
    past.kwlint("--since", "HEAD", code=1)
    assert past.git("status", "--porcelain") == before
    assert past.git("worktree", "list").count("\n") == 0


@pytest.mark.parametrize("revision", ["no-such-branch", "HEAD~7", "--help"])
def test_no_such_revision(past: Repository, revision: str) -> None:
    done = past.kwlint(f"--since={revision}", code=2)
    assert done.stderr == f"kwlint: --since: git knows no revision `{revision}`\n"
    assert done.stdout == ""


def test_no_repository(past: Repository) -> None:
    (past.folder / ".git").rename(past.folder.parent / "elsewhere")
    done = past.kwlint("--since", "HEAD", ".", code=2)
    assert done.stderr == f"kwlint: --since: {past.folder} is not in a git repository\n"


@pytest.mark.parametrize(
    "arguments", [["../outside/app.yaml"], ["old.yaml", "../outside/app.yaml"], ["--project", ".."]]
)
def test_what_is_outside_of_the_repository(past: Repository, arguments: list[str]) -> None:
    outside = past.folder.parent / "outside"
    outside.mkdir()
    (outside / "app.yaml").write_text(workload("app"))
    done = past.kwlint("--since", "HEAD", *arguments, code=2)
    assert done.stderr.startswith("kwlint: --since: ")
    assert done.stderr.count("\n") == 1


SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-settings
  namespace: shop
data:
  MODE: quiet
"""
AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
  namespace: shop
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 3
  maxReplicas: 6
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
"""
GENERATOR = "namespace: shop\nresources: [app.yaml]\nconfigMapGenerator: [{name: web-settings, literals: [MODE=quiet]}]\n"


@pytest.fixture
def whole(repository: Repository) -> Repository:
    mounts = workload("web") + "          envFrom: [{configMapRef: {name: web-settings}}]\n"
    app = mounts.replace("  replicas: 3\n", "")
    repository.write(app=app, settings=SETTINGS, service=service("web"), policy_budget=budget("web"))
    repository.write(edge_ingress=ingress("web"), scaler=AUTOSCALER)
    repository.commit("all there")
    assert repository.found() == []
    return repository


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("settings.yaml", ["app.yaml REF003"]),
        ("service.yaml", ["edge/ingress.yaml SVC005"]),
        ("app.yaml", ["policy/budget.yaml PDB001", "scaler.yaml HPA002", "service.yaml SVC001"]),
    ],
)
def test_what_was_there_and_is_gone(whole: Repository, file: str, found: list[str]) -> None:
    whole.git("rm", "--quiet", file)
    assert whole.found() == [], "it may live elsewhere"
    assert whole.found("--since", "HEAD") == found
    assert whole.found("--since", "HEAD", "--ignore", "REF003,SVC005,PDB001,HPA002,SVC001") == []
    whole.commit("gone")
    assert whole.found("--since", "HEAD~1") == found
    assert whole.found("--since", "HEAD") == []


def test_what_is_there_in_another_way_is_not_gone(whole: Repository) -> None:
    whole.git("mv", "settings.yaml", "moved.yaml")
    assert whole.found("--since", "HEAD") == []
    whole.git("rm", "--quiet", "--force", "moved.yaml")
    whole.write(kustomization=GENERATOR)
    assert whole.found("--since", "HEAD") == []
    whole.commit("generated")
    whole.git("rm", "--quiet", "kustomization.yaml")
    assert whole.found("--since", "HEAD") == ["app.yaml REF003"]
    whole.write(kwlint="external: [ConfigMap/web-settings]\n")
    assert whole.found("--since", "HEAD") == []


def test_what_no_run_reads_was_never_there(whole: Repository) -> None:
    whole.git("rm", "--quiet", "service.yaml")
    (whole.folder / "vendor").mkdir()
    (whole.folder / "vendor" / "modules.txt").touch()
    whole.write(vendor_service=service("web"))
    whole.commit("a Service among the Go modules of others")
    assert whole.found("--since", "HEAD") == []


def test_what_was_never_there_may_live_elsewhere(whole: Repository) -> None:
    whole.write(job=workload("job") + "          envFrom: [{configMapRef: {name: never-there}}]\n")
    assert whole.found("--since", "HEAD") == []

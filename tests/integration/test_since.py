"""``--since`` with real git: what a change brought is found by judging both states, wherever the lines are now."""

from __future__ import annotations

import pytest

from .repository import Repository, budget, service, workload

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


def test_what_attributes_keep_from_archives_was_there_too(past: Repository) -> None:
    (past.folder / ".gitattributes").write_text("old.yaml export-ignore\n")
    past.commit()
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
    assert "not a git repository" in done.stderr

"""Links and configured paths do not lead a run out of the repository that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from .repository import Repository, workload


@pytest.fixture
def repository_with_a_link(repository: Repository) -> Repository:
    outside = repository.folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text(workload("outside", tag="latest"))
    (repository.folder / "manifests").symlink_to("../outside")
    repository.write(web=workload("web", tag="latest"))
    return repository


def test_a_folder_that_is_a_link_out(repository_with_a_link: Repository) -> None:
    done = repository_with_a_link.kwlint("manifests", code=2)
    assert "this link leads out of" in done.stderr
    assert "secret" not in done.stdout + done.stderr
    assert repository_with_a_link.found() == ["web.yaml WRK005"]


def test_the_folder_itself_can_be_named(repository_with_a_link: Repository) -> None:
    assert repository_with_a_link.found("../outside") == ["../outside/secret.yaml WRK005"]


@pytest.mark.parametrize("project", ["..", "/", "../outside", "manifests"])
def test_a_configured_project_beyond_the_repository(repository_with_a_link: Repository, project: str) -> None:
    (repository_with_a_link.folder / "kwlint.yaml").write_text(f"project: {project}\n")
    done = repository_with_a_link.kwlint("web.yaml", code=2)
    assert done.stderr.startswith("kwlint: kwlint.yaml:1:10: the project folder ")
    assert "is outside of the repository" in done.stderr


def test_the_root_of_the_file_system_is_no_project(tmp_path: Path) -> None:
    folder = Repository(tmp_path / "plain")
    folder.folder.mkdir()
    folder.write(web=workload("web", tag="latest"))
    (folder.folder / "kwlint.yaml").write_text("project: /\n")
    assert "is the root of the file system" in folder.kwlint("web.yaml", code=2).stderr
    (folder.folder / "kwlint.yaml").write_text("crds: [/]\n")
    assert "is the root of the file system" in folder.kwlint("web.yaml", code=2).stderr

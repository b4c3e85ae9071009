"""Images whose tag a kustomization or Skaffold sets are not floating."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwlint.dev.snapshots import report_of

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "registry.example.com:5000/web"}]}
"""
OVERLAY = "resources: [../base]\nimages: [{name: %s, %s}]\n"


@pytest.mark.parametrize(
    ("images", "codes"),
    [
        (("registry.example.com:5000/web", 'newTag: "1.2"'), []),
        (("registry.example.com:5000/web", "digest: sha256:0000"), []),
        (("registry.example.com:5000/web", "newTag: latest"), ["WRK005"]),
        (("registry.example.com:5000/web", "newName: other"), ["WRK005"]),
        (("web", 'newTag: "1.2"'), ["WRK005"]),
    ],
)
def test_kustomization(tmp_path: Path, images: tuple[str, str], codes: list[str]) -> None:
    for folder in ("base", "prod"):
        (tmp_path / folder).mkdir()
    (tmp_path / "base" / "pod.yaml").write_text(POD)
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: [pod.yaml]\n")
    (tmp_path / "prod" / "kustomization.yaml").write_text(OVERLAY % images)
    assert [finding.code for finding in report_of(tmp_path).findings] == codes


def test_a_kustomization_that_loosens(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD.replace("/web", "/web:1.2"))
    (tmp_path / "kustomization.yaml").write_text(
        "resources: [pod.yaml]\nimages: [{name: 'registry.example.com:5000/web', newTag: latest}]\n"
    )
    (finding,) = report_of(tmp_path).findings
    assert finding.code == "WRK005"
    assert "kustomization" in finding.message


@pytest.mark.parametrize(("folder", "codes"), [(".", []), ("other", ["WRK005"])])
def test_skaffold(tmp_path: Path, folder: str, codes: list[str]) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "pod.yaml").write_text(POD)
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / folder / "skaffold.yaml").write_text(
        "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: 'registry.example.com:5000/web'}]}\n"
    )
    assert [finding.code for finding in report_of(tmp_path).findings] == codes


@pytest.mark.parametrize(("tag", "codes"), [('newTag: "1.2"', []), ("newName: other", ["WRK005"])])
def test_a_component_that_the_kustomization_names(tmp_path: Path, tag: str, codes: list[str]) -> None:
    (tmp_path / "tags").mkdir()
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "kustomization.yaml").write_text("resources: [pod.yaml]\ncomponents: [tags]\n")
    (tmp_path / "tags" / "kustomization.yaml").write_text(
        f"kind: Component\nimages: [{{name: 'registry.example.com:5000/web', {tag}}}]\n"
    )
    assert [finding.code for finding in report_of(tmp_path).findings] == codes


@pytest.mark.parametrize(("name", "codes"), [("other", []), ("another", ["WRK005"])])
def test_a_name_that_a_base_sets(tmp_path: Path, name: str, codes: list[str]) -> None:
    for folder in ("base", "prod"):
        (tmp_path / folder).mkdir()
    (tmp_path / "base" / "pod.yaml").write_text(POD)
    (tmp_path / "base" / "kustomization.yaml").write_text(
        "resources: [pod.yaml]\nimages: [{name: 'registry.example.com:5000/web', newName: other}]\n"
    )
    (tmp_path / "prod" / "kustomization.yaml").write_text(OVERLAY % (name, "newTag: v3"))
    assert [finding.code for finding in report_of(tmp_path).findings] == codes

"""Whole projects and their expected output."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwlint.dev.snapshots import CORPUS_FINDINGS, EXPECTED, ROOT, places, projects, rendered, report_of

CORPUS = ROOT.parent / "shared" / "corpus"


@pytest.mark.parametrize("project", [pytest.param(path, id=path.name) for path in projects()])
def test_project(project: Path) -> None:
    assert rendered(report_of(project)) == (project / EXPECTED).read_text(encoding="utf-8")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real manifests is not here")
def test_corpus() -> None:
    report = report_of(CORPUS)
    found = "".join(places(report)).splitlines()
    assert found == CORPUS_FINDINGS.read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real manifests is not here")
def test_every_file_of_the_corpus_is_accounted_for() -> None:
    report = report_of(CORPUS)
    files = [
        path for path in CORPUS.rglob("*") if path.suffix in (".yaml", ".yml", ".json") and path.is_file()
    ]
    assert report.files == len(files)
    assert not [finding for finding in report.findings if finding.code == "KW003"]

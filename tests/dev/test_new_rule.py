"""The scaffold of a rule: two halves that work at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pytest

from kwlint.catalog.catalog import load
from kwlint.dev.new_rule import scaffold
from kwlint.dev.snapshots import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copytree(ROOT / "kwlint" / "checks", tmp_path / "kwlint" / "checks")
    return tmp_path


def test_scaffold_adds_a_rule_to_the_catalogue(checkout: Path) -> None:
    page, module = scaffold("JOB999", "job-on-fire", "Job", "inventory", "warning", checkout)
    assert page == checkout / "rules" / "job" / "JOB999-job-on-fire.yaml"
    facts = load(str(checkout / "rules")).find("JOB999")
    assert facts is not None
    assert facts.kinds == ("Job",)
    text = module.read_text(encoding="utf-8")
    assert "def job_on_fire(resource: Resource, context: Context) -> Iterator[Problem]:" in text
    compile(text, str(module), "exec")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("JOB001", "new-name"),
        ("JOB999", "job-restart-policy"),
        ("ZZZ001", "x"),
        ("job9", "x"),
        ("JOB999", "X y"),
    ],
)
def test_scaffold_refuses(checkout: Path, code: str, name: str) -> None:
    with pytest.raises(click.UsageError):
        scaffold(code, name, "Job", "object", "warning", checkout)

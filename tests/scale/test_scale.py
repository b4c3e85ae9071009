"""Judging objects together takes time in proportion to their number, whatever they have in common."""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

import pytest

from kwlint.diagnostics.finding import Report
from tests.engine.running import outcome, write
from tests.scale.inputs import INPUTS, Input

# The first run loads the rules; what a run costs whatever it reads is in the calls for all sizes.
SIZES = (1, 16, 32, 64)
# How many of a crowd are looked at, lowered so that small inputs are crowds.
LIMITS = (
    "kwlint.checks.networkpolicy.dns.MANY",
    "kwlint.checks.networkpolicy.targets.MANY",
    "kwlint.checks.poddisruptionbudget.numbers.MANY",
    "kwlint.checks.poddisruptionbudget.selection.MANY",
    "kwlint.model.project.inventory._ENOUGH",
    "kwlint.model.project.nearnames._BESIDE",
    "kwlint.model.project.nearnames._FEW",
    "kwlint.model.project.nearby._ENOUGH",
)


def judged(make: Input, n: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Report, int]:
    """Return the report on an input of a size, and how many functions were called for it."""
    inside = folder / str(n)
    write(make(n), inside)
    monkeypatch.chdir(inside)
    profile = cProfile.Profile()
    report: Report = profile.runcall(outcome, preset="strict").report
    calls: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
    return report, calls


@pytest.mark.parametrize("make", [pytest.param(make, id=make.__name__) for make in INPUTS])
def test_twice_the_input_is_twice_the_work(
    make: Input, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in LIMITS:
        monkeypatch.setattr(limit, 4)
    reports, calls = zip(*(judged(make, n, tmp_path, monkeypatch) for n in SIZES), strict=True)
    assert not [finding for report in reports for finding in report.findings if finding.code == "KW003"]
    few, many = calls[2] - calls[1], calls[3] - calls[2]
    assert many < 2.6 * few

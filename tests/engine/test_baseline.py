"""What of a report is known: a finding of its own file first, else of one that moved."""

from __future__ import annotations

import pytest

from kwlint.diagnostics.finding import Finding, Place, Report
from kwlint.engine.filters.baseline import Entry, set_aside
from tests.engine.running import write

MARK = "0123456789abcdef"
FINDING = Finding(
    "WRK005", "latest-image", "warning", False, "x", Place("a.yaml", 1, 1, 1, 2), "", None, fingerprint=MARK
)
REPORT = Report("0", "1.37", (FINDING,), (), (), 1, 1)


@pytest.mark.parametrize(
    ("file", "covered", "known"),
    [
        ("a.yaml", False, True),
        ("gone.yaml", False, True),
        ("there.yaml", True, True),
        ("there.yaml", False, False),  # it may still have its own
    ],
)
def test_where_a_known_finding_may_have_come_from(file: str, covered: bool, known: bool) -> None:
    write({"a.yaml": "", "there.yaml": ""})
    report, left = set_aside(REPORT, [Entry(f"{MARK}\tWRK005", file)], "known", lambda _: covered)
    assert [item.finding for item in report.suppressed] == [FINDING] * known
    assert list(report.findings) == [FINDING] * (not known)
    assert len(left) == (not known)


def test_each_known_finding_covers_one() -> None:
    twice = REPORT._replace(findings=(FINDING, FINDING._replace(fingerprint=f"{MARK}-2")))
    report, left = set_aside(twice, [Entry(f"{MARK}\tWRK005", "a.yaml")], "known", lambda _: True)
    assert (len(report.findings), len(report.suppressed), left) == (1, 1, [])

"""The words of the summary, the counts and the skipped files."""

from __future__ import annotations

import pytest

from kwlint.diagnostics.finding import NotJudged, Report, Skipped, Suppressed
from kwlint.report.wording import (
    fixable,
    not_judged_lines,
    skipped_by_reason,
    statistics,
    statistics_table,
    summary,
)

from .sample import CLEAN, HEADLESS, MISSING, QUORUM, TAB, written


def report(errors: int = 0, warnings: int = 0, advice: int = 0, files: int = 2, objects: int = 2) -> Report:
    findings = (MISSING,) * errors + (HEADLESS,) * warnings + (QUORUM,) * advice
    return CLEAN._replace(findings=findings, files=files, objects=objects)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (report(files=0, objects=0), "No findings in 0 files (0 objects)"),
        (report(files=1, objects=1), "No findings in 1 file (1 object)"),
        (report(1), "Found 1 error in 2 files (2 objects)"),
        (report(0, 2), "Found 2 warnings in 2 files (2 objects)"),
        (report(3, 2, 0, 12, 31), "Found 3 errors and 2 warnings in 12 files (31 objects)"),
        (report(2, 1, 1), "Found 2 errors, 1 warning and 1 piece of advice in 2 files (2 objects)"),
        (report(0, 0, 2), "Found 2 pieces of advice in 2 files (2 objects)"),
    ],
)
def test_summary(of: Report, expected: str) -> None:
    assert summary(of) == expected


@pytest.mark.parametrize(
    ("suppressed", "files", "documents", "expected"),
    [
        (2, 4, 0, "; 2 suppressed, 4 files skipped"),
        (1, 0, 0, "; 1 suppressed"),
        (0, 1, 0, "; 1 file skipped"),
        (0, 1, 2, "; 1 file and 2 documents skipped"),
        (0, 0, 1, "; 1 document skipped"),
    ],
)
def test_what_was_left_out(suppressed: int, files: int, documents: int, expected: str) -> None:
    skipped = (Skipped("a", 0, "r"),) * files + (Skipped("b", 3, "r"),) * documents
    left_out = CLEAN._replace(suppressed=(Suppressed(TAB, ""),) * suppressed, skipped=skipped)
    assert summary(left_out) == f"No findings in 1 file (2 objects){expected}"


@pytest.mark.parametrize(
    ("safe", "unsafe", "expected"),
    [
        (0, 0, ""),
        (3, 0, "3 can be fixed with --fix"),
        (0, 2, "2 can be fixed with --fix --unsafe-fixes"),
        (1, 2, "1 can be fixed with --fix, 2 more with --unsafe-fixes"),
    ],
)
def test_fixable(safe: int, unsafe: int, expected: str) -> None:
    of = report(1, safe, unsafe)
    assert fixable(of) == expected
    last = written("text", of).splitlines()[-1]
    assert last == (f"{summary(of)}; {expected}" if expected else summary(of))


def test_statistics() -> None:
    of = CLEAN._replace(findings=(HEADLESS, *(MISSING,) * 10, TAB, HEADLESS._replace(severity="advice")))
    assert statistics(of) == [
        (10, "API003", "required-field"),
        (2, "STS002", "service-not-headless"),
        (1, "YAML001", "syntax-error"),
    ]
    assert statistics_table(of) == (
        "10  API003   required-field\n 2  STS002   service-not-headless\n 1  YAML001  syntax-error\n"
    )
    assert statistics_table(CLEAN) == ""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), ""),
        ((0,), "; 1 file not judged, 1 file skipped"),
        ((0, 0, 3), "; 2 files and 1 part of a file not judged, 1 file skipped"),
        ((3, 4), "; 2 parts of files not judged, 1 file skipped"),
    ],
)
def test_what_was_not_judged(lines: tuple[int, ...], expected: str) -> None:
    left_out = CLEAN._replace(
        skipped=(Skipped("v", 0, "r"),) if lines else (),
        not_judged=tuple(NotJudged("a", line, "r") for line in lines),
    )
    assert summary(left_out) == f"No findings in 1 file (2 objects){expected}"


def test_not_judged_lines() -> None:
    items = [NotJudged(f"{number}", 0, "a template") for number in range(7)]
    items += [NotJudged("k", 4, "gone", ("SVC001",)), NotJudged("k", 9, "gone", ("PDB001", "SVC001"))]
    items += [NotJudged("x", 0, "cannot be read", ("SVC001",))]
    assert not_judged_lines(CLEAN._replace(not_judged=tuple(items)), 5) == [
        "not judged: a template (7): 0, 1, 2, 3, 4 and 2 more",
        "not judged: gone (2): k:4, k:9; 2 rules say nothing of what is missing beside them: PDB001, SVC001",
        "not judged: cannot be read (1): x; 1 rule says nothing of what is missing beside it: SVC001",
    ]


def test_skipped_by_reason() -> None:
    skipped = (Skipped("b", 0, "one"), Skipped("a", 3, "two"), Skipped("a", 0, "one"))
    assert skipped_by_reason(CLEAN._replace(skipped=skipped)) == {"one": ["b", "a"], "two": ["a:3"]}


@pytest.mark.parametrize(("number", "listed"), [(1, True), (5, True), (6, False)])
def test_text_lists_up_to_five_skipped_files_of_a_reason(number: int, listed: bool) -> None:
    names = [f"f{index}.yaml" for index in range(number)]
    text = written("text", CLEAN._replace(skipped=tuple(Skipped(name, 0, "values") for name in names)))
    line = f"skipped: values ({number}){': ' + ', '.join(names) if listed else ''}"
    assert text.splitlines()[0] == line

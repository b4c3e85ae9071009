"""The formats of CI systems: escaping, order, limits and unique names."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from kwlint.report.github import LIMIT
from kwlint.report.markdown import LIMIT as ROWS
from kwlint.report.markdown import code, prose

from .sample import ALL, CLEAN, FULL, HEADLESS, MISSING, OPTIONS, QUORUM, TAB, repeated, written


def test_github_escapes() -> None:
    line = written("github", CLEAN._replace(findings=(TAB,))).splitlines()[0]
    assert line == (
        "::error file=a b%2Cc%3Ad%25.yaml,line=2,endLine=2,col=1,endColumn=2,title=YAML001 syntax-error"
        "::a b,c:d%25.yaml:2:1: E YAML001 a tab | cannot `start` a token: 100%25\\n\\x1b[31m"
    )


def test_github_leaves_out_columns_that_the_runner_refuses() -> None:
    line = written("github", CLEAN._replace(findings=(MISSING,))).splitlines()[0]
    assert line.startswith("::error file=deploy/db.yaml,line=3,endLine=5,title=API003 required-field::")


def test_github_puts_errors_first() -> None:
    lines = written("github", CLEAN._replace(findings=(QUORUM, HEADLESS, MISSING, TAB))).splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["::error", "::error", "::warning", "::notice"]
    assert "API003" in lines[0], "else the order stays"


@pytest.mark.parametrize("times", [LIMIT, LIMIT + 1, LIMIT + 2])
def test_github_says_what_has_no_annotation(times: int) -> None:
    lines = written("github", repeated(HEADLESS, times), OPTIONS._replace(quiet=True)).splitlines()
    commands = [line for line in lines if line.startswith("::warning ")]
    assert len(commands) == LIMIT
    rest = lines[LIMIT:]
    if times == LIMIT:
        assert rest == []
        return
    noun = "finding" if times == LIMIT + 1 else "findings"
    assert (
        rest[0]
        == f"::group::{times - LIMIT} {noun} without annotation (GitHub keeps 10 of a type for a step)"
    )
    assert [line[: line.index(" STS")] for line in rest[1:-1]] == [
        f"deploy/db.yaml:{line}:16: W" for line in range(LIMIT + 1, times + 1)
    ]
    assert rest[-1] == "::endgroup::"


def test_gitlab_fingerprints_are_unique() -> None:
    bare = MISSING._replace(fingerprint="")
    report = CLEAN._replace(findings=(HEADLESS, QUORUM, HEADLESS, bare, bare, bare._replace(path="spec")))
    prints = [entry["fingerprint"] for entry in json.loads(written("gitlab", report))]
    assert prints[:3] == ["f2", "f2-2", "f2-3"]
    assert len(set(prints)) == 6
    assert prints[4] == f"{prints[3]}-2"


def test_gitlab_severities() -> None:
    findings = (MISSING, MISSING._replace(refused=False), HEADLESS, QUORUM)
    entries = json.loads(written("gitlab", CLEAN._replace(findings=findings)))
    assert [entry["severity"] for entry in entries] == ["blocker", "critical", "major", "info"]
    assert entries[0]["location"] == {"path": "deploy/db.yaml", "lines": {"begin": 3}}


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("<&>\"' 数", "<&>\"' 数"),
        ("\x00\x1b\n\t", "\\x00\\x1b\\n\\t"),
        ("\ufffe\uffff", "\\ufffe\\uffff"),
        ("\udc80", "\\udc80"),
    ],
)
def test_junit_is_xml_whatever_the_message(message: str, shown: str) -> None:
    text = written("junit", CLEAN._replace(findings=(HEADLESS._replace(message=message),)))
    failure = ElementTree.fromstring(text).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == shown
    assert failure.text is not None
    assert failure.text.startswith(f"deploy/db.yaml:4:16: {shown}\n")


def test_junit_counts() -> None:
    root = ElementTree.fromstring(written("junit", FULL, ALL))
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert element.attrib["tests"] == str(len(cases))
        assert element.attrib["failures"] == str(len(list(element.iter("failure"))))
        assert element.attrib["skipped"] == str(len(list(element.iter("skipped"))))
    assert [suite.attrib["name"] for suite in root][:3] == [
        "a b,c:d%.yaml",
        "deploy/db.yaml",
        "deploy/svc.yaml",
    ]
    assert root.attrib["failures"] == "4"
    assert root.attrib["skipped"] == "12"


def test_junit_clean_run_passes() -> None:
    root = ElementTree.fromstring(written("junit", CLEAN))
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["skipped"]) == ("1", "0", "0")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("plain", "plain"),
        ("the `spec.x` of `y`", "the `spec.x` of `y`"),
        ("a | b", "a &#124; b"),
        ("`a|b`", "<code>a&#124;b</code>"),
        ("odd ` one", "odd \\` one"),
        ("``", "<code></code>"),
        ("` a `", "<code> a </code>"),
        ("<b> & *x* _y_ [z](u) ~s~ \\", "\\<b\\> &amp; \\*x\\* \\_y\\_ \\[z\\](u) \\~s\\~ \\\\"),
        ("a\nb", "a\\\\nb"),
    ],
)
def test_markdown_prose(message: str, expected: str) -> None:
    assert prose(message) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a.yaml", "`a.yaml`"), ("a*_.yaml", "`a*_.yaml`"), ("a`|.yaml", "<code>a\\`&#124;.yaml</code>")],
)
def test_markdown_code(text: str, expected: str) -> None:
    assert code(text) == expected


def test_markdown_stops_at_its_limit() -> None:
    text = written("markdown", repeated(HEADLESS, ROWS + 1), OPTIONS)
    assert text.count("| STS002 ") == ROWS
    assert text.endswith("\n… and 1 finding more.\n")
    assert len(text.encode()) < 2**20
    assert "more" not in written("markdown", repeated(HEADLESS, ROWS), OPTIONS)

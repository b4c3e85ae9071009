"""Hostile inputs: a share of them holds in each run of the tests, and the harness sees each kind of harm."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.cases import cases
from kwlint.dev.hostile.harness import Harness, forged

ALL = list(cases())
# A share of each family that takes seconds, spread over it; `python -m kwlint.dev.hostile` runs them all.
FAMILIES = sorted({case.family for case in ALL})
COSTLY = {"counts", "counts, concise", "large", "repeated", "minified JSON", "large definitions", "diamonds"}
EACH = 3


def share(family: str) -> list[Case]:
    own = [case for case in ALL if case.family == family]
    return own[:: max(1, len(own) // EACH)][: 1 if family in COSTLY else EACH]


@pytest.fixture(scope="module")
def harness() -> Harness:
    return Harness([sys.executable, "-m", "kwlint"], seconds=60)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_share_of_each_family_holds(family: str, harness: Harness) -> None:
    results = [harness.run(case) for case in share(family)]
    assert not [(item.case.name, item.flags, item.words) for item in results if item.flags]


def test_there_are_enough_of_them() -> None:
    assert len(ALL) > 1000
    names = [(case.family, case.name) for case in ALL]
    assert len(names) == len(set(names))


def nothing(folder: Path) -> None:
    (folder / "a.yaml").write_text("a: b\n")


HARM = {
    "EXEC": 'touch "$MARK"; echo kwlint',
    "HANG": "sleep 5",
    "ITSELF": "echo 'kwlint: kwlint itself failed with X' >&2",
    "TRACEBACK": "echo 'kwlint: Traceback (most recent call last):' >&2",
    "KW003": "echo 'a.yaml:1:1: E KW003 x'",
    "EXIT": "exit 9",
    "RAWERR": "printf 'kwlint: \\033[31m\\n' >&2",
    "RAWOUT": "printf 'a\\342\\200\\256b'",
    "LINES": "printf 'kwlint: a\\nb\\n' >&2",
    "TMPLEFT": 'touch "$TMPDIR/x"',
    "CHANGED": "echo x >> a.yaml",
    "PROCESS": "sleep 5 & exit 0",
}


@pytest.mark.parametrize(("flag", "script"), HARM.items(), ids=HARM)
def test_harm_is_seen(flag: str, script: str) -> None:
    harness = Harness(["/bin/sh", "-c", script, "kwlint"], seconds=1.5)
    result = harness.run(Case("x", "x", nothing))
    assert [item.split()[0] for item in result.flags] == [flag]


def test_no_harm_is_seen_where_there_is_none() -> None:
    harness = Harness(["/bin/sh", "-c", "echo 'No findings'", "kwlint"], seconds=5)
    assert harness.run(Case("x", "x", nothing)).flags == ()


@pytest.mark.parametrize(
    ("line", "is_forged"),
    [
        ("::error file=a.yaml,line=1::x", False),
        ("::group::x", False),
        ("a.yaml:1:1: ::set-output", False),
        ("  ::stop-commands::x", True),
        ("::set-output name=x::y", True),
        ("::add-mask::x", True),
        ("a ##[error]x", True),
        ("::stop-commands::0123456789abcdef\n::add-mask::x\n::0123456789abcdef::", False),
        ("::stop-commands::0123456789abcdef\n::0123456789abcdef::\n::add-mask::x", True),
    ],
)
def test_forged_commands(line: str, is_forged: bool) -> None:
    assert bool(forged(line)) is is_forged

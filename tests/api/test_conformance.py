"""The judgement against recorded verdicts of the API server: one case a document in cases/*.jsonl."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kwlint.api.judge import judge
from kwlint.dev.parity import load

FOLDER = Path(__file__).parent / "cases"
CASES = [
    pytest.param(row, id=f"{path.stem}-1.{row['minor']}-{row['id']}")
    for path in sorted(FOLDER.glob("*.jsonl"))
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    if row["verdict"] in ("accepted", "rejected")
]


def steps(path: str) -> list[str]:
    """Return a field path in pieces, however it writes the keys of maps."""
    return [piece for piece in re.split(r"[.\[\]]+", path.replace('"', "")) if piece]


def near(left: str, right: str) -> bool:
    """Return whether two paths are the same field, or one is the parent of the other."""
    a, b = steps(left), steps(right)
    return a == b or a[:-1] == b or b[:-1] == a


def refused_fields(row: dict[str, Any]) -> list[str]:
    """Return the fields that the API server's answer names."""
    unknown = [re.fullmatch(r'unknown field "(.*)"', text) for text in row.get("strict", [])]
    return [error["field"] for error in row.get("errors", [])] + [match[1] for match in unknown if match]


@pytest.mark.parametrize("row", CASES)
def test_verdict(row: dict[str, Any]) -> None:
    found = judge(load(row["yaml"]), row["minor"])
    refusals = [violation for violation in found if violation.refused]
    fields = refused_fields(row)
    assert bool(refusals) == (row["verdict"] == "rejected"), (refusals, row)
    missed = [field for field in fields if not any(near(field, violation.path) for violation in refusals)]
    assert not missed, (missed, refusals)
    if row.get("errors") and not row.get("strict") and not row.get("decode"):
        spurious = [
            violation for violation in refusals if not any(near(violation.path, field) for field in fields)
        ]
        assert not spurious, (spurious, fields)


@pytest.mark.parametrize("row", CASES)
def test_warnings(row: dict[str, Any]) -> None:
    found = judge(load(row["yaml"]), row["minor"])
    for warning in row.get("warnings", []):
        match = re.match(r"([\w.\[\]/-]+): ", warning)
        assert any(match is None or near(match[1], violation.path) for violation in found), (warning, found)


def test_there_are_cases() -> None:
    assert len(CASES) > 100

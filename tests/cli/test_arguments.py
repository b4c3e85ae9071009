"""The parser of plain arguments says what click says, or leaves it to click."""

from __future__ import annotations

import random

import pytest

from kwlint.cli.options import OPTIONS, Arguments, Option, plain
from kwlint.cli.parser import cli


def by_click(arguments: list[str]) -> tuple[list[str], Arguments]:
    words = arguments[1:] if arguments[:1] == ["check"] else arguments
    values = dict(cli.commands["check"].make_context("check", list(words)).params)
    paths = list(values.pop("paths"))
    return paths, Arguments(**values)


def test_the_record_has_what_the_table_has() -> None:
    def type_of(option: Option) -> str:
        if option.kind in ("many", "rules"):
            return "tuple[str, ...]"
        simple = {"flag": "bool", "number": "int"}.get(option.kind, "str")
        return simple if option.default is not None else f"{simple} | None"

    table = {option.key: type_of(option) for option in OPTIONS} | {"order": "tuple[str, ...]"}
    assert table == Arguments.__annotations__


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["."],
        ["check", "a", "b"],
        ["-"],
        ["--format", "json", "--output", "x", "--format=text"],
        ["--select", "STS002, job-restart-policy", "--select", "API", "a"],
        ["-q", "--jobs", "3", "--jobs=2", "a"],
        ["--kubernetes-version=1.30", "--isolated", "--no-cache", "a", "--fix"],
        ["--stdin-filename", "-", "-"],
        ["--", "-x"],
        ["-q", "--", "--config=off.yaml", "--", "-", "check"],
        ["check", "a", "--", "check", "--jobs"],
        ["--jobs", "0003", "-v"],
        ["--format", "json", "--format", "text", "--output=x", "a", "--output", "-"],
    ],
)
def test_as_click_parses(arguments: list[str]) -> None:
    assert plain(arguments) == by_click(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["-h"],
        ["--version"],
        ["explain", "STS002"],
        ["rules"],
        ["config"],
        ["--forma", "json"],
        ["--format", "yaml"],
        ["--format"],
        ["--jobs", "0"],
        ["--jobs", "many"],
        ["--jobs", "9" * 5000],
        ["--jobs", "٣"],
        ["--isolated=yes"],
        ["--project", "--isolated"],
        ["-qx"],
        ["--since", ""],
        ["--since="],
    ],
)
def test_left_to_click(arguments: list[str]) -> None:
    assert plain(arguments) is None


def test_any_combination() -> None:
    chance = random.Random(7)
    for _ in range(300):
        arguments: list[str] = []
        for option in chance.choices(OPTIONS, k=chance.randrange(6)):
            if option.kind == "flag":
                arguments.append(chance.choice([option.name, option.short or option.name]))
                continue
            value = chance.choice(option.choices or (("3",) if option.kind == "number" else ("a", "a,b")))
            arguments += chance.choice([[option.name, value], [f"{option.name}={value}"]])
        arguments.insert(chance.choice([0, len(arguments)]), "path")
        assert plain(arguments) == by_click(arguments)

"""Scalars mean what sigs.k8s.io/yaml makes of them, by its own recorded answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kwlint.syntax.scalars import ScalarError, resolve, resolve_key, resolve_tagged
from tests.syntax.reading import document, items

# Each line: a plain scalar, the JSON of `v: SCALAR` as sigs.k8s.io/yaml 1.6 gives it (null: an error), and the key
# that `SCALAR: v` becomes.
RECORDED = [
    json.loads(line) for line in (Path(__file__).parent / "scalars.jsonl").read_text("utf-8").splitlines()
]


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same to Go's JSON decoding: numbers by value, everything else by type too."""
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other)]
    if all(numbers):
        return float(one) == float(other)
    return type(one) is type(other) and one == other


def test_recorded_values() -> None:
    wrong = []
    for text, answer, _ in RECORDED:
        try:
            found: Any = resolve(text)
        except ScalarError:
            found = ScalarError
        if found is not ScalarError if answer is None else not same(found, json.loads(answer)):
            wrong.append((text, answer, found))
    assert not wrong
    assert len(RECORDED) > 2000


def test_recorded_keys() -> None:
    wrong = []
    for text, _, answer in RECORDED:
        if text == "<<":
            continue
        try:
            found = resolve_key(text, plain=True)
        except ScalarError:
            found = None
        if found != answer:
            wrong.append((text, answer, found))
    assert not wrong


@pytest.mark.parametrize("text", ["1e3", "3.0", "-0.0", "1e20", "18446744073709551616"])
def test_integral_floats_are_integers(text: str) -> None:
    assert type(resolve(text)) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!!str 3", "3"),
        ("!!str yes", "yes"),
        ("!!str", ""),
        ('!!int "3"', 3),
        ("!!float 3", 3),
        ("!!bool 'yes'", True),
        ("!!null ''", None),
        ("!!binary aGVsbG8=", "hello"),
        ("!!binary |\n  aGVs\n  bG8=", "hello"),
        ("!unknown 3", "3"),
        ("! 3", "3"),
        ('! "3"', "3"),
        ("!!timestamp 2001-01-01", "2001-01-01"),
        ('"3"', "3"),
        ("'yes'", "yes"),
        ("|-\n  3", "3"),
        (">-\n  no", "no"),
        ("!!int |-\n  3", 3),
    ],
)
def test_tags_and_quotes(text: str, value: object) -> None:
    found = document(f"v: {text}\nw: 0\n").root["v"]
    assert type(found) is type(value)
    assert found == value


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("3.0", "int"),
        ("foo", "int"),
        ("foo", "null"),
        ("1", "bool"),
        ("yes", "float"),
        ("18446744073709551615", "float"),
        ("YQ= =", "binary"),
        ("é", "binary"),
        ("YQ\x0b==", "binary"),
        ("9" * 5000, "int"),
        ("9" * 5000, "float"),
        ("*", "binary"),
    ],
)
def test_refused_tags(text: str, tag: str) -> None:
    with pytest.raises(ScalarError):
        resolve_tagged(text, f"tag:yaml.org,2002:{tag}")


def test_tag_without_a_name_on_infinity() -> None:
    assert document("v: !!str .inf\n").root == {"v": ".inf"}
    (defect,) = items("v: !!float .inf\n")
    assert "JSON" in defect.message  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("on: 1", "true"),
        ('"on": 1', "on"),
        ("012: 1", "10"),
        ("1.10: 1", "1.1"),
        ("1000000.0: 1", "1e+06"),
        ("123456.0: 1", "123456"),
        ("0.00001: 1", "1e-05"),
        ("1.23456789: 1", "1.2345679"),
        ("1e39: 1", ".inf"),
        (".nan: 1", ".nan"),
        ("? x\n: 1", "x"),
        ("&a x: 1", "x"),
        ("!!str 1: 1", "1"),
        ("!!int '3': 1", "3"),
        ("!!float 1e6: 1", "1e+06"),
        ("!!binary aGk=: 1", "hi"),
        ("!foo 3: 1", "3"),
        ("? " + "0" * 5000 + "\n: 1", "0"),
        ("? " + "9" * 5000 + "\n: 1", "9" * 5000),
    ],
)
def test_keys(text: str, key: str) -> None:
    assert list(document(text).root) == [key]


@pytest.mark.parametrize(
    "text",
    [
        "null: 1",
        "~: 1",
        ": 1",
        "18446744073709551615: 1",
        "[a]: 1",
        "? {a: b}\n: 1",
        "!!int foo: 1",
        "!!null ~: 1",
        "a: &a 18446744073709551615\n*a : 1",
        "a: &a ~\n*a : 1",
        "a: &a [1]\n*a : 1",
    ],
)
def test_keys_that_json_does_not_have(text: str) -> None:
    (defect,) = items(text)
    assert getattr(defect, "rule", "") == "syntax-error"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9" * 5000, "9" * 5000),
        ("-" + "9" * 5000, "-" + "9" * 5000),
        ("9_" * 5000, "9_" * 5000),
        ("." + "3" * 5000, float("0." + "3" * 400)),
        ("1e" + "9" * 5000, "1e" + "9" * 5000),
        ("1e-" + "9" * 5000, 0),
        ("0x" + "0" * 5000 + "1f", 31),
        ("0x" + "f" * 5000, "0x" + "f" * 5000),
        ("0b" + "1" * 64, (1 << 64) - 1),
        ("0b" + "1" * 65, "0b" + "1" * 65),
        ("0" * 5000, 0),
        ("0" + "7" * 30, 777777777777777777777777777777.0),
        ("0o" + "7" * 30, "0o" + "7" * 30),
    ],
)
def test_numbers_of_any_length(text: str, value: object) -> None:
    """As strconv has them: what no integer of 64 bits and no float holds is a string."""
    assert resolve(text) == value


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("&a 012: x\nb: *a\n", {"10": "x", "b": 10}),
        ("a: &a 1e6\n*a : x\n", {"a": 1000000, "1e+06": "x"}),
        ("a: &a yes\n*a : x\n", {"a": True, "true": "x"}),
        ('a: &a "yes"\n*a : x\n', {"a": "yes", "yes": "x"}),
        ("a: &a !!binary aGk=\n*a : x\n", {"a": "hi", "hi": "x"}),
    ],
)
def test_an_alias_is_what_is_written_at_its_anchor(text: str, data: object) -> None:
    assert document(text).root == data


def test_what_a_tag_forbids_is_not_shown() -> None:
    (defect,) = items("v: !!int hunter2\n")
    assert "hunter2" not in defect.message  # type: ignore[union-attr]

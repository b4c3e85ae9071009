"""Integers and JSON in texts, as Go reads them, of any length."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.util.literals import DeepJSONError, atoi, digits_value, parse_json


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("007", 7),
        ("0" * 10_000 + "1", 1),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", None),
        ("9" * 10_000, None),
        ("-" + "9" * 10_000, None),
        ("", None),
        ("-", None),
        ("+-1", None),
        ("1_000", None),
        ("0x10", None),
        (" 1", None),
        ("٣", None),
        ("²", None),
    ],
)
def test_atoi(text: str, number: int | None) -> None:
    assert atoi(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("9" * 10_000, 2**64), ("0" * 10_000, 0), ("-1", None), ("", None)]
)
def test_digits(text: str, number: int | None) -> None:
    assert digits_value(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, -2, 1.5, null]}', {"a": [1, -2, 1.5, None]}),
        ("100000000000000000000", 1e20),
        ("9" * 10_000, float("inf")),
    ],
)
def test_json(text: str, value: Any) -> None:
    assert parse_json(text) == value


@pytest.mark.parametrize("text", ["", "NaN", "[Infinity]", "{", "[1,]", "'a'"])
def test_no_json(text: str) -> None:
    with pytest.raises(ValueError) as raised:
        parse_json(text)
    assert not isinstance(raised.value, DeepJSONError)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 9000 + "]" * 9000])
def test_json_that_is_too_deep_to_tell(text: str) -> None:
    with pytest.raises(DeepJSONError):
        parse_json(text)

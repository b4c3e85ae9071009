"""Portions of replicas, rounded as the controllers round them."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.model.int_or_percent import resolve, rolling


@pytest.mark.parametrize(
    ("value", "total", "up", "down"),
    [
        (2, 10, 2, 2),
        (0, 10, 0, 0),
        ("25%", 4, 1, 1),
        ("25%", 3, 1, 0),
        ("1%", 1, 1, 0),
        ("0%", 9, 0, 0),
        ("100%", 7, 7, 7),
        ("150%", 2, 3, 3),
        ("33%", 10, 4, 3),
        ("25%", 0, 0, 0),
        (True, 10, None, None),
        ("25", 10, None, None),
        ("25 %", 10, None, None),
        ("-5%", 10, None, None),
        ("a%", 10, None, None),
        (2.5, 10, None, None),
        (None, 10, None, None),
        ([1], 10, None, None),
        ("0" * 10_000 + "50%", 10, 5, 5),
        ("9" * 10_000 + "%", 100, 2**64, 2**64),
    ],
)
def test_resolve(value: Any, total: int, up: int | None, down: int | None) -> None:
    assert resolve(value, total, round_up=True) == up
    assert resolve(value, total, round_up=False) == down


@pytest.mark.parametrize(
    ("values", "total", "wanted"),
    [
        ({}, 1, (0, 1)),
        ({}, 3, (0, 1)),
        ({}, 4, (1, 1)),
        ({}, 10, (2, 3)),
        ({"maxUnavailable": 0, "maxSurge": 0}, 3, (1, 0)),
        ({"maxUnavailable": "10%", "maxSurge": 0}, 3, (1, 0)),
        ({"maxUnavailable": None, "maxSurge": None}, 4, (1, 1)),
        ({"maxUnavailable": "x"}, 4, None),
        ({"maxSurge": True}, 4, None),
    ],
)
def test_rolling(values: dict[str, Any], total: int, wanted: tuple[int, int] | None) -> None:
    assert rolling(values, total) == wanted

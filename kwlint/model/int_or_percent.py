"""Portions of replicas: an integer or a percentage, rounded the way the field that holds it is.

Source: k8s.io/apimachinery/pkg/util/intstr (GetScaledValueFromIntOrPercent).
"""

from __future__ import annotations

from typing import Any

from kwlint.util.lazyre import pattern
from kwlint.util.literals import digits_value

_PERCENT = pattern(r"[0-9]+%")


def resolve(value: Any, total: int, round_up: bool) -> int | None:
    """Return how many of ``total`` a value like 2 or "25%" is, or None where it is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _PERCENT.fullmatch(value):
        share = (digits_value(value[:-1]) or 0) * total
        return -(-share // 100) if round_up else share // 100
    return None


def rolling(strategy_values: dict[str, Any], total: int) -> tuple[int, int] | None:
    """Return (maxUnavailable, maxSurge) of a Deployment's rolling update over ``total`` replicas.

    Unset is 25 %; surge rounds up, unavailable down, and both at 0 make one unavailable
    (pkg/controller/deployment/util, ResolveFenceposts). None where a value is neither integer nor percentage.
    """
    unavailable = strategy_values.get("maxUnavailable")
    surge = strategy_values.get("maxSurge")
    surge_number = resolve("25%" if surge is None else surge, total, round_up=True)
    number = resolve("25%" if unavailable is None else unavailable, total, round_up=False)
    if surge_number is None or number is None:
        return None
    return (1 if number == 0 and surge_number == 0 else number), surge_number

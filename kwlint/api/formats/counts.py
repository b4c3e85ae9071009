"""Checks numbers that must not be negative, and numbers of pods that may be given as percentages."""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.names import percent_fault
from kwlint.api.violations import Violations, quoted
from kwlint.util.literals import digits_value


def validate_not_negative(holder: dict[str, Any], field: str, path: str, v: Violations) -> None:
    """Check that ``field`` of the mapping at ``path`` is no negative number (ValidateNonnegativeField)."""
    value = holder.get(field)
    if isinstance(value, int) and value < 0:
        v.invalid(f"{path}.{field}", f"`{field}` must not be negative, and is {value}")


def validate_count(value: Any, path: str, v: Violations) -> None:
    """Check a number of pods, or a percentage of them (ValidatePositiveIntOrPercent); null is fine."""
    if isinstance(value, str):
        if reason := percent_fault(value):
            v.invalid(path, f"{quoted(value)} is no number of pods: it {reason}, or a number without quotes")
    elif isinstance(value, int) and value < 0:
        v.invalid(path, f"the number of pods must not be negative, and is {value}")


def validate_at_most_all(value: Any, path: str, v: Violations) -> None:
    """Check that a percentage is not above 100 % (IsNotMoreThan100Percent); numbers are fine."""
    if isinstance(value, str) and percent_fault(value) is None and (digits_value(value[:-1]) or 0) > 100:
        written = value if len(value) < 60 else quoted(value)
        v.invalid(path, f"the percentage must not be above 100%, and is {written}")


def is_zero(value: Any) -> bool:
    """Return whether the API server takes a number or a percentage for 0, which it does for text that is neither."""
    if isinstance(value, str):
        return not digits_value(value.removesuffix("%").removeprefix("+"))
    return isinstance(value, int) and value == 0

"""Integers and JSON in the texts of manifests, read as Go's strconv and encoding/json read them, whatever their length."""

from __future__ import annotations

from typing import Any

_LARGEST = 2**63 - 1
# A number of more digits than this is beyond 64 bits; the sign is not counted.
_DIGITS = 19


class DeepJSONError(ValueError):
    """JSON that is nested deeper than can be read here, though not necessarily deeper than Go reads (10,000 levels)."""


def atoi(text: str) -> int | None:
    """Return the 64-bit integer that a text is, with or without a sign, or None where it is none (strconv.Atoi)."""
    number = digits_value(text[1:] if text[:1] in ("+", "-") else text)
    if number is None:
        return None
    if text[0] == "-":
        return -number if number <= _LARGEST + 1 else None
    return number if number <= _LARGEST else None


def digits_value(text: str) -> int | None:
    """Return the number that ASCII digits write, None for any other text; one beyond 64 bits is 2**64."""
    if not (text.isascii() and text.isdigit()):
        return None
    significant = text.lstrip("0")
    return int(significant or "0") if len(significant) <= _DIGITS else 2**64


def parse_json(text: str) -> Any:
    """Return what a JSON text holds; an integer beyond 64 bits is a float.

    Raises ValueError for what is no JSON (``NaN`` is none), and DeepJSONError for what is nested too deep to tell.
    """
    import json

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    def integer(digits: str) -> int | float:
        number = atoi(digits)
        return float(digits) if number is None else number

    try:
        return json.loads(text, parse_constant=refuse, parse_int=integer)
    except RecursionError:
        raise DeepJSONError("it is nested too deep") from None

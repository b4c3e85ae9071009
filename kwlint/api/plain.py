"""Plain data as a decoded Go struct would hold it: null, or another type, reads as the zero value."""

from __future__ import annotations

from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    """Return ``value`` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return ``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[dict[str, Any]]:
    """Return ``value`` if it is a list, else an empty one; its null items are empty mappings."""
    if not isinstance(value, list):
        return []
    for item in value:
        if not isinstance(item, dict):
            return [mapping(item) for item in value]
    return value


def text(value: Any) -> str:
    """Return ``value`` if it is a string, else the empty one."""
    return value if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    """Return ``value`` if it is a list, else an empty one; its null items are empty strings."""
    return [text(item) for item in value] if isinstance(value, list) else []


def integer(value: Any) -> int:
    """Return ``value`` if it is an integer, else 0."""
    return value if isinstance(value, int) else 0

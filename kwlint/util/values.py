"""Reading plain data of which nothing is certain: what has the wrong type reads as absent."""

from __future__ import annotations

from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    """Return the value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[dict[str, Any]]:
    """Return the value if it is a list, else an empty one; its items that are no mappings read as empty ones."""
    if not isinstance(value, list):
        return []
    for item in value:
        if not isinstance(item, dict):
            return [mapping(item) for item in value]
    return value


def text(value: Any) -> str:
    """Return the value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    """Return the value if it is a list, else an empty one; its items that are no strings read as empty ones."""
    return [text(item) for item in value] if isinstance(value, list) else []


def integer(value: Any) -> int | None:
    """Return the value if it is an integer (a boolean is none), else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def int_or_zero(value: Any) -> int:
    """Return the value if it is an integer (a boolean is none), else 0, as a field that is not set has it in Go."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def dig(value: Any, *keys: str | int) -> Any:
    """Return what stands below ``value`` at the keys and indexes, or None where a step is absent."""
    for key in keys:
        if isinstance(key, str):
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        elif isinstance(value, list) and -len(value) <= key < len(value):
            value = value[key]
        else:
            return None
    return value


def strings(value: Any) -> dict[str, str]:
    """Return the string values of a mapping (labels, annotations)."""
    return {key: item for key, item in mapping(value).items() if isinstance(item, str)}

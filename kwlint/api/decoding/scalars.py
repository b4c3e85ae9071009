"""What Go's JSON decoder takes for the scalar types of the API, and how it is said when it does not.

Types that decode themselves: apimachinery's pkg/api/resource/quantity.go, pkg/util/intstr/intstr.go,
pkg/apis/meta/v1/time.go and micro_time.go (UnmarshalJSON of each).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kwlint.api.decoding.unknown import Fault
from kwlint.api.violations import Repair, quoted
from kwlint.model.quantity import read
from kwlint.util.lazyre import pattern

Faults = list[Fault] | None

_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_BASE64 = pattern(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_EXPECTED = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "list": "a list",
    "map": "a mapping of keys to values",
    "object": "a mapping",
    "quantity": "a quantity like `500m` or `1Gi`",
    "int-or-string": "an integer or a string",
    "time": 'a time like "2024-01-31T12:00:00Z"',
    "micro-time": 'a time like "2024-01-31T12:00:00.000000Z"',
    "bytes": "a base64 string",
}


def kind_of(value: Any) -> str:
    """Return how messages name a value: the kind, with the value itself where it is a scalar."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"the boolean `{quoted(value)}`"
    if isinstance(value, int | float):
        return f"the number `{value}`"
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    return "a list" if isinstance(value, list) else "a mapping"


def concealed(message: str) -> str:
    """Return a message of ``wrong_type`` with the kind of the value alone, for fields that hold secrets."""
    return re.sub(r"the (boolean|number|string) [`\"].*[`\"](?=;|$)", r"a \1", message, flags=re.DOTALL)


def wrong_type(value: Any, expected: str) -> list[Fault]:
    """Return the fault of a value that is not of the expected type, with quoting or unquoting as repair."""
    repair = None
    hint = ""
    if expected == "string" and isinstance(value, bool | int | float):
        repair = Repair("quote")
        hint = "; put it in quotes"
    elif isinstance(value, str) and (
        (expected == "boolean" and value in ("true", "false"))
        or (expected == "integer" and re.fullmatch(r"-?(?:0|[1-9][0-9]{0,18})", value))
    ):
        repair = Repair("unquote")
        hint = "; leave out the quotes"
    elif isinstance(value, str) and expected == "boolean" and value.lower() in _TRUTH:
        repair = Repair("replace", _TRUTH[value.lower()])
        hint = f"; write `{quoted(repair.value)}`"
    elif isinstance(value, str) and expected == "quantity" and (meant := _quantity_meant(value)):
        repair = Repair("replace", meant)
        hint = f"; write `{meant}`"
    elif expected == "list" and isinstance(value, dict):
        hint = "; each item starts with `- `"
    return [Fault("API002", f"this must be {_EXPECTED[expected]}, not {kind_of(value)}{hint}", repair=repair)]


def _quantity_meant(value: str) -> str | None:
    """Return the quantity that a text can only stand for: `1 Gi`, `1GiB` and `1gi` are `1Gi`.

    `1MB` and, of cores, `100mi` can be two things.
    """
    match = re.fullmatch(
        r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:(m(?=i[bB])|[kgtpeKMGTPE])i[bB]?|([a-zA-Z]*))\s*", value
    )
    if match is None:
        return None
    number, binary, unit = match.groups()
    meant = f"{number}{binary.upper()}i" if binary else f"{number}{unit}"
    return meant if read(meant) is not None else None


def int32(value: Any) -> Faults:
    """Check a 32-bit integer."""
    if value.__class__ is int and value in _INT32:
        return None
    return _not_integer(value, 32)


def int64(value: Any) -> Faults:
    """Check a 64-bit integer."""
    if value.__class__ is int and value in _INT64:
        return None
    return _not_integer(value, 64)


def _not_integer(value: Any, bits: int) -> Faults:
    if isinstance(value, int) and not isinstance(value, bool):
        if value in (_INT32 if bits == 32 else _INT64):
            return None
        limit = 2 ** (bits - 1)
        return [
            Fault("API002", f"the number `{value}` is out of range; it must lie in {-limit} to {limit - 1}")
        ]
    return wrong_type(value, "integer")


def _string(value: Any) -> Faults:
    return None if isinstance(value, str) else wrong_type(value, "string")


def _boolean(value: Any) -> Faults:
    return None if isinstance(value, bool) else wrong_type(value, "boolean")


def _double(value: Any) -> Faults:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None
    return wrong_type(value, "number")


def _quantity(value: Any) -> Faults:
    return wrong_type(value, "quantity") if read(value) is None else None


def _int_or_string(value: Any) -> Faults:
    if isinstance(value, str):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return int32(value)
    return wrong_type(value, "int-or-string")


def _bytes(value: Any) -> Faults:
    if isinstance(value, str):
        if _BASE64.fullmatch(value.replace("\r", "").replace("\n", "")):
            return None
        return [
            Fault(
                "API002",
                "this is no base64; encode it, or put the plain text under `stringData` if this is a Secret",
            )
        ]
    if isinstance(value, list):
        # Go's []byte takes a JSON array of byte values too.
        for index, item in enumerate(value):
            if item is not None and not (item.__class__ is int and 0 <= item <= 255):
                faults = wrong_type(item, "integer")
                for fault in faults:
                    fault.enclose_item(str(index))
                return faults
        return None
    return wrong_type(value, "bytes")


def _is_time(value: str, fraction: str) -> bool:
    match = re.fullmatch(
        rf"(\d{{4}})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d){fraction}(?:Z|[+-](\d\d):(\d\d))", value, re.ASCII
    )
    if match is None:
        return False
    year, month, day, hour, minute, second, *zone = (int(group or 0) for group in match.groups())
    if not (
        1 <= month <= 12 and hour < 24 and minute < 60 and second < 60 and zone[0] <= 24 and zone[1] < 60
    ):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= days


def _time(value: Any) -> Faults:
    return None if isinstance(value, str) and _is_time(value, r"(?:[.,]\d+)?") else wrong_type(value, "time")


def _micro_time(value: Any) -> Faults:
    return (
        None if isinstance(value, str) and _is_time(value, r"[.,]\d{6}") else wrong_type(value, "micro-time")
    )


def _any(value: Any) -> Faults:
    return None


_SCALARS: dict[str, Callable[[Any], Faults]] = {
    "string": _string,
    "boolean": _boolean,
    "int32": int32,
    "int64": int64,
    "double": _double,
    "quantity": _quantity,
    "int-or-string": _int_or_string,
    "bytes": _bytes,
    "time": _time,
    "micro-time": _micro_time,
    "any": _any,
}


def named_scalar(name: str) -> Callable[[Any], Faults] | None:
    """Return the check of a scalar type that schemas/ name, or None for a definition."""
    return _SCALARS.get(name)

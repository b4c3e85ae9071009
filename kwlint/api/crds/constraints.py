"""The constraints of a CRD's schema on one value: its bounds, sizes, pattern, format, enumeration and equal items.

Numbers are compared as kube-openapi compares them (pkg/validation/validate/values.go).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kwlint.api.crds.formats import FORMATS
from kwlint.api.crds.props import Props
from kwlint.api.decoding.decoder import Checker
from kwlint.api.decoding.scalars import Faults
from kwlint.api.decoding.unknown import Fault
from kwlint.api.violations import Repair, quoted
from kwlint.util.linear import PatternError, found
from kwlint.util.values import mapping

# Steps that judging one object may take, a microsecond or two each: far more than any schema that people write asks for.
_STEPS = 300_000
# Values of an enumeration, and characters of a pattern, that a message lists.
_LISTED, _SHOWN = 100, 500
# How far a quotient may be from a whole number in proportion to itself (github.com/go-openapi/swag, convert.go).
_EPSILON = 1e-9


class TooMuchError(Exception):
    """An object that takes more steps to judge than one object may."""


class Effort:
    """Counts the steps that judging one object takes: alternatives of alternatives multiply them."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = _STEPS

    def begin(self) -> None:
        """Begin with the next object."""
        self._left = _STEPS

    def spend(self, steps: int) -> None:
        """Take so many steps. Raises TooMuchError where there are none left."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchError


def value_tests(props: Props, effort: Effort) -> list[Checker]:
    """Return the closures that hold a value against the constraints on itself."""
    tests = [_size(props[word], *how) for word, how in _SIZES.items() if word in props]
    if "enum" in props:
        tests.append(_enum(props["enum"]))
    if "pattern" in props:
        tests.append(_pattern(props["pattern"], effort))
    if props.get("multipleOf", 0) > 0:
        tests.append(_multiple_of(props["multipleOf"], props.get("type") == "integer"))
    for word, extreme, sign in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        if word in props:
            tests.append(_bound(props[word], props.get(extreme) is True, sign))
    form = FORMATS.get(props.get("format", "").replace("-", ""))
    if form is not None and props.get("type", "string") == "string":
        tests.append(_format(props["format"], form))
    return tests


def _fault(code: str, message: str, repair: Repair | None = None) -> list[Fault]:
    return [Fault(code, message, repair)]


def _bound(limit: float, exclusive: bool, sign: int) -> Checker:
    words = ("more than", "at least") if sign > 0 else ("less than", "at most")
    message = f"must be {words[0] if exclusive else words[1]} {limit}"

    def check(value: Any) -> Faults:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        if (value > limit if sign > 0 else value < limit) or (value == limit and not exclusive):
            return None
        return _fault("API004", f"{message}, not {value}")

    return check


def _multiple_of(divisor: float, integers: bool) -> Checker:
    def check(value: Any) -> Faults:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        if isinstance(value, int) and isinstance(divisor, int):
            if value % divisor == 0:
                return None
        elif isinstance(value, int) and not integers:
            return None  # the server cuts the divisor to an integer, and some versions fail where that is 0
        else:
            quotient = 1 / divisor * value if divisor < 1 else value / divisor
            # A quotient beyond a float's whole numbers is not known to be one.
            if not abs(quotient) < 2**53 or abs(quotient - int(quotient)) <= _EPSILON * 2 * abs(quotient):
                return None
        return _fault("API004", f"must be a multiple of {divisor}, not {value}")

    return check


def _size(limit: int, kind: type, sign: int, code: str, unit: str) -> Checker:
    words = "at least" if sign > 0 else "at most"

    def check(value: Any) -> Faults:
        if not isinstance(value, kind):
            return None
        size = len(value)  # type: ignore[arg-type]
        if (size - limit) * sign >= 0:
            return None
        return _fault(code, f"must have {words} {limit} {unit}, not {size}")

    return check


_SIZES: dict[str, tuple[type, int, str, str]] = {
    "minLength": (str, 1, "API004", "characters"),
    "maxLength": (str, -1, "API008", "characters"),
    "minItems": (list, 1, "API004", "items"),
    "maxItems": (list, -1, "API008", "items"),
    "minProperties": (dict, 1, "API004", "keys"),
    "maxProperties": (dict, -1, "API008", "keys"),
}


def _format(name: str, matches: Callable[[str], bool]) -> Checker:
    def check(value: Any) -> Faults:
        if not isinstance(value, str) or matches(value):
            return None
        return _fault("API004", f"{quoted(value)} does not have the format `{name}`")

    return check


def _pattern(text: str, effort: Effort) -> Checker:
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."

    def check(value: Any) -> Faults:
        if not isinstance(value, str):
            return None
        effort.spend(len(value) // 1000)
        try:
            if found(text, value):
                return None
        except PatternError:  # the definition itself is at fault, or it is not known
            return None
        return _fault("API004", f"{quoted(value)} does not match `{shown}`")

    return check


def _enum(values: list[Any]) -> Checker:
    known = {_identity(value) for value in values}
    lowered: dict[str, Any] = {}
    for value in values:
        lowered.setdefault(str(value).lower(), value)
    listed = ", ".join(f"`{value}`" if value != "" else '`""`' for value in values[:_LISTED])
    if len(values) > _LISTED:
        listed += f" and {len(values) - _LISTED:,} more"

    def check(value: Any) -> Faults:
        if value is None or _identity(value) in known:
            return None
        meant = lowered.get(str(value).lower())
        hint = "" if meant is None else f"; did you mean `{meant}`?"
        repair = None if meant is None else Repair("replace", meant)
        return _fault(
            "API005", f"unsupported value {quoted(value)}; it must be one of {listed}{hint}", repair
        )

    return check


def _identity(value: Any) -> Any:
    """Return what equal values have in common: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, list | dict):
        return list, json.dumps(value, sort_keys=True)
    return isinstance(value, bool), value


def list_type_tests(props: Props) -> list[Checker]:
    """Return the closure that finds equal items of a list that is a set or a map, if it is one."""
    kind = props.get("x-kubernetes-list-type")
    if kind == "set":
        return [_no_twins(_identity)]
    keys = props.get("x-kubernetes-list-map-keys", [])
    if kind != "map" or not all(isinstance(key, str) for key in keys):
        return []
    parts = mapping(mapping(props.get("items")).get("properties"))
    defaults = {key: mapping(parts.get(key)).get("default") for key in keys}

    def identity(item: Any) -> Any:
        if not isinstance(item, dict):
            return None
        return tuple(_identity(item.get(key, defaults[key])) for key in keys)

    return [_no_twins(identity)]


def _no_twins(identity: Callable[[Any], Any]) -> Checker:
    def check(value: Any) -> Faults:
        if not isinstance(value, list) or len(value) < 2:
            return None
        seen: dict[Any, int] = {}
        faults: list[Fault] = []
        for index, item in enumerate(value):
            name = identity(item)
            if name is None:
                continue
            if name in seen:
                faults.append(Fault("API006", f"is the same as item {seen[name]}", path=f"[{index}]"))
            seen.setdefault(name, index)
        return faults or None

    return check

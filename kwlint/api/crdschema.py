"""Holds values of custom resources against the OpenAPI schema of their definition, compiled to closures.

What the API server does (k8s.io/apiextensions-apiserver/pkg/apiserver: schema/pruning, schema/defaulting,
validation, schema/listtype): fields that the schema does not know are refused by strict decoding, a null of
a field that is not nullable is dropped, defaults count as set. Rules in CEL (``x-kubernetes-validations``)
are not evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from kwlint.api.decode import NULL, Checker, each
from kwlint.api.formats import FORMATS
from kwlint.api.scalars import Faults, kind_of, wrong_type
from kwlint.api.unknownfields import Fault, nearest
from kwlint.api.violations import Repair, quoted

_META = ("apiVersion", "kind", "metadata")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_NAMES = {"array": "list"}
_OBJECT_WORDS = ("properties", "additionalProperties", "required")


def compile_schema(schema: dict[str, Any], prune: bool = True, keeps: bool = False) -> Checker:
    """Return the closure that holds a value against a schema; without ``prune`` unknown fields pass.

    With ``keeps`` they pass in the value itself and in a list's items, as under a schema that preserves them; the
    fields that it knows are held against their own schemas (skipPrune in schema/pruning/algorithm.go).
    Raises ValueError, TypeError or re.error on a schema that is none.
    """
    tests: list[Checker] = [_type_test(schema)]
    tests += _value_tests(schema)
    keeps = keeps or schema.get("x-kubernetes-preserve-unknown-fields") is True
    if schema.get("type") == "object" or any(word in schema for word in _OBJECT_WORDS):
        tests.append(_fields_test(schema, prune, keeps))
    items = schema.get("items")
    if isinstance(items, dict):
        passed = NULL if items.get("nullable") is True else frozenset()
        tests.append(each(compile_schema(items, prune, keeps), list, passed, None))
    tests += _list_type_tests(schema)
    for word in ("allOf", "anyOf", "oneOf"):
        if schema.get(word):
            tests.append(_combined(word, [compile_schema(part, False) for part in schema[word]]))
    if isinstance(schema.get("not"), dict):
        tests.append(_negated(compile_schema(schema["not"], False)))

    def check(value: Any) -> Faults:
        faults: Faults = None
        for test in tests:
            below = test(value)
            if below is not None:
                if test is tests[0]:
                    return below
                faults = below if faults is None else faults + below
        return faults

    return check


def _type_test(schema: dict[str, Any]) -> Checker:
    expected = schema.get("type")
    nullable = schema.get("nullable") is True
    if schema.get("x-kubernetes-int-or-string") is True:
        classes: tuple[type, ...] = (int, str)
        name = "int-or-string"
    elif expected in _TYPES:
        classes = _TYPES[expected]
        name = _NAMES.get(expected, expected)
    else:
        return lambda value: None

    def check(value: Any) -> Faults:
        if value is None and nullable:
            return None
        if isinstance(value, classes) and (not isinstance(value, bool) or bool in classes):
            return None
        return wrong_type(value, name)

    return check


def _fault(code: str, message: str, repair: Repair | None = None) -> list[Fault]:
    return [Fault(code, message, repair)]


def _value_tests(schema: dict[str, Any]) -> list[Checker]:
    tests = [make(schema[word]) for word, make in _WORDS.items() if word in schema]
    for word, extreme, sign in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        if word in schema:
            tests.append(_bound(schema[word], schema.get(extreme) is True, sign))
    form = FORMATS.get(str(schema.get("format", "")).replace("-", ""))
    if form is not None and schema.get("type", "string") == "string":
        tests.append(_format(schema["format"], form))
    return tests


def _bound(limit: float, exclusive: bool, sign: int) -> Checker:
    words = ("more than", "at least") if sign > 0 else ("less than", "at most")
    message = f"must be {words[0] if exclusive else words[1]} {limit}"

    def check(value: Any) -> Faults:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        distance = (value - limit) * sign
        if distance > 0 or (distance == 0 and not exclusive):
            return None
        return _fault("API004", f"{message}, not {value}")

    return check


def _format(name: str, matches: Callable[[str], bool]) -> Checker:
    def check(value: Any) -> Faults:
        if not isinstance(value, str) or matches(value):
            return None
        return _fault("API004", f"{quoted(value)} does not have the format `{name}`")

    return check


def _enum(values: list[Any]) -> Checker:
    listed = ", ".join(f"`{value}`" if value != "" else '`""`' for value in values)

    def check(value: Any) -> Faults:
        if value is None or any(
            value == one and isinstance(value, bool) == isinstance(one, bool) for one in values
        ):
            return None
        meant = [one for one in values if str(one).lower() == str(value).lower()]
        hint = f"; did you mean `{meant[0]}`?" if meant else ""
        repair = Repair("replace", meant[0]) if meant else None
        return _fault(
            "API005", f"unsupported value {quoted(value)}; it must be one of {listed}{hint}", repair
        )

    return check


def _pattern(text: str) -> Checker:
    try:
        search = re.compile(text, re.ASCII).search
    except re.error:  # RE2 has escapes that Python does not know
        return lambda value: None

    def check(value: Any) -> Faults:
        if not isinstance(value, str) or search(value):
            return None
        return _fault("API004", f"{quoted(value)} does not match `{text}`")

    return check


def _size(kind: type, limit: int, sign: int, code: str, unit: str) -> Checker:
    words = "at least" if sign > 0 else "at most"

    def check(value: Any) -> Faults:
        if not isinstance(value, kind):
            return None
        size = len(value)  # type: ignore[arg-type]
        if (size - limit) * sign >= 0:
            return None
        return _fault(code, f"must have {words} {limit} {unit}, not {size}")

    return check


def _multiple_of(divisor: float) -> Checker:
    def check(value: Any) -> Faults:
        if not isinstance(value, int | float) or isinstance(value, bool) or value % divisor == 0:
            return None
        return _fault("API004", f"must be a multiple of {divisor}, not {value}")

    return check


def _required(names: list[str]) -> Checker:
    def check(value: Any) -> Faults:
        if not isinstance(value, dict):
            return None
        faults = [
            Fault("API003", f"required field `{name}` is missing", path=name)
            for name in names
            if name not in value
        ]
        return faults or None

    return check


_WORDS: dict[str, Callable[[Any], Checker]] = {
    "enum": _enum,
    "pattern": _pattern,
    "multipleOf": _multiple_of,
    "minLength": lambda limit: _size(str, limit, 1, "API004", "characters"),
    "maxLength": lambda limit: _size(str, limit, -1, "API008", "characters"),
    "minItems": lambda limit: _size(list, limit, 1, "API004", "items"),
    "maxItems": lambda limit: _size(list, limit, -1, "API008", "items"),
    "minProperties": lambda limit: _size(dict, limit, 1, "API004", "keys"),
    "maxProperties": lambda limit: _size(dict, limit, -1, "API008", "keys"),
}


def _fields_test(schema: dict[str, Any], prune: bool, keeps: bool) -> Checker:
    """Check an object's fields: known ones against their schemas, unknown ones, and required ones."""
    properties: dict[str, Any] = schema.get("properties") or {}
    checkers = {name: compile_schema(part, prune) for name, part in properties.items()}
    nullable = {name for name, part in properties.items() if part.get("nullable") is True}
    defaulted = {name for name, part in properties.items() if part.get("default") is not None}
    additional = schema.get("additionalProperties")
    other = compile_schema(additional, prune) if isinstance(additional, dict) else None
    embedded = schema.get("x-kubernetes-embedded-resource") is True
    refuses_others = prune and not keeps and not additional
    required = _required([name for name in schema.get("required") or () if name not in defaulted])

    def check(value: Any) -> Faults:
        if not isinstance(value, dict):
            return None
        faults: list[Fault] = []
        dropped = False
        for key, item in value.items():
            checker = checkers.get(key)
            if checker is None:
                if other is None:
                    if refuses_others and not (embedded and key in _META):
                        faults.append(_unknown(key, value, checkers))
                    continue
                checker = other
            if item is None and key not in nullable:
                dropped = True
                continue
            below = checker(item)
            if below is not None:
                for fault in below:
                    if checker is other:
                        fault.enclose_item(key)
                    else:
                        fault.enclose(key)
                faults += below
        present = value
        if dropped:
            present = {key: item for key, item in value.items() if item is not None or key in nullable}
        missing = required(present)
        return (faults + missing if missing else faults) or None

    return check


def _unknown(key: str, value: dict[str, Any], known: dict[str, Any]) -> Fault:
    meant = nearest(key, known)
    if meant is None:
        return Fault("API001", f"unknown field `{key}`", path=key)
    twice = any(other == meant or (other != key and nearest(other, known) == meant) for other in value)
    repair = None if twice else Repair("rename-key", meant)
    return Fault("API001", f"unknown field `{key}`; did you mean `{meant}`?", repair, key)


def _list_type_tests(schema: dict[str, Any]) -> list[Checker]:
    kind = schema.get("x-kubernetes-list-type")
    if kind == "set":
        return [_no_twins(lambda item: json.dumps(item, sort_keys=True))]
    if kind == "map":
        keys = schema.get("x-kubernetes-list-map-keys") or []
        parts = (schema.get("items") or {}).get("properties") or {}
        defaults = {key: (parts.get(key) or {}).get("default") for key in keys}

        def identity(item: Any) -> str | None:
            if not isinstance(item, dict):
                return None
            return json.dumps([item.get(key, defaults[key]) for key in keys], sort_keys=True)

        return [_no_twins(identity)]
    return []


def _no_twins(identity: Callable[[Any], str | None]) -> Checker:
    def check(value: Any) -> Faults:
        if not isinstance(value, list) or len(value) < 2:
            return None
        seen: dict[str, int] = {}
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


def _combined(word: str, checkers: list[Checker]) -> Checker:
    def check(value: Any) -> Faults:
        results = [checker(value) for checker in checkers]
        if word == "allOf":
            return [fault for faults in results if faults for fault in faults] or None
        fitting = sum(faults is None for faults in results)
        if fitting == 1 or (fitting and word == "anyOf"):
            return None
        if fitting:
            return _fault(
                "API004", f"{kind_of(value)} fits {fitting} of the alternatives, and must fit only one"
            )
        return _fault("API004", f"{kind_of(value)} fits none of the {len(checkers)} alternatives")

    return check


def _negated(checker: Checker) -> Checker:
    def check(value: Any) -> Faults:
        return (
            _fault("API004", f"{kind_of(value)} is what the schema rules out")
            if checker(value) is None
            else None
        )

    return check

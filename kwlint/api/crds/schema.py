"""Holds values of custom resources against the OpenAPI schema of their definition, compiled to closures.

What the API server does (k8s.io/apiextensions-apiserver/pkg/apiserver: schema/pruning, schema/defaulting,
validation, schema/listtype): fields that the schema does not know are refused by strict decoding, a null of
a field that is not nullable is dropped, defaults count as set. Rules in CEL (``x-kubernetes-validations``)
are not evaluated.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.crds.constraints import Effort, list_type_tests, value_tests
from kwlint.api.crds.props import Props, is_nullable, props_of
from kwlint.api.decoding.decoder import NULL, Checker, each
from kwlint.api.decoding.scalars import Faults, kind_of, wrong_type
from kwlint.api.decoding.unknown import Fault, Spellings
from kwlint.api.violations import Repair
from kwlint.util.values import mapping

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
# Levels of a schema; what is below the last says nothing.
_DEPTH = 150
# Required fields that are looked up in one step.
_CHEAP = 100


def compile_schema(schema: Any, prune: bool = True) -> Checker:
    """Return the closure that holds a value against a schema; without ``prune`` unknown fields pass.

    The closure raises TooMuchError at a value that takes more steps than one object may.
    """
    effort = Effort()
    check = _compile(schema, effort, _DEPTH, prune)

    def begin(value: Any) -> Faults:
        effort.begin()
        return check(value)

    return begin


def _compile(schema: Any, effort: Effort, depth: int, prune: bool, keeps: bool = False) -> Checker:
    """Return the closure of a part of a schema that may have so many levels.

    With ``keeps`` unknown fields pass in the value itself and in a list's items, as under a schema that preserves them;
    the fields that it knows are held against their own schemas (skipPrune in schema/pruning/algorithm.go).
    """
    if depth == 0:
        return lambda value: None
    props = props_of(schema)
    tests: list[Checker] = [_type_test(props)]
    tests += value_tests(props, effort)
    keeps = keeps or "x-kubernetes-preserve-unknown-fields" in props
    if props.get("type") == "object" or any(word in props for word in _OBJECT_WORDS):
        tests.append(_fields_test(props, effort, depth, prune, keeps))
    if "items" in props:
        passed = NULL if is_nullable(props["items"]) else frozenset()
        tests.append(each(_compile(props["items"], effort, depth - 1, prune, keeps), list, passed, None))
    tests += list_type_tests(props)
    for word in ("allOf", "anyOf", "oneOf"):
        if word in props:
            parts = [_compile(part, effort, depth - 1, False) for part in props[word]]
            tests.append(_combined(word, parts))
    if "not" in props:
        tests.append(_negated(_compile(props["not"], effort, depth - 1, False)))

    def check(value: Any) -> Faults:
        effort.spend(1)
        faults: Faults = None
        for test in tests:
            below = test(value)
            if below is not None:
                if test is tests[0]:
                    return below
                if faults is None:
                    faults = below
                else:
                    faults += below
        return faults

    return check


def _type_test(props: Props) -> Checker:
    expected = props.get("type")
    nullable = "nullable" in props
    if "x-kubernetes-int-or-string" in props:
        classes: tuple[type, ...] = (int, str)
        name = "int-or-string"
    elif expected in _TYPES:
        classes = _TYPES[expected]
        name = _NAMES.get(str(expected), str(expected))
    else:
        return lambda value: None

    def check(value: Any) -> Faults:
        if value is None and nullable:
            return None
        if isinstance(value, classes) and (not isinstance(value, bool) or bool in classes):
            return None
        return wrong_type(value, name)

    return check


def _fields_test(props: Props, effort: Effort, depth: int, prune: bool, keeps: bool) -> Checker:
    """Check an object's fields: known ones against their schemas, unknown ones, and required ones."""
    properties: dict[str, Any] = props.get("properties", {})
    checkers = {name: _compile(part, effort, depth - 1, prune) for name, part in properties.items()}
    nullable = {name for name, part in properties.items() if is_nullable(part)}
    defaulted = {name for name, part in properties.items() if mapping(part).get("default") is not None}
    additional = props.get("additionalProperties")
    other = _compile(additional, effort, depth - 1, prune) if isinstance(additional, dict) else None
    embedded = "x-kubernetes-embedded-resource" in props
    refuses_others = prune and not keeps and not additional
    required = [name for name in props.get("required", ()) if name not in defaulted]
    spellings = Spellings(checkers)

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
                        faults.append(_unknown(key, value, spellings))
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
        effort.spend(len(required) // _CHEAP)
        for name in required:
            if name not in value or (dropped and value[name] is None and name not in nullable):
                effort.spend(1)
                faults.append(Fault("API003", f"required field `{name}` is missing", path=name))
        return faults or None

    return check


def _unknown(key: str, value: dict[str, Any], spellings: Spellings) -> Fault:
    meant = spellings.nearest(key)
    if meant is None:
        return Fault("API001", f"unknown field `{key}`", path=key)
    repair = Repair("rename-key", meant) if spellings.only(key, meant, value) else None
    return Fault("API001", f"unknown field `{key}`; did you mean `{meant}`?", repair, key)


def _combined(word: str, checkers: list[Checker]) -> Checker:
    def all_of(value: Any) -> Faults:
        return [fault for checker in checkers for fault in checker(value) or ()] or None

    def check(value: Any) -> Faults:
        fitting = 0
        for checker in checkers:
            if checker(value) is None:
                fitting += 1
                if word == "anyOf":
                    return None
        if fitting == 1:
            return None
        if fitting:
            message = f"{kind_of(value)} fits {fitting} of the alternatives, and must fit only one"
        else:
            message = f"{kind_of(value)} fits none of the {len(checkers)} alternatives"
        return [Fault("API004", message)]

    return all_of if word == "allOf" else check


def _negated(checker: Checker) -> Checker:
    def check(value: Any) -> Faults:
        if checker(value) is None:
            return [Fault("API004", f"{kind_of(value)} is what the schema rules out")]
        return None

    return check

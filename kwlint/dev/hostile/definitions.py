"""Hostile definitions of custom resources: odd schemas, patterns that explode, and large numbers of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import DIGITS, also, text_of

_ODD: tuple[Any, ...] = (
    None,
    "x",
    [],
    {},
    -1,
    0,
    1.5,
    True,
    [None],
    [5],
    ["a", "a"],
    {"a": 5},
    {"a": None},
    10**400,
    "9" * 400,
    [[]],
    -0.0,
    1e308,
)
_CONSTRAINTS = (
    "type", "properties", "additionalProperties", "items", "required", "enum", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    "uniqueItems", "pattern", "format", "allOf", "anyOf", "oneOf", "not", "nullable", "default", "$ref", "description",
    "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-int-or-string",
    "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-validations",
)  # fmt: skip
_PATTERNS = (
    "^(a+)+$", "(a|aa)+$", "a*b", "a{99999999999}", "(" * 2000 + ")" * 2000, "(?=a)", "(a)\\1", "[", "(?P<n>a)", "\\pL+", "(?i)A", "a{1001}",
    "((a{0,100}){0,100}){0,100}", "^(([a-z0-9]+)+-?)+$", "\\", "*", "", "[[:alpha:]]", "(?<n>a)", "\ud800",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (1.5, "x", [1], {"a": "b"}, None, True, 0, "a" * 60 + "X", -(10**30), [], {})


def definition(schema: Any, version: str = "v1") -> str:
    """Return a CustomResourceDefinition for kind Foo whose field `spec` has a schema, as JSON."""
    whole = {"type": "object", "properties": {"spec": schema}}
    versions = [{"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": whole}}]
    return json.dumps({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "foos.ex.com"},
        "spec": {"group": "ex.com", "names": {"kind": "Foo", "plural": "foos"}, "scope": "Namespaced", "versions": versions},
    })  # fmt: skip


def resources(values: tuple[Any, ...]) -> str:
    """Return custom resources with these values of `spec`, as a list in JSON."""
    items = [
        {"apiVersion": "ex.com/v1", "kind": "Foo", "metadata": {"name": f"f{number}"}, "spec": value}
        for number, value in enumerate(values)
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def _deep(depth: int) -> Any:
    schema: Any = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def _either(depth: int) -> Any:
    schema: Any = {"minimum": 5}
    for _ in range(depth):
        schema = {"anyOf": [schema, schema]}
    return schema


def cases() -> Iterator[Case]:
    """Yield the cases of definitions."""
    for constraint in _CONSTRAINTS:
        for number, value in enumerate(_ODD):
            for kind in ("number", "string", "array", "object") if number < 3 else ("object",):
                schema = {"type": kind, constraint: value}
                yield Case(
                    "definitions",
                    f"{kind} with {constraint}: {json.dumps(value)[:20]}",
                    also(text_of(definition(schema), "crd.json"), text_of(resources(_VALUES), "foo.json")),
                    as_nobody=False,
                )
    for pattern in _PATTERNS:
        schema = {"type": "string", "pattern": pattern}
        yield Case(
            "patterns of definitions",
            pattern[:30],
            also(
                text_of(definition(schema), "crd.json"),
                text_of(resources((*_VALUES, "a" * 1_000_000 + "X", "\ud800")), "foo.json"),
            ),
            as_nobody=False,
        )
    shapes: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "100,000 properties": ({"type": "object", "properties": {f"property{i}": {"type": "string"} for i in range(100_000)}}, ({"propertx1": "x"},)),
        "20,000 unknown fields": ({"type": "object", "properties": {f"property{i}": {"type": "string"} for i in range(2000)}}, ({f"propertx{i}": "x" for i in range(20_000)},)),
        "a set of 100,000": ({"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}}, ([f"i{i}" for i in range(100_000)],)),
        "unique mappings": ({"type": "array", "uniqueItems": True, "items": {"type": "object"}}, ([{"a": i} for i in range(20_000)],)),
        "a map of 20,000": ({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"], "items": {"type": "object", "properties": {"a": {"type": "string"}}}}, ([{"a": f"x{i}"} for i in range(20_000)],)),
        "an enumeration of 100,000": ({"enum": [f"e{i}" for i in range(100_000)]}, ("e", "f0")),
        "alternatives of 1,000": ({"type": "array", "items": {"anyOf": [{"minimum": i} for i in range(1000)]}}, (list(range(-1000, 0)),)),
        "alternatives within alternatives": (_either(14), (1,)),
        "depth of 90": (_deep(45), ({"a": {"a": {"a": 1}}},)),
        "a long identifier": ({"type": "string", "format": "uuid"}, ("a" * 1_000_000,)),
        "a long network": ({"type": "string", "format": "cidr"}, (f"1.2.3.4/{DIGITS}", f"::/{DIGITS}")),
        "a long time": ({"type": "string", "format": "date-time"}, ("2001-01-01T00:00:00Z" * 10_000,)),
        "a long duration": ({"type": "string", "format": "duration"}, ("1h" * 300_000, f"{DIGITS}h")),
        "long bytes": ({"type": "string", "format": "byte"}, ("=" * 1_000_000,)),
    }  # fmt: skip
    for name, (schema, values) in shapes.items():
        yield Case(
            "large definitions",
            name,
            also(text_of(definition(schema), "crd.json"), text_of(resources(values), "foo.json")),
            as_nobody=False,
        )
    several = "\n---\n".join(
        definition({"type": "string"}).replace("foos", f"foos{i}").replace("Foo", f"Foo{i}")
        for i in range(5000)
    )
    yield Case(
        "large definitions",
        "5,000 of them",
        also(text_of(several, "crd.yaml"), text_of(resources(("x",)), "foo.json")),
        as_nobody=False,
    )
    kinds = "".join(
        f"---\napiVersion: ex{i % 7}.com/v1\nkind: Foo{i}\nmetadata: {{name: f}}\nspec: {{a: b}}\n"
        for i in range(5000)
    )
    yield Case("large definitions", "5,000 kinds", text_of(kinds), as_nobody=False)

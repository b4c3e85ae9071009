"""Custom resources held against definitions that are given."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kwlint.api.crds import constraints
from kwlint.api.crds.definitions import Definitions
from kwlint.api.judge import judge
from kwlint.api.violations import Repair, Violation
from kwlint.dev.parity import load

CRD = load("""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1beta1
    served: false
    storage: false
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [size, colour]
            properties:
              size: {type: integer, minimum: 1, maximum: 9, format: int32}
              share: {type: number, minimum: 0, exclusiveMinimum: true, multipleOf: 0.5}
              colour: {type: string, enum: [Red, Green], default: Red}
              name: {type: string, pattern: "^[a-z]+$", maxLength: 5, minLength: 2}
              enabled: {type: boolean}
              note: {type: string, nullable: true}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              address: {type: string, format: ipv4}
              open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: object}}}
              pipes: {type: array, x-kubernetes-preserve-unknown-fields: true, items: {type: object, properties: {known: {type: object}}}}
              pod: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
              tags: {type: array, x-kubernetes-list-type: set, maxItems: 3, items: {type: string}}
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [port, protocol]
                items:
                  type: object
                  required: [port]
                  properties: {port: {type: integer}, protocol: {type: string, default: TCP}}
              labels: {type: object, additionalProperties: {type: string}, maxProperties: 2}
              one: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}
              other: {type: string, not: {enum: [none]}}
""")
GOOD = load("""
apiVersion: example.com/v1
kind: Widget
metadata: {name: a}
spec:
  size: 3
  share: 1.5
  note: null
  enabled: null
  port: http
  address: 10.0.0.1
  open: {any: {thing: [1]}, known: {}}
  pipes: [{any: {thing: [1]}, known: {}}]
  pod: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {}}
  tags: [a, b]
  ports: [{port: 1}, {port: 1, protocol: UDP}]
  labels: {a: b}
  one: {a: x}
""")
DEFINITIONS = Definitions([CRD])


def judged(document: Any) -> list[Violation]:
    """Return what is found at a widget on the newest version."""
    return judge(document, 37, DEFINITIONS)


def widget(**changes: Any) -> dict[str, Any]:
    """Return the good widget with other fields in its spec."""
    document: dict[str, Any] = copy.deepcopy(GOOD)
    document["spec"].update(changes)
    return document


def test_a_good_one_passes() -> None:
    assert judged(GOOD) == []


@pytest.mark.parametrize(
    ("field", "value", "code", "path"),
    [
        ("size", 0, "API004", "spec.size"),
        ("size", 10, "API004", "spec.size"),
        ("size", "3", "API002", "spec.size"),
        ("size", True, "API002", "spec.size"),
        ("size", 1.5, "API002", "spec.size"),
        ("size", None, "API003", "spec.size"),
        ("share", 0, "API004", "spec.share"),
        ("share", 0.75, "API004", "spec.share"),
        ("colour", "blue", "API005", "spec.colour"),
        ("name", "Abc", "API004", "spec.name"),
        ("name", "abcdef", "API008", "spec.name"),
        ("name", "a", "API004", "spec.name"),
        ("enabled", "yes", "API002", "spec.enabled"),
        ("port", 1.5, "API002", "spec.port"),
        ("port", True, "API002", "spec.port"),
        ("address", "10.0.0.256", "API004", "spec.address"),
        ("pod", {"foo": 1}, "API001", "spec.pod.foo"),
        ("open", {"known": {"foo": 1}}, "API001", "spec.open.known.foo"),
        ("pipes", [{"known": {"foo": 1}}], "API001", "spec.pipes[0].known.foo"),
        ("tags", ["a", "a"], "API006", "spec.tags[1]"),
        ("tags", ["a", "b", "c", "d"], "API008", "spec.tags"),
        ("tags", ["a", None], "API002", "spec.tags[1]"),
        ("tags", "a", "API002", "spec.tags"),
        ("ports", [{"port": 1}, {"port": 1, "protocol": "TCP"}], "API006", "spec.ports[1]"),
        ("ports", [{}], "API003", "spec.ports[0].port"),
        ("ports", [{"port": 1, "name": "x"}], "API001", "spec.ports[0].name"),
        ("labels", {"a": 1}, "API002", "spec.labels[a]"),
        ("labels", {"a": "", "b": "", "c": ""}, "API008", "spec.labels"),
        ("one", {}, "API004", "spec.one"),
        ("one", {"a": "", "b": ""}, "API004", "spec.one"),
        ("other", "none", "API004", "spec.other"),
        ("frobnicate", 1, "API001", "spec.frobnicate"),
    ],
)
def test_a_bad_field(field: str, value: Any, code: str, path: str) -> None:
    assert [(found.code, found.path) for found in judged(widget(**{field: value}))] == [(code, path)]


def test_repairs() -> None:
    (colour,) = judged(widget(colour="green"))
    assert colour.repair == Repair("replace", "Green")
    (shares,) = judged(widget(adress="10.0.0.1"))
    assert (shares.repair, shares.on_key) == (None, True)  # `address` is there already
    document = widget(adress="10.0.0.1")
    del document["spec"]["address"]
    (adress,) = judged(document)
    assert adress.repair == Repair("rename-key", "address")


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"apiVersion": "example.com/v1beta1"}, "API013", "apiVersion"),
        ({"apiVersion": "example.com/v2"}, "API013", "apiVersion"),
        ({"kind": "Widgets"}, "API013", "kind"),
        ({"metadata": {"name": "A_b"}}, "API004", "metadata.name"),
        ({"metadata": {"name": "a", "labels": {"x": 1}}}, "API002", "metadata.labels[x]"),
        ({"metadata": {"name": "a", "label": {}}}, "API001", "metadata.label"),
        ({"spec": None}, "API003", "spec"),
        ({"spec": []}, "API002", "spec"),
        ({"foo": 1}, "API001", "foo"),
    ],
)
def test_around_the_spec(changes: dict[str, Any], code: str, path: str) -> None:
    assert [(found.code, found.path) for found in judged({**GOOD, **changes})] == [(code, path)]


def test_what_no_definition_describes_passes() -> None:
    assert judged({**GOOD, "kind": "Gadget"}) == []
    assert judge(widget(size="x"), 37) == []
    assert judge(widget(size="x"), 37, Definitions([])) == []


@pytest.mark.parametrize(
    "crd", [None, {}, {"spec": []}, {"spec": {"names": {"kind": "Widget"}, "group": "example.com"}}]
)
def test_what_is_no_definition_is_left_out(crd: Any) -> None:
    assert judge(widget(size="x"), 37, Definitions([crd])) == []


@pytest.mark.parametrize("schema", [None, {"properties": 1}, {"properties": {"spec": 1}}])
def test_a_broken_schema_judges_nothing(schema: Any) -> None:
    crd: dict[str, Any] = copy.deepcopy(CRD)
    crd["spec"]["versions"][1]["schema"] = {"openAPIV3Schema": schema}
    assert judge(widget(size="x"), 37, Definitions([crd])) == []


_NUMBERS: list[Any] = ["x", None, [], {}, True, "9" * 5000, 0, -1, 5e-324]
_SIZES: list[Any] = ["x", None, [], 1.5, True]
_FLAGS: list[Any] = [5, None, "x", []]
_PARTS: list[Any] = [5, None, "x", {}, [5], [None], [[]], []]
ODD: dict[str, list[Any]] = {
    "type": [5, None, ["string"], {}, True],
    "format": [5, None, [], "9" * 5000],
    "pattern": [5, None, [], "(", "a{99999999999}", "(" * 2000 + ")" * 2000, "\ud800"],
    **{word: list(_NUMBERS) for word in ("minimum", "maximum", "multipleOf")},
    **{word: list(_SIZES) for word in ("minLength", "maxLength", "minItems", "maxItems")},
    **{word: list(_SIZES) for word in ("minProperties", "maxProperties")},
    **{
        word: list(_FLAGS)
        for word in ("exclusiveMinimum", "exclusiveMaximum", "uniqueItems", "nullable", "not")
    },
    "enum": [5, None, "x", {}, [], [None], [[], {}], [[1], {"a": []}]],
    "required": [5, None, "x", {}, [5], [None], [[]], [{}]],
    "properties": [5, None, "x", [], {"a": 5}, {"a": None}, {"a": []}],
    "additionalProperties": _FLAGS,
    "items": [5, None, "x", [], [{"type": "string"}]],
    **{word: list(_PARTS) for word in ("allOf", "anyOf", "oneOf")},
    "default": [5, None, [], {}],
    "x-kubernetes-list-type": [5, None, [], "x", "map", "set"],
    "x-kubernetes-list-map-keys": [5, None, "x", {}, [5], [None], [[]], [{}]],
    "x-kubernetes-int-or-string": _FLAGS,
    "x-kubernetes-preserve-unknown-fields": _FLAGS,
    "x-kubernetes-embedded-resource": _FLAGS,
}


@pytest.mark.parametrize("word", ODD)
def test_nothing_follows_from_a_constraint_of_another_type(word: str) -> None:
    for odd in ODD[word]:
        kinds = {"n": "number", "s": "string", "l": "array", "o": "object"}
        properties = {name: {"type": kind, word: odd} for name, kind in kinds.items()}
        if word == "x-kubernetes-list-map-keys":
            properties["l"] |= {"x-kubernetes-list-type": "map", "items": {}}
        definitions = Definitions([crd({"type": "object", "properties": properties})])
        for spec in (
            {"n": 1.5, "s": "x", "l": [{"a": 1}], "o": {}},
            {"n": -7, "s": "", "l": [], "o": {}},
        ):
            found = judge({**GOOD, "spec": spec}, 37, definitions)
            legal = odd in ("map", "set") or odd == [] or word in ("enum", "minimum", "maximum")
            assert found == [] or legal, (odd, spec)


def crd(schema: Any) -> dict[str, Any]:
    """Return a definition of widgets whose ``spec`` has the schema."""
    changed: dict[str, Any] = copy.deepcopy(CRD)
    root = {"type": "object", "properties": {"spec": schema}}
    changed["spec"]["versions"][1]["schema"] = {"openAPIV3Schema": root}
    return changed


def nested(depth: int, word: str) -> dict[str, Any]:
    """Return a schema that repeats itself twice at each of so many levels."""
    schema: dict[str, Any] = {"type": "string", "maxLength": 1}
    for _ in range(depth):
        schema = {word: [schema, schema]}
    return schema


def deep(depth: int) -> tuple[dict[str, Any], Any]:
    """Return a schema of so many levels, and a value as deep."""
    schema: dict[str, Any] = {"type": "string"}
    value: Any = 5
    for _ in range(depth):
        schema, value = {"type": "object", "properties": {"a": schema}}, {"a": value}
    return schema, value


MANY = 5_000


@pytest.mark.parametrize(
    ("schema", "spec", "count"),
    [
        ({"type": "string", "pattern": "^(a+)+$"}, "a" * 40 + "X", 1),
        ({"type": "string", "pattern": "a*b"}, "a" * 1_000_000, 1),
        ({"type": "string", "pattern": "b{99999999999}"}, "a", 0),
        ({"type": "string", "pattern": "^a?$"}, "\ud800", 1),
        ({"type": "string", "format": "cidr"}, "1.1.1.1/" + "9" * 10_000, 1),
        ({"type": "string", "format": "uuid"}, "a" * 1_000_000, 1),
        ({"type": "array", "x-kubernetes-list-type": "set"}, list(range(MANY)), 0),
        ({"type": "array", "x-kubernetes-list-type": "set"}, [1] * MANY, MANY - 1),
        ({"type": "array", "items": {"enum": list(range(MANY))}}, list(range(1, MANY + 1)), 1),
        ({"type": "array", "items": {"type": "integer"}}, ["x"] * MANY, MANY),
        ({"type": "object", "properties": {f"p{i}": {} for i in range(MANY)}}, {f"q{i}": 1 for i in range(MANY)}, MANY),
        ({"type": "object", "properties": {"size": {}}}, {f"size{chr(0x4E00 + i)}": 1 for i in range(MANY)}, MANY),
        ({"type": "array", "items": {"required": [f"r{i}" for i in range(MANY)]}}, [{}] * MANY, 1),
        ({"type": "array", "items": {"anyOf": [{"minLength": i} for i in range(2, MANY)]}}, [""] * MANY, 1),
        (nested(10, "allOf"), "a", 0),
        ({"type": "array", "items": nested(12, "oneOf")}, ["abc"] * MANY, 1),
        (*deep(100), 1),
        (*deep(400), 0),
    ],
)  # fmt: skip
def test_size_is_no_matter(schema: Any, spec: Any, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constraints, "_STEPS", 50_000)
    assert len(judge({**GOOD, "spec": spec}, 37, Definitions([crd(schema)]))) == count


def test_an_object_that_takes_too_long_is_said_not_to_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constraints, "_STEPS", 10_000)
    schema = {"type": "array", "items": nested(12, "oneOf")}
    (found,) = judge({**GOOD, "spec": ["abc"] * 1000}, 37, Definitions([crd(schema)]))
    assert (found.path, found.refused) == ("kind", False)
    assert "are not judged" in found.message


@pytest.mark.parametrize(
    ("kind", "divisor", "value", "refused"),
    [
        ("number", 0.1, 0.3, False),
        ("number", 0.1, 0.35, True),
        ("number", 0.5, 3, False),
        ("number", 5e-324, 0.0, False),
        ("number", 1e300, 1.5, True),
        ("integer", 3, 9, False),
        ("integer", 3, 10, True),
        ("integer", 2**63, 2**64 - 1, True),
    ],
)
def test_multiples(kind: str, divisor: float, value: float, refused: bool) -> None:
    found = judge({**GOOD, "spec": value}, 37, Definitions([crd({"type": kind, "multipleOf": divisor})]))
    assert bool(found) is refused


def test_many_kinds_are_told_apart_by_an_index() -> None:
    spec = CRD["spec"]
    kinds = [f"Widget{index:04d}Thing" for index in range(2000)]
    known = Definitions({**CRD, "spec": {**spec, "names": {"kind": kind}}} for kind in kinds)
    for index in range(2000):
        (found,) = judge({**GOOD, "kind": f"Widget{index:04d}Thinh"}, 37, known)
        assert f"did you mean `Widget{index:04d}Thing`?" in found.message


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"pattern": "("}, "properties[spec].pattern"),
        ({"properties": {"a": {"pattern": "(?=a)"}}}, "properties[spec].properties[a].pattern"),
        ({"items": {"anyOf": [{}, {"pattern": "a{99999999999}"}]}}, "properties[spec].items.anyOf[1].pattern"),
        ({"additionalProperties": {"not": {"pattern": "["}}}, "properties[spec].additionalProperties.not.pattern"),
        ({"pattern": "^[a-z]+$"}, None),
        ({"pattern": r"\pL{1000}"}, None),
        ({"pattern": None}, None),
    ],
)  # fmt: skip
def test_a_pattern_of_a_definition(schema: Any, path: str | None) -> None:
    found = [(item.code, item.path) for item in judge(crd(schema), 37)]
    assert found == ([("API004", f"spec.versions[1].schema.openAPIV3Schema.{path}")] if path else [])

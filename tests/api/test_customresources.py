"""Custom resources held against definitions that are given."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kwlint.api.customresources import Definitions
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

"""Strict decoding: what Go's JSON decoder says of a document's keys and types, compiled to closures.

A closure takes a value and answers None, or the faults found with paths that are relative to that value;
whoever called it puts its own step in front. So nothing is built, and no path known, where all is well.
The semantics are those of sigs.k8s.io/json (internal/golang/encoding/json/decode.go, kubernetes_patch.go)
with unknown fields disallowed: keys are case-sensitive, null leaves any field unset.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kwlint.api.decoding.scalars import Faults, int32, int64, named_scalar, wrong_type
from kwlint.api.decoding.unknown import Fault, Homes
from kwlint.api.violations import Violation
from kwlint.data import schema_text

Checker = Callable[[Any], Faults]
Fields = dict[str, Any]

NULL: frozenset[type] = frozenset({type(None)})
_NULL_OR_STRING: frozenset[type] = frozenset({type(None), str})
_decoders: dict[int, Decoder] = {}


def decoder(minor: int) -> Decoder:
    """Return the decoder of a version, made once in a process; ``minor`` is 37 for Kubernetes 1.37."""
    found = _decoders.get(minor)
    if found is None:
        found = _decoders[minor] = Decoder(minor)
    return found


def _strange(value: Any, expected: type) -> Faults:
    """Check a value that is not exactly of the class that the field's values usually are."""
    if isinstance(value, expected):
        return None
    return wrong_type(value, "string" if expected is str else "boolean")


def each(checker: Checker, container: type, passed: frozenset[type], expected: str | None) -> Checker:
    """Return the closure that checks each item of a list or mapping (the ``container``).

    Items of the classes ``passed`` are as good as checked. What is no such container is of the wrong type, its name
    being ``expected``, or nobody's business here where that is None.
    """
    steps: Callable[[Any], Any] = enumerate if container is list else dict.items

    def check(value: Any) -> Faults:
        if not isinstance(value, container):
            return wrong_type(value, expected) if expected else None
        faults: Faults = None
        for step, item in steps(value):
            if item.__class__ in passed:
                continue
            below = checker(item)
            if below is not None:
                for fault in below:
                    fault.enclose_item(str(step))
                if faults is None:
                    faults = below  # the list of nobody else, as each answer is made anew
                else:
                    faults += below
        return faults

    return check


def within(span: str, minor: int) -> bool:
    """Return whether a minor version lies in a span of schemas/: ``28-``, ``-28``, ``26-31`` or empty."""
    first, _, last = span.partition("-")
    return not (first and minor < int(first)) and not (last and minor > int(last))


class Decoder:
    """The definitions of one Kubernetes version, read and compiled as they are met."""

    def __init__(self, minor: int) -> None:
        self.minor = minor
        self._lines: dict[str, str] = {}
        self._gates: dict[str, dict[str, tuple[str, int]]] = {}
        for line in schema_text("definitions.json").split("\n"):
            if line[:1] == '"':
                name, _, text = line[1:].partition('":')
                self._lines[name] = text
        gates = json.loads(schema_text("gates.json"))
        for key, (gate, on) in gates.items():
            if not on or minor < on:
                definition, _, field = key.rpartition(".")
                self._gates.setdefault(definition, {})[field] = (gate, on)
        self._structs: dict[str, Checker] = {}
        self._spans: dict[str, dict[str, str]] = {}
        self._types: dict[str, dict[str, str]] = {}

    def violations(self, definition: str, document: dict[str, Any]) -> list[Violation]:
        """Return what strict decoding of a document into a definition (``apps.v1.Deployment``) finds."""
        faults = self.struct(definition)(document)
        return [] if faults is None else [fault.violation() for fault in faults]

    def names(self) -> list[str]:
        """Return the names of all definitions, those of other versions included."""
        return list(self._lines)

    def spans(self, definition: str) -> dict[str, str]:
        """Return a definition's fields with their types and spans, those of other versions included."""
        found = self._spans.get(definition)
        if found is None:
            line = self._lines.get(definition)
            found = self._spans[definition] = json.loads(line.rstrip(",")) if line else {}
        return found

    def fields(self, definition: str) -> dict[str, str]:
        """Return the types of a definition's fields in this version."""
        found = self._types.get(definition)
        if found is None:
            found = {}
            for field, text in self.spans(definition).items():
                for part in text.split("|"):
                    expected, _, span = part.partition(" ")
                    if within(span, self.minor):
                        found[field] = expected
            self._types[definition] = found
        return found

    def struct(self, definition: str) -> Checker:
        """Return the closure that checks a value against a definition."""
        found = self._structs.get(definition)
        if found is None:
            found = self._structs[definition] = self._compile_struct(definition)
        return found

    def faults(self, expected: str, value: Any) -> list[Fault]:
        """Return what is wrong with a value of a type as ``fields`` gives it; null is unset."""
        return [] if value is None else list(self._compile(expected)(value) or ())

    def _compile_struct(self, definition: str) -> Checker:
        expectations: Fields = {}
        gates = self._gates.get(definition, {})
        for field, expected in self.fields(definition).items():
            if field in gates:
                expectations[field] = self._gated(field, expected, *gates[field])
            elif expected == "string":
                expectations[field] = str
            elif expected == "boolean":
                expectations[field] = bool
            elif expected == "int32":
                expectations[field] = int32
            elif expected == "int64":
                expectations[field] = int64
            else:
                expectations[field] = self._later(expectations, field, expected)
        get = expectations.get
        homes = Homes(self, definition)

        def check(value: Any) -> Faults:
            if not isinstance(value, dict):
                return wrong_type(value, "object")
            faults: Faults = None
            for key, item in value.items():
                expected = get(key)
                if item.__class__ is expected:
                    continue
                if expected is None:
                    below = [homes.unknown(key, value)]
                elif item is None:
                    continue
                else:
                    scalar = expected is str or expected is bool
                    answer: Faults = _strange(item, expected) if scalar else expected(item)
                    if answer is None:
                        continue
                    below = answer
                    for fault in below:
                        homes.enclose(fault, key)
                if faults is None:
                    faults = below
                else:
                    faults += below
            return faults

        return check

    def _gated(self, field: str, expected: str, gate: str, on: int) -> Checker:
        """Return the closure of a field that the server drops without a word, its feature gate being off.

        Source: dropDisabledFields in pkg/api/pod/util.go and each kind's strategy.go, and pkg/features.
        """
        later = f"; it is on from 1.{on}" if on else ""
        message = (
            f"field `{field}` is dropped by Kubernetes 1.{self.minor}, where the feature gate `{gate}` is off"
            f" unless it was turned on{later}"
        )
        checker: Checker | None = None

        def check(value: Any) -> Faults:
            nonlocal checker
            checker = checker or self._compile(expected)
            return [Fault("API012", message, refused=False), *(checker(value) or ())]

        return check

    def _later(self, expectations: Fields, field: str, expected: str) -> Checker:
        """Return a stand-in that compiles what it stands for when first called, and gives it its place."""

        def compile_and_check(value: Any) -> Faults:
            checker = expectations[field] = self._compile(expected)
            return checker(value)

        return compile_and_check

    def _compile(self, expected: str) -> Checker:
        for mark, container, name in (("[]", list, "list"), ("map:", dict, "map")):
            if expected.startswith(mark):
                item = expected[len(mark) :]
                passed = _NULL_OR_STRING if item == "string" else NULL
                return each(self._compile(item), container, passed, name)
        return named_scalar(expected) or self.struct(expected)

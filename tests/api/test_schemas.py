"""The files in schemas/kubernetes/ are what their generator makes."""

from __future__ import annotations

import json

import pytest

from kwlint.api.decoding.decoder import decoder
from kwlint.data import schema_text
from kwlint.dev.schemas import generate, spans

MINORS = [25, 26, 27, 28]


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ({25: "a", 26: "a", 27: "a", 28: "a"}, "a"),
        ({27: "a", 28: "a"}, "a 27-"),
        ({25: "a", 26: "a"}, "a -26"),
        ({26: "a", 27: "a"}, "a 26-27"),
        ({25: "a", 26: "b", 27: "b", 28: "b"}, "a -25|b 26-"),
        ({25: "a", 28: "a"}, "a -25|a 28-"),
    ],
)
def test_spans(types: dict[int, str], expected: str) -> None:
    assert spans(types, MINORS) == expected


def test_gated_fields_exist() -> None:
    gates = json.loads(schema_text("gates.json"))
    fields = decoder(37)
    for key, (_, on) in gates.items():
        definition, _, field = key.rpartition(".")
        assert field in fields.spans(definition), key
        assert on == 0 or 25 < on <= 37, key


def test_the_files_are_fresh() -> None:
    pytest.importorskip("kubernetes_validate")
    for name, content in generate().items():
        assert schema_text(name) == content, name

"""The sentences of violations: one that starts with its verb gets the field for its subject."""

from __future__ import annotations

import pytest

from kwlint.api.violations import Violations, sentence


@pytest.mark.parametrize(
    ("path", "message", "wanted"),
    [
        ("spec.replicas", "must not be negative", "`replicas` must not be negative"),
        ("spec.clusterIPs[0]", "must not be `None`", "`clusterIPs[0]` must not be `None`"),
        ("spec.capacity[storage]", "must be set", "`storage` must be set"),
        ("metadata.annotations[a.io/b]", "has no effect", "`a.io/b` has no effect"),
        ("items[0]", "is the same as item 1", "`items[0]` is the same as item 1"),
        ("", "must be set", "the object must be set"),
        ("spec.ports", "two ports have the number 80", "two ports have the number 80"),
        ("spec.ports", "mustard", "mustard"),
    ],
)
def test_a_verb_gets_its_subject(path: str, message: str, wanted: str) -> None:
    assert sentence(path, message) == wanted


def test_what_is_recorded_has_a_subject() -> None:
    violations = Violations(37)
    violations.required("spec.selector", "must be set")
    violations.warning("spec.externalIPs", "is deprecated")
    assert [found.message for found in violations.found] == [
        "`selector` must be set",
        "`externalIPs` is deprecated",
    ]

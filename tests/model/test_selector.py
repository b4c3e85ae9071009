"""Label selectors, matched as the API machinery matches them."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.model.selector import NOTHING, PodLabels, Requirement, parse, parse_map

WEB = {"app": "web", "tier": "front"}


def expressions(*found: Any) -> dict[str, Any]:
    return {"matchExpressions": list(found)}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        (None, False),
        ({}, True),
        ({"matchLabels": None}, True),
        ({"matchLabels": {}}, True),
        ({"matchLabels": {}, "matchExpressions": []}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "Web"}}, False),
        ({"matchLabels": {"app": "web", "tier": "back"}}, False),
        ({"matchLabels": {"app": ""}}, False),
        (expressions({"key": "app", "operator": "In", "values": ["db", "web"]}), True),
        (expressions({"key": "app", "operator": "In", "values": ["db"]}), False),
        (expressions({"key": "none", "operator": "In", "values": ["db"]}), False),
        (expressions({"key": "app", "operator": "NotIn", "values": ["db"]}), True),
        (expressions({"key": "app", "operator": "NotIn", "values": ["web"]}), False),
        (expressions({"key": "none", "operator": "NotIn", "values": ["x"]}), True),
        (expressions({"key": "app", "operator": "Exists"}), True),
        (expressions({"key": "none", "operator": "Exists"}), False),
        (expressions({"key": "none", "operator": "DoesNotExist"}), True),
        (expressions({"key": "app", "operator": "DoesNotExist"}), False),
        ({"matchLabels": {"app": "web"}, **expressions({"key": "tier", "operator": "DoesNotExist"})}, False),
        # What has a wrong type is refused for that and selects nothing more than it says.
        ({"matchLabels": {"app": 1}}, False),
        ({"matchLabels": {"app": "web", "version": 1.5}}, True),
        ("app=web", False),
        ([], False),
    ],
)
def test_label_selectors(selector: Any, matches: bool) -> None:
    found = parse(selector)
    assert found.matches(PodLabels(WEB)) is matches
    assert bool(found.missed(PodLabels(WEB))) is (not matches and not found.nothing)


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        (None, False),
        ({}, False),
        ({"app": "web"}, True),
        ({"app": "web", "tier": "front"}, True),
        ({"app": "web", "x": "y"}, False),
        ({"app": 5}, False),
        ("x", False),
    ],
)
def test_maps(selector: Any, matches: bool) -> None:
    assert parse_map(selector).matches(PodLabels(WEB)) is matches


@pytest.mark.parametrize(
    ("operator", "values", "matches"),
    [("In", ("x",), True), ("NotIn", ("x",), True), ("Exists", (), True), ("DoesNotExist", (), False)],
)
def test_added_labels_have_a_value_that_is_not_known(
    operator: str, values: tuple[str, ...], matches: bool
) -> None:
    labels = PodLabels({}, frozenset({"pod-template-hash"}))
    assert Requirement("pod-template-hash", operator, values).matches(labels) is matches
    written = PodLabels({"pod-template-hash": "y"}, frozenset({"pod-template-hash"}))
    assert Requirement("pod-template-hash", "In", ("x",)).matches(written) is False


def test_pair() -> None:
    assert parse({}).pair() is None
    assert NOTHING.pair() is None
    several = expressions({"key": "a", "operator": "In", "values": ["1", "2"]})
    assert parse(several).pair() is None
    single = expressions({"key": "a", "operator": "In", "values": ["1"]})
    assert parse({**single, "matchLabels": {}}).pair() == ("a", "1")


def test_text() -> None:
    selector = parse(
        {
            "matchLabels": {"app": "web"},
            **expressions(
                {"key": "a", "operator": "In", "values": ["1", "2"]},
                {"key": "b", "operator": "NotIn", "values": ["3"]},
                {"key": "c", "operator": "Exists"},
                {"key": "d", "operator": "DoesNotExist"},
            ),
        }
    )
    assert str(selector) == "app=web, a in (1, 2), b not in (3), c, !d"


def test_everything() -> None:
    assert parse({}).everything
    assert not parse(None).everything
    assert not parse({"matchLabels": {"a": "b"}}).everything

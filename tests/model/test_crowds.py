"""Indexes of many workloads and selectors, which find what a look at each of them finds."""

from __future__ import annotations

from random import Random

import pytest

from kwlint.model.project import podindex, selectorindex
from kwlint.model.project.nearnames import Names
from kwlint.model.project.podindex import PodIndex
from kwlint.model.project.selectorindex import SelectorIndex
from kwlint.model.resources import Resource
from kwlint.model.selector import PodLabels, Requirement, Selector
from tests.model.files import resources_of

KEYS, VALUES = ("a", "b", "c", "d"), ("x", "y", "z")


def labels(random: Random) -> PodLabels:
    written = {key: random.choice(VALUES) for key in KEYS if random.random() < 0.6}
    added = frozenset(key for key in KEYS if random.random() < 0.1)
    return PodLabels(written, added, frozenset(key for key in KEYS if random.random() < 0.1))


def selector(random: Random) -> Selector:
    found = []
    for key in random.sample(KEYS, random.randint(0, 3)):
        operator = random.choice(("In", "In", "NotIn", "Exists", "DoesNotExist", "Unknown"))
        wanted = random.sample(VALUES, random.randint(1, 2)) if operator in ("In", "NotIn") else ()
        found.append(Requirement(key, operator, tuple(wanted)))
    return Selector(tuple(found))


def workloads(number: int) -> list[Resource]:
    text = "".join(
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{index}}}\nspec: {{}}\n"
        for index in range(number)
    )
    return resources_of({"pods.yaml": text})


@pytest.mark.parametrize("few", [0, 4, 1000])
def test_selected(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(podindex, "_FEW", few)
    random = Random(few)
    pods = workloads(60)
    index = PodIndex()
    for item in pods:
        assert item.pods is not None
        item.pods.labels = labels(random)
        index.add("", item)
    for wanted in [selector(random) for _ in range(300)]:
        having = [(item, item.pods.labels) for item in pods if item.pods is not None]
        certain = [item for item, own in having if wanted.matches(own.settled)]
        likely = [
            item
            for item, own in having
            if wanted.matches(own) and any(one.matches(own.settled) for one in wanted.requirements)
        ]
        assert list(index.selected("", wanted)) == (certain or likely)


@pytest.mark.parametrize("few", [0, 4, 1000])
def test_selecting(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectorindex, "_FEW", few)
    random = Random(few)
    having = [(item, selector(random)) for item in workloads(80)]
    index = SelectorIndex()
    for item, wanted in having:
        index.add(item, wanted)
    for own in [labels(random) for _ in range(300)]:
        assert list(index.selecting(own)) == [item for item, wanted in having if wanted.matches(own)]
    for narrow in [selector(random) for _ in range(100)]:
        assert list(index.above(narrow)) == [
            item for item, wanted in having if set(wanted.requirements) <= set(narrow.requirements)
        ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("setings-1234", "settings-1234"),
        ("settings-1234x", "settings-1234"),
        ("Settings_1234", "settings-1234"),
        ("ettings-1234", "settings-1234"),
    ],
)
def test_names_around(name: str, meant: str) -> None:
    around = Names(f"settings-{number}" for number in range(5000)).around(name)
    assert meant in around
    assert len(around) < 100
    assert Names(["b", "a", "b"]).around("c") == ["b", "a"]

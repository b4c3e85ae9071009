"""Near misses: what is one, what is a sibling, and that the distance is a distance."""

from __future__ import annotations

from random import Random

import pytest

from kwlint.model.near import distance, near_miss


@pytest.mark.parametrize(
    ("name", "candidates", "near"),
    [
        ("webb", ["web-a", "webs", "db"], "webs"),
        ("Web", ["web"], "web"),
        ("my_app", ["my-app"], "my-app"),
        ("myApp", ["my-app"], "my-app"),
        ("postgers", ["postgres", "postgis"], "postgres"),
        ("frontent", ["frontend", "backend"], "frontend"),
        ("checkout-servce", ["checkout-service", "check"], "checkout-service"),
        ("gp2", ["gp3"], None),
        ("gp22", ["gp23"], None),
        ("redis-1", ["redis-2"], None),
        ("v1.30", ["v1.31"], None),
        ("web-a", ["web-b"], None),
        ("db-rw", ["db-ro"], None),
        ("api", ["app"], None),
        ("abc", ["abd"], None),
        ("abcd", ["abce"], "abce"),
        ("abcd", ["abxy"], None),
        ("abcdefgh", ["abcdefxy"], "abcdefxy"),
        ("web", ["web"], None),
        ("web", [], None),
        ("", ["a", ""], None),
        ("shop", ["shop-frontend"], None),
        ("STS0O1", ["STS001"], "STS001"),
    ],
)
def test_near_misses(name: str, candidates: list[str], near: str | None) -> None:
    assert near_miss(name, candidates) == near
    assert near_miss(name, reversed(candidates)) == near


@pytest.mark.parametrize(
    ("one", "other", "off"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "xbc", 1),
        ("kitten", "sitting", 3),
    ],
)
def test_distance(one: str, other: str, off: int) -> None:
    assert distance(one, other, 10) == distance(other, one, 10) == off


def test_distance_is_symmetric_and_stops_at_its_limit() -> None:
    random = Random(3)
    for _ in range(500):
        one, other = ("".join(random.choices("abc", k=random.randint(0, 7))) for _ in range(2))
        full = distance(one, other, 20)
        assert full == distance(other, one, 20)
        assert (full == 0) == (one == other)
        for limit in range(4):
            assert distance(one, other, limit) == min(full, limit + 1)

"""Near misses: what is one, what is a sibling, and that the distance is a distance."""

from __future__ import annotations

from random import Random

import pytest

from kwlint.util import spelling
from kwlint.util.spelling import Names, distance, near_miss, near_name


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
    assert near_miss(name, Names(candidates)) == near
    many = [f"zq{index:03d}-unlike-all-the-others" for index in range(100)]
    assert near_miss(name, [*many, *candidates]) == near


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


def test_many_names_answer_as_each_of_them_would() -> None:
    random = Random(5)
    words = ("app", "api", "config", "confg", "web", "redis", "frontend", "credentials", "1", "02", "Secret")
    names = ["-".join(random.choices(words, k=random.randint(1, 4))) for _ in range(200)]
    for name in names:
        at = random.randrange(len(name))
        slip = name[:at] + random.choice(("", "x", "ab")) + name[at + 1 :]
        alone = [found for one in names if (found := near_miss(slip, [one])) is not None]
        assert (near_miss(slip, names) is None) == (not alone)
        assert near_miss(slip, names) in (None, *alone)


@pytest.mark.parametrize("text", ["a-" * 100_000, "-" * 100_000, "a" * 254])
def test_no_text_of_more_than_a_name_is_a_miss(text: str) -> None:
    assert near_miss(text, [text + "b"]) is None
    assert near_miss(text[:253], [text[:253] + "b"]) is None


@pytest.mark.parametrize(
    "pattern", ["config-map-number-{:05d}", "{:05d}-number-of-a-config-map", "{:b}-config-{:x}"]
)
def test_many_wrong_names_among_many_are_compared_with_few(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0

    def counted(*arguments: object) -> int:
        nonlocal compared
        compared += 1
        return distance(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(spelling, "distance", counted)
    names = Names(pattern.format(index, index) for index in range(3000))
    for index in range(100):
        near_name(pattern.format(index, index)[:-2] + "xyz", names)
    assert compared <= 100 * 1000

"""Records and patterns behave as the named tuples and regular expressions of the standard library that they stand in for."""

from __future__ import annotations

import pickle
import re

import pytest

from kwlint.util.lazyre import pattern
from kwlint.util.record import Record


class Point(Record):
    """A point."""

    x: int
    y: int = 2

    @property
    def total(self) -> int:
        return self.x + self.y


def test_a_record_is_a_named_tuple() -> None:
    point = Point(1)
    assert point == (1, 2) == Point(x=1, y=2)
    assert (point.x, point.total, point._replace(x=5), Point.__doc__) == (1, 3, Point(5, 2), "A point.")
    assert repr(point) == "Point(x=1, y=2)"
    assert pickle.loads(pickle.dumps(point)) == point
    assert not hasattr(point, "__dict__")
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]


def test_a_pattern_is_compiled_when_it_is_used() -> None:
    word = pattern("(a)b", re.IGNORECASE)
    assert [found.span() for found in word.finditer("ab AB")] == [(0, 2), (3, 5)]
    assert word.sub(r"\1", "xAB") == "xA"
    found = word.fullmatch("Ab")
    assert found is not None and found[1] == "A"
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.match("")

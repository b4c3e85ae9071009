"""Nodes: the data of a document, plain dicts and lists that know where their keys and items stand.

Positions are kept beside the data, not in it: each event of a document has an ordinal, arrays hold where an ordinal
starts and ends, and which ordinal follows it and all below it. A container knows its own, and those of its keys or items
follow from that. The value of a key always has the ordinal after the key's.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from kwlint.syntax.source import Source, Span
from kwlint.util.record import Record


class Mapping(dict[str, Any]):
    """A mapping: a dict that knows its ordinal, the ordinals of its keys, and which keys a merge brought.

    The ordinal of a merged key is the one it has in the mapping that it was merged from.
    """

    __slots__ = ("_following", "merged", "noted", "ordinal")

    def __init__(self, ordinal: int, following: array[int]) -> None:
        super().__init__()
        self.ordinal = ordinal
        self.merged: set[str] | None = None
        self.noted: dict[str, int] | None = None
        self._following = following

    @property
    def keys_at(self) -> dict[str, int]:
        """The ordinals of the keys."""
        return self.note()

    def note(self) -> dict[str, int]:
        """Return the ordinals of the keys so far, which are kept from now on; few mappings are ever asked for them."""
        if self.noted is None:
            self.noted = {}
            at = self.ordinal + 1
            for key in self:
                self.noted[key] = at
                at = self._following[at + 1]
        return self.noted


class Sequence(list[Any]):
    """A sequence: a list that knows its ordinal and those of its items."""

    __slots__ = ("_following", "_noted", "ordinal")

    def __init__(self, ordinal: int, following: array[int]) -> None:
        super().__init__()
        self.ordinal = ordinal
        self._noted: list[int] | None = None
        self._following = following

    @property
    def items_at(self) -> list[int]:
        """The ordinals of the items."""
        if self._noted is None:
            self._noted = list(self._ordinals())
        return self._noted

    def _ordinals(self) -> Iterator[int]:
        at = self.ordinal + 1
        for _ in self:
            yield at
            at = self._following[at]


class Repeated(Record):
    """A key that stands twice in one mapping: the ordinals of both keys, and whether their values are equal."""

    mapping: Mapping
    key: str
    first: int
    again: int
    equal: bool


class Document:
    """One document of a source; ``root`` is its data, ``repeated`` its duplicate keys (the last one counts).

    ``following`` are the ordinals that come after a node and all below it.
    """

    __slots__ = (
        "_again",
        "_layouts",
        "ends",
        "following",
        "index",
        "repeated",
        "root",
        "source",
        "start",
        "starts",
    )

    def __init__(self, source: Source, index: int, start: int) -> None:
        self.source = source
        self.index = index
        self.start = start
        self.root: Any = None
        self.starts = array("I")
        self.ends = array("I")
        self.following = array("I")
        self.repeated: list[Repeated] = []
        self._again: dict[int, Repeated] | None = None
        self._layouts: dict[int, list[int]] = {}

    @property
    def again(self) -> dict[int, Repeated]:
        """The duplicate keys by the ordinals of the later ones."""
        if self._again is None:
            self._again = {item.again: item for item in self.repeated}
        return self._again

    def entries(self, parent: Mapping | Sequence) -> list[int]:
        """Return the offsets at which the entries of a collection start, in order, with those of duplicate keys."""
        found = self._layouts.get(parent.ordinal)
        if found is None:
            ordinals = set(parent.keys_at.values() if isinstance(parent, Mapping) else parent.items_at)
            # Each duplicate leads to the one before it.
            for ordinal in list(ordinals):
                while (item := self.again.get(ordinal)) is not None:
                    ordinal = item.first
                    ordinals.add(ordinal)
            first = self.starts[parent.ordinal]
            found = sorted({self.starts[item] for item in ordinals if self.starts[item] >= first})
            self._layouts[parent.ordinal] = found
        return found

    def span(self, ordinal: int) -> Span:
        """Return where the node with this ordinal stands; a block collection ends with its last content."""
        return Span(self.starts[ordinal], self.ends[ordinal])


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same in JSON, where a boolean is no number."""
    waiting = [(one, other)]
    while waiting:
        one, other = waiting.pop()
        if one is other:
            continue
        if type(one) is not type(other):
            return False
        if isinstance(one, Mapping):
            if one.keys() != other.keys():
                return False
            waiting.extend((value, other[key]) for key, value in one.items())
        elif isinstance(one, Sequence):
            if len(one) != len(other):
                return False
            waiting.extend(zip(one, other, strict=True))
        elif one != other:
            return False
    return True

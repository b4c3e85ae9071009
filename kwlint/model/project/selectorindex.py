"""Selectors by the labels that they ask for, so that pods find what selects them without a look at all."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from kwlint.model.project.selection import NONE, Selection
from kwlint.model.resources import Resource
from kwlint.model.selector import PodLabels, Requirement, Selector
from kwlint.util.bits import chosen, mask

# Up to so many are looked at one by one; of more, what a label rules out is a number of a bit each.
_FEW = 16
# How many objects all remembered answers may hold together.
_REMEMBERED = 1 << 20
# What of labels matters to the selectors: pairs (None: a value that none of them names), and keys of unknown values.
_Sort = tuple[frozenset[tuple[str, str | None]], frozenset[str], frozenset[str]]


class SelectorIndex:
    """Objects with their selectors, in the order in which they were added; first all are added, then it is asked."""

    __slots__ = (
        "_absent", "_answers", "_beginning", "_free", "_items", "_known", "_masks", "_needing", "_open", "_remembered", "_same",
        "_selectors", "_unlike", "_values",
    )  # fmt: skip

    def __init__(self) -> None:
        # Equal selectors have one position.
        self._known: dict[Selector, int] = {}
        self._selectors: list[Selector] = []
        self._items: list[Selection] = []
        self._values: dict[str, set[str]] | None = None
        # Positions by one pair that the pods need and by its key (value None), those that need none, all by their first
        # requirement, and those that a key or pair rules out.
        self._needing: dict[tuple[str, str | None], list[int]] = {}
        self._free: list[int] = []
        self._beginning: dict[Requirement | None, list[int]] = {}
        self._absent: dict[str, list[int]] = {}
        self._unlike: dict[tuple[str, str], list[int]] = {}
        # Those of which the above does not say all.
        self._open: set[int] = set()
        self._masks: dict[object, int] = {}
        self._answers: dict[_Sort, Selection] = {}
        self._same: dict[tuple[int, ...], Selection] = {}
        self._remembered = 0

    def add(self, item: Resource, selector: Selector) -> None:
        """Add an object and the selector that it has; one that selects nothing is left out."""
        if selector.nothing:
            return
        position = self._known.setdefault(selector, len(self._selectors))
        if position == len(self._selectors):
            self._selectors.append(selector)
            self._items.append(Selection())
        self._items[position].append(item)

    def selecting(self, labels: PodLabels) -> Selection:
        """Return the objects whose selectors select pods with these labels, in the order of their numbers."""
        if not self._selectors:
            return NONE
        if self._values is None:
            self._values = self._sort()
        sort = self._sort_of(labels, self._values)
        found = self._answers.get(sort)
        if found is None:
            if self._remembered > _REMEMBERED:
                self._answers, self._same, self._remembered = {}, {}, 0
            found = self._answers[sort] = self._joined(self._matching(labels))
            self._remembered += len(found)
        return found

    def above(self, selector: Selector) -> Selection:
        """Return the objects whose selectors have no requirement that this selector has not, in the order of their numbers."""
        if self._values is None:
            self._values = self._sort()
        wanted = set(selector.requirements)
        found = set(self._beginning.get(None, ()))
        for requirement in wanted:
            found.update(self._beginning.get(requirement, ()))
        return self._joined(
            [place for place in sorted(found) if wanted.issuperset(self._selectors[place].requirements)]
        )

    def _sort_of(self, labels: PodLabels, values: dict[str, set[str]]) -> _Sort:
        return (
            frozenset(
                (key, value if value in values[key] else None)
                for key, value in labels.written.items()
                if key in values
            ),
            frozenset(key for key in labels.added if key in values),
            frozenset(key for key in labels.unsettled if key in values),
        )

    def _sort(self) -> dict[str, set[str]]:
        """Put each selector where it is looked for, and return the keys that selectors name, with the values."""
        values: dict[str, set[str]] = {}
        asked: dict[tuple[str, str | None], int] = {}
        for selector in self._selectors:
            for key, operator, wanted in selector.requirements:
                values.setdefault(key, set()).update(wanted)
                if operator == "In" and len(wanted) == 1:
                    asked[key, wanted[0]] = asked.get((key, wanted[0]), 0) + 1
        for position, selector in enumerate(self._selectors):
            rarest: tuple[str, str] | None = None
            needs = 0
            for key, operator, wanted in selector.requirements:
                decided = operator in ("NotIn", "DoesNotExist")
                needs += not decided
                if operator == "In" and len(wanted) == 1:
                    pair = key, wanted[0]
                    if rarest is None or asked[pair] < asked[rarest]:
                        rarest = pair
                elif operator == "NotIn":
                    for value in set(wanted):
                        self._unlike.setdefault((key, value), []).append(position)
                elif decided:
                    self._absent.setdefault(key, []).append(position)
            first = selector.requirements[0] if selector.requirements else None
            self._beginning.setdefault(first, []).append(position)
            if needs > (rarest is not None):
                self._open.add(position)
            if rarest is None:
                self._free.append(position)
            else:
                self._needing.setdefault(rarest, []).append(position)
                self._needing.setdefault((rarest[0], None), []).append(position)
        return values

    def _matching(self, labels: PodLabels) -> list[int]:
        """Return the positions of the selectors that select these labels."""
        loose = labels.added.difference(labels.written) | labels.unsettled
        pairs: list[tuple[str, str | None]] = [*labels.written.items(), *((key, None) for key in loose)]
        found = set(self._free)
        for pair in pairs:
            found.update(self._needing.get(pair, ()))
        left = sorted(found)
        if len(left) <= _FEW:
            return [position for position in left if self._selectors[position].matches(labels)]
        every = range(len(self._selectors))
        left = list(chosen(every, mask(left, len(every)) & ~self._ruled_out(labels)))
        return [
            position
            for position in left
            if position not in self._open or self._selectors[position].matches(labels)
        ]

    def _ruled_out(self, labels: PodLabels) -> int:
        """Return which selectors want a key not to be there, or not to have the value, that is, a bit each."""
        bits = 0
        for key, value in labels.written.items():
            if key not in labels.unsettled:
                bits |= self._mask(key, self._absent.get(key, ()))
                bits |= self._mask((key, value), self._unlike.get((key, value), ()))
        for key in labels.added.difference(labels.unsettled):
            bits |= self._mask(key, self._absent.get(key, ()))
        return bits

    def _mask(self, name: object, places: Iterable[int]) -> int:
        found = self._masks.get(name)
        if found is None:
            found = self._masks[name] = mask(places, len(self._selectors))
        return found

    def _joined(self, places: list[int]) -> Selection:
        """Return the objects at some positions; the same list for the same positions."""
        if len(places) < 2:
            return self._items[places[0]] if places else NONE
        key = tuple(places)
        found = self._same.get(key)
        if found is None:
            items = [item for position in places for item in self._items[position]]
            found = self._same[key] = Selection(sorted(items, key=attrgetter("number")))
        return found

"""Workloads by namespace and by the labels of their pods, so that selectors find theirs without a look at all."""

from __future__ import annotations

from collections.abc import Iterable

from kwlint.model.project.selection import NONE, Selection
from kwlint.model.resources import Resource
from kwlint.model.selector import PodLabels, Requirement, Selector
from kwlint.util.bits import chosen, mask

# Up to so many are looked at one by one; of more, what has a label is a number of a bit each.
_FEW = 16
# How many objects all remembered selections of a namespace may hold together.
_REMEMBERED = 1 << 20


class PodIndex:
    """What makes pods, in the order in which it was added."""

    __slots__ = ("_elsewhere", "_spaces")

    def __init__(self) -> None:
        self._spaces: dict[str, _Space] = {}
        self._elsewhere: tuple[_Space, dict[int, str]] | None = None

    def add(self, space: str, workload: Resource) -> None:
        """Add a workload of a namespace."""
        if workload.pods is not None:
            self._spaces.setdefault(space, _Space()).add(workload, workload.pods.labels)

    def workloads(self, space: str) -> Selection:
        """Return the workloads of a namespace."""
        found = self._spaces.get(space)
        return NONE if found is None else found.workloads

    def selected(self, space: str, selector: Selector) -> Selection:
        """Return the workloads of a namespace whose pods a selector selects, or, where none is sure, likely does.

        Likely is what only labels that are not settled leave open.
        """
        found = self._spaces.get(space)
        return NONE if found is None or selector.nothing else found.selected(selector)

    def selected_outside(self, space: str, selector: Selector) -> Resource | None:
        """Return a workload of another namespace, the only one that it is in, whose pods a selector selects."""
        if len(self._spaces) < 2 and space in self._spaces:
            return None
        if self._elsewhere is None:
            together, places = _Space(), {}
            for name, inside in self._spaces.items():
                for item in inside.workloads if name else ():
                    if item.pods is not None and not item.overlaid.spaces:
                        together.add(item, item.pods.labels)
                        places[id(item)] = name
            self._elsewhere = together, places
        together, places = self._elsewhere
        found = NONE if selector.nothing else together.selected(selector)
        return next((item for item in found if places[id(item)] != space), None)


class _Space:
    """The workloads of one namespace, by position."""

    __slots__ = (
        "_added",
        "_keys",
        "_masks",
        "_pairs",
        "_remembered",
        "_same",
        "_selected",
        "_unsettled",
        "workloads",
    )

    def __init__(self) -> None:
        self.workloads = Selection()
        self._pairs: dict[tuple[str, str], list[int]] = {}
        # By the keys of labels whose value a controller sets, and of those whose value overlays set.
        self._added: dict[str, list[int]] = {}
        self._unsettled: dict[str, list[int]] = {}
        self._keys: dict[str, list[int]] | None = None
        self._masks: dict[tuple[str, object], int] = {}
        self._selected: dict[Selector, Selection] = {}
        self._same: dict[int, Selection] = {}
        self._remembered = 0

    def add(self, workload: Resource, labels: PodLabels) -> None:
        position = len(self.workloads)
        self.workloads.append(workload)
        for pair in labels.written.items():
            self._pairs.setdefault(pair, []).append(position)
        for key in labels.added.difference(labels.written):
            self._added.setdefault(key, []).append(position)
        for key in labels.unsettled:
            self._unsettled.setdefault(key, []).append(position)

    def selected(self, selector: Selector) -> Selection:
        found = self._selected.get(selector)
        if found is None:
            few = self._few(selector)
            found = self._of_many(selector) if few is None else self._of_few(selector, few)
            if self._remembered > _REMEMBERED:
                self._selected, self._same, self._remembered = {}, {}, 0
            self._selected[selector] = found
            self._remembered += len(found) + len(selector.requirements)
        return found

    def _few(self, selector: Selector) -> list[int] | None:
        """Return the positions of those that alone can be selected; None where they are many."""
        if len(self.workloads) <= _FEW:
            return list(range(len(self.workloads)))
        for requirement in selector.requirements:
            key = requirement.key
            if requirement.operator == "In" and len(requirement.values) == 1:
                found = (
                    self._pairs.get((key, requirement.values[0]), ()),
                    self._added.get(key, ()),
                    self._unsettled.get(key, ()),
                )
                if sum(map(len, found)) <= _FEW:
                    return sorted({position for part in found for position in part})
        return None

    def _of_few(self, selector: Selector, few: list[int]) -> Selection:
        found = [
            (item, item.pods.labels) for item in map(self.workloads.__getitem__, few) if item.pods is not None
        ]
        certain = Selection(item for item, labels in found if selector.matches(labels.settled))
        return certain or Selection(
            item
            for item, labels in found
            if selector.matches(labels)
            and any(requirement.matches(labels.settled) for requirement in selector.requirements)
        )

    def _of_many(self, selector: Selector) -> Selection:
        certain = likely = (1 << len(self.workloads)) - 1
        some = 0
        for requirement in selector.requirements:
            met = self._met(requirement)
            certain &= met
            some |= met
            likely &= met | self._mask(
                "unsettled", (requirement.key,), self._unsettled.get(requirement.key, ())
            )
        bits = certain or likely & some
        found = self._same.get(bits)
        if found is None:
            found = self._same[bits] = Selection(chosen(self.workloads, bits))
        return found

    def _met(self, requirement: Requirement) -> int:
        """Return which pods meet a requirement for certain, a bit each, as ``Requirement.matches`` has it."""
        key, operator, values = requirement
        pairs = 0
        if operator in ("In", "NotIn"):
            for value in values:
                places = self._pairs.get((key, value))
                if places:
                    pairs |= self._mask(value, key, places)
        else:
            pairs = self._mask("written", (key,), self._written(key))
        added = self._mask("added", (key,), self._added.get(key, ()))
        if operator in ("In", "Exists"):
            return pairs | added
        everything = (1 << len(self.workloads)) - 1
        return everything & ~(pairs | added if operator == "DoesNotExist" else pairs)

    def _written(self, key: str) -> Iterable[int]:
        if self._keys is None:
            self._keys = {}
            for (name, _), places in self._pairs.items():
                self._keys.setdefault(name, []).extend(places)
        return self._keys.get(key, ())

    def _mask(self, what: str, key: object, places: Iterable[int]) -> int:
        name = (what, key)
        found = self._masks.get(name)
        if found is None:
            found = self._masks[name] = mask(places, len(self.workloads))
        return found

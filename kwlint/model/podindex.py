"""Workloads by namespace and by the labels of their pods, so that selectors find theirs without a look at all."""

from __future__ import annotations

from kwlint.model.resources import Resource
from kwlint.model.selector import Selector


class PodIndex:
    """What makes pods, in the order in which it was added."""

    __slots__ = ("_added", "_labelled", "_spaces")

    def __init__(self) -> None:
        self._spaces: dict[str, list[Resource]] = {}
        self._labelled: dict[tuple[str, str, str], list[Resource]] = {}
        # By the keys of labels whose value a controller sets, or overlays do.
        self._added: dict[tuple[str, str], list[Resource]] = {}

    def add(self, space: str, workload: Resource) -> None:
        """Add a workload of a namespace."""
        pods = workload.pods
        if pods is None:
            return
        self._spaces.setdefault(space, []).append(workload)
        labels = pods.labels
        for key, value in labels.written.items():
            self._labelled.setdefault((space, key, value), []).append(workload)
        for key in labels.added.difference(labels.written) | labels.unsettled:
            self._added.setdefault((space, key), []).append(workload)

    def workloads(self, space: str) -> list[Resource]:
        """Return the workloads of a namespace."""
        return self._spaces.get(space, [])

    def selected(self, space: str, selector: Selector) -> list[Resource]:
        """Return the workloads of a namespace whose pods a selector selects, or, where none is sure, likely does.

        Likely is what only labels that are not settled leave open.
        """
        if selector.nothing:
            return []
        pair = selector.pair()
        if pair is None:
            candidates = self.workloads(space)
        else:
            candidates = self._labelled.get((space, *pair), []) + self._added.get((space, pair[0]), [])
            candidates = list({id(item): item for item in candidates}.values())
        found = [(item, item.pods.labels) for item in candidates if item.pods is not None]
        certain = [item for item, labels in found if selector.matches(labels.settled)]
        return certain or [
            item
            for item, labels in found
            if selector.matches(labels)
            and any(requirement.matches(labels.settled) for requirement in selector.requirements)
        ]

    def selected_outside(self, space: str, selector: Selector) -> Resource | None:
        """Return a workload of another namespace, the only one that it is in, whose pods a selector selects."""
        for other in self._spaces:
            found = self.selected(other, selector) if other and other != space else []
            for item in found:
                if not item.overlaid.spaces:
                    return item
        return None

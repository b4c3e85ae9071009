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
        # By the keys of labels whose value a controller sets.
        self._added: dict[tuple[str, str], list[Resource]] = {}

    def add(self, space: str, workload: Resource) -> None:
        """Add a workload of a namespace."""
        pods = workload.pods
        if pods is None:
            return
        self._spaces.setdefault(space, []).append(workload)
        for key, value in pods.labels.written.items():
            self._labelled.setdefault((space, key, value), []).append(workload)
        for key in pods.labels.added:
            if key not in pods.labels.written:
                self._added.setdefault((space, key), []).append(workload)

    def workloads(self, space: str) -> list[Resource]:
        """Return the workloads of a namespace."""
        return self._spaces.get(space, [])

    def selected(self, space: str, selector: Selector) -> list[Resource]:
        """Return the workloads of a namespace whose pods a selector selects."""
        if selector.nothing:
            return []
        pair = selector.pair()
        if pair is None:
            candidates = self.workloads(space)
        else:
            candidates = self._labelled.get((space, *pair), []) + self._added.get((space, pair[0]), [])
        return [item for item in candidates if item.pods is not None and selector.matches(item.pods.labels)]

    def selected_outside(self, space: str, selector: Selector) -> Resource | None:
        """Return a workload of another namespace, one that is known, whose pods a selector selects."""
        for other in self._spaces:
            found = self.selected(other, selector) if other and other != space else []
            if found:
                return found[0]
        return None

"""Selectors that select nothing: which workload one nearly selects, and which labels appear only at run time."""

from __future__ import annotations

from collections.abc import Iterable

from kwlint.model.resources import Resource
from kwlint.model.selector import PodLabels, Requirement, Selector
from kwlint.util.record import Record
from kwlint.util.spelling import near_miss

# Labels that software and operators put on running pods, such as `role` by Patroni: the last part of the key.
_RUN_TIME_NAMES = frozenset({"role", "leader", "primary", "master"})
_RUN_TIME_ENDS = ("-role", "-leader", "_role")
_RUN_TIME_PREFIXES = ("statefulset.kubernetes.io/", "vault-")


class NearMiss(Record):
    """A workload that a selector misses by one requirement, and what its pods have instead (empty: no such label)."""

    workload: Resource
    requirement: Requirement
    instead: str

    @property
    def clause(self) -> str:
        """What the workload has instead, for a message."""
        have = f'"{self.instead}"' if self.instead else f"no label `{self.requirement.key}`"
        return f"the pods of {self.workload.title} have {have}"


def set_at_run_time(key: str) -> bool:
    """Return whether a label of this key is one that no manifest has, because it is set on pods while they run."""
    name = key.rpartition("/")[2]
    folded = name.lower()
    return (
        folded in _RUN_TIME_NAMES
        or folded.endswith(_RUN_TIME_ENDS)
        or name.endswith("Role")
        or key.startswith(_RUN_TIME_PREFIXES)
    )


def selected_at_run_time(selector: Selector, labels: PodLabels, scripts: Iterable[str] = ()) -> bool:
    """Return whether a selector selects pods but for labels that are set while they run, by one of ``scripts`` or others."""
    missed = selector.missed(labels)
    return len(missed) < len(selector.requirements) and all(
        requirement.key not in labels.written
        and (
            set_at_run_time(requirement.key)
            or requirement.values == ("leader",)
            or any(f"{requirement.key}=" in script for script in scripts)
        )
        for requirement in missed
    )


def nearly_selected(selector: Selector, workloads: Iterable[Resource]) -> NearMiss | None:
    """Return the workload whose pods a selector misses by one pair, the likeliest first, or None.

    A selector of several pairs is near where all others hold; of a single pair, key or value must be nearly right.
    """
    found: NearMiss | None = None
    for workload in workloads:
        pods = workload.pods
        missed = selector.missed(pods.labels) if pods is not None else []
        if pods is None or len(missed) != 1:
            continue
        (requirement,) = missed
        written = pods.labels.written
        close = _close(requirement, written)
        if close:
            return NearMiss(workload, requirement, close)
        if found is None and len(selector.requirements) > 1:
            value = written.get(requirement.key)
            found = NearMiss(workload, requirement, "" if value is None else f"{requirement.key}={value}")
    return found


def _close(requirement: Requirement, written: dict[str, str]) -> str:
    if requirement.operator != "In" or not requirement.values:
        return ""
    value = written.get(requirement.key)
    if value is not None:
        return f"{requirement.key}={value}" if near_miss(value, requirement.values) else ""
    key = near_miss(requirement.key, written)
    return f"{key}={written[key]}" if key and written[key] in requirement.values else ""

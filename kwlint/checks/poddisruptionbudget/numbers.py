"""Checks of how many pods a budget lets go: none, too many, or a number that cannot be told."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.image import parse as parse_image
from kwlint.model.int_or_percent import resolve
from kwlint.model.project.applications import identity
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import MANY, Selection
from kwlint.model.replicas import Replicas
from kwlint.model.selector import parse
from kwlint.model.software.images import QUORUM
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.record import Record

_MAX, _MIN = "spec.maxUnavailable", "spec.minAvailable"
# Kinds whose pods have no controller with a scale subresource: pkg/controller/disruption/disruption.go (getExpectedScale).
_UNSCALED = {"DaemonSet": "has", "Job": "has", "CronJob": "makes Jobs, which have"}
_UNHEALTHY_POLICY_SINCE = 27
# Of so many workloads a finding speaks one by one.
_SHOWN = 12


class _Count(Record):
    """The pods that a budget selects at full health: how many, and what says so of each workload.

    ``quorums`` are those that need a majority, with the name of the image because of which they do.
    """

    total: int
    parts: list[tuple[Resource, Replicas]]
    quorums: list[tuple[Resource, Replicas, str]]

    @property
    def clause(self) -> str:
        """Where the number comes from."""
        shown = [_origin(workload, replicas) for workload, replicas in self.parts[:_SHOWN]]
        more = len(self.parts) - len(shown)
        return " and ".join([*shown, f"{more} others"] if more > 0 else shown)

    @property
    def notes(self) -> list[Note]:
        """The places that the number comes from."""
        found = []
        for workload, replicas in self.parts[:_SHOWN]:
            found.append(
                workload.note(
                    replicas.path if replicas.source is workload and replicas.path else "kind", "selected"
                )
            )
            if replicas.source is not None and replicas.source is not workload:
                found.append(replicas.source.note(replicas.path or "kind", "sets the replicas"))
        return found


def _origin(workload: Resource, replicas: Replicas) -> str:
    if workload.kind == "Pod":
        return workload.title
    if replicas.source is None:
        return f"{workload.title}, whose `replicas` is not set and means 1"
    if replicas.source is workload:
        return f"{workload.title} with `replicas: {replicas.number}`"
    if replicas.path is None:
        return f"{workload.title}, which {replicas.source.title} may scale down to {replicas.number}"
    field = replicas.path.rpartition(".")[2]
    return f"{workload.title}, which {replicas.source.title} may scale down to {replicas.number} (`{field}`)"


def _selected(budget: Resource, inventory: Inventory) -> Selection:
    """Return what the budget selects; of copies in several applications the one with the most replicas."""
    selected = inventory.selected_here(budget, parse(budget.spec.get("selector")))
    return selected.once(_without_copies, inventory)


def _without_copies(selected: Selection, inventory: Inventory) -> Selection:
    found: dict[object, Resource] = {}
    for workload in selected[: MANY + 1]:
        if workload.hook:
            continue
        key = identity(workload)
        other = found.get(key)
        if other is None or _number(workload, inventory) > _number(other, inventory):
            found[key] = workload
    return Selection(found.values())


def _number(workload: Resource, inventory: Inventory) -> int:
    replicas = inventory.replicas(workload)
    return 0 if replicas is None else replicas.number


def _count(workloads: Selection, inventory: Inventory) -> _Count | None:
    """Return how many pods workloads have together, or None where one's number is not known, or they are too many."""
    return workloads.once(_counted, inventory)


def _counted(workloads: Selection, inventory: Inventory) -> _Count | None:
    if len(workloads) > MANY:
        return None
    parts: list[tuple[Resource, Replicas]] = []
    for workload in workloads:
        replicas = inventory.replicas(workload)
        if replicas is None or workload.builtin is None:
            return None
        parts.append((workload, replicas))
    quorums = [(*part, image) for part in parts if (image := _quorum_image(part[0])) is not None]
    return _Count(sum(replicas.number for _, replicas in parts), parts, quorums)


def _quorum_image(workload: Resource) -> str | None:
    containers = workload.pods.containers if workload.pods is not None else []
    names = (parse_image(container.image).name for container in containers)
    return next((name for name in names if name in QUORUM), None)


def blocks_eviction(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB002: no pod may be evicted even when all are healthy.

    Source: pkg/controller/disruption/disruption.go (getExpectedPodCount): percentages are rounded up.
    """
    least, most = budget.spec.get("minAvailable"), budget.spec.get("maxUnavailable")
    if (least is None) == (most is None):
        return
    workloads = _selected(budget, context.inventory)
    count = _count(workloads, context.inventory)
    if workloads and count is not None and count.total == 0:
        return
    if most is not None:
        if resolve(most, 100, round_up=True) == 0:
            yield budget.problem(
                _MAX,
                f"`maxUnavailable: {most}` allows no eviction at all, so no node with such a pod can be drained",
                [workload.note("kind", "selected") for workload in workloads[:_SHOWN]],
            )
        return
    if resolve(least, 0, round_up=True) is None:
        return
    percent = isinstance(least, str)
    if percent and workloads.once(_unscaled):
        return
    if percent and (not workloads or count is None):
        if resolve(least, 100, round_up=True) == 100:
            yield budget.problem(
                _MIN,
                f'`minAvailable: "{least}"` allows no eviction at all, so no node with such a pod can be drained',
            )
        return
    if not workloads or count is None:
        return
    needed = resolve(least, count.total, round_up=True)
    if needed is None or needed < count.total or needed == 0:
        return
    if percent:
        wanted = f'`minAvailable: "{least}"` of {count.total} is {needed}'
    else:
        wanted = f"`minAvailable: {least}`"
    pods = "pod is" if count.total == 1 else "pods are"
    yield budget.problem(
        _MIN,
        f"{wanted}, but at full health only {count.total} {pods} there ({count.clause}), "
        "so no eviction is allowed and no node with such a pod can be drained",
        count.notes,
    )


def both_set(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB003: minAvailable and maxUnavailable exclude each other.

    Source: pkg/apis/policy/validation/validation.go (ValidatePodDisruptionBudgetSpec).
    """
    if budget.spec.get("minAvailable") is not None and budget.spec.get("maxUnavailable") is not None:
        yield budget.problem(
            "spec",
            "`minAvailable` and `maxUnavailable` are both set, and the API server allows only one of them",
            [budget.note(_MIN, "one of the two"), budget.note(_MAX, "the other")],
        )


def no_budget_set(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB004: a budget without a number. Source: pkg/controller/disruption/disruption.go (getExpectedPodCount)."""
    if budget.spec.get("minAvailable") is None and budget.spec.get("maxUnavailable") is None:
        yield budget.problem(
            "spec",
            "neither `minAvailable` nor `maxUnavailable` is set, which allows no eviction at all, "
            "so no node with such a pod can be drained",
        )


def _unscaled(workloads: Selection) -> Selection:
    """Return the workloads because of which the controller cannot tell how many pods there should be.

    One without a scale subresource is enough; bare pods are left out of the number and matter where nothing else counts.
    """
    found = Selection(item for item in workloads if item.kind in _UNSCALED and item.builtin is not None)
    if not found and all(item.kind == "Pod" for item in workloads):
        return workloads
    return found


def count_unknown(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB007: a share of pods whose number the controller cannot tell."""
    least, most = budget.spec.get("minAvailable"), budget.spec.get("maxUnavailable")
    if (least is None) == (most is None) or (most is None and not isinstance(least, str)):
        return
    share = resolve(least if most is None else most, 100, round_up=True)
    if share is None or (most is not None and share == 0):
        return
    unscaled = _selected(budget, context.inventory).once(_unscaled)
    if not unscaled:
        return
    path, field = (_MAX, "maxUnavailable") if most is not None else (_MIN, "minAvailable")
    value = most if most is not None else least
    shown = f'"{value}"' if isinstance(value, str) else value
    first = unscaled[0]
    if first.kind == "Pod":
        why = f"{first.title} has no controller that says how many there should be"
    else:
        why = f"{first.title} {_UNSCALED[first.kind]} no scale that says how many pods there should be"
    yield budget.problem(
        path,
        f"`{field}: {shown}` allows no eviction at all, because {why}; only a whole number as `minAvailable` works there",
        [item.note("kind", "cannot be counted") for item in unscaled[:_SHOWN]],
    )


def unhealthy_blocks(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB009: pods that are not ready keep others from being evicted."""
    if context.inventory.minor >= _UNHEALTHY_POLICY_SINCE and budget.spec.get(
        "unhealthyPodEvictionPolicy"
    ) in (
        None,
        "",
    ):
        yield budget.problem(
            "spec.unhealthyPodEvictionPolicy",
            "`unhealthyPodEvictionPolicy` is not set and means `IfHealthyBudget`: pods that never become ready "
            "block drains while too few others are healthy; `AlwaysAllow` lets them go",
        )


def quorum_at_risk(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB010: so many members may go at once that no majority is left."""
    least, most = budget.spec.get("minAvailable"), budget.spec.get("maxUnavailable")
    if (least is None) == (most is None):
        return
    count = _count(_selected(budget, context.inventory), context.inventory)
    if count is None:
        return
    value = resolve(least if most is None else most, count.total, round_up=True)
    if value is None:
        return
    allowed = value if most is not None else count.total - value
    for workload, replicas, image in count.quorums:
        left = replicas.number - min(allowed, replicas.number)
        majority = replicas.number // 2 + 1
        if replicas.number > 1 and left < majority:
            yield budget.problem(
                _MAX if most is not None else _MIN,
                f"the budget lets {min(allowed, replicas.number)} of the {replicas.number} pods of {workload.title} go at once, "
                f"but `{image}` needs a majority of {majority} and {left} would be left",
                [workload.note("spec.replicas", f"{replicas.number} members")],
            )

"""Checks of which pods a budget selects: none, those of another budget, all, or those that no drain evicts."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.inventory import Inventory
from kwlint.model.missingpods import missing_pods
from kwlint.model.selector import PodLabels, Requirement, Selector, parse
from kwlint.rule import Problem, Resource

_FIELD = "spec.selector"


def pdb_selects_nothing(budget: Resource, inventory: Inventory) -> Iterator[Problem]:
    """PDB001: no pod of the input has the labels that the selector wants."""
    selector = parse(budget.spec.get("selector"))
    if selector.nothing and budget.spec.get("selector") is not None:
        return
    if selector.nothing:
        yield budget.problem(
            _FIELD, "`selector` is not set, which selects no pod, so the budget protects nothing"
        )
        return
    missing = missing_pods(budget, selector, inventory)
    if missing is not None:
        clause = f"; {missing.clause}" if missing.clause else ""
        message = f'no pod has the labels "{selector}", so the budget protects nothing{clause}'
        yield budget.problem(_FIELD, message, missing.related)


def overlapping_budgets(budget: Resource, inventory: Inventory) -> Iterator[Problem]:
    """PDB005: pods with two budgets, of which the eviction API refuses to evict any.

    Source: pkg/registry/core/pod/storage/eviction.go (EvictionREST.Create).
    """
    selector = parse(budget.spec.get("selector"))
    if selector.nothing:
        return
    said: set[int] = set()
    for workload in inventory.selected_here(budget, selector):
        for other in inventory.budgets_of(workload) if workload.application == budget.application else ():
            if other.application != budget.application or other.name == budget.name:
                continue
            if other.number >= budget.number or other.number in said:
                continue
            if set(inventory.spaces_of(other)).isdisjoint(inventory.spaces_of(budget)):
                continue
            if workload.pods is None or _apart(
                selector, parse(other.spec.get("selector")), workload.pods.labels
            ):
                continue
            said.add(other.number)
            yield budget.problem(
                _FIELD,
                f"{other.title} selects the pods of {workload.title} too, and the eviction of a pod with two budgets fails, "
                "so its node cannot be drained",
                [
                    other.note(_FIELD, "selects the same pods"),
                    workload.note(workload.pods.labels_path, "the pods"),
                ],
            )


def _apart(one: Selector, other: Selector, labels: PodLabels) -> bool:
    """Say whether labels whose value is not known tell the pods of two selectors apart."""
    return any(
        requirement.key in labels.added | labels.unsettled
        and requirement.key == against.key
        and _excludes(requirement, against)
        for requirement in one.requirements
        for against in other.requirements
    )


def _excludes(one: Requirement, other: Requirement) -> bool:
    operators = {one.operator, other.operator}
    if operators == {"In"}:
        return not set(one.values) & set(other.values)
    if operators == {"In", "NotIn"}:
        wanted, unwanted = (one, other) if one.operator == "In" else (other, one)
        return set(wanted.values) <= set(unwanted.values)
    return False


def selects_all(budget: Resource, inventory: Inventory) -> Iterator[Problem]:
    """PDB006: an empty selector, in a namespace with several workloads."""
    if not parse(budget.spec.get("selector")).everything:
        return
    names = sorted({item.title for item in inventory.neighbouring_workloads(budget) if not item.hook})
    if len(names) > 1:
        listed = ", ".join([*names[:3], "others"] if len(names) > 3 else names)
        listed = " and ".join(listed.rsplit(", ", 1))
        yield budget.problem(
            _FIELD,
            f"the selector is empty and selects every pod of the namespace: one budget for {listed}, "
            "so a pod of one that is not ready stops evictions of all",
        )


def daemonset_budget(budget: Resource, inventory: Inventory) -> Iterator[Problem]:
    """PDB008: a drain leaves the pods of a DaemonSet where they are."""
    selector = parse(budget.spec.get("selector"))
    for workload in inventory.selected_here(budget, selector):
        if workload.kind == "DaemonSet" and workload.builtin is not None:
            yield budget.problem(
                _FIELD,
                f"the budget selects the pods of {workload.title}, which drains pass over, so it does nothing for them",
                [workload.note("kind", "a DaemonSet")],
            )
            return

"""Checks of which pods a budget selects: none, those of another budget, all, or those that no drain evicts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from operator import attrgetter

from kwlint.model.links.missingpods import missing_pods
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import MANY, Selection
from kwlint.model.selector import PodLabels, Requirement, Selector, parse
from kwlint.rule import Context, Problem, Resource

_FIELD = "spec.selector"
# How many others a finding names, and how many are looked at to find them.
_SHOWN, _ENOUGH = 3, 256


def pdb_selects_nothing(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB001: no pod of the input has the labels that the selector wants."""
    selector = parse(budget.spec.get("selector"))
    if selector.nothing and budget.spec.get("selector") is not None:
        return
    if selector.nothing:
        yield budget.problem(
            _FIELD, "`selector` is not set, which selects no pod, so the budget protects nothing"
        )
        return
    missing = missing_pods(budget, selector, context.inventory)
    if missing is not None:
        clause = f"; {missing.clause}" if missing.clause else ""
        message = f'no pod has the labels "{selector}", so the budget protects nothing{clause}'
        yield budget.problem(_FIELD, message, missing.related)


def overlapping_budgets(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB005: pods with two budgets, of which the eviction API refuses to evict any.

    Source: pkg/registry/core/pod/storage/eviction.go (EvictionREST.Create).
    """
    selector = parse(budget.spec.get("selector"))
    if selector.nothing:
        return
    found = list(islice(_earlier_budgets(budget, selector, context.inventory), _SHOWN + 1))
    for number, (other, workload) in enumerate(found[:_SHOWN], 1):
        more = number == _SHOWN < len(found)
        yield budget.problem(
            _FIELD,
            f"{other.title} {'and others select' if more else 'selects'} the pods of {workload.title} too, and the eviction "
            "of a pod with two budgets fails, so its node cannot be drained",
            [
                other.note(_FIELD, "selects the same pods"),
                *(
                    [workload.note(workload.pods.labels_path, "the pods")]
                    if workload.pods is not None
                    else ()
                ),
            ],
        )


def _earlier_budgets(
    budget: Resource, selector: Selector, inventory: Inventory
) -> Iterator[tuple[Resource, Resource]]:
    """Yield the budgets before this one in its application that select pods of it too, and a workload of such pods each."""
    said: set[int] = set()
    # Workloads of the same labels have the same budgets in common.
    seen: dict[int, Selection] = {}
    for workload in inventory.selected_here(budget, selector)[:MANY]:
        if workload.pods is None or workload.application != budget.application:
            continue
        labels = workload.pods.labels
        budgets = inventory.budgets_of(workload)
        loose = labels.added or labels.unsettled
        if id(budgets) in seen and not loose:
            continue
        seen[id(budgets)] = budgets
        for other in islice(budgets.once(_by_name, inventory), _ENOUGH):
            if other.number >= budget.number:
                break
            if other.application != budget.application or other.name == budget.name or other.number in said:
                continue
            if set(inventory.spaces_of(other)).isdisjoint(inventory.spaces_of(budget)):
                continue
            if loose and _apart(selector, parse(other.spec.get("selector")), labels):
                continue
            said.add(other.number)
            yield other, workload


def _by_name(budgets: Selection, inventory: Inventory) -> list[Resource]:
    """Return the first budget of each name, application and place, in the order of their numbers."""
    found: dict[object, Resource] = {}
    for item in sorted(budgets, key=attrgetter("number")):
        found.setdefault((item.name, item.application, inventory.spaces_of(item)), item)
    return list(found.values())


def _apart(one: Selector, other: Selector, labels: PodLabels) -> bool:
    """Return whether labels whose value is not known tell the pods of two selectors apart."""
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


def selects_all(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB006: an empty selector, in a namespace with several workloads."""
    if not parse(budget.spec.get("selector")).everything:
        return
    names = context.inventory.neighbouring_workloads(budget).once(_titles)
    if len(names) > 1:
        listed = ", ".join([*names[:3], "others"] if len(names) > 3 else names)
        listed = " and ".join(listed.rsplit(", ", 1))
        yield budget.problem(
            _FIELD,
            f"the selector is empty and selects every pod of the namespace: one budget for {listed}, "
            "so a pod of one that is not ready stops evictions of all",
        )


def _titles(workloads: Selection) -> list[str]:
    return sorted({item.title for item in workloads if not item.hook})


def daemonset_budget(budget: Resource, context: Context) -> Iterator[Problem]:
    """PDB008: a drain leaves the pods of a DaemonSet where they are."""
    selector = parse(budget.spec.get("selector"))
    workload = context.inventory.selected_here(budget, selector).once(_daemonset)
    if workload is not None:
        yield budget.problem(
            _FIELD,
            f"the budget selects the pods of {workload.title}, which drains pass over, so it does nothing for them",
            [workload.note("kind", "a DaemonSet")],
        )


def _daemonset(selected: Selection) -> Resource | None:
    return next((item for item in selected if item.kind == "DaemonSet" and item.builtin is not None), None)

"""Pods that a selector asks for and the input does not have, and which of its pods were probably meant."""

from __future__ import annotations

from kwlint.model.links.hostnames import texts
from kwlint.model.links.nearselection import nearly_selected, selected_at_run_time
from kwlint.model.links.operators import operated, selects_operated_pods
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.nearby import nearby_workloads
from kwlint.model.project.past import had_pods
from kwlint.model.resources import Note, Resource
from kwlint.model.selector import Selector
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

# Here a cluster has pods of its own, such as kube-dns and the control plane's.
_SHARED = "kube-system"
_SELECTORS = ("selector", "podSelector")
_LABELLING = pattern(r"\bkubectl\b.*\blabel\b")


class MissingPods(Record):
    """That no pod has the labels that a selector asks for: a clause on what is there instead (may be empty)."""

    clause: str
    related: tuple[Note, ...]


def missing_pods(near: Resource, selector: Selector, inventory: Inventory) -> MissingPods | None:
    """Return what to say of a selector of ``near`` that selects no pod of its namespace.

    None where it selects some, where labels that appear at run time or operators may answer it, where the
    application of ``near`` has no pods in the namespace and nearby that could have answered, and where it cannot be
    known.
    """
    if selector.nothing or inventory.selected(near, selector) or inventory.unknowable(near):
        return None
    if near.is_patched(*_SELECTORS):
        return None
    space, own = inventory.namespace_of(near), inventory.known_namespace(near)
    other = inventory.selected_elsewhere(near, selector)
    there = inventory.known_namespace(other) if other is not None else ""
    unwritten = not own and inventory.selected_in("", selector)
    if unwritten or (other is not None and not (own and there)):
        return None  # the namespace that is not known may be that one
    workloads = nearby_workloads(near, inventory)
    scripts = inventory.index(_labelling_scripts)
    if operated(inventory, selector) or any(
        item.pods is not None
        and (
            selected_at_run_time(selector, item.pods.labels, scripts)
            # Nothing is missed of labels that are not settled.
            or all(item.is_patched(missed.key) for missed in selector.missed(item.pods.labels))
        )
        for item in workloads
    ):
        return None
    miss = nearly_selected(selector, workloads)
    if miss is not None and miss.workload.pods is not None:
        note = miss.workload.note(miss.workload.pods.labels_path, f'misses "{miss.requirement}"')
        return MissingPods(miss.clause, (note,))
    if other is not None:
        clause = f"{other.title} with these labels is in namespace `{there}`, and this is `{own}`"
        return MissingPods(clause, (other.note("metadata.namespace", "another namespace"),))
    if had_pods(inventory, space, selector):
        return MissingPods("what made such pods is gone", ())
    known = workloads and space != _SHARED and not selects_operated_pods(selector)
    return MissingPods("", ()) if known or inventory.complete else None


def _labelling_scripts(inventory: Inventory) -> list[str]:
    """Return the texts of commands and ConfigMaps that label objects with kubectl."""
    return [
        found.value
        for item in inventory.resources
        if item.kind == "ConfigMap" or item.pods is not None
        for found in texts(item)
        if _LABELLING.search(found.value)
    ]

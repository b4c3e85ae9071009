"""Pods that a selector asks for and the input does not have, and which of its pods were probably meant."""

from __future__ import annotations

import os
from typing import NamedTuple

from kwlint.model.inventory import Inventory
from kwlint.model.nearselection import nearly_selected, selected_at_run_time
from kwlint.model.operators import selects_operated_pods
from kwlint.model.resources import Note, Resource
from kwlint.model.selector import Selector

# How many folders up from a selector's file its pods are looked for: `app/base/services` and `app/base/deployments`
# belong together, two examples of a large collection do not.
_LEVELS = 2
# How many workloads are looked at: more would make a wrong selector in a large repository costly.
_ENOUGH = 256


class MissingPods(NamedTuple):
    """That no pod has the labels that a selector asks for: a clause on what is there instead (may be empty)."""

    clause: str
    related: tuple[Note, ...]


def missing_pods(near: Resource, selector: Selector, inventory: Inventory) -> MissingPods | None:
    """Return what to say of a selector of ``near`` that selects no pod of its namespace.

    None where it selects some, where labels that appear at run time or operators may answer it, where the
    application of ``near`` has no pods in the namespace and nearby that could have answered, and where it cannot be
    known.
    """
    if selector.nothing or inventory.unknowable(near) or inventory.selected(near, selector):
        return None
    workloads = _nearby(near, inventory)
    if inventory.operated(near, selector) or any(
        item.pods is not None and selected_at_run_time(selector, item.pods.labels) for item in workloads
    ):
        return None
    miss = nearly_selected(selector, workloads)
    if miss is not None and miss.workload.pods is not None:
        note = miss.workload.note(miss.workload.pods.labels_path, f'misses "{miss.requirement}"')
        return MissingPods(miss.clause, (note,))
    other = inventory.selected_elsewhere(near, selector)
    if other is not None:
        clause = (
            f"{other.title} with these labels is in namespace `{inventory.namespace_of(other)}`, "
            f"and this is `{inventory.namespace_of(near)}`"
        )
        return MissingPods(clause, (other.note("metadata.namespace", "another namespace"),))
    if inventory.complete or (workloads and not selects_operated_pods(selector)):
        return MissingPods("", ())
    return None


def _nearby(near: Resource, inventory: Inventory) -> list[Resource]:
    """Return what makes pods in the application and namespace of ``near`` and close to its file, nearest first."""
    index, space = inventory.index(_by_folder), inventory.namespace_of(near)
    folder = os.path.dirname(os.path.abspath(near.file))
    found: dict[int, Resource] = {}
    for _ in range(_LEVELS + 1):
        for item in index.get((near.application, space, folder), ()):
            if len(found) >= _ENOUGH:
                return list(found.values())
            found.setdefault(item.number, item)
        folder = os.path.dirname(folder)
    return list(found.values())


def _by_folder(inventory: Inventory) -> dict[tuple[int, str, str], list[Resource]]:
    """Index what makes pods by application, namespace, and each folder that its file is below."""
    index: dict[tuple[int, str, str], list[Resource]] = {}
    above: dict[str, list[str]] = {}
    for item in inventory.resources:
        if item.pods is None or item.kind == "PodTemplate":
            continue
        own = os.path.dirname(item.file)
        if own not in above:
            folder = os.path.abspath(own)
            above[own] = [folder]
            while folder != os.path.dirname(folder):
                folder = os.path.dirname(folder)
                above[own].append(folder)
        space = inventory.namespace_of(item)
        for folder in above[own]:
            index.setdefault((item.application, space, folder), []).append(item)
    return index

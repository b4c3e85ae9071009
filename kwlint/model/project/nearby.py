"""Vicinity: what stands close to an object, in its application and namespace and near its file.

What is missing can only be said of what could have answered: `app/base/services` and `app/base/deployments` belong
together, two examples of a large collection do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from kwlint.model.project.applications import LEVELS, Identity, identity
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection
from kwlint.model.resources import Resource

# How many objects are looked at: more would make a wrong name in a large repository costly.
_ENOUGH = 256
# By application, namespace and each folder above; None for the application where the folder holds the file itself, or
# is that of a kustomization.
_Index = dict[tuple[int | None, str, str], list[Resource]]


def is_close(near: Resource, other: Resource) -> bool:
    """Return whether two objects stand in one application, or in one folder: those of alternatives are not applied together."""
    return (
        near.application == other.application
        or os.path.dirname(near.file) == os.path.dirname(other.file)
        or not near.overlaid.outputs.isdisjoint(other.overlaid.outputs)
    )


def close_named(near: Resource, kind: str, name: str, inventory: Inventory) -> list[Resource]:
    """Return the objects of a kind and name that are close to ``near``; of very many those in its application and folder.

    Those whose namespace is not known come first then, since they leave open what the others are for.
    """
    named = inventory.named(kind, name)
    if len(named) <= _ENOUGH:
        return [item for item in named if is_close(near, item)]
    applications, folders = named.once(_by_closeness, inventory)
    return [
        *applications.get(near.application, ()),
        *(
            item
            for item in folders.get(os.path.dirname(near.file), ())
            if item.application != near.application
        ),
    ]


def _by_closeness(
    named: Selection, inventory: Inventory
) -> tuple[dict[int, list[Resource]], dict[str, list[Resource]]]:
    applications: dict[int, list[Resource]] = {}
    folders: dict[str, list[Resource]] = {}
    for item in sorted(named, key=lambda item: inventory.namespace_of(item) != ""):
        for found in (
            applications.setdefault(item.application, []),
            folders.setdefault(os.path.dirname(item.file), []),
        ):
            # The first of them is spoken of, and stands for all.
            if len(found) < 2:
                found.append(item)
    return applications, folders


def nearby_workloads(near: Resource, inventory: Inventory) -> list[Resource]:
    """Return what makes pods in the namespace of ``near`` and stands close to it, nearest first."""
    return _nearby(near, inventory.namespace_of(near), inventory, _workloads)


def nearby_services(near: Resource, space: str, inventory: Inventory) -> list[Resource]:
    """Return the Services of a namespace that stand close to ``near``, nearest first."""
    return _nearby(near, space, inventory, _services)


def _nearby(
    near: Resource, space: str, inventory: Inventory, build: Callable[[Inventory], _Index]
) -> list[Resource]:
    """Return what stands in the application of ``near`` and close to its file, or is applied with it, nearest first."""
    index = inventory.index(build)
    own = folder = os.path.dirname(os.path.abspath(near.file))
    found: dict[int, Resource] = {}
    for _ in range(LEVELS + 1):
        for item in index.get((near.application, space, folder), ()):
            if len(found) >= _ENOUGH:
                return list(found.values())
            found.setdefault(id(item), item)
        folder = os.path.dirname(folder)
    beside = sorted(near.overlaid.outputs)
    if not found and near.application not in inventory.index(_alternatives):
        beside.append(own)
    for place in beside:
        for item in index.get((None, space, place), ())[:_ENOUGH]:
            found.setdefault(id(item), item)
    return list(found.values())


def _workloads(inventory: Inventory) -> _Index:
    made = (item for item in inventory.resources if item.pods is not None and item.kind != "PodTemplate")
    return _by_folder(inventory, made)


def _services(inventory: Inventory) -> _Index:
    return _by_folder(inventory, inventory.of_kind("Service"))


def _alternatives(inventory: Inventory) -> set[int]:
    """Return the applications that hold what another one in the same folder holds: only one of them is applied."""
    held: dict[tuple[str, Identity], set[int]] = {}
    for item in inventory.resources:
        held.setdefault((os.path.dirname(item.file), identity(item)), set()).add(item.application)
    return {number for numbers in held.values() if len(numbers) > 1 for number in numbers}


def _by_folder(inventory: Inventory, items: Iterable[Resource]) -> _Index:
    """Index objects by application, namespace, and each folder that their file is below."""
    index: _Index = {}
    above: dict[str, list[str]] = {}
    for item in items:
        own = os.path.dirname(item.file)
        if own not in above:
            folder = os.path.abspath(own)
            above[own] = [folder]
            while folder != os.path.dirname(folder):
                folder = os.path.dirname(folder)
                above[own].append(folder)
        for space in inventory.spaces_of(item):
            places: list[tuple[int | None, str, str]]
            places = [(item.application, space, folder) for folder in above[own]]
            places += [(None, space, place) for place in item.overlaid.outputs.union(above[own][:1])]
            for place in places:
                found = index.setdefault(place, [])
                # Some of them may be among those of a folder below.
                if len(found) < 2 * _ENOUGH:
                    found.append(item)
    return index

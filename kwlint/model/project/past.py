"""The past: what the input had at the revision that it is compared with, and has no more.

What is gone cannot be thought to live elsewhere, as what was never there can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwlint.model.project.applications import identity
from kwlint.model.project.podindex import PodIndex
from kwlint.util.record import Record

if TYPE_CHECKING:
    from kwlint.model.project.inventory import Inventory
    from kwlint.model.resources import Resource
    from kwlint.model.selector import Selector


class Past(Record):
    """The objects of then, and the kinds and names that kustomize made."""

    resources: tuple[Resource, ...] = ()
    generated: frozenset[tuple[str, str]] = frozenset()


NO_PAST = Past()


def was_there(inventory: Inventory, kind: str, name: str, space: str) -> bool:
    """Return whether there was an object of this kind and name in a namespace (empty: not known, or the kind has none)."""
    if (kind, name) in inventory.past.generated and (kind, name) not in inventory.generated:
        return True
    spaces: set[str | None] = inventory.index(_gone_spaces).get((kind, name), set())
    return bool(spaces) if not space else None in spaces or space in spaces


def had_pods(inventory: Inventory, space: str, selector: Selector) -> bool:
    """Return whether a selector selected pods in a namespace (empty: not known), and what made them is gone."""
    written, all_ = inventory.index(_gone_pods)
    if not space:
        return bool(all_.selected("", selector))
    return bool(written.selected("", selector) or written.selected(space, selector))


def _gone(inventory: Inventory) -> list[Resource]:
    if not inventory.past.resources:
        return []
    present = {identity(item) for item in inventory.resources}
    return [item for item in inventory.past.resources if identity(item) not in present]


def _gone_spaces(inventory: Inventory) -> dict[tuple[str, str], set[str | None]]:
    found: dict[tuple[str, str], set[str | None]] = {}
    for item in inventory.index(_gone):
        found.setdefault((item.kind, item.name), set()).add(item.namespace)
    return found


def _gone_pods(inventory: Inventory) -> tuple[PodIndex, PodIndex]:
    """Index what made pods by the namespace that is written (empty where none is), and all of it in one place."""
    written, all_ = PodIndex(), PodIndex()
    for item in inventory.index(_gone):
        written.add(item.namespace or "", item)
        all_.add("", item)
    return written, all_

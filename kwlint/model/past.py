"""The past: what the input had at the revision that it is compared with, and has no more.

What is gone cannot be thought to live elsewhere, as what was never there can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwlint.model.applications import identity
from kwlint.records import Record

if TYPE_CHECKING:
    from kwlint.model.inventory import Inventory
    from kwlint.model.resources import Resource
    from kwlint.model.selector import Selector


class Past(Record):
    """The objects of then, and the kinds and names that kustomize made."""

    resources: tuple[Resource, ...] = ()
    generated: frozenset[tuple[str, str]] = frozenset()


NO_PAST = Past()


def was_there(inventory: Inventory, kind: str, name: str, space: str) -> bool:
    """Say whether there was an object of this kind and name in a namespace (empty: not known, or the kind has none)."""
    if (kind, name) in inventory.past.generated and (kind, name) not in inventory.generated:
        return True
    return any(
        not space or item.namespace in (None, space) for item in inventory.index(_gone).get((kind, name), ())
    )


def had_pods(inventory: Inventory, space: str, selector: Selector) -> bool:
    """Say whether a selector selected pods in a namespace (empty: not known), and what made them is gone."""
    return any(
        item.pods is not None
        and (not space or item.namespace in (None, space))
        and selector.matches(item.pods.labels)
        for found in inventory.index(_gone).values()
        for item in found
    )


def _gone(inventory: Inventory) -> dict[tuple[str, str], list[Resource]]:
    if not inventory.past.resources:
        return {}
    present = {identity(item) for item in inventory.resources}
    found: dict[tuple[str, str], list[Resource]] = {}
    for item in inventory.past.resources:
        if identity(item) not in present:
            found.setdefault((item.kind, item.name), []).append(item)
    return found

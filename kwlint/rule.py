"""What a check is written with: the resource and the context it is given, and what it says of the resource."""

from __future__ import annotations

from typing import Any

from kwlint.diagnostics.change import REMOVE, RENAME, SET, Change
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Fix, Note, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.spelling import near_miss


class Context(Record):
    """What a check knows besides its resource: all objects of the input, and the options of its rule by name.

    A rule of scope ``object`` must not look at the inventory: what it says may depend on the resource, the options and
    the target version alone.
    """

    inventory: Inventory
    options: dict[str, Any]

    @property
    def minor(self) -> int:
        """The target version's minor number: 37 for Kubernetes 1.37."""
        return self.inventory.minor


__all__ = ["REMOVE", "RENAME", "SET", "Change", "Context", "Fix", "Note", "Problem", "Resource", "near_miss"]

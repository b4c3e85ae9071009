"""LimitRanges: what the namespace gives to containers that do not say."""

from __future__ import annotations

from kwlint.model.inventory import Inventory
from kwlint.model.plain import mapping, sequence
from kwlint.model.resources import Resource

# Source: pkg/apis/core/v1/defaults.go (SetDefaults_LimitRangeItem): max is the default limit, the default limit the
# default request, and min the default request where there is no other.
_GIVING = {"limits": ("default", "max"), "requests": ("defaultRequest", "default", "max", "min")}


def gives(workload: Resource, inventory: Inventory, kind: str, name: str) -> bool:
    """Say whether a LimitRange of the workload's namespace gives containers a value of ``requests`` or ``limits``."""
    return any(
        name in mapping(mapping(item).get(field))
        for limit_range in inventory.neighbours(workload, "LimitRange")
        for item in sequence(limit_range.spec.get("limits"))
        if mapping(item).get("type") == "Container"
        for field in _GIVING[kind]
    )

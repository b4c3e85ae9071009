"""Services as other objects depend on them: headless ones, their ports, and Services that a name nearly means."""

from __future__ import annotations

from typing import Any, NamedTuple

from kwlint.model.inventory import Inventory
from kwlint.model.near import near_miss
from kwlint.model.plain import mapping, sequence
from kwlint.model.resources import Note, Resource


def headless(service: Resource) -> bool:
    """Say whether a Service has no virtual address, so that DNS answers with its pods."""
    return service.spec.get("clusterIP") == "None"


def external(service: Resource) -> bool:
    """Say whether a Service is only an alias of a DNS name."""
    return service.spec.get("type") == "ExternalName"


def ports(service: Resource) -> list[dict[str, Any]]:
    """Return the ports of a Service."""
    return [mapping(port) for port in sequence(service.spec.get("ports"))]


def port_numbers(service: Resource) -> list[int]:
    """Return the numbers that a Service listens on, sorted, each once."""
    numbers = {port.get("port") for port in ports(service)}
    return sorted(number for number in numbers if isinstance(number, int) and not isinstance(number, bool))


class Absence(NamedTuple):
    """That no Service has a name: the one that was probably meant, if any, and a clause for the message."""

    instead: Resource | None
    clause: str

    @property
    def related(self) -> list[Note]:
        """The place of the Service that was probably meant."""
        return [] if self.instead is None else [self.instead.note("metadata.name", self.clause)]


def absence(near: Resource, inventory: Inventory, name: str, namespace: str | None = None) -> Absence | None:
    """Return what to say of a name that no Service has in the namespace of ``near`` (or the one given).

    None where there is one, where the input has no Service that could have answered, and where it cannot be known.
    """
    if inventory.find(near, "Service", name, namespace) is not None or inventory.unknowable(near):
        return None
    space = inventory.namespace_of(near) if namespace is None else namespace
    same_name = [item for item in inventory.named("Service", name) if item.application == near.application]
    if any(not inventory.namespace_of(item) for item in same_name):
        return None
    if space and same_name:
        other = same_name[0]
        return Absence(other, f"the Service `{name}` is in namespace `{inventory.namespace_of(other)}`")
    known = inventory.neighbours(near, "Service", namespace)
    if not known and not inventory.complete:
        return None
    miss = near_miss(name, [item.name for item in known])
    if miss is not None:
        instead = next(item for item in known if item.name == miss)
        return Absence(instead, f"there is a Service `{miss}`")
    return Absence(None, "")

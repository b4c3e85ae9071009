"""Services as other objects depend on them: headless ones, their ports, and which Service a host name means."""

from __future__ import annotations

from typing import Any

from kwlint.model.links.operators import makes_object
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.nearby import close_named, nearby_services
from kwlint.model.project.past import was_there
from kwlint.model.resources import Note, Resource
from kwlint.util.record import Record
from kwlint.util.spelling import near_miss
from kwlint.util.values import integer, mapping, sequence


def headless(service: Resource) -> bool:
    """Return whether a Service has no virtual address, so that DNS answers with its pods."""
    return service.spec.get("clusterIP") == "None"


def external(service: Resource) -> bool:
    """Return whether a Service is only an alias of a DNS name."""
    return service.spec.get("type") == "ExternalName"


def ports(service: Resource) -> list[dict[str, Any]]:
    """Return the ports of a Service."""
    return [mapping(port) for port in sequence(service.spec.get("ports"))]


def port_numbers(service: Resource, field: str = "port") -> list[int]:
    """Return the numbers that a field of a Service's ports has (`port`, `targetPort`, `nodePort`), sorted, each once."""
    numbers = {integer(port.get(field)) for port in ports(service)}
    return sorted(number for number in numbers if number is not None)


def listens(service: Resource, port: int) -> bool:
    """Return whether connections to a port of a Service's name can lead somewhere."""
    return listens_anywhere(service) or port in port_numbers(service)


def listens_anywhere(service: Resource) -> bool:
    """Return whether a Service has any port: there is no proxy before the pods of a headless one or behind an ExternalName."""
    return headless(service) or external(service)


class Named(Record):
    """What a host name inside a cluster names: a Service, its namespace where it is written, and a pod behind it."""

    service: str
    namespace: str | None
    pod: str | None

    @property
    def qualified(self) -> bool:
        """Whether the namespace is written."""
        return self.namespace is not None


def named_by(host: str, near: Resource, inventory: Inventory) -> Named | None:
    """Return what a host name means to the pods of ``near``; None for names outside the cluster.

    Names that do not end in `svc` and a domain are read by what the input has: `a.b` is pod a of Service b, or
    Service a of namespace b, if there is such a Service or namespace, and else a public name.
    Source: https://github.com/kubernetes/dns/blob/master/docs/specification.md.
    """
    labels = host.lower().rstrip(".").split(".")
    if "svc" in labels[2:4]:
        at = labels.index("svc", 2)
        return Named(labels[at - 2], labels[at - 1], labels[0] if at == 3 else None)
    if len(labels) == 1:
        return Named(labels[0], None, None)
    if len(labels) == 2:
        if inventory.find(near, "Service", labels[1]) is not None:
            return Named(labels[1], None, labels[0])
        if labels[1] in inventory.namespaces:
            return Named(labels[0], labels[1], None)
    if len(labels) == 3 and labels[2] in inventory.namespaces:
        return Named(labels[1], labels[2], labels[0])
    return None


def space_of(named: Named, near: Resource, inventory: Inventory) -> str | None:
    """Return the namespace to look a name up in; None for that of ``near``.

    Objects whose namespace is not known may be in `default`.
    """
    if named.namespace == "default" and not inventory.namespace_of(near):
        return None
    return named.namespace


def find_named(named: Named, near: Resource, inventory: Inventory) -> Resource | None:
    """Return the Service that a name names; one whose namespace is not known may be in the namespace that is written."""
    found = inventory.find(near, "Service", named.service, space_of(named, near, inventory))
    if found is not None or not named.qualified:
        return found
    return inventory.find(near, "Service", named.service, "")


class Absence(Record):
    """That no Service has a name: the one that was probably meant, if any, and a clause for the message."""

    instead: Resource | None
    clause: str

    @property
    def related(self) -> list[Note]:
        """The place of the Service that was probably meant."""
        return [] if self.instead is None else [self.instead.note("metadata.name", self.clause)]


def absence(near: Resource, inventory: Inventory, name: str, namespace: str | None = None) -> Absence | None:
    """Return what to say of a name that no Service has in the namespace of ``near`` (or the one given).

    None where there is one, where no Service nearby could have answered, where a custom resource may
    make it, and where it cannot be known.
    """
    if inventory.has(near, "Service", name, namespace) or inventory.unknowable(near):
        return None
    space = inventory.namespace_of(near) if namespace is None else namespace
    same_name = close_named(near, "Service", name, inventory)
    # A namespace that is not known may be the right one.
    own = inventory.known_namespace(near) if namespace is None else namespace
    if any(not inventory.known_namespace(item) or not own for item in same_name):
        return None
    if makes_object(inventory, name):
        return None
    if inventory.elsewhere("Service", name, space):
        return None
    if same_name:
        other = same_name[0]
        return Absence(other, f"the Service `{name}` is in namespace `{inventory.known_namespace(other)}`")
    known = [item.name for item in nearby_services(near, space, inventory)]
    if not known and not inventory.complete and not was_there(inventory, "Service", name, space):
        return None
    miss = near_miss(name, known)
    instead = inventory.find(near, "Service", miss, namespace) if miss is not None else None
    return Absence(instead, "" if instead is None else f"there is a Service `{instead.name}`")

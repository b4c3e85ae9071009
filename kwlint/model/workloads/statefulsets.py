"""StatefulSets: the ordinals of their pods, the Service that governs them, and host names of single pods."""

from __future__ import annotations

import re

from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.util.record import Record
from kwlint.util.values import dig, integer, text

_POD = r"(.+)-(0|[1-9][0-9]{0,9})"
# https://keda.sh/docs/latest/reference/scaledobject-spec/#maxreplicacount
_KEDA_MAXIMUM = 100


class PodName(Record):
    """The parts of a host name POD-N.SERVICE[.NAMESPACE.svc[.DOMAIN]]; the namespace is None where none is written."""

    statefulset: str
    ordinal: int
    service: str
    namespace: str | None


def pod_name(host: str, inventory: Inventory) -> PodName | None:
    """Return the parts of a host name that may be one pod's of a StatefulSet, or None for other names."""
    labels = host.split(".")
    if len(labels) < 2 or (len(labels) > 3 and labels[3] != "svc"):
        return None
    if len(labels) == 3 and labels[2] not in inventory.namespaces:
        return None
    match = re.fullmatch(_POD, labels[0])
    if match is None:
        return None
    return PodName(match[1], int(match[2]), labels[1], labels[2] if len(labels) > 2 else None)


def governing_service(statefulset: Resource, inventory: Inventory) -> Resource | None:
    """Return the Service that `serviceName` names, if it is in the input."""
    name = text(statefulset.spec.get("serviceName"))
    return inventory.find(statefulset, "Service", name) if name else None


def first_ordinal(statefulset: Resource) -> int:
    """Return the ordinal of the first pod."""
    return integer(dig(statefulset.spec, "ordinals", "start")) or 0


def ordinals(statefulset: Resource, inventory: Inventory) -> range | None:
    """Return the ordinals that pods can have, up to the maximum of an autoscaler; None where that is not known."""
    start = first_ordinal(statefulset)
    scalers = inventory.autoscalers(statefulset)
    if scalers:
        if scalers[0].builtin is None:
            most = integer(scalers[0].spec.get("maxReplicaCount", _KEDA_MAXIMUM))
        else:
            most = integer(scalers[0].spec.get("maxReplicas"))
        return None if most is None else range(start, start + most)
    replicas = inventory.replicas(statefulset)
    return None if replicas is None else range(start, start + replicas.number)

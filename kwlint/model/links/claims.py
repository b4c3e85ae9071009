"""Claims that pods mount, and which of them only one node, or one pod, may have at a time."""

from __future__ import annotations

from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.model.workloads.placement import pinned_to_one_node
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text

_EXCLUSIVE = frozenset({"ReadWriteOnce", "ReadWriteOncePod"})


class Mounted(Record):
    """A claim of the input that a pod template mounts, and the path of the field that names it."""

    path: str
    claim: Resource

    @property
    def modes(self) -> list[str]:
        """The access modes that the claim asks for."""
        return [text(mode) for mode in sequence(self.claim.spec.get("accessModes"))]


def claim_templates(workload: Resource) -> set[str]:
    """Return the names of a StatefulSet's claim templates; they replace volumes of the same name."""
    return {
        text(mapping(mapping(item).get("metadata")).get("name"))
        for item in sequence(workload.spec.get("volumeClaimTemplates"))
    }


def mounted_claims(workload: Resource, inventory: Inventory) -> list[Mounted]:
    """Return the claims of the input that all pods of a workload share; claim templates are none of them."""
    pods = workload.pods
    if pods is None:
        return []
    templates = claim_templates(workload)
    found = []
    for path, volume in pods.volumes:
        name = text(mapping(volume.get("persistentVolumeClaim")).get("claimName"))
        if not name or text(volume.get("name")) in templates:
            continue
        claim = inventory.find(workload, "PersistentVolumeClaim", name)
        if claim is not None:
            found.append(Mounted(f"{path}.persistentVolumeClaim.claimName", claim))
    return found


def contested_claims(workload: Resource, inventory: Inventory) -> list[Mounted]:
    """Return the mounted claims that a second pod of the workload may not get.

    Those are ReadWriteOncePod, and ReadWriteOnce unless the pods are pinned to one node
    (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes).
    """
    found = [
        mounted
        for mounted in mounted_claims(workload, inventory)
        if mounted.modes and _EXCLUSIVE.issuperset(mounted.modes)
    ]
    if found and pinned_to_one_node(workload, inventory):
        return [mounted for mounted in found if "ReadWriteOnce" not in mounted.modes]
    return found

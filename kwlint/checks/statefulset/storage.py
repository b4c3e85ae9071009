"""The storage of a StatefulSet's pods (STS006, STS008, STS013, STS014)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import dig, mapping, sequence, text

# Volumes that hold nothing of a pod's own past its end.
_PASSING = frozenset(
    {"configMap", "downwardAPI", "emptyDir", "ephemeral", "hostPath", "image", "projected", "secret"}
)


def claim_template_not_mounted(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS006: no container mounts a claim that each pod gets."""
    if statefulset.pods is None:
        return
    used = statefulset.pods.used_volumes
    known = {text(volume.get("name")) for _, volume in statefulset.pods.volumes}
    templates = list(_templates(statefulset))
    known.update(_name(template) for _, template in templates)
    # A mount of a name that does not exist is refused anyway, and may be meant for a claim that nothing else mounts.
    if used - known:
        return
    for path, template in templates:
        name = _name(template)
        if not name or name in used:
            continue
        yield statefulset.problem(
            f"{path}.metadata.name",
            f"no container mounts `{name}`, so each pod gets a claim that it does not use and writes its data elsewhere",
        )


def scale_down_deletes_data(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS008: an autoscaler takes pods away, and with them their claims."""
    policy = dig(statefulset.spec, "persistentVolumeClaimRetentionPolicy", "whenScaled")
    if policy != "Delete" or not any(True for _ in _templates(statefulset)):
        return
    for scaler in context.inventory.autoscalers(statefulset):
        if scaler.application == statefulset.application:
            yield statefulset.problem(
                "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
                f"`whenScaled: Delete` deletes the claims and the data of the pods that {scaler.title} scales down",
                [scaler.note("spec.scaleTargetRef", "scales this StatefulSet")],
            )
            return


def ephemeral_state(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS013: the pods keep nothing that would outlive them."""
    if statefulset.pods is None or any(True for _ in _templates(statefulset)):
        return
    for _, volume in statefulset.pods.volumes:
        if any(key != "name" and key not in _PASSING and value is not None for key, value in volume.items()):
            return
    yield statefulset.problem(
        "spec.volumeClaimTemplates",
        "there is no claim template and no claim, so nothing of a pod's state outlives it and only its name needs "
        "a StatefulSet",
    )


def fixed_claim(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS014: a claim template asks for volumes made by hand, or for sharing that cannot happen."""
    for path, template in _templates(statefulset):
        name, spec = _name(template), mapping(template.get("spec"))
        if spec.get("storageClassName") == "":
            yield statefulset.problem(
                f"{path}.spec.storageClassName",
                f'`storageClassName: ""` turns off dynamic provisioning, so each replica waits until somebody makes a volume '
                f"for its claim `{name}`",
            )
        for index, mode in enumerate(sequence(spec.get("accessModes"))):
            if mode == "ReadWriteMany" and not _shared(statefulset, context.inventory, name):
                yield statefulset.problem(
                    f"{path}.spec.accessModes[{index}]",
                    f"each pod gets a claim `{name}` of its own, so `ReadWriteMany` asks for sharing that nobody uses; "
                    "`ReadWriteOnce` is enough and more storage classes have it",
                )


def _templates(statefulset: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, template in enumerate(sequence(statefulset.spec.get("volumeClaimTemplates"))):
        if isinstance(template, dict):
            yield f"spec.volumeClaimTemplates[{index}]", template


def _name(template: dict[str, Any]) -> str:
    return text(mapping(template.get("metadata")).get("name"))


def _shared(statefulset: Resource, inventory: Inventory, template: str) -> bool:
    """Return whether another workload of the namespace mounts one of the claims that a template makes."""
    return f"{template}-{statefulset.name}" in inventory.workloads(statefulset).once(_claims_with_ordinals)


def _claims_with_ordinals(workloads: Selection) -> frozenset[str]:
    """Return the names of the claims that workloads mount and that end in a number, without that."""
    names = (
        text(mapping(volume.get("persistentVolumeClaim")).get("claimName")).rpartition("-")
        for workload in workloads
        if workload.pods is not None
        for _, volume in workload.pods.volumes
    )
    return frozenset(stem for stem, _, ordinal in names if ordinal.isascii() and ordinal.isdecimal())

"""Check of containers that do not state what a quota of their namespace counts."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.inventory import Inventory
from kwlint.model.limitranges import effective
from kwlint.model.plain import mapping
from kwlint.model.quotas import STATED, applying, counts, states_for_the_pod
from kwlint.rule import Note, Problem, Resource


def quota_needs_requests(workload: Resource, inventory: Inventory) -> Iterator[Problem]:
    """QUO001: a quota counts cpu or memory, and a container does not say how much of it.

    Source: pkg/quota/v1/evaluator/core/pods.go (Constraints).
    """
    pods = workload.pods
    if pods is None or workload.kind == "PodTemplate" or states_for_the_pod(pods, inventory.minor):
        return
    quotas = applying(workload, inventory, "ResourceQuota")
    if not quotas:
        return
    limit_ranges = inventory.neighbours(workload, "LimitRange")
    containers = [(item, effective(item, limit_ranges)) for item in pods.all_containers]
    quotas = [quota for quota in quotas if counts(quota, pods, inventory, [found for _, found in containers])]
    for container, resources in containers:
        missing: dict[str, None] = {}
        notes: list[Note] = []
        refusing: dict[str, None] = {}
        for quota in quotas:
            for name in mapping(quota.spec.get("hard")):
                field, resource = STATED.get(name, ("", ""))
                if field and resource not in resources.of(field):
                    missing[f"{field}.{resource}"] = None
                    refusing[quota.name] = None
                    notes.append(quota.note(f"spec.hard[{name}]", f"counts `{name}`"))
        if missing:
            fields = " and ".join(f"`{name}`" for name in missing)
            names = " and ".join(f"`{name}`" for name in refusing)
            yield workload.problem(
                f"{container.path}.resources",
                f"container `{container.name}` does not set {fields}, which the {'ResourceQuota' if len(refusing) == 1 else 'ResourceQuotas'} {names} of its "
                f"namespace {'counts' if len(refusing) == 1 else 'count'}, "
                f"so {'the pod is' if workload.kind == 'Pod' else 'the pods are'} refused; set "
                f"{'it' if len(missing) == 1 else 'them'} or give a default with a LimitRange",
                notes,
            )

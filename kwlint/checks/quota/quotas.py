"""Check of containers that do not state what a quota of their namespace counts."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.project.selection import Selection
from kwlint.model.workloads.limitranges import effective
from kwlint.model.workloads.quotas import STATED, applying, counts, states_for_the_pod
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping

# How many quotas a finding names, and how many demands of those of a namespace a workload is held against.
_SHOWN, _ENOUGH = 5, 256


def quota_needs_requests(workload: Resource, context: Context) -> Iterator[Problem]:
    """QUO001: a quota counts cpu or memory, and a container does not say how much of it.

    Source: pkg/quota/v1/evaluator/core/pods.go (Constraints).
    """
    pods = workload.pods
    if pods is None or workload.kind == "PodTemplate" or states_for_the_pod(pods, context.inventory.minor):
        return
    quotas = applying(workload, context.inventory, "ResourceQuota")
    if not quotas:
        return
    limit_ranges = context.inventory.neighbours(workload, "LimitRange")
    containers = [(item, effective(item, limit_ranges)) for item in pods.all_containers]
    all_resources = [found for _, found in containers]
    counting = [
        sort
        for sort in quotas.once(_by_demand)
        if counts(sort.quotas[0], pods, context.inventory, all_resources)
    ]
    for container, resources in containers:
        missing: dict[str, None] = {}
        notes: list[Note] = []
        refusing: dict[str, None] = {}
        for sort in counting:
            for name in sort.names:
                field, resource = STATED[name]
                if resource not in resources.of(field):
                    missing[f"{field}.{resource}"] = None
                    for quota in sort.quotas[:_SHOWN]:
                        refusing[quota.name] = None
                        notes.append(quota.note(f"spec.hard[{name}]", f"counts `{name}`"))
        if missing:
            fields = " and ".join(f"`{name}`" for name in missing)
            names = " and ".join(f"`{name}`" for name in [*refusing][:_SHOWN])
            names += " and others" if len(refusing) > _SHOWN else ""
            yield workload.problem(
                f"{container.path}.resources",
                f"container `{container.name}` does not set {fields}, which the {'ResourceQuota' if len(refusing) == 1 else 'ResourceQuotas'} {names} of its "
                f"namespace {'counts' if len(refusing) == 1 else 'count'}, "
                f"so {'the pod is' if workload.kind == 'Pod' else 'the pods are'} refused; set "
                f"{'it' if len(missing) == 1 else 'them'} or give a default with a LimitRange",
                notes[: _SHOWN * len(missing)],
            )


class _Demand(Record):
    """What quotas want to be stated, by its names in a quota, and those that want it of the same pods."""

    names: list[str]
    quotas: list[Resource]


def _by_demand(quotas: Selection) -> list[_Demand]:
    found: dict[str, _Demand] = {}
    for quota in quotas:
        names = [name for name in mapping(quota.spec.get("hard")) if name in STATED]
        if names:
            scopes = (quota.spec.get("scopes"), quota.spec.get("scopeSelector"))
            sort = found.setdefault(repr((names, scopes)), _Demand(names, []))
            if len(sort.quotas) <= _SHOWN:
                sort.quotas.append(quota)
    return list(found.values())[:_ENOUGH]

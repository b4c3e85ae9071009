"""ResourceQuotas and LimitRanges of a namespace as admission applies them to the pods and claims there."""

from __future__ import annotations

from typing import Any

from kwlint.model import quantity
from kwlint.model.pods import PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection, by_application
from kwlint.model.resources import Resource
from kwlint.model.workloads.limitranges import Resources
from kwlint.model.workloads.pod_resources import pod_level
from kwlint.util.values import integer, mapping, sequence, text

# The resources that each container has to state once a quota counts them: the name in the quota, and the field.
# Source: pkg/quota/v1/evaluator/core/pods.go (validationSet).
STATED = {
    "cpu": ("requests", "cpu"),
    "requests.cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}
POD_LEVEL_RESOURCES = ("cpu", "memory")


def applying(near: Resource, inventory: Inventory, kind: str) -> Selection:
    """Return the objects of a kind that rule the namespace of ``near``: those of its application, or else of the input.

    They refuse pods, so that a namespace which is only assumed is not enough.
    """
    return inventory.neighbours(near, kind).once(_Sharing).with_namespace_of(near, inventory)


class _Sharing:
    """Of objects of one kind those that rule the pods of others, worked out once for all of one application and namespace."""

    def __init__(self, ruling: Selection) -> None:
        self._ruling = ruling
        self._known: dict[tuple[int, str | None, tuple[str, ...]], Selection] = {}

    def with_namespace_of(self, near: Resource, inventory: Inventory) -> Selection:
        where = (near.application, near.namespace, near.overlaid.spaces)
        if where not in self._known:
            found = Selection(item for item in self._ruling if inventory.shares_namespace(near, item))
            self._known[where] = found.once(by_application).get(near.application) or found
        return self._known[where]


def states_for_the_pod(pods: PodTemplate, minor: int) -> bool:
    """Return whether the pod as a whole states requests or limits, so that its containers need not.

    Source: pkg/quota/v1/evaluator/core/pods.go (Constraints).
    """
    level = pod_level(pods, minor)
    return any(
        name in POD_LEVEL_RESOURCES or name.startswith("hugepages-")
        for field in level
        for name in level[field]
    )


def counts(quota: Resource, pods: PodTemplate, inventory: Inventory, resources: list[Resources]) -> bool:
    """Return whether all scopes of a quota fit the pods; ``resources`` are those of all their containers.

    Source: pkg/quota/v1/evaluator/core/pods.go (podMatchesScopeFunc).
    """
    wanted: list[tuple[str, str, list[Any]]] = [
        (text(name), "Exists", []) for name in sequence(quota.spec.get("scopes"))
    ]
    for item in sequence(mapping(quota.spec.get("scopeSelector")).get("matchExpressions")):
        entry = mapping(item)
        wanted.append(
            (text(entry.get("scopeName")), text(entry.get("operator")), sequence(entry.get("values")))
        )
    return all(_fits(*scope, pods, inventory, resources) for scope in wanted)


def _fits(
    name: str,
    operator: str,
    values: list[Any],
    pods: PodTemplate,
    inventory: Inventory,
    resources: list[Resources],
) -> bool:
    if name in ("Terminating", "NotTerminating"):
        deadline = integer(pods.spec.get("activeDeadlineSeconds"))
        return (deadline is not None and deadline >= 0) is (name == "Terminating")
    if name in ("BestEffort", "NotBestEffort"):
        return _best_effort(pods, inventory.minor, resources) is (name == "BestEffort")
    if name == "CrossNamespacePodAffinity":
        return _reaches_other_namespaces(pods)
    if name != "PriorityClass":
        return False
    priority = text(pods.spec.get("priorityClassName")) or _default_priority(inventory)
    if operator == "Exists":
        return bool(priority)
    if operator == "DoesNotExist":
        return not priority
    return (priority in values and bool(priority)) is (operator == "In")


def _best_effort(pods: PodTemplate, minor: int, resources: list[Resources]) -> bool:
    """Source: pkg/apis/core/v1/helper/qos/qos.go (ComputePodQOS)."""
    level = pod_level(pods, minor)
    fields = (
        [level["requests"], level["limits"]] if level else [field for item in resources for field in item]
    )
    return not any(quantity.amount(field.get(name)) > 0 for field in fields for name in ("cpu", "memory"))


def _reaches_other_namespaces(pods: PodTemplate) -> bool:
    affinity = mapping(pods.spec.get("affinity"))
    terms = []
    for field in ("podAffinity", "podAntiAffinity"):
        rules = mapping(affinity.get(field))
        terms += sequence(rules.get("requiredDuringSchedulingIgnoredDuringExecution"))
        terms += [
            mapping(item).get("podAffinityTerm")
            for item in sequence(rules.get("preferredDuringSchedulingIgnoredDuringExecution"))
        ]
    return any(
        sequence(mapping(term).get("namespaces")) or mapping(term).get("namespaceSelector") is not None
        for term in terms
    )


def _default_priority(inventory: Inventory) -> str:
    return inventory.of_kind("PriorityClass").once(_first_default)


def _first_default(classes: Selection) -> str:
    return next((item.name for item in classes if item.data.get("globalDefault") is True), "")

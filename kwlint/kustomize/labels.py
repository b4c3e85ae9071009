"""Common labels: which fields of an object kustomize writes its labels to.

Source: kustomize's api/internal/konfig/builtinpluginconsts (commonlabels.go, templatelabels.go, metadatalabels.go).
"""

from __future__ import annotations

from typing import Any

from kwlint.model.resources import Resource

_AFFINITY = [
    f"spec.template.spec.{affinity}.{terms}"
    for affinity in ("affinity.podAffinity", "affinity.podAntiAffinity")
    for terms in (
        "preferredDuringSchedulingIgnoredDuringExecution.podAffinityTerm.labelSelector.matchLabels",
        "requiredDuringSchedulingIgnoredDuringExecution.labelSelector.matchLabels",
    )
]
_CONSTRAINTS = [*_AFFINITY, "spec.template.spec.topologySpreadConstraints.labelSelector.matchLabels"]
# Selectors that are made where there is none, and those that get labels only where they have some.
_MADE = {
    "Service": "spec.selector",
    "ReplicationController": "spec.selector",
    "Deployment": "spec.selector.matchLabels",
    "ReplicaSet": "spec.selector.matchLabels",
    "DaemonSet": "spec.selector.matchLabels",
    "StatefulSet": "spec.selector.matchLabels",
}
_WRITTEN = {
    "Deployment": _CONSTRAINTS,
    "StatefulSet": _CONSTRAINTS,
    "Job": ["spec.selector.matchLabels"],
    "CronJob": ["spec.jobTemplate.spec.selector.matchLabels"],
    "PodDisruptionBudget": ["spec.selector.matchLabels"],
    "NetworkPolicy": [
        "spec.podSelector.matchLabels",
        "spec.ingress.from.podSelector.matchLabels",
        "spec.egress.to.podSelector.matchLabels",
    ],
}


def with_labels(
    resource: Resource, data: dict[str, Any], labels: dict[str, str], selected: dict[str, str]
) -> dict[str, Any]:
    """Return the data of a resource with ``labels`` on its pods and ``selected`` in its selectors.

    What it shares with ``data`` stays the same object.
    """
    kind = resource.builtin
    if kind is None:
        return data
    if labels and kind.template is not None:
        data = _with(data, [*filter(None, kind.template.split(".")), "metadata", "labels"], labels, True)
    if selected and kind.name in _MADE:
        data = _with(data, _MADE[kind.name].split("."), selected, True)
    if selected:
        for path in _WRITTEN.get(kind.name, ()):
            data = _with(data, path.split("."), selected, False)
    return data


def _with(value: Any, steps: list[str], pairs: dict[str, str], made: bool) -> Any:
    """Return a value with pairs in the mapping that steps lead to, through each item of a list; ``made`` where it is absent."""
    if isinstance(value, list):
        return [_with(item, steps, pairs, made) for item in value]
    if not isinstance(value, dict):
        return {**pairs} if made and value is None and not steps else value
    if not steps:
        return {**value, **pairs}
    below = value.get(steps[0])
    if below is None:
        if not made:
            return value
        below = {}
    return {**value, steps[0]: _with(below, steps[1:], pairs, made)}

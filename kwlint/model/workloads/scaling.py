"""Autoscaling: what a HorizontalPodAutoscaler targets, its bounds, and the resource metrics that it goes by."""

from __future__ import annotations

from kwlint.model.resources import Resource
from kwlint.util.record import Record
from kwlint.util.values import integer, mapping, sequence, text

# pkg/apis/autoscaling/types.go, DefaultCPUUtilization
DEFAULT_UTILIZATION = 80
_METRICS_ANNOTATION = "autoscaling.alpha.kubernetes.io/metrics"
_SOURCES = {"Resource": "resource", "ContainerResource": "containerResource"}


class ResourceMetric(Record):
    """A metric of cpu, memory or another resource: where it stands, of which container (empty: the whole pod).

    ``relative`` says that its target is a percentage of the requests, which ``utilization`` has if it is set.
    """

    path: str
    field: str
    resource: str
    container: str
    relative: bool
    utilization: int | None

    @property
    def clause(self) -> str:
        """What a related place says of the metric."""
        percentage = "a percentage" if self.utilization is None else f"{self.utilization} %"
        what = f"the metric: {percentage} of the {self.resource} request"
        return what if self.field else f"no metric is set, which means {what.removeprefix('the metric: ')}"

    @property
    def place(self) -> str:
        """The path of the metric's target."""
        return f"{self.path}.{self.field}" if self.field else self.path


def minimum(autoscaler: Resource) -> int:
    """Return minReplicas, which is 1 if unset."""
    written = integer(autoscaler.spec.get("minReplicas"))
    return 1 if written is None else written


def target_of(autoscaler: Resource) -> tuple[str, str, str]:
    """Return API group, kind and name of what an autoscaler scales. The version does not count."""
    target = mapping(autoscaler.spec.get("scaleTargetRef"))
    group = text(target.get("apiVersion")).rpartition("/")[0]
    return group, text(target.get("kind")), text(target.get("name"))


def resource_metrics(autoscaler: Resource) -> list[ResourceMetric]:
    """Return the metrics of resources; where no metric at all is set, the one that the API server sets.

    Source: pkg/apis/autoscaling/v2/defaults.go, and conversion.go of v1, whose metrics besides cpu are an annotation.
    """
    spec = autoscaler.spec
    if autoscaler.version == "v1":
        percentage = integer(spec.get("targetCPUUtilizationPercentage"))
        if percentage is not None:
            return [ResourceMetric("spec", "targetCPUUtilizationPercentage", "cpu", "", True, percentage)]
        if _METRICS_ANNOTATION in autoscaler.annotations:
            return []
        return [
            ResourceMetric("spec.targetCPUUtilizationPercentage", "", "cpu", "", True, DEFAULT_UTILIZATION)
        ]
    metrics = sequence(spec.get("metrics"))
    if not metrics:
        return [ResourceMetric("spec.metrics", "", "cpu", "", True, DEFAULT_UTILIZATION)]
    found = []
    for index, metric in enumerate(metrics):
        field = _SOURCES.get(text(mapping(metric).get("type")), "")
        source = mapping(mapping(metric).get(field))
        if not source:
            continue
        target = mapping(source.get("target"))
        place = "target.averageUtilization" if target else "targetAverageUtilization"  # v2beta1 has no target
        written = target.get("averageUtilization") if target else source.get("targetAverageUtilization")
        found.append(
            ResourceMetric(
                f"spec.metrics[{index}].{field}",
                place,
                text(source.get("name")),
                text(source.get("container")),
                written is not None or target.get("type") == "Utilization",
                integer(written),
            )
        )
    return found

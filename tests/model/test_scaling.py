"""Autoscalers: their metrics, the requests that those are measured by, and who else has the same target."""

from __future__ import annotations

import pytest

from kwlint.model.pods import PodTemplate
from kwlint.model.workloads.pod_resources import pod_request, request
from kwlint.model.workloads.scaling import resource_metrics, target_of
from tests.model.inputs import inventory_of, workload

TARGET = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}"


def autoscaler(spec: str, api: str = "autoscaling/v2", name: str = "web", metadata: str = "") -> str:
    return (
        f"apiVersion: {api}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}, namespace: shop{metadata}}}\n"
        f"spec: {{{TARGET}, maxReplicas: 5{spec}}}\n"
    )


def metric(body: str) -> str:
    return f", metrics: [{body}]"


ANNOTATION = ", annotations: {autoscaling.alpha.kubernetes.io/metrics: '[]'}"
UTILIZATION = "target: {type: Utilization, averageUtilization: 70}"
METRICS = [
    (autoscaler(""), [("spec.metrics", "cpu", "", 80)]),
    (autoscaler(", metrics: []"), [("spec.metrics", "cpu", "", 80)]),
    (autoscaler("", "autoscaling/v1"), [("spec.targetCPUUtilizationPercentage", "cpu", "", 80)]),
    (autoscaler("", "autoscaling/v1", metadata=ANNOTATION), []),
    (
        autoscaler(", targetCPUUtilizationPercentage: 60", "autoscaling/v1"),
        [("spec.targetCPUUtilizationPercentage", "cpu", "", 60)],
    ),
    (
        autoscaler(metric(f"{{type: Resource, resource: {{name: memory, {UTILIZATION}}}}}")),
        [("spec.metrics[0].resource.target.averageUtilization", "memory", "", 70)],
    ),
    (
        autoscaler(
            metric(
                f"{{type: ContainerResource, containerResource: {{name: cpu, container: a, {UTILIZATION}}}}}"
            )
        ),
        [("spec.metrics[0].containerResource.target.averageUtilization", "cpu", "a", 70)],
    ),
    (autoscaler(metric("{type: Pods, pods: {}}, 3, {type: Resource}")), []),
]


@pytest.mark.parametrize(("text", "expected"), METRICS)
def test_resource_metrics(text: str, expected: list[tuple[str, str, str, int]]) -> None:
    found = resource_metrics(inventory_of(text).resources[0])
    assert [(item.place, item.resource, item.container, item.utilization) for item in found] == expected
    assert all(item.relative for item in found)


def test_an_absolute_target_is_not_relative() -> None:
    text = autoscaler(
        metric("{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 1}}}")
    )
    (found,) = resource_metrics(inventory_of(text).resources[0])
    assert not found.relative


def test_target_of() -> None:
    assert target_of(inventory_of(autoscaler("")).resources[0]) == ("apps", "Deployment", "web")


def test_rivals_and_resizers_have_the_same_target() -> None:
    resizer = (
        "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: v, namespace: shop}\n"
        "spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
    )
    other = autoscaler("", name="api").replace("name: web}", "name: api}")
    inventory = inventory_of("---\n".join([autoscaler(""), autoscaler("", name="too"), other, resizer]))
    first, second, third, vertical = inventory.resources
    assert inventory.rivals(first) == [first, second]
    assert inventory.rivals(third) == [third]
    assert inventory.resizers(first) == [vertical]
    assert inventory.resizers(third) == []


REQUESTS = [
    ("{resources: {requests: {cpu: 1}, limits: {cpu: 2}}}", 1),
    ("{resources: {limits: {cpu: 2}}}", 2),
    ("{resources: {requests: {cpu: null}, limits: {cpu: 2}}}", 2),
    ("{resources: {requests: {memory: 1Gi}}}", None),
    ("{}", None),
]


@pytest.mark.parametrize(("container", "expected"), REQUESTS)
def test_request(container: str, expected: int | None) -> None:
    pods = _pods(f"{{containers: [{container}]}}")
    assert request(pods.containers[0], "cpu") == expected


def test_pod_request_counts_from_1_34_on() -> None:
    pods = _pods("{resources: {limits: {cpu: 2}}, containers: [{name: a}]}")
    assert pod_request(pods, 34, "cpu") == 2
    assert pod_request(pods, 33, "cpu") is None
    assert pod_request(pods, 34, "memory") is None


def _pods(pod: str) -> PodTemplate:
    pods = inventory_of(workload(pod)).resources[0].pods
    assert pods is not None
    return pods

from __future__ import annotations

import pytest

from kwlint.model.project.selection import NONE, Selection
from kwlint.model.workloads.limitranges import effective
from kwlint.model.workloads.quotas import applying, counts
from tests.model.files import inventory_of_files
from tests.model.inputs import inventory_of, workload


def quota(spec: str, namespace: str = "shop") -> str:
    return f"---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q, namespace: {namespace}}}\nspec: {spec}\n"


@pytest.mark.parametrize(
    ("spec", "pod", "expected"),
    [
        ("{}", "{}", True),
        ("{scopes: [BestEffort]}", "{}", True),
        ("{scopes: [NotBestEffort]}", "{}", False),
        ("{scopes: [BestEffort]}", "{containers: [{resources: {limits: {cpu: 1}}}]}", False),
        ("{scopes: [NotBestEffort]}", "{initContainers: [{resources: {requests: {memory: 1}}}]}", True),
        ("{scopes: [BestEffort]}", "{containers: [{resources: {limits: {cpu: 0}}}]}", True),
        ("{scopes: [BestEffort]}", "{containers: [{resources: {limits: {nvidia.com/gpu: 1}}}]}", True),
        ("{scopes: [Terminating]}", "{}", False),
        ("{scopes: [Terminating]}", "{activeDeadlineSeconds: 5}", True),
        ("{scopes: [NotTerminating]}", "{activeDeadlineSeconds: 5}", False),
        ("{scopes: [NotTerminating, BestEffort]}", "{}", True),
        ("{scopes: [CrossNamespacePodAffinity]}", "{}", False),
        (
            "{scopes: [CrossNamespacePodAffinity]}",
            "{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{namespaceSelector: {}}]}}}",
            True,
        ),
        ("{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Exists}]}}", "{}", False),
        (
            "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}",
            "{priorityClassName: high}",
            True,
        ),
        (
            "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}",
            "{priorityClassName: low}",
            False,
        ),
        (
            "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values: [high]}]}}",
            "{}",
            True,
        ),
        (
            "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]}}",
            "{}",
            True,
        ),
    ],
)
def test_counts(spec: str, pod: str, expected: bool) -> None:
    inventory = inventory_of(workload(pod) + quota(spec))
    web, found = inventory.resources
    assert web.pods is not None
    resources = [effective(container, NONE) for container in web.pods.all_containers]
    assert counts(found, web.pods, inventory, resources) is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a/web.yaml": workload("{}"), "b/quota.yaml": quota("{}")}, ["b/quota.yaml"]),
        ({"a/web.yaml": workload("{}"), "b/quota.yaml": quota("{}", "pay")}, []),
        # Two of one name make two applications; the one of its own counts.
        (
            {
                "a/web.yaml": workload("{}") + quota("{}"),
                "b/web.yaml": workload("{}") + quota("{}"),
            },
            ["a/web.yaml"],
        ),
        # Without a namespace those of another application may be for another one.
        (
            {
                "a/web.yaml": workload("{}", namespace="''"),
                "b/web.yaml": workload("{}", namespace="''") + quota("{}", "''"),
            },
            [],
        ),
    ],
)
def test_applying(files: dict[str, str], expected: list[str]) -> None:
    inventory = inventory_of_files(files)
    assert [item.file for item in applying(inventory.resources[0], inventory, "ResourceQuota")] == expected


@pytest.mark.parametrize(
    ("item", "requests", "limits"),
    [
        ("{type: Container, max: {cpu: 2}}", {"cpu": 2, "memory": 7}, {"cpu": 2, "memory": 7}),
        ("{type: Container, min: {cpu: 1}, max: {cpu: 2}}", {"cpu": 2, "memory": 7}, {"cpu": 2, "memory": 7}),
        ("{type: Container, min: {cpu: 1}}", {"cpu": 1, "memory": 7}, {"memory": 7}),
        (
            "{type: Container, default: {cpu: 3, memory: 9}, defaultRequest: {cpu: 1}}",
            {"cpu": 1, "memory": 7},
            {"cpu": 3, "memory": 7},
        ),
        ("{type: Pod, max: {cpu: 2}}", {"memory": 7}, {"memory": 7}),
    ],
)
def test_effective(item: str, requests: dict[str, int], limits: dict[str, int]) -> None:
    text = workload("{containers: [{resources: {limits: {memory: 7}}}]}")
    text += f"---\napiVersion: v1\nkind: LimitRange\nmetadata: {{name: r}}\nspec: {{limits: [{item}]}}\n"
    web, limit_range = inventory_of(text).resources
    assert web.pods is not None
    assert effective(web.pods.containers[0], Selection([limit_range])) == (requests, limits)

from __future__ import annotations

import pytest

from kwlint.model.workloads.placement import pinned_to_one_node, repelled, spread
from tests.model.inputs import inventory_of, workload

HOST = "topologyKey: kubernetes.io/hostname"
OWN = "labelSelector: {matchLabels: {app: web}}"


def affinity(field: str, term: str) -> str:
    return f"{{affinity: {{{field}: {{requiredDuringSchedulingIgnoredDuringExecution: [{{{term}}}]}}}}}}"


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (f"{HOST}, {OWN}", True),
        (f"{HOST}, labelSelector: {{}}", True),
        (HOST, False),
        (f"{HOST}, labelSelector: {{matchLabels: {{app: api}}}}", False),
        (f"{HOST}, {OWN}, namespaces: [shop]", True),
        (f"{HOST}, {OWN}, namespaces: [batch]", False),
        (f"{HOST}, {OWN}, namespaceSelector: {{}}", True),
        (f"{HOST}, {OWN}, namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: shop}}}}", True),
        (f"{HOST}, {OWN}, namespaceSelector: {{matchLabels: {{team: a}}}}", True),
        (f"{HOST}, {OWN}, namespaceSelector: {{matchLabels: {{team: b}}}}", False),
        (f"{HOST}, {OWN}, matchLabelKeys: [pod-template-hash]", True),
        (f"{HOST}, {OWN}, mismatchLabelKeys: [pod-template-hash]", False),
        (f"{HOST}, {OWN}, mismatchLabelKeys: [absent]", True),
    ],
)
def test_repelled(term: str, found: bool) -> None:
    namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n"
    inventory = inventory_of(workload(affinity("podAntiAffinity", term)) + namespace)
    paths = [item.path for item in repelled(inventory.resources[0], inventory)]
    path = "spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
    assert paths == ([path] if found else [])


@pytest.mark.parametrize(
    ("constraint", "found"),
    [
        (f"whenUnsatisfiable: DoNotSchedule, {HOST}, {OWN}", True),
        (f"whenUnsatisfiable: ScheduleAnyway, {HOST}, {OWN}", False),
        (f"whenUnsatisfiable: DoNotSchedule, {HOST}", False),
    ],
)
def test_spread(constraint: str, found: bool) -> None:
    inventory = inventory_of(workload(f"{{topologySpreadConstraints: [{{maxSkew: 1, {constraint}}}]}}"))
    assert bool(spread(inventory.resources[0])) is found


def on_node(*values: str, key: str = "kubernetes.io/hostname") -> str:
    expression = f"{{key: {key}, operator: In, values: [{', '.join(values)}]}}"
    required = f"requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: [{expression}]}}]}}"
    return f"{{affinity: {{nodeAffinity: {{{required}}}}}}}"


@pytest.mark.parametrize(
    ("pod", "pinned"),
    [
        ("{}", False),
        ("{nodeName: a}", True),
        ("{nodeSelector: {kubernetes.io/hostname: a}}", True),
        ("{nodeSelector: {topology.kubernetes.io/zone: a}}", False),
        (on_node("a"), True),
        (on_node("a", "b"), False),
        (on_node("a", key="topology.kubernetes.io/zone"), False),
        (affinity("podAffinity", f"{HOST}, {OWN}"), True),
        (affinity("podAffinity", f"topologyKey: topology.kubernetes.io/zone, {OWN}"), False),
        (affinity("podAffinity", f"{HOST}, labelSelector: {{matchLabels: {{app: api}}}}"), False),
    ],
)
def test_pinned_to_one_node(pod: str, pinned: bool) -> None:
    inventory = inventory_of(workload(pod))
    assert pinned_to_one_node(inventory.resources[0], inventory) is pinned

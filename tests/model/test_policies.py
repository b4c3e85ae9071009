"""NetworkPolicies: directions, ports and peers."""

from __future__ import annotations

import pytest

from kwlint.model.links.policies import acts_on, peer_pods, rules
from tests.model.inputs import inventory_of

POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: shop}}\nspec: {spec}\n"
ACTS = [
    ("{}", True, False),
    ("{egress: [{}]}", True, True),
    ("{egress: []}", True, False),
    ("{policyTypes: [Egress]}", False, True),
    ("{policyTypes: [Ingress], egress: [{}]}", True, False),
]


@pytest.mark.parametrize(("spec", "ingress", "egress"), ACTS)
def test_acts_on(spec: str, ingress: bool, egress: bool) -> None:
    (policy,) = inventory_of(POLICY.format(spec=spec)).resources
    assert (acts_on(policy, "Ingress"), acts_on(policy, "Egress")) == (ingress, egress)


COVERS = [
    ("{port: 53, protocol: UDP}", True),
    ("{port: 53}", False),
    ("{protocol: UDP}", True),
    ("{port: 50, endPort: 60, protocol: UDP}", True),
    ("{port: 54, endPort: 60, protocol: UDP}", False),
    ("{port: dns, protocol: UDP}", True),
]


@pytest.mark.parametrize(("port", "covers"), COVERS)
def test_covers(port: str, covers: bool) -> None:
    (policy,) = inventory_of(POLICY.format(spec=f"{{egress: [{{ports: [{port}]}}]}}")).resources
    assert rules(policy, "Egress")[0].ports[0].covers(53, "UDP") is covers


WORLD = """
apiVersion: v1
kind: Namespace
metadata: {name: data, labels: {team: data}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: data, labels: {app: db}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: []}
---
"""
PEERS = [
    ("{podSelector: {matchLabels: {app: web}}}", ["web"]),
    ("{podSelector: {}}", ["web"]),
    ("{podSelector: {matchLabels: {app: db}}}", []),
    ("{namespaceSelector: {matchLabels: {team: data}}, podSelector: {matchLabels: {app: db}}}", ["db"]),
    ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}}", ["db"]),
    ("{namespaceSelector: {matchLabels: {team: other}}}", None),
    ("{ipBlock: {cidr: 10.0.0.0/8}}", None),
]


@pytest.mark.parametrize(("peer", "names"), PEERS)
def test_peer_pods(peer: str, names: list[str] | None) -> None:
    inventory = inventory_of(WORLD + POLICY.format(spec=f"{{egress: [{{to: [{peer}]}}]}}"))
    policy = inventory.of_kind("NetworkPolicy")[0]
    found = peer_pods(policy, rules(policy, "Egress")[0].peers[0], inventory)
    assert (None if found is None else [item.name for pods in found for item in pods]) == names

from __future__ import annotations

import pytest

from kwlint.model.links.generated import generated_by, made
from kwlint.model.project.inventory import Inventory
from tests.model.inputs import inventory_of, workload

JOB = (
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: shop}\n"
    "spec: {template: {spec: {containers: [{name: j, image: certgen, args: [create, --secret-name=db]}]}}}\n"
)
INGRESS = (
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: shop, annotations: {%s: le}}\n"
    "spec: {tls: [{secretName: db}]}\n"
)
CUSTOM = "apiVersion: %s/v1\nkind: %s\nmetadata: {name: %s, namespace: shop}\nspec: %s\n"


@pytest.mark.parametrize(
    ("maker", "kind", "expected"),
    [
        (CUSTOM % ("bitnami.com", "SealedSecret", "db", "{}"), "Secret", True),
        (CUSTOM % ("bitnami.com", "SealedSecret", "db", "{}"), "ConfigMap", False),
        (CUSTOM % ("external-secrets.io", "ExternalSecret", "x", "{target: {name: db}}"), "Secret", True),
        (CUSTOM % ("external-secrets.io", "ExternalSecret", "db", "{target: {name: x}}"), "Secret", False),
        (CUSTOM % ("cert-manager.io", "Certificate", "x", "{secretName: db}"), "Secret", True),
        (CUSTOM % ("cert-manager.io", "Certificate", "db", "{secretName: x}"), "Secret", False),
        (
            CUSTOM % ("secrets.hashicorp.com", "VaultStaticSecret", "x", "{destination: {name: db}}"),
            "Secret",
            True,
        ),
        (CUSTOM % ("example.com", "Database", "x", "{credentials: {secretName: db}}"), "Secret", True),
        (CUSTOM % ("example.com", "Database", "db", "{}"), "Secret", True),
        ((CUSTOM % ("bitnami.com", "SealedSecret", "db", "{}")).replace("shop", "pay"), "Secret", False),
        (INGRESS % "cert-manager.io/cluster-issuer", "Secret", True),
        (INGRESS % "example.com/other", "Secret", False),
        (JOB, "Secret", True),
        (JOB.replace("certgen", "busybox").replace("--secret-name", "--name"), "Secret", False),
    ],
)
def test_made(maker: str, kind: str, expected: bool) -> None:
    inventory = inventory_of(workload("{}") + "---\n" + maker)
    assert made(inventory.resources[0], inventory, kind, "db") is expected


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("ServiceAccount", "default", True),
        ("ConfigMap", "kube-root-ca.crt", True),
        ("ConfigMap", "default", False),
        ("PriorityClass", "system-node-critical", True),
        ("PersistentVolumeClaim", "data-web-0", True),
        ("PersistentVolumeClaim", "data-web-x", False),
        ("PersistentVolumeClaim", "data-api-0", False),
    ],
)
def test_made_by_the_cluster(kind: str, name: str, expected: bool) -> None:
    text = workload("{}", "{volumeClaimTemplates: [{metadata: {name: data}}]}", "StatefulSet")
    inventory = inventory_of(text)
    assert made(inventory.resources[0], inventory, kind, name) is expected


def test_generated_by_kustomize() -> None:
    kustomization = {"configMapGenerator": [{"name": "a"}, {}], "secretGenerator": [{"name": "b"}], "x": 1}
    pairs = list(generated_by(kustomization))
    assert pairs == [("ConfigMap", "a"), ("Secret", "b")]
    resources = inventory_of(workload("{}")).resources
    inventory = Inventory(resources, 37, generated=pairs)
    assert made(resources[0], inventory, "ConfigMap", "a")
    assert not made(resources[0], inventory, "Secret", "a")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("Secret/db", True),
        ("Secret/*", True),
        ("Secret/shop/d?", True),
        ("Secret/pay/db", False),
        ("ConfigMap/db", False),
        ("*/db", True),
        ("Secret/shop/x/db", False),
    ],
)
def test_elsewhere(pattern: str, expected: bool) -> None:
    assert Inventory([], 37, external=[pattern]).elsewhere("Secret", "db", "shop") is expected

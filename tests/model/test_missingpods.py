"""Selectors of pods that the input does not have."""

from __future__ import annotations

import pytest

from kwlint.model.links.missingpods import missing_pods
from kwlint.model.links.operators import operated
from kwlint.model.selector import parse_map
from tests.model.files import inventory_of_files


def deployment(name: str, labels: str) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\n"
        f"spec: {{template: {{metadata: {{labels: {labels}}}}}}}\n"
    )


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: near}\n"
PODS = deployment("checkout", "{app: checkout, tier: front}")
CLUSTER = "apiVersion: example.com/v1\nkind: Database\nmetadata: {name: orders}\n"
SYSTEM = "apiVersion: v1\nkind: %s\nmetadata: {name: near, namespace: kube-system}\n"
SCRIPT = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: init}
data: {init.sh: "LABELS=duty=$1; kubectl -n a label pod b $LABELS"}
"""
CASES = [
    ({"app": "checkout"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS}, None),
    ({"app": "chekout"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS}, 'have "app=checkout"'),
    ({"app": "redis"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS}, ""),
    ({"app": "redis"}, {"a/svc.yaml": SERVICE}, None),
    # Folders beside each other belong together, distant ones of a large collection do not.
    ({"app": "redis"}, {"x/a/services/svc.yaml": SERVICE, "x/a/deployments/web.yaml": PODS}, ""),
    ({"app": "redis"}, {"x/a/b/c/svc.yaml": SERVICE, "y/d/web.yaml": PODS}, None),
    # Pods of operators, and labels that appear at run time.
    ({"cnpg.io/cluster": "pg"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS}, None),
    ({"app": "orders"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS, "a/db.yaml": CLUSTER}, None),
    ({"app": "checkout", "role": "master"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS}, None),
    ({"app": "checkout", "duty": "leader"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS}, None),
    ({"app": "checkout", "duty": "x"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS}, "no label `duty`"),
    ({"app": "checkout", "duty": "x"}, {"a/svc.yaml": SERVICE, "a/web.yaml": PODS, "a/s.yaml": SCRIPT}, None),
    (
        {"app": "checkout", "other": "x"},
        {"a/svc.yaml": SERVICE, "a/web.yaml": PODS, "a/s.yaml": SCRIPT},
        "no label `other`",
    ),
    # The namespace that every cluster has pods of its own in.
    ({"app": "dns"}, {"a/svc.yaml": SYSTEM % "Service", "a/web.yaml": PODS}, None),
    ({"app": "chekout"}, {"a/svc.yaml": SYSTEM % "Service", "a/web.yaml": PODS}, 'have "app=checkout"'),
]


@pytest.mark.parametrize(("labels", "files", "clause"), CASES)
def test_missing_pods(labels: dict[str, str], files: dict[str, str], clause: str | None) -> None:
    inventory = inventory_of_files(files)
    missing = missing_pods(inventory.of_kind("Service")[0], parse_map(labels), inventory)
    if clause is None:
        assert missing is None
    else:
        assert missing is not None
        assert clause in missing.clause
        assert bool(clause) == bool(missing.clause)


def test_complete_input_has_everything() -> None:
    inventory = inventory_of_files({"svc.yaml": SERVICE}, complete=True)
    assert missing_pods(inventory.resources[0], parse_map({"app": "web"}), inventory) is not None


DEFINITION = """\
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: volumes.storage.example.com}
spec:
  group: storage.example.com
  names: {kind: Volume, plural: volumes}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""


def test_the_operator_of_a_definition_makes_pods() -> None:
    inventory = inventory_of_files({"all.yaml": DEFINITION})
    for key, expected in (
        ("storage.example.com/component", True),
        ("example.org/component", False),
        ("app", False),
    ):
        selector = parse_map({key: "manager"})
        assert operated(inventory, selector) is expected


MONITOR = "apiVersion: example.com/v1\nkind: %s\nmetadata: {name: shop}\n"


@pytest.mark.parametrize(("kind", "expected"), [("Shop", True), ("ServiceMonitor", False)])
def test_what_watches_pods_makes_none(kind: str, expected: bool) -> None:
    inventory = inventory_of_files({"all.yaml": MONITOR % kind})
    assert operated(inventory, parse_map({"app": "shop"})) is expected

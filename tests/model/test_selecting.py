"""The inventory's answers to who selects a workload, and what stands twice."""

from __future__ import annotations

import pytest

from tests.model.inputs import inventory_of, workload


def budget(name: str, selector: str, namespace: str = "shop") -> str:
    return (
        f"---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{selector: {selector}}}\n"
    )


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("{matchLabels: {app: web}}", True),
        ("{matchLabels: {app: api}}", False),
        ("{matchExpressions: [{key: app, operator: Exists}]}", True),
        ("{matchExpressions: [{key: app, operator: In, values: [api, web]}]}", True),
        ("{matchLabels: {pod-template-hash: abc}}", True),
        ("{}", True),
        ("null", False),
    ],
)
def test_budgets_of(selector: str, found: bool) -> None:
    inventory = inventory_of(workload("{}") + budget("here", selector) + budget("there", selector, "other"))
    assert [item.name for item in inventory.budgets_of(inventory.resources[0])] == (["here"] if found else [])


def test_services_of_each_once() -> None:
    service = (
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: shop}\nspec: {selector: %s}\n"
    )
    text = workload("{}") + service % ("a", "{app: web, pod-template-hash: x}") + service % ("b", "{}")
    inventory = inventory_of(text + service % ("c", "{app: web}"))
    assert [item.name for item in inventory.services_of(inventory.resources[0])] == ["a", "c"]


def test_copies_of() -> None:
    text = workload("{}") + "---\n" + workload("{}", namespace="other") + "---\n" + workload("{nodeName: a}")
    inventory = inventory_of(text)
    assert [item.number for item in inventory.copies_of(inventory.resources[0])] == [0, 2]
    assert [item.number for item in inventory.copies_of(inventory.resources[1])] == [1]

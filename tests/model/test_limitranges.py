from __future__ import annotations

import pytest

from kwlint.model.workloads.limitranges import gives
from tests.model.inputs import inventory_of, workload


@pytest.mark.parametrize(
    ("item", "requests", "limits"),
    [
        ("{type: Container, defaultRequest: {memory: 1Mi}}", True, False),
        ("{type: Container, default: {memory: 1Mi}}", True, True),
        ("{type: Container, max: {memory: 1Mi}}", True, True),
        ("{type: Container, min: {memory: 1Mi}}", True, False),
        ("{type: Container, default: {cpu: 1}}", False, False),
        ("{type: Pod, max: {memory: 1Mi}}", False, False),
    ],
)
@pytest.mark.parametrize("namespace", ["shop", "other"])
def test_gives(item: str, requests: bool, limits: bool, namespace: str) -> None:
    text = f"---\napiVersion: v1\nkind: LimitRange\nmetadata: {{name: d, namespace: {namespace}}}\nspec: {{limits: [{item}]}}\n"
    inventory = inventory_of(workload("{}") + text)
    web = inventory.resources[0]
    here = namespace == "shop"
    assert gives(web, inventory, "requests", "memory") is (requests and here)
    assert gives(web, inventory, "limits", "memory") is (limits and here)

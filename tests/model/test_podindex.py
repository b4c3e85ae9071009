"""The index of workloads, held against matching each of them."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.model.project.podindex import PodIndex
from kwlint.model.selector import parse
from tests.model.inputs import inventory_of

WORKLOADS = "---\n".join(
    f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\n"
    f"spec: {{template: {{metadata: {{labels: {labels}}}}}}}\n"
    for kind, name, labels in [
        ("Deployment", "web", "{app: web, tier: front}"),
        ("Deployment", "api", "{app: api, tier: back}"),
        ("StatefulSet", "db", "{app: db, tier: back}"),
        ("StatefulSet", "bare", "{}"),
    ]
)
SELECTORS = [
    ({"matchLabels": {"app": "web"}}, ["web"]),
    ({"matchLabels": {"tier": "back"}}, ["api", "db"]),
    ({"matchLabels": {"tier": "back", "app": "web"}}, []),
    ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, ["web", "api", "db"]),
    ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, ["api", "db", "bare"]),
    ({"matchLabels": {"statefulset.kubernetes.io/pod-name": "db-0"}}, ["db", "bare"]),
    ({"matchLabels": {"app": "db", "apps.kubernetes.io/pod-index": "0"}}, ["db"]),
    ({}, ["web", "api", "db", "bare"]),
    (None, []),
]


@pytest.mark.parametrize(("selector", "names"), SELECTORS)
def test_selected(selector: Any, names: list[str]) -> None:
    index = PodIndex()
    for workload in inventory_of(WORKLOADS).resources:
        index.add("shop", workload)
    assert [item.name for item in index.selected("shop", parse(selector))] == names
    assert index.selected("other", parse(selector)) == []
    outside = index.selected_outside("other", parse(selector))
    assert (outside.name if outside else None) == (names[0] if names else None)
    assert index.selected_outside("shop", parse(selector)) is None

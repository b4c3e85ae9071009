"""Selectors that nearly select."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.model.links.nearselection import nearly_selected, selected_at_run_time
from kwlint.model.selector import PodLabels, parse
from tests.model.inputs import inventory_of

WORKLOAD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n"
    "  template: {metadata: {labels: {app: order-service, tier: front}}}\n"
)
NEAR = [
    ({"app": "order-servce"}, "app=order-service"),
    ({"ap": "order-service"}, None),
    ({"App": "order-service"}, "app=order-service"),
    ({"app": "checkout"}, None),
    ({"app": "order-service", "tier": "back"}, "tier=front"),
    ({"app": "order-service", "zone": "a"}, ""),
    ({"app": "checkout", "tier": "back"}, None),
]


@pytest.mark.parametrize(("labels", "instead"), NEAR)
def test_nearly_selected(labels: dict[str, str], instead: str | None) -> None:
    miss = nearly_selected(parse({"matchLabels": labels}), inventory_of(WORKLOAD).resources)
    assert (None if miss is None else miss.instead) == instead


RUN_TIME = [
    ({"app": "db", "role": "master"}, {"app": "db"}, True),
    ({"app": "db", "spilo-role": "master"}, {"app": "db"}, True),
    ({"app": "db", "cnpg.io/instanceRole": "primary"}, {"app": "db"}, True),
    ({"app": "db", "vault-active": "true"}, {"app": "db"}, True),
    ({"app": "db", "role": "master"}, {"app": "db", "role": "backend"}, False),
    ({"app": "db", "tier": "front"}, {"app": "db"}, False),
    ({"role": "master"}, {"app": "db"}, False),
    ({"app": "api", "role": "master"}, {"app": "db"}, False),
]


@pytest.mark.parametrize(("wanted", "labels", "expected"), RUN_TIME)
def test_selected_at_run_time(wanted: dict[str, Any], labels: dict[str, str], expected: bool) -> None:
    assert selected_at_run_time(parse({"matchLabels": wanted}), PodLabels(labels)) is expected

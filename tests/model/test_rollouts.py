from __future__ import annotations

import pytest

from kwlint.model.workloads.rollouts import rolling_update
from tests.model.inputs import inventory_of, workload

SCALER = (
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\n"
    "spec: {minReplicas: 8, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
)


@pytest.mark.parametrize(
    ("spec", "more", "expected"),
    [
        ("{}", "", (1, 0, 1)),
        ("{replicas: 3}", "", (3, 0, 1)),
        ("{replicas: 4}", "", (4, 1, 1)),
        ("{replicas: 2}", SCALER, (8, 2, 2)),
        ("{replicas: 3, strategy: {rollingUpdate: {maxSurge: 0}}}", "", (3, 1, 0)),
        (
            "{replicas: 3, strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 100%}}}",
            "",
            (3, 3, 1),
        ),
        ("{replicas: 3, strategy: {type: Recreate}}", "", None),
        ("{replicas: 0}", "", None),
        ("{strategy: {rollingUpdate: {maxSurge: many}}}", "", None),
    ],
)
def test_rolling_update(spec: str, more: str, expected: tuple[int, int, int] | None) -> None:
    inventory = inventory_of(workload("{}", spec=spec) + more)
    update = rolling_update(inventory.resources[0], inventory)
    assert (update and (update.replicas.number, update.unavailable, update.surge)) == expected

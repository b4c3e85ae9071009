from __future__ import annotations

import pytest

from kwlint.model.workloads.hostports import host_ports
from tests.model.inputs import inventory_of, workload

SPEC = "spec.template.spec"


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        ("{containers: [{ports: [{containerPort: 80}]}]}", []),
        ("{containers: [{ports: [{containerPort: 80, hostPort: 0}]}]}", []),
        (
            "{containers: [{ports: [{containerPort: 80, hostPort: 8080}]}]}",
            [(f"{SPEC}.containers[0].ports[0].hostPort", "8080/TCP")],
        ),
        (
            "{hostNetwork: true, containers: [{ports: [{containerPort: 53, protocol: UDP}]}]}",
            [(f"{SPEC}.hostNetwork", "53/UDP")],
        ),
        ("{hostNetwork: true, containers: [{}]}", []),
        ("{initContainers: [{ports: [{containerPort: 80, hostPort: 80}]}]}", []),
        (
            "{initContainers: [{restartPolicy: Always, ports: [{containerPort: 80, hostPort: 80}]}]}",
            [(f"{SPEC}.initContainers[0].ports[0].hostPort", "80/TCP")],
        ),
    ],
)
def test_host_ports(pod: str, expected: list[tuple[str, str]]) -> None:
    pods = inventory_of(workload(pod)).resources[0].pods
    assert pods is not None
    assert [(port.path, str(port)) for port in host_ports(pods)] == expected

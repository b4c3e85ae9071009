"""Services: what depends on the cluster's address families is not judged."""

from __future__ import annotations

import pytest

from kwlint.api.judge import judge


@pytest.mark.parametrize(
    ("addresses", "refused"),
    [({}, []), ({"clusterIP": "fd00::1"}, []), ({"clusterIP": "10.0.0.1"}, ["spec.clusterIPs[0]"])],
)
def test_the_family_of_an_address_that_the_server_chooses(
    addresses: dict[str, str], refused: list[str]
) -> None:
    spec = {"ipFamilies": ["IPv6"], "ports": [{"port": 80}], "selector": {"app": "web"}, **addresses}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}
    assert [item.path for item in judge(service, 37) if item.refused] == refused

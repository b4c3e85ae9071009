"""Ports of Services, and where they lead."""

from __future__ import annotations

import pytest

from kwlint.model.links.serviceports import service_ports, target_number, valid_name
from kwlint.model.scripts.servicelinks import settings
from tests.model.inputs import inventory_of

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: [{port}]}}\n---\n"
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
    - {name: setup, ports: [{name: setup, containerPort: 1}]}
    - {name: proxy, restartPolicy: Always, ports: [{name: proxy, containerPort: 15000}]}
  containers:
    - name: web
      ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]
"""
TARGETS = [
    ("{port: 80}", 80),
    ("{port: 80, targetPort: 8080}", 8080),
    ("{port: 80, targetPort: 0}", 80),
    ('{port: 80, targetPort: ""}', 80),
    ("{port: 80, targetPort: http}", 8080),
    ("{port: 80, targetPort: https}", None),
    ("{port: 53, targetPort: dns}", None),
    ("{port: 53, targetPort: dns, protocol: UDP}", 53),
    ("{port: 80, targetPort: proxy}", 15000),
    ("{port: 80, targetPort: setup}", None),
]


@pytest.mark.parametrize(("port", "number"), TARGETS)
def test_target_number(port: str, number: int | None) -> None:
    service, pod = inventory_of(SERVICE.format(port=port) + PODS).resources
    assert pod.pods is not None
    assert target_number(service_ports(service)[0], pod.pods) == number


@pytest.mark.parametrize("port", ["{}", "{port: http}", "null", "{port: true}"])
def test_what_is_no_port(port: str) -> None:
    (service,) = inventory_of(SERVICE.format(port=port).removesuffix("---\n")).resources
    assert service_ports(service) == []


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("http", True),
        ("a1", True),
        ("80", False),
        ("HTTP", False),
        ("a" * 16, False),
        ("a_b", False),
        ("4-2", False),
    ],
)
def test_valid_name(name: str, valid: bool) -> None:
    assert valid_name(name) is valid


@pytest.mark.parametrize(
    ("image", "variables"),
    [
        ("mher/flower:2.0", ["FLOWER_PORT"]),
        ("registry.example.com:5000/mirror/actual-server@sha256:0", ["ACTUAL_PORT"]),
        ("osixia/openldap", ["LDAP_PORT", "LDAPS_PORT"]),
        ("neo4j:5", ["NEO4J_PORT"]),
        ("nginx:1.27", []),
        ("", []),
    ],
)
def test_settings(image: str, variables: list[str]) -> None:
    assert [setting.variable for setting in settings(image)] == variables

"""Ports that pods take on their node."""

from __future__ import annotations

from kwlint.model.pods import PodTemplate
from kwlint.util.record import Record
from kwlint.util.values import integer, text


class HostPort(Record):
    """A port of the node: where it is asked for, its number and protocol."""

    path: str
    number: int
    protocol: str

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol}"


def host_ports(pods: PodTemplate) -> list[HostPort]:
    """Return the node's ports that the main containers take; with hostNetwork each containerPort is one.

    Source: pkg/apis/core/v1/defaults.go (SetDefaults_PodSpec).
    """
    network = pods.spec.get("hostNetwork") is True
    found = []
    for container in pods.main_containers:
        for index, port in enumerate(container.ports):
            number = integer(port.get("hostPort"))
            path = f"{container.path}.ports[{index}].hostPort"
            if not number and network:
                number = integer(port.get("containerPort"))
                path = f"{pods.spec_path}.hostNetwork"
            if number:
                found.append(HostPort(path, number, text(port.get("protocol")) or "TCP"))
    return found

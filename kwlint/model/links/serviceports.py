"""The ports of Services and the ports of pods that they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.links.services import ports
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.resources import Resource
from kwlint.util.record import Record
from kwlint.util.values import integer, text


class ServicePort(Record):
    """A port of a Service: its path, name, number, protocol and the target, which is the number where none is written.

    Source: pkg/apis/core/v1/defaults.go (SetDefaults_Service).
    """

    path: str
    name: str
    number: int
    protocol: str
    target: int | str
    written: bool


class DeclaredPort(Record):
    """A port that a container declares, with its path."""

    container: Container
    path: str
    name: str
    number: int
    protocol: str


def service_ports(service: Resource) -> list[ServicePort]:
    """Return the ports of a Service that have a number."""
    found = []
    for index, port in enumerate(ports(service)):
        number = integer(port.get("port"))
        if number is None:
            continue
        target = port.get("targetPort")
        written = target is not None and target != "" and target != 0
        found.append(
            ServicePort(
                f"spec.ports[{index}]",
                text(port.get("name")),
                number,
                protocol_of(port),
                target if written and isinstance(target, (int, str)) else number,
                written,
            )
        )
    return found


def protocol_of(port: dict[str, Any]) -> str:
    """Return the protocol of a port, TCP by default."""
    return text(port.get("protocol")) or "TCP"


def valid_name(port: str) -> bool:
    """Return whether a port can have this name; others (digits in quotes, capitals) the API server refuses.

    Source: IsValidPortName in k8s.io/apimachinery/pkg/util/validation.
    """
    return (
        len(port) <= 15
        and port.isascii()
        and port == port.lower()
        and port.replace("-", "").isalnum()
        and not port.replace("-", "").isdigit()
    )


def declared_ports(pods: PodTemplate) -> Iterator[DeclaredPort]:
    """Yield the ports that the main containers declare."""
    for container in pods.main_containers:
        for index, port in enumerate(container.ports):
            number = integer(port.get("containerPort"))
            if number is not None:
                path = f"{container.path}.ports[{index}]"
                yield DeclaredPort(container, path, text(port.get("name")), number, protocol_of(port))


def target_number(port: ServicePort, pods: PodTemplate) -> int | None:
    """Return the number of the pods' port that a Service's port leads to; None for a name that they do not declare.

    Name and protocol must both fit. Source: FindPort in k8s.io/endpointslice/util.
    """
    if isinstance(port.target, int):
        return port.target
    for declared in declared_ports(pods):
        if declared.name == port.target and declared.protocol == port.protocol:
            return declared.number
    return None

"""Which ports a NetworkPolicy names: those of pods, not those of Services (NET003)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.inventory import Inventory
from kwlint.model.policies import PolicyPort, acts_on, peer_pods, rules, subject
from kwlint.model.serviceports import ServicePort, declared_ports, service_ports, target_number
from kwlint.model.services import external, headless
from kwlint.rule import Problem, Resource


def service_port(policy: Resource, inventory: Inventory) -> Iterator[Problem]:
    """NET003: a port that only the Service before the pods has."""
    for direction in ("Ingress", "Egress"):
        if not acts_on(policy, direction):
            continue
        subjects = inventory.selected_here(policy, subject(policy)) if direction == "Ingress" else []
        for rule in rules(policy, direction):
            if not rule.ports:
                continue
            pods: list[Resource] | None = subjects
            if direction == "Egress":
                pods = []
                for peer in rule.peers:
                    found = peer_pods(policy, peer, inventory)
                    pods = None if found is None or pods is None else pods + found
            for port in rule.ports if pods else ():
                problem = _misdirected(policy, port, pods or [], inventory)
                if problem is not None:
                    yield problem


def _misdirected(
    policy: Resource, port: PolicyPort, workloads: list[Resource], inventory: Inventory
) -> Problem | None:
    """Return what is wrong with a port that none of the workloads listens on and a Service of theirs translates."""
    if port.port is None or port.end is not None:
        return None
    before: tuple[Resource, ServicePort, int, Resource] | None = None
    for workload in workloads:
        pods = workload.pods
        if pods is None:
            continue
        if any(
            port.port in (declared.number, declared.name) and declared.protocol == port.protocol
            for declared in declared_ports(pods)
        ):
            return None
        for service in inventory.services_of(workload):
            if external(service) or headless(service):
                continue
            for offered in service_ports(service):
                target = target_number(offered, pods)
                if offered.protocol != port.protocol or target is None:
                    continue
                if target == port.port:
                    return None
                if before is None and port.port in (offered.number, offered.name):
                    before = service, offered, target, workload
    if before is None:
        return None
    service, offered, target, workload = before
    said = f'"{port.port}"' if isinstance(port.port, str) else str(port.port)
    return policy.problem(
        f"{port.path}.port",
        f"{said} is the port of Service `{service.name}`; policies see the port of the pods, and those of {workload.title} "
        f"listen on {target}, so this rule lets nothing through to them",
        [service.note(f"{offered.path}.targetPort", f"leads to {target}")],
    )

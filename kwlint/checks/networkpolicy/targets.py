"""Which ports a NetworkPolicy names: those of pods, not those of Services (NET003)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.links.policies import PolicyPort, acts_on, peer_pods, rules, subject
from kwlint.model.links.serviceports import ServicePort, declared_ports, service_ports, target_number
from kwlint.model.links.services import external, headless
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import MANY, NONE, Selection
from kwlint.rule import Context, Problem, Resource
from kwlint.util.record import Record


def service_port(policy: Resource, context: Context) -> Iterator[Problem]:
    """NET003: a port that only the Service before the pods has."""
    for direction in ("Ingress", "Egress"):
        if not acts_on(policy, direction):
            continue
        subjects = (
            context.inventory.selected_here(policy, subject(policy)) if direction == "Ingress" else NONE
        )
        for rule in rules(policy, direction):
            if not rule.ports:
                continue
            pods: list[Selection] | None = [subjects]
            if direction == "Egress":
                pods = []
                for peer in rule.peers:
                    found = peer_pods(policy, peer, context.inventory)
                    pods = None if found is None or pods is None else pods + found
            for port in rule.ports if pods else ():
                problem = _misdirected(policy, port, pods or [], context.inventory)
                if problem is not None:
                    yield problem


class _Led(Record):
    """Where a port of a Service leads: the Service, its port, the number of the pods' port, and a workload of such pods."""

    service: Resource
    offered: ServicePort
    target: int
    workload: Resource


class _Leads(Record):
    """The ports that Services before selected pods lead to, each with its protocol, and their own ports.

    Those, by name and by number, each have the first that has it.
    """

    to: set[tuple[int | str, str]]
    before: dict[tuple[int | str, str], _Led]


def _declared(selected: Selection) -> set[tuple[int | str, str]]:
    """Return the ports that selected pods declare, by number and by name, each with its protocol."""
    found: set[tuple[int | str, str]] = set()
    for workload in selected:
        for port in declared_ports(workload.pods) if workload.pods is not None else ():
            found.add((port.number, port.protocol))
            found.add((port.name, port.protocol))
    return found


def _leads(selected: Selection, inventory: Inventory) -> _Leads:
    found = _Leads(set(), {})
    # The same Services lead to the same where pods declare the same ports.
    seen: dict[tuple[int, frozenset[tuple[str, int, str]]], Selection] = {}
    for workload in selected:
        services = inventory.services_of(workload)
        if workload.pods is None or not services:
            continue
        own = frozenset((port.name, port.number, port.protocol) for port in declared_ports(workload.pods))
        if (id(services), own) in seen:
            continue
        seen[id(services), own] = services
        for service, offered in services.once(_offered):
            target = target_number(offered, workload.pods)
            if target is not None:
                found.to.add((target, offered.protocol))
                for port in (offered.number, offered.name):
                    led = _Led(service, offered, target, workload)
                    found.before.setdefault((port, offered.protocol), led)
    return found


def _offered(services: Selection) -> list[tuple[Resource, ServicePort]]:
    """Return the ports of Services with an address of their own, of those that lead alike the first."""
    found: dict[ServicePort, tuple[Resource, ServicePort]] = {}
    for service in services:
        if not external(service) and not headless(service):
            for port in service_ports(service):
                found.setdefault(port._replace(path="", written=True), (service, port))
    return list(found.values())


def _misdirected(
    policy: Resource, port: PolicyPort, selections: list[Selection], inventory: Inventory
) -> Problem | None:
    """Return what is wrong with a port that none of the workloads listens on and a Service of theirs translates.

    Of very many workloads nothing is said.
    """
    if port.port is None or port.end is not None:
        return None
    key = (port.port, port.protocol)
    if sum(map(len, selections)) > MANY:
        return None
    if any(key in selected.once(_declared) for selected in selections):
        return None
    leads = [selected.once(_leads, inventory) for selected in selections]
    if any(key in found.to for found in leads):
        return None
    led = next((found.before[key] for found in leads if key in found.before), None)
    if led is None:
        return None
    said = f'"{port.port}"' if isinstance(port.port, str) else str(port.port)
    return policy.problem(
        f"{port.path}.port",
        f"{said} is the port of Service `{led.service.name}`; policies see the port of the pods, and those of "
        f"{led.workload.title} listen on {led.target}, so this rule lets nothing through to them",
        [led.service.note(f"{led.offered.path}.targetPort", f"leads to {led.target}")],
    )

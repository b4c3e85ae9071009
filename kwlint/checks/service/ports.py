"""Where the ports of a Service lead: to ports that the pods have, and without a proxy (SVC002, SVC004)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.inventory import Inventory
from kwlint.model.near import near_miss
from kwlint.model.pods import PodTemplate
from kwlint.model.selector import parse_map
from kwlint.model.serviceports import (
    DeclaredPort,
    ServicePort,
    declared_ports,
    service_ports,
    target_number,
    valid_name,
)
from kwlint.model.services import external, headless
from kwlint.rule import Note, Problem, Resource

# Ports of sidecars that a service mesh injects into pods.
_INJECTED = frozenset({"http-envoy-prom", "linkerd-admin", "linkerd-proxy"})


def target_port_unknown(service: Resource, inventory: Inventory) -> Iterator[Problem]:
    """SVC002: no selected pod declares the target port; for a number that is advice."""
    selected = _selected(service, inventory)
    if not selected:
        return
    workloads = [item for item, _ in selected]
    declared = [(item, port) for item, pods in selected for port in declared_ports(pods)]
    for port in service_ports(service):
        if isinstance(port.target, str):
            if not valid_name(port.target) or port.target in _INJECTED:
                continue
            if any(item.is_patched(port.target) for item in workloads):
                continue
            if not any(target_number(port, pods) is not None for _, pods in selected):
                yield _unknown_name(service, port, selected[0][0], declared)
        elif not any(item.is_patched("containerPort") for item in workloads) and all(
            any(True for _ in declared_ports(pods)) for _, pods in selected
        ):
            if not any(
                found.number == port.target and found.protocol == port.protocol for _, found in declared
            ):
                yield _unknown_number(service, port, selected[0][0], declared)


def _unknown_name(
    service: Resource, port: ServicePort, workload: Resource, declared: list[tuple[Resource, DeclaredPort]]
) -> Problem:
    message = f'`targetPort` names the port "{port.target}", which no container of {workload.title} declares'
    related: list[Note] = []
    other = next(((item, found) for item, found in declared if found.name == port.target), None)
    miss = near_miss(str(port.target), [found.name for _, found in declared if found.name])
    numbers = [(item, found) for item, found in declared if found.number == port.number]
    if other is not None:
        message += f" for {port.protocol} (it is {other[1].protocol} there)"
        related = [other[0].note(f"{other[1].path}.name", f"{other[1].number}/{other[1].protocol}")]
    elif miss is not None:
        item, found = next(pair for pair in declared if pair[1].name == miss)
        message += f' (there is "{miss}", {found.number})'
        related = [item.note(f"{found.path}.name", "the port that was probably meant")]
    elif numbers and not numbers[0][1].name:
        item, found = numbers[0]
        message += f" ({found.number} is declared without a name)"
        related = [item.note(found.path, "needs a `name`")]
    elif declared:
        names = list(dict.fromkeys(f'"{found.name}"' for _, found in declared if found.name))
        message += f" (declared: {', '.join(names[:6])})" if names else " (its ports have no names)"
    message += f", so nothing answers on port {port.number} of the Service"
    return service.problem(f"{port.path}.targetPort", message, related)


def _unknown_number(
    service: Resource, port: ServicePort, workload: Resource, declared: list[tuple[Resource, DeclaredPort]]
) -> Problem:
    listed = ", ".join(dict.fromkeys(f"{found.number}/{found.protocol}" for _, found in declared))
    what = "`targetPort` is" if port.written else "`targetPort` is not set and comes to `port`,"
    return service.problem(
        f"{port.path}.targetPort",
        f"{what} {port.target}/{port.protocol}, which is not among the ports that {workload.title} declares ({listed})",
        [declared[0][0].note(declared[0][1].path, "what the pods declare")],
        severity="advice",
    )


def headless_port_remap(service: Resource, inventory: Inventory) -> Iterator[Problem]:
    """SVC004: a headless Service whose target port is another than its port."""
    if not headless(service) or external(service) or not service.spec.get("selector"):
        return
    selected = _selected(service, inventory)
    for port in service_ports(service):
        if isinstance(port.target, int):
            numbers: set[int | None] = {port.target}
        else:
            numbers = {target_number(port, pods) for _, pods in selected} - {None}
        if not numbers or port.number in numbers:
            continue
        target = next(iter(numbers))
        named = f'"{port.target}", which is {target},' if isinstance(port.target, str) else str(target)
        yield service.problem(
            f"{port.path}.targetPort",
            f"the Service is headless, so no proxy translates port {port.number} to `targetPort` {named}"
            f" and connections to port {port.number} of the pods are refused",
            [service.note("spec.clusterIP", "DNS answers with the pods' own addresses")],
        )


def _selected(service: Resource, inventory: Inventory) -> list[tuple[Resource, PodTemplate]]:
    if external(service):
        return []
    found = inventory.selected_here(service, parse_map(service.spec.get("selector")))
    return [(item, item.pods) for item in found if item.pods is not None]

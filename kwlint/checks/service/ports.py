"""Where the ports of a Service lead: to ports that the pods have, and without a proxy (SVC002, SVC004)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.links.serviceports import (
    DeclaredPort,
    ServicePort,
    declared_ports,
    service_ports,
    valid_name,
)
from kwlint.model.links.services import external, headless
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import NONE, Selection
from kwlint.model.resources import ANY_FIELD
from kwlint.model.selector import parse_map
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.spelling import near_miss

_Declared = list[tuple[Resource, DeclaredPort]]
# How many ports a message lists.
_LISTED = 12
# Ports of sidecars that a service mesh injects into pods.
_INJECTED = frozenset({"http-envoy-prom", "linkerd-admin", "linkerd-proxy"})


class _Ports(Record):
    """The ports of all pods that are selected.

    ``declared`` are those that differ, each with the first that declares it, ``names`` the numbers that a name and a
    protocol lead to, ``numbers`` are with their protocol, ``patched`` what patches may set, and ``everywhere`` says
    that all of the pods declare some.
    """

    declared: _Declared
    names: dict[tuple[int | str, str], dict[int, None]]
    numbers: set[tuple[int | str, str]]
    patched: frozenset[str]
    everywhere: bool

    def patches(self, field: str) -> bool:
        """Return whether a patch of one of the pods' workloads may set a field."""
        return ANY_FIELD in self.patched or field in self.patched


def target_port_unknown(service: Resource, context: Context) -> Iterator[Problem]:
    """SVC002: no selected pod declares the target port; for a number that is advice."""
    selected = _selected(service, context.inventory)
    if not selected:
        return
    having = selected.once(_ports_of)
    for port in service_ports(service):
        if isinstance(port.target, str):
            if not valid_name(port.target) or port.target in _INJECTED or having.patches(port.target):
                continue
            if (port.target, port.protocol) not in having.names:
                yield _unknown_name(service, port, selected[0], having.declared)
        elif not having.patches("containerPort") and having.everywhere:
            if (port.target, port.protocol) not in having.numbers:
                yield _unknown_number(service, port, selected[0], having.declared)


def _unknown_name(service: Resource, port: ServicePort, workload: Resource, declared: _Declared) -> Problem:
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


def _unknown_number(service: Resource, port: ServicePort, workload: Resource, declared: _Declared) -> Problem:
    ports = list(dict.fromkeys(f"{found.number}/{found.protocol}" for _, found in declared))
    listed = ", ".join([*ports[:_LISTED], *(["…"] if len(ports) > _LISTED else [])])
    what = "`targetPort` is" if port.written else "`targetPort` is not set and comes to `port`,"
    return service.problem(
        f"{port.path}.targetPort",
        f"{what} {port.target}/{port.protocol}, which is not among the ports that {workload.title} declares ({listed})",
        [declared[0][0].note(declared[0][1].path, "what the pods declare")],
        severity="advice",
    )


def headless_port_remap(service: Resource, context: Context) -> Iterator[Problem]:
    """SVC004: a headless Service whose target port is another than its port."""
    if not headless(service) or external(service) or not service.spec.get("selector"):
        return
    selected = _selected(service, context.inventory)
    for port in service_ports(service):
        if isinstance(port.target, int):
            numbers = {port.target}
        else:
            numbers = set(selected.once(_ports_of).names.get((port.target, port.protocol), ()))
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


def _selected(service: Resource, inventory: Inventory) -> Selection:
    if external(service):
        return NONE
    return inventory.selected_here(service, parse_map(service.spec.get("selector")))


def _ports_of(selected: Selection) -> _Ports:
    declared: _Declared = []
    names: dict[tuple[int | str, str], dict[int, None]] = {}
    numbers: set[tuple[int | str, str]] = set()
    alike: set[tuple[str, int, str]] = set()
    everywhere = True
    for item in selected:
        own: set[tuple[str, str]] = set()
        found = list(declared_ports(item.pods)) if item.pods is not None else []
        everywhere = everywhere and bool(found)
        for port in found:
            numbers.add((port.number, port.protocol))
            # A name leads to the first port that has it.
            if port.name and (port.name, port.protocol) not in own:
                own.add((port.name, port.protocol))
                names.setdefault((port.name, port.protocol), {})[port.number] = None
            if (port.name, port.number, port.protocol) not in alike:
                alike.add((port.name, port.number, port.protocol))
                declared.append((item, port))
    patched = frozenset[str]().union(*(item.patched for item in selected))
    return _Ports(declared, names, numbers, patched, everywhere)

"""Where an Ingress leads: backends that are not there, and routes that are there twice (SVC005, SVC006)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from kwlint.model.links.serviceports import service_ports
from kwlint.model.links.services import absence, external
from kwlint.model.project.inventory import Inventory
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.literals import digits_value
from kwlint.util.record import Record
from kwlint.util.spelling import near_miss
from kwlint.util.values import integer, mapping, sequence, text

# The port's name by which the AWS load balancer controller finds an action in the annotations instead of a Service:
# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
_ACTION = "use-annotation"
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
# Parts of annotations by which controllers tell requests to one path apart.
_DIVIDING = ("canary", "/conditions.", "methods", "headers", "entrypoints", "listen-ports", "protocols")


Key = tuple[str, str, str, str]
Place = tuple[int, str, str]


class Backend(Record):
    """A Service that an Ingress sends requests to; ``name_path`` and ``port_path`` are the fields that say it."""

    name: str
    port: int | str | None
    name_path: str
    port_path: str


class Route(Record):
    """A path of an Ingress, what it is told apart by, where it leads, and its number there."""

    ingress: Resource
    path: str
    key: Key
    backend: tuple[Any, ...]
    number: int

    def follows(self, other: Route) -> bool:
        """Return whether another route comes before this one."""
        return (other.ingress.number, other.number) < (self.ingress.number, self.number)


def backend_not_found(ingress: Resource, context: Context) -> Iterator[Problem]:
    """SVC005: a backend names a Service that is not there, or a port that it does not have."""
    if ingress.is_patched("backend", "defaultBackend"):
        return
    for backend in _backends(ingress):
        if not backend.name or backend.port == _ACTION:
            continue
        service = context.inventory.find(ingress, "Service", backend.name)
        if service is None:
            missing = absence(ingress, context.inventory, backend.name)
            if missing is not None:
                hint = f"; {missing.clause}" if missing.clause else ""
                yield ingress.problem(
                    backend.name_path,
                    f"there is no Service `{backend.name}`, so requests that come to this backend are answered with an error{hint}",
                    missing.related,
                )
        elif backend.port is not None and not external(service):
            problem = _missing_port(ingress, backend, service)
            if problem is not None:
                yield problem


def _missing_port(ingress: Resource, backend: Backend, service: Resource) -> Problem | None:
    ports = service_ports(service)
    # A name of digits is how the removed versions write a number.
    number = digits_value(backend.port) if isinstance(backend.port, str) else None
    wanted = backend.port if number is None else number
    if not ports or any(wanted in (port.number, port.name) for port in ports) or service.is_patched("ports"):
        return None
    listed = ", ".join(f'{port.number} "{port.name}"' if port.name else str(port.number) for port in ports)
    message = f"Service `{service.name}` has no port "
    message += f'called "{wanted}"' if isinstance(wanted, str) else str(wanted)
    message += f" (it has {listed})"
    target = next((port for port in ports if port.target == wanted), None)
    miss = near_miss(wanted, [port.name for port in ports if port.name]) if isinstance(wanted, str) else None
    if target is not None:
        message += f", only port {target.number} with this `targetPort`"
    elif miss is not None:
        message += f'; did you mean "{miss}"?'
    return ingress.problem(
        backend.port_path, message, [Note(service, "spec.ports", "the ports of the Service")]
    )


def _backends(ingress: Resource) -> Iterator[Backend]:
    for field in ("defaultBackend", "backend"):
        yield from _backend(ingress.spec.get(field), f"spec.{field}")
    for path, _, item in _paths(ingress):
        yield from _backend(item.get("backend"), f"{path}.backend")


def _paths(ingress: Resource) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (field path, host, data) of each path of the rules."""
    for number, rule in enumerate(sequence(ingress.spec.get("rules"))):
        rule = mapping(rule)
        for index, item in enumerate(sequence(mapping(rule.get("http")).get("paths"))):
            if isinstance(item, dict):
                yield f"spec.rules[{number}].http.paths[{index}]", text(rule.get("host")), item


def _backend(data: Any, path: str) -> Iterator[Backend]:
    """Yield the Service of a backend, as networking.k8s.io/v1 or the versions before it write it."""
    data = mapping(data)
    service = mapping(data.get("service"))
    if service:
        port = mapping(service.get("port"))
        name, number = text(port.get("name")), integer(port.get("number"))
        field = "name" if name else "number"
        yield Backend(
            text(service.get("name")),
            name or number or None,
            f"{path}.service.name",
            f"{path}.service.port.{field}",
        )
    elif data.get("serviceName"):
        port = data.get("servicePort")
        written = port if isinstance(port, (int, str)) and not isinstance(port, bool) and port else None
        yield Backend(text(data.get("serviceName")), written, f"{path}.serviceName", f"{path}.servicePort")


def duplicate_route(ingress: Resource, context: Context) -> Iterator[Problem]:
    """SVC006: class, host, path and path type that an earlier route has too, with another backend."""
    routes = context.inventory.index(_routes)
    for route in _routes_of(ingress):
        other = next(
            (
                found
                for place in _places(ingress, context.inventory)
                for found in takewhile(route.follows, routes[(place, route.key)].values())
                if not _leads_alike(found, route, context.inventory)
            ),
            None,
        )
        if other is None:
            continue
        _, host, path, kind = route.key
        where = "this Ingress" if other.ingress is ingress else other.ingress.title
        yield ingress.problem(
            f"{route.path}.path",
            f'{where} has path "{path}" ({kind}) of {f"host {host}" if host else "all hosts"} already and sends it to '
            f"{_said(other)}, here it goes to {_said(route)}, so one of the two never gets a request",
            [Note(other.ingress, f"{other.path}.path", f"goes to {_said(other)}")],
        )


def _leads_alike(one: Route, other: Route, inventory: Inventory) -> bool:
    """Return whether two routes lead to one port of one Service, which may be written by number and by name."""
    if one.backend == other.backend:
        return True
    (name, port), (other_name, other_port) = one.backend, other.backend
    if name != other_name or one.ingress.namespace != other.ingress.namespace:
        return False
    service = inventory.find(other.ingress, "Service", text(name))
    return service is not None and any(
        port in (item.number, item.name) and other_port in (item.number, item.name)
        for item in service_ports(service)
    )


def _routes(inventory: Inventory) -> dict[tuple[Place, Key], dict[tuple[str | None, str], Route]]:
    """Index all routes by where they clash and by what they are told apart by, in input order.

    Of those that lead to the same the first is there.
    """
    index: dict[tuple[Place, Key], dict[tuple[str | None, str], Route]] = {}
    for ingress in inventory.of_kind("Ingress"):
        for route in _routes_of(ingress):
            for place in _places(ingress, inventory):
                leads = (ingress.namespace, repr(route.backend))
                index.setdefault((place, route.key), {}).setdefault(leads, route)
    return index


def _places(ingress: Resource, inventory: Inventory) -> tuple[Place, Place]:
    """Return what two Ingresses of one cluster share: an application, and in it a namespace or a file."""
    namespace = inventory.namespace_of(ingress)
    return (ingress.application, "namespace", namespace), (ingress.application, "file", ingress.file)


def _routes_of(ingress: Resource) -> Iterator[Route]:
    if any(part in key for key in ingress.annotations for part in _DIVIDING):
        return
    name = text(ingress.spec.get("ingressClassName")) or ingress.annotations.get(_CLASS_ANNOTATION, "")
    for number, (path, host, item) in enumerate(_paths(ingress)):
        backend = next(_backend(item.get("backend"), path), None)
        resource = mapping(mapping(item.get("backend")).get("resource"))
        leads = (backend.name, backend.port) if backend else (resource.get("kind"), resource.get("name"))
        key = (name, host, text(item.get("path")) or "/", text(item.get("pathType")))
        yield Route(ingress, path, key, leads, number)


def _said(route: Route) -> str:
    name, port = route.backend
    return f"`{name}`" if port is None else f"`{name}:{port}`"

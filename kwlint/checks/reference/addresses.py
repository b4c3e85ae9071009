"""Check of the addresses of Services in environment variables, arguments and ConfigMaps."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.links.hostnames import Host, Text, default_port, hosts, is_local, texts
from kwlint.model.links.operators import makes_object
from kwlint.model.links.services import Named, find_named, listens, listens_anywhere, named_by, port_numbers
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection, by_application, unplaced
from kwlint.model.scripts.waits import waits
from kwlint.rule import Context, Problem, Resource
from kwlint.util.lazyre import pattern
from kwlint.util.spelling import near_name
from kwlint.util.values import mapping, sequence

# Names of variables whose value is the address of a server.
_WORDS = r"(?:host(?:name)?|addr(?:ess)?|ur[il]|endpoint|server|broker|upstream)(?:s|es)?"
_ADDRESS = pattern(rf"(?i:(?:^|[_.-]|pg|sql|db){_WORDS})$|[a-z](?=[A-Z])(?i:{_WORDS})$")
# Where a text gives a name that stands for servers within it: `upstream api { … }` of nginx, `backend api` of HAProxy.
_LOCAL_NAMES = pattern(r"\b(?:upstream|backend)\s+([\w.-]+)")


def dangling_service_dns(resource: Resource, context: Context) -> Iterator[Problem]:
    """REF004: the address of a Service that is in another namespace, has nearly that name, or lacks that port."""
    aliases, waited_for = _aliases(resource), _waited_for(resource)
    for text in texts(resource):
        if len(text.value) < 3:
            continue
        local: set[str] | None = None
        said: set[str] = set()
        for host in hosts(text.value):
            if host.written in said or is_local(host.name) or host.name in aliases:
                continue
            if (text.path, host.name) in waited_for:
                continue
            message = _fault(host, text, resource, context.inventory)
            if message is None:
                continue
            if local is None:
                local = {name.lower() for name in _LOCAL_NAMES.findall(text.value)}
            if host.name in local:
                continue
            said.add(host.written)
            clause, other = message
            related = [
                other.note("metadata.name" if "port" not in clause else "spec.ports", f"the {other.title}")
            ]
            yield resource.problem(text.path, clause, related)


def _aliases(resource: Resource) -> set[str]:
    """Return the names that the pods resolve by themselves."""
    if resource.pods is None:
        return set()
    return {
        name
        for alias in sequence(resource.pods.spec.get("hostAliases"))
        for name in sequence(mapping(alias).get("hostnames"))
        if isinstance(name, str)
    }


def _waited_for(resource: Resource) -> set[tuple[str, str]]:
    """Return the fields and hosts of what init containers wait for, which INIT002 judges."""
    containers = resource.pods.init_containers if resource.pods is not None else []
    return {(wait.path, wait.host) for container in containers for wait in waits(container)}


def _fault(host: Host, text: Text, near: Resource, inventory: Inventory) -> tuple[str, Resource] | None:
    named = named_by(host.name, near, inventory)
    if named is None or named.pod is not None or not (named.qualified or _is_address(host, text)):
        return None
    service = find_named(named, near, inventory)
    if service is not None:
        port = host.port if host.port is not None else default_port(host.scheme)
        if port is None or not port_numbers(service) or _any_listens(service, port, near, inventory):
            return None
        listed = ", ".join(map(str, port_numbers(service)))
        return (
            f"`{host.written}` leads nowhere: {service.title} has no port {port}"
            f"{'' if host.port is not None else f' (the default of {host.scheme})'}, only {listed}",
            service,
        )
    return _missing(host, named, near, inventory)


def _any_listens(service: Resource, port: int, near: Resource, inventory: Inventory) -> bool:
    """Return whether a Service has a port, or, unless it stands in the same file, another of its name and namespace has."""
    if listens(service, port) or service.file == near.file:
        return listens(service, port)
    copies = inventory.named("Service", service.name).once(_by_namespace, inventory)
    numbers = copies.get(inventory.namespace_of(service))
    return numbers is None or port in numbers


def _by_namespace(services: Selection, inventory: Inventory) -> dict[str, set[int] | None]:
    """Return the ports of all Services of a name, by namespace; None where one of them listens on any."""
    found: dict[str, set[int] | None] = {}
    for service in services:
        space = inventory.namespace_of(service)
        numbers = found.setdefault(space, set())
        if listens_anywhere(service):
            found[space] = None
        elif numbers is not None:
            numbers.update(port_numbers(service))
    return found


def _is_address(host: Host, text: Text) -> bool:
    """Return whether a bare name is used as a host: in a URL, or in a variable that is named for it."""
    return bool(host.scheme) or (
        _ADDRESS.search(text.label) is not None and (host.alone or host.port is not None)
    )


def _missing(host: Host, named: Named, near: Resource, inventory: Inventory) -> tuple[str, Resource] | None:
    space = inventory.namespace_of(near) if named.namespace is None else named.namespace
    name = named.service
    if (
        inventory.has(near, "Service", name, space)
        or inventory.elsewhere("Service", name, space)
        or makes_object(inventory, name)
        or inventory.unknowable(near)
    ):
        return None
    own = inventory.known_namespace(near) if named.namespace is None else named.namespace
    where = f" in namespace `{own}`" if own else ""
    same = inventory.named("Service", name)
    # A namespace that is not known may be the right one.
    if same and (not own or same.once(unplaced)):
        return None
    # Services without a namespace may be in `default`.
    spaces = [space, ""] if named.namespace == "default" else [space]
    miss = near_name(
        name, (known for place in spaces for known in inventory.names(near, "Service", place).around(name))
    )
    for place in spaces if miss is not None else ():
        other = inventory.find(near, "Service", str(miss), place)
        if other is not None:
            return (
                f"`{host.written}` leads nowhere: there is no Service `{name}`{where}; did you mean `{miss}`?",
                other,
            )
    here = same.once(by_application).get(near.application)
    if here:
        there = inventory.known_namespace(here[0])
        return (
            f"`{host.written}` leads nowhere: there is no Service `{name}`{where}; the one of that name is in namespace "
            f"`{there}`, and its address is `{name}.{there}.svc`",
            here[0],
        )
    return None

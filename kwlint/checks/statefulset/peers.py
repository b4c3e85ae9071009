"""Pods of StatefulSets as others, and they themselves, name them (STS005, STS011)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kwlint.model.links.services import external, named_by, port_numbers
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection, by_application
from kwlint.model.workloads.statefulsets import PodName, governing_service, ordinals, pod_name
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.spelling import near_miss
from kwlint.util.values import integer, text

if TYPE_CHECKING:
    from kwlint.model.links.hostnames import Host, Text

_POD_HOST = r"-[0-9]+\.[A-Za-z]"
# A namespace that is only known in the pod, as in `web-0.web.$(NAMESPACE).svc`.
_VARIABLE_NAMESPACE = r"\.\$[({]?\w+[)}]?(?:\.svc(?:\.[\w.-]+)?)?"
# Of so many StatefulSets of one name it is looked whether one is meant.
_ENOUGH = 64
_NO_POD = "names no pod that exists"
# Variables and options that hold where to find the other members of a cluster.
_DISCOVERY = (
    r"(?i)seed|peer|join|discover|voter|member|bootstrap|contact.?point|initial.?cluster|"
    r"cluster.?(?:nodes|hosts|addr)"
)


def peers_not_resolvable(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS005: peers look each other up before they are ready, and DNS does not tell them."""
    pods, replicas = statefulset.pods, context.inventory.replicas(statefulset)
    if pods is None or replicas is None or replicas.number < 2:
        return
    if not any(isinstance(container.data.get("readinessProbe"), dict) for container in pods.main_containers):
        return
    service = governing_service(statefulset, context.inventory)
    if service is None or external(service) or service.spec.get("publishNotReadyAddresses") is True:
        return
    mention = _peers(statefulset, service, context.inventory)
    if mention is None:
        return
    host, place = mention
    yield statefulset.problem(
        "spec.serviceName",
        f"the {replicas.number} pods find each other through the Service `{service.name}` (`{host}`), which gives a pod no "
        "DNS name before it is ready: where readiness waits for the peers, none becomes ready",
        [service.note("spec.publishNotReadyAddresses", "needs `publishNotReadyAddresses: true`"), place],
    )


def dangling_pod_dns(resource: Resource, context: Context) -> Iterator[Problem]:
    """STS011: a host name is that of a StatefulSet's pod, and there is no such pod, or not there."""
    if not context.inventory.of_kind("StatefulSet"):
        return
    from kwlint.model.links.hostnames import hosts, texts

    for item in texts(resource):
        if not re.search(_POD_HOST, item.value):
            continue
        value, variables = re.subn(_VARIABLE_NAMESPACE, "", item.value)
        named = [
            (host, pod)
            for host in hosts(value)
            if (pod := pod_name(host.name, context.inventory)) is not None
        ]
        seen: set[str] = set()
        # What is wrong with several names in the same way is one problem.
        wrong: dict[str, tuple[list[str], list[Note]]] = {}
        for host, pod in named:
            if host.written in seen:
                continue
            seen.add(host.written)
            found = _dangling(resource, context.inventory, host, pod)
            if found is None and not variables:
                found = _other_namespace(resource, context.inventory, pod, [other for _, other in named])
            if found is not None:
                wrong.setdefault(found[0], ([], found[1]))[0].append(f"`{host.written}`")
        for clause, (names, related) in wrong.items():
            others = f"; so it is with {' and '.join(names[1:])}" if len(names) > 1 else ""
            yield resource.problem(item.path, f"{names[0]} {clause}{others}", related)


def _peers(statefulset: Resource, service: Resource, inventory: Inventory) -> tuple[str, Note] | None:
    """Return how the pods name two of them or more, or their Service to find them, and where."""
    from kwlint.model.links.hostnames import config_maps, hosts, texts

    first: tuple[str, Note] | None = None
    known: set[int] = set()
    for owner in (statefulset, *config_maps(statefulset, inventory)):
        for item in texts(owner):
            if service.name not in item.value:
                continue
            for host in hosts(item.value):
                pod = pod_name(host.name, inventory)
                if pod is not None and (pod.statefulset, pod.service) == (statefulset.name, service.name):
                    known.add(pod.ordinal)
                    first = first or (host.name, owner.note(item.path, f"names `{host.name}`"))
                    if len(known) > 1:
                        return first
            found = _discovery(item, service, statefulset, inventory)
            if found:
                return found, owner.note(item.path, f"looks for peers at `{found}`")
    return None


def _discovery(item: Text, service: Resource, statefulset: Resource, inventory: Inventory) -> str | None:
    """Return the Service's name where a variable, an option or a line of configuration looks for peers there."""
    token = re.compile(rf"(?<![\w./-]){re.escape(service.name)}(?:\.[a-z0-9.-]+)?(?![\w-])")
    labelled = "\n" not in item.value and re.search(_DISCOVERY, item.label) is not None
    heading = ""
    for line in item.value.splitlines():
        stripped = line.strip()
        if stripped.startswith(("#", "//")):
            continue
        # The items of a YAML list belong to the key above them.
        if not stripped.startswith("- "):
            heading = line
        match = re.search(_DISCOVERY, heading)
        if match is None and not labelled:
            continue
        start = match.end() if match is not None and heading is line and not labelled else 0
        for found in token.finditer(line, start):
            host = found[0].rstrip(".")
            named = named_by(host, statefulset, inventory)
            if named is not None and named.pod is None and named.service == service.name:
                return host
    return None


def _dangling(
    resource: Resource, inventory: Inventory, host: Host, pod: PodName
) -> tuple[str, list[Note]] | None:
    """Return why no pod answers to a name, and the places that say so; None where one may."""
    statefulset = _statefulset(resource, inventory, pod)
    if statefulset is None:
        return None
    governing = text(statefulset.spec.get("serviceName"))
    if pod.service != governing:
        # `a.b` may also be Service a of a namespace b, or a name outside the cluster.
        if (
            pod.namespace is None
            and not inventory.has(statefulset, "Service", pod.service)
            and (pod.service in inventory.namespaces or not near_miss(pod.service, [governing]))
        ):
            return None
        what = f"is governed by the Service `{governing}`" if governing else "has no `serviceName`"
        return f"{_NO_POD}: StatefulSet `{statefulset.name}` {what}", [
            statefulset.note("spec.serviceName", "the governing Service")
        ]
    known = ordinals(statefulset, inventory)
    if known and pod.ordinal not in known:
        return _out_of_range(statefulset, inventory, known)
    if host.port is not None:
        return _unknown_port(statefulset, inventory, host.port)
    return None


def _statefulset(resource: Resource, inventory: Inventory, pod: PodName) -> Resource | None:
    own = inventory.namespace_of(resource)
    space = None if pod.namespace == "default" and not own else pod.namespace
    found = inventory.find(resource, "StatefulSet", pod.statefulset, space)
    if found is None and pod.namespace is not None:
        # One whose namespace is not written may be in any.
        found = inventory.named("StatefulSet", pod.statefulset).once(_first_unplaced)
    return found


def _first_unplaced(statefulsets: Selection) -> Resource | None:
    return next((item for item in statefulsets if item.namespace is None), None)


def _other_namespace(
    resource: Resource, inventory: Inventory, pod: PodName, others: list[PodName]
) -> tuple[str, list[Note]] | None:
    """Return that the StatefulSet of a name is in another namespace than the one that is meant, or None."""
    wanted = pod.namespace or inventory.known_namespace(resource)
    if not wanted or _statefulset(resource, inventory, pod) is not None or inventory.unknowable(resource):
        return None
    same = inventory.named("StatefulSet", pod.statefulset).once(by_application).get(resource.application, ())
    for statefulset in islice(same, _ENOUGH):
        space = inventory.known_namespace(statefulset)
        if not space:
            continue
        if pod.service != text(statefulset.spec.get("serviceName")):
            continue
        # Who names the same pods in both namespaces means two StatefulSets, one of which is elsewhere.
        if any(other.statefulset == pod.statefulset and other.namespace == space for other in others):
            continue
        return (
            f"{_NO_POD}: StatefulSet `{statefulset.name}` is in namespace `{space}`, not in `{wanted}`",
            [statefulset.note("metadata.namespace", f"in namespace `{space}`")],
        )
    return None


def _out_of_range(statefulset: Resource, inventory: Inventory, known: range) -> tuple[str, list[Note]]:
    scalers = inventory.autoscalers(statefulset)
    first, last = f"`{statefulset.name}-{known[0]}`", f"`{statefulset.name}-{known[-1]}`"
    pods = f"only the pod {first}" if len(known) == 1 else f"the pods {first} to {last}"
    reach = f" at most, by {scalers[0].title}" if scalers else ""
    return (
        f"{_NO_POD}: StatefulSet `{statefulset.name}` has {pods}{reach}",
        [
            statefulset.note(
                "spec.replicas", f"{len(known)} {'replica' if len(known) == 1 else 'replicas'}{reach}"
            )
        ],
    )


def _unknown_port(statefulset: Resource, inventory: Inventory, port: int) -> tuple[str, list[Note]] | None:
    service = governing_service(statefulset, inventory)
    if service is None or statefulset.pods is None:
        return None
    numbers = port_numbers(service)
    declared = {
        integer(item.get("containerPort"))
        for container in statefulset.pods.main_containers
        for item in container.ports
    }
    if not numbers or port in numbers or port in declared or port in port_numbers(service, "targetPort"):
        return None
    written = ", ".join(map(str, numbers))
    return (
        f"leads to a port that nothing has: neither the Service `{service.name}` (port{'s' if len(numbers) > 1 else ''} {written}) nor a container of "
        f"StatefulSet `{statefulset.name}` declares {port}",
        [service.note("spec.ports", f"has {written}"), statefulset.note("metadata.name", "the StatefulSet")],
    )

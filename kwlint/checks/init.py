"""Checks of the chapter init (INIT): init containers and native sidecars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kwlint.model.links.services import (
    Named,
    absence,
    external,
    find_named,
    headless,
    listens,
    named_by,
    port_numbers,
    space_of,
)
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.quantity import amount, render
from kwlint.model.selector import parse_map
from kwlint.model.workloads.pod_resources import pod_level, request
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import integer, mapping, sequence

if TYPE_CHECKING:
    from kwlint.model.scripts.waits import Wait

_STATEFUL_SET_TEMPLATE_SINCE = 34
_PROBES = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_ORDINAL_WORDS = r"hostname|pod_?name|pod_?index|ordinal"


def probe_on_init_container(workload: Resource, context: Context) -> Iterator[Problem]:
    """INIT001: an ordinary init container has probes or lifecycle handlers.

    Of a StatefulSet's template the API server judges nothing but the metadata before 1.34, and refuses the pods
    (ValidateStatefulSet in pkg/apis/apps/validation/validation.go).
    """
    # What a custom resource holds is refused only when its controller makes the pods.
    if workload.builtin is None:
        return
    refused = workload.kind != "StatefulSet" or context.inventory.minor >= _STATEFUL_SET_TEMPLATE_SINCE
    for container in _init_containers(workload):
        for field in _PROBES:
            value = container.data.get(field)
            # The server drops a lifecycle with a stop signal alone (gate ContainerStopSignals).
            if isinstance(value, dict) and list(value) != ["stopSignal"]:
                yield workload.problem(
                    f"{container.path}.{field}",
                    f"`{field}` is not allowed on the init container `{container.name}`, which runs to its end before the "
                    "others start; only a native sidecar (`restartPolicy: Always`) may have it",
                )._replace(refused=refused)


def waits_for_unknown(workload: Resource, context: Context) -> Iterator[Problem]:
    """INIT002: an init container waits for a Service, or a port of one, that does not exist."""
    containers = _init_containers(workload)
    if not containers:
        return
    from kwlint.model.scripts.waits import waits

    for container in containers:
        reported: set[tuple[str, int | None]] = set()
        for wait in waits(container):
            named = named_by(wait.host, workload, context.inventory)
            if named is None:
                continue
            service = find_named(named, workload, context.inventory)
            if service is None:
                problem = _unknown_host(workload, context.inventory, container, wait, named)
                key: tuple[str, int | None] = (wait.host, None)
            else:
                problem = _unknown_port(workload, service, container, wait)
                key = (wait.host, wait.port)
            if problem is not None and key not in reported:
                reported.add(key)
                yield problem


def waits_for_itself(workload: Resource, context: Context) -> Iterator[Problem]:
    """INIT003: an init container waits for a Service behind which there are only this workload's own pods."""
    containers = _init_containers(workload)
    if not containers:
        return
    from kwlint.model.scripts.waits import waits

    for container in containers:
        if _looks_at_ordinal(container):
            continue
        for wait in waits(container):
            named = named_by(wait.host, workload, context.inventory)
            if named is None or named.pod is not None or _gives_up(container, wait):
                continue
            service = find_named(named, workload, context.inventory)
            if service is None or external(service) or service.spec.get("publishNotReadyAddresses") is True:
                continue
            if wait.lookup and not headless(service):
                continue
            selected = context.inventory.selected_here(service, parse_map(service.spec.get("selector")))
            if len(selected) != 1 or selected[0] is not workload:
                continue
            what = "a name" if wait.lookup else "an endpoint"
            yield workload.problem(
                wait.path,
                f"the init container `{container.name}` waits for the Service `{service.name}`, which selects only these "
                f"pods: it gets {what} once one of them is ready, and none becomes ready before the wait is over",
                [service.note("spec.selector", "selects only the pods that wait")],
            )
            break


def sidecar_needs_version(workload: Resource, context: Context) -> Iterator[Problem]:
    """INIT004: a native sidecar, and a target version that has none."""
    if workload.pods is None or context.inventory.minor >= 29:
        return
    for container in workload.pods.init_containers:
        if container.sidecar:
            state = (
                "are behind the gate SidecarContainers in 1.28"
                if context.inventory.minor == 28
                else "came with 1.28"
            )
            yield workload.problem(
                f"{container.path}.restartPolicy",
                f"native sidecars {state} and are on by default since 1.29: in 1.{context.inventory.minor} the init container "
                f"`{container.name}` is an ordinary one, and the others wait for it to end",
            )._replace(refused=context.inventory.minor < 28)


def endless_wait(workload: Resource, context: Context) -> Iterator[Problem]:
    """INIT005: an init container waits in a loop that nothing limits."""
    containers = _init_containers(workload)
    if not containers or workload.pods is None or _has_deadline(workload, workload.pods):
        return
    from kwlint.model.scripts.waits import endless_loop

    for container in containers:
        path = endless_loop(container)
        if path is not None:
            yield workload.problem(
                path,
                f"the init container `{container.name}` waits in a loop without a limit, so a dependency that never comes "
                "leaves the pod in `Init` without an error or a restart",
            )


def init_dominates_requests(workload: Resource, context: Context) -> Iterator[Problem]:
    """INIT006: an init container requests more than all main containers together."""
    pods = workload.pods
    if pods is None or pod_level(pods, context.inventory.minor):
        return
    for name in ("cpu", "memory"):
        total = sum(_nanos(container, name) for container in pods.main_containers)
        beside = 0
        for container in pods.init_containers:
            own = _nanos(container, name)
            if container.sidecar:
                beside += own
            elif own + beside > total and own:
                with_others = " with the sidecars before it" if beside else ""
                notation = "BinarySI" if name == "memory" else "DecimalSI"
                yield workload.problem(
                    _request_path(container, name),
                    f"the init container `{container.name}` requests {render(own + beside, notation)} of {name}{with_others}, "
                    f"more than the {render(total, notation)} of all main containers, "
                    "so the pod takes up that much for its whole life",
                )


def _init_containers(workload: Resource) -> list[Container]:
    """Return the ordinary init containers."""
    if workload.pods is None:
        return []
    return [container for container in workload.pods.init_containers if not container.sidecar]


def _unknown_host(
    workload: Resource, inventory: Inventory, container: Container, wait: Wait, named: Named
) -> Problem | None:
    pods = workload.pods
    if pods is None or (named.pod and inventory.named("StatefulSet", named.pod.rpartition("-")[0])):
        return None
    missing = absence(workload, inventory, named.service, space_of(named, workload, inventory))
    if missing is None:
        return None
    if missing.instead is None:
        elsewhere = named.qualified and named.namespace != inventory.namespace_of(workload)
        if elsewhere or (not named.qualified and _own_resolution(pods, wait.host)):
            return None
    hint = f"; {missing.clause}" if missing.clause else ""
    return workload.problem(
        wait.path,
        f"the init container `{container.name}` waits for `{wait.host}`, but there is no Service `{named.service}`"
        f"{f' in namespace `{named.namespace}`' if named.qualified else ''}, so the wait never succeeds{hint}",
        missing.related,
    )


def _unknown_port(workload: Resource, service: Resource, container: Container, wait: Wait) -> Problem | None:
    known = port_numbers(service)
    if wait.lookup or wait.port is None or not known or listens(service, wait.port):
        return None
    implied = " (the protocol's default)" if wait.implied else ""
    numbers = ", ".join(map(str, known))
    hint = ""
    for field in ("targetPort", "nodePort"):
        if wait.port in port_numbers(service, field):
            hint = f"; {wait.port} is its `{field}`"
    return workload.problem(
        wait.path,
        f"the init container `{container.name}` waits for port {wait.port}{implied} of the Service `{service.name}`, which "
        f"has only {'port' if len(known) == 1 else 'ports'} {numbers}, so the wait never succeeds{hint}",
        [service.note("spec.ports", f"listens on {numbers}")],
    )


def _own_resolution(pods: PodTemplate, host: str) -> bool:
    """Return whether the pods resolve bare names in another way than by their namespace's Services."""
    if any(
        host in sequence(mapping(alias).get("hostnames")) for alias in sequence(pods.spec.get("hostAliases"))
    ):
        return True
    policy = pods.spec.get("dnsPolicy")
    if policy in ("None", "Default") or sequence(mapping(pods.spec.get("dnsConfig")).get("searches")):
        return True
    return pods.spec.get("hostNetwork") is True and policy != "ClusterFirstWithHostNet"


def _looks_at_ordinal(container: Container) -> bool:
    """Return whether a script asks which pod it runs in, as those do that let the first pod pass."""
    return any(re.search(_ORDINAL_WORDS, word, re.IGNORECASE) for word in container.words)


def _gives_up(container: Container, wait: Wait) -> bool:
    """Return whether a wait ends after some time and the init container then succeeds all the same."""
    return wait.limited and not any(re.search(r"\bexit +[1-9]", word) for word in container.words)


def _has_deadline(workload: Resource, pods: PodTemplate) -> bool:
    job = mapping(workload.at("spec", "jobTemplate", "spec")) if workload.kind == "CronJob" else workload.spec
    deadlines = (pods.spec.get("activeDeadlineSeconds"), job.get("activeDeadlineSeconds"))
    return any(integer(deadline) is not None for deadline in deadlines)


def _nanos(container: Container, name: str) -> int:
    value = request(container, name)
    return 0 if value is None else amount(value)


def _request_path(container: Container, name: str) -> str:
    field = "limits" if container.resource("requests", name) is None else "requests"
    return f"{container.path}.resources.{field}[{name}]"

"""Probes and lifecycle handlers: the ports they name, and how long they wait (POD001 to POD003, POD015, POD016)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.kinds import LONG_RUNNING
from kwlint.model.links.serviceports import valid_name
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.spelling import near_miss
from kwlint.util.values import integer, mapping, text

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HANDLERS = ("httpGet", "tcpSocket", "exec", "grpc")
# Source: pkg/apis/core/v1/defaults.go (SetDefaults_Probe).
_PERIOD, _THRESHOLD = 10, 3


def undeclared_probe_port(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD001: a probe or a lifecycle handler names a port that its own container does not declare.

    Source: ResolveContainerPort in pkg/probe/util.go, resolvePort in pkg/kubelet/lifecycle/handlers.go.
    """
    pods = workload.pods
    for container in pods.main_containers if pods is not None else ():
        for path, field, name in _named_ports(container):
            names = [text(port.get("name")) for port in container.ports]
            if name in names or not valid_name(name):
                continue
            effect = _EFFECTS[field]
            message = f'the container `{container.name}` declares no port called "{name}", so {effect}'
            yield workload.problem(path, *_hint(message, name, container, pods, workload))


# An attempt that cannot be made is an error, whose result the kubelet throws away, so the probe keeps its initial result:
# pkg/kubelet/prober/worker.go (doProbe).
_EFFECTS = {
    "livenessProbe": "the liveness probe can't be carried out and never restarts the container",
    "readinessProbe": "the readiness probe can't be carried out and the pod never becomes ready",
    "startupProbe": "the startup probe can't be carried out and the container never counts as started",
    "postStart": "the postStart handler fails and the container is killed",
    "preStop": "the preStop handler fails and the container is stopped without it",
}


def _named_ports(container: Container) -> Iterator[tuple[str, str, str]]:
    """Yield (path, probe or hook, name) of each port that is not a number."""
    fields = [(f"{container.path}.{field}", field, container.data.get(field)) for field in PROBES]
    lifecycle = mapping(container.data.get("lifecycle"))
    fields += [
        (f"{container.path}.lifecycle.{hook}", hook, lifecycle.get(hook)) for hook in ("postStart", "preStop")
    ]
    for path, field, data in fields:
        for handler in ("httpGet", "tcpSocket"):
            name = text(mapping(mapping(data).get(handler)).get("port"))
            if name:
                yield f"{path}.{handler}.port", field, name


def _hint(
    message: str, name: str, container: Container, pods: PodTemplate | None, workload: Resource
) -> tuple[str, list[Note]]:
    miss = near_miss(name, [text(port.get("name")) for port in container.ports if port.get("name")])
    for index, port in enumerate(container.ports):
        if miss is not None and port.get("name") == miss:
            note = Note(workload, f"{container.path}.ports[{index}].name", "the port that was probably meant")
            return f'{message}; there is "{miss}", {port.get("containerPort")}', [note]
    for other in pods.main_containers if pods is not None else ():
        for index, port in enumerate(other.ports):
            if other is not container and port.get("name") == name:
                note = Note(workload, f"{other.path}.ports[{index}].name", "a port of another container")
                return f"{message}; that is a port of the container `{other.name}`", [note]
    return message, []


def liveness_restart_loop(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD002: the liveness probe gives up before the readiness probe has begun."""
    pods = workload.pods
    for container in pods.main_containers if pods is not None else ():
        liveness, readiness = _probe(container, "livenessProbe"), _probe(container, "readinessProbe")
        if not liveness or not readiness or _probe(container, "startupProbe"):
            continue
        ready = _delay(readiness)
        delay = _delay(liveness)
        given_up = delay + _patience(liveness)
        if given_up >= ready:
            continue
        start = f"{delay} s + " if delay else ""
        yield workload.problem(
            f"{container.path}.livenessProbe",
            f"the liveness probe of the container `{container.name}` gives up after {given_up} s ({start}{_sum(liveness)}), "
            f"before the {ready} s are over that the readiness probe gives it to start, so a slow start is a restart loop; "
            "add a `startupProbe`",
            [workload.note(f"{container.path}.readinessProbe.initialDelaySeconds", f"{ready} s to start")],
        )


def liveness_not_slower(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD003: the liveness probe asks the same as the readiness probe and loses patience as soon."""
    pods = workload.pods
    for container in pods.main_containers if pods is not None else ():
        liveness, readiness = _probe(container, "livenessProbe"), _probe(container, "readinessProbe")
        if not liveness or not readiness or _handler(liveness, container) != _handler(readiness, container):
            continue
        live, ready = _patience(liveness), _patience(readiness)
        if live <= ready:
            yield workload.problem(
                f"{container.path}.livenessProbe",
                f"the liveness probe of the container `{container.name}` asks the same as the readiness probe and gives up after "
                f"{live} s ({_sum(liveness)}), not later than that ({ready} s), so an overloaded pod is restarted instead of "
                "being left alone for a while",
                [workload.note(f"{container.path}.readinessProbe", f"gives up after {ready} s")],
            )


def no_readiness(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD015: pods behind a Service, none of whose containers says when it is ready."""
    yield from _missing(
        workload,
        context.inventory,
        "readinessProbe",
        "no readiness probe, so connections come as soon as its process runs",
    )


def no_liveness(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD016: pods behind a Service, none of whose containers is restarted when it hangs."""
    yield from _missing(
        workload,
        context.inventory,
        "livenessProbe",
        "no liveness probe, so nothing restarts it when it hangs",
    )


def _missing(workload: Resource, inventory: Inventory, field: str, what: str) -> Iterator[Problem]:
    pods = workload.pods
    if pods is None or workload.hook or (workload.builtin is not None and workload.kind not in LONG_RUNNING):
        return
    replicas = inventory.replicas(workload)
    if (replicas is not None and replicas.number == 0) or any(
        _probe(container, field) for container in pods.main_containers
    ):
        return
    service = inventory.service_of(workload)
    if service is None or not pods.containers:
        return
    container = next((item for item in pods.containers if item.ports), pods.containers[0])
    yield workload.problem(
        f"{container.path}.{field}",
        f"Service `{service.name}` selects these pods, and the container `{container.name}` has {what}",
        [service.note("spec.selector", "selects these pods")],
    )


def _probe(container: Container, field: str) -> dict[str, Any]:
    return mapping(container.data.get(field))


def _handler(probe: dict[str, Any], container: Container) -> dict[str, Any]:
    """Return what a probe asks, with the defaults filled in and a port of the container by its number.

    Source: pkg/apis/core/v1/defaults.go (SetDefaults_HTTPGetAction).
    """
    numbers = {text(port.get("name")): port.get("containerPort") for port in container.ports}
    handlers = {}
    for name in _HANDLERS:
        if probe.get(name) is not None:
            fields = {key: value for key, value in mapping(probe[name]).items() if value not in (None, "")}
            port = text(fields.get("port"))
            if port:
                fields["port"] = numbers.get(port, port)
            handlers[name] = {"path": "/", "scheme": "HTTP", **fields} if name == "httpGet" else fields
    return handlers


def _patience(probe: dict[str, Any]) -> int:
    """Return the seconds from the first failure that counts to the one with which a probe gives up, and one period."""
    return _threshold(probe) * _period(probe)


def _delay(probe: dict[str, Any]) -> int:
    return max(integer(probe.get("initialDelaySeconds")) or 0, 0)


def _period(probe: dict[str, Any]) -> int:
    return integer(probe.get("periodSeconds")) or _PERIOD


def _threshold(probe: dict[str, Any]) -> int:
    return integer(probe.get("failureThreshold")) or _THRESHOLD


def _sum(probe: dict[str, Any]) -> str:
    threshold = _threshold(probe)
    return f"{threshold} failure{'' if threshold == 1 else 's'} × {_period(probe)} s"

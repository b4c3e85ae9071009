"""Checks of an autoscaler's resource metrics against the containers of its target."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model import quantity
from kwlint.model.kinds import SCALABLE
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.workloads.limitranges import gives
from kwlint.model.workloads.pod_resources import pod_level, pod_request, request
from kwlint.model.workloads.scaling import ResourceMetric, resource_metrics, target_of
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.spelling import near_miss
from kwlint.util.values import dig

# horizontal-pod-autoscaler-tolerance of the controller manager, in thousandths.
_TOLERANCE = 100


def hpa_missing_requests(workload: Resource, context: Context) -> Iterator[Problem]:
    """HPA001: a percentage of a request that a container does not have.

    Source: pkg/controller/podautoscaler/replica_calculator.go (calculateRequests).
    """
    pods = workload.pods
    if pods is None or (workload.builtin is not None and workload.kind not in SCALABLE):
        return
    if workload.is_patched("requests", "limits"):
        return
    missing: dict[str, list[str]] = {}
    notes: dict[str, list[Note]] = {}
    for scaler in context.inventory.autoscalers(workload):
        for metric in resource_metrics(scaler) if scaler.builtin is not None else ():
            if not metric.relative or gives(workload, context.inventory, "requests", metric.resource):
                continue
            for container in _without_request(pods, metric, context.inventory.minor):
                names = missing.setdefault(container.path, [])
                if metric.resource not in names:
                    names.append(metric.resource)
                    notes.setdefault(container.path, []).append(scaler.note(metric.place, metric.clause))
    for container in pods.main_containers:
        names = missing.get(container.path, [])
        if names:
            which = " and ".join(names)
            scaler = notes[container.path][0].resource
            yield workload.problem(
                container.path,
                f"container `{container.name}` has no {which} request, so {scaler.title} cannot tell the utilization of "
                f"{which} and does not scale by it; set `resources.requests.{names[0]}`"
                + "".join(f" and `resources.requests.{name}`" for name in names[1:]),
                notes[container.path],
            )


def _without_request(pods: PodTemplate, metric: ResourceMetric, minor: int) -> list[Container]:
    counted = _counted(pods, metric)
    bare = [container for container in counted if request(container, metric.resource) is None]
    if not metric.container and pod_level(pods, minor):
        whole = pod_request(pods, minor, metric.resource)
        return [] if whole is not None or len(bare) < len(counted) else bare
    return bare


def _counted(pods: PodTemplate, metric: ResourceMetric) -> list[Container]:
    containers = pods.main_containers
    return [item for item in containers if item.name == metric.container] if metric.container else containers


def unknown_container(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA008: a metric of a container that the target's pods do not have."""
    target = _target(autoscaler, context.inventory)
    if target is None or target.pods is None:
        return
    names = [container.name for container in target.pods.main_containers]
    for metric in resource_metrics(autoscaler):
        if not metric.container or metric.container in names:
            continue
        if any(container.name == metric.container for container in target.pods.init_containers):
            hint = "; the init container of that name does not count, because it has ended when the pod runs"
        else:
            miss = near_miss(metric.container, names)
            listed = " and ".join(f"`{name}`" for name in names)
            hint = f"; did you mean `{miss}`?" if miss else f"; there is {listed}"
        yield autoscaler.problem(
            f"{metric.path}.container",
            f"{target.title} has no container `{metric.container}`, so this metric has no value and does not scale it{hint}",
            [target.note(f"{target.pods.spec_path}.containers", "the containers of the target")],
        )


def unreachable_target(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA009: the limits keep the utilization below the target.

    Source: pkg/controller/podautoscaler/replica_calculator.go (Tolerances.isWithin).
    """
    target = _target(autoscaler, context.inventory)
    if target is None or target.pods is None:
        return
    tolerance = dig(autoscaler.spec, "behavior", "scaleUp", "tolerance")
    own = quantity.parse(tolerance) if tolerance is not None else None
    share = _TOLERANCE if own is None else own * 1000 // quantity.NANO
    for metric in resource_metrics(autoscaler):
        if not metric.relative or not metric.utilization:
            continue
        sums = _sums(target.pods, metric, context.inventory.minor)
        if sums is None:
            continue
        requests, limits = sums
        if metric.utilization * (1000 + share) * requests <= limits * 100_000:
            continue
        notation = "BinarySI" if metric.resource == "memory" else "DecimalSI"
        end = {"cpu": "throttled", "memory": "killed"}.get(metric.resource, "held back")
        yield autoscaler.problem(
            metric.place,
            f"the containers are {end} at their {metric.resource} limits ({quantity.render(limits, notation)}), which are "
            f"{limits * 100 // requests} % of their requests ({quantity.render(requests, notation)}), and scaling up takes "
            f"{metric.utilization} % and {share / 10:g} % of that for tolerance, so this metric never scales up",
            [
                target.note(f"{container.path}.resources", "its requests and limits")
                for container in _counted(target.pods, metric)
            ],
        )


def _sums(pods: PodTemplate, metric: ResourceMetric, minor: int) -> tuple[int, int] | None:
    """Return the sums of requests and limits of the containers counted, or None where one is not set."""
    counted = _counted(pods, metric)
    requests = [quantity.parse(request(item, metric.resource) or 0) for item in counted]
    limits = [quantity.parse(item.resource("limits", metric.resource) or 0) for item in counted]
    if not metric.container and (level := pod_level(pods, minor)):
        whole = pod_request(pods, minor, metric.resource)
        requests = requests if whole is None else [quantity.parse(whole)]
        limit = level["limits"].get(metric.resource)
        limits = limits if limit is None else [quantity.parse(limit)]
    if not counted or not all(requests) or not all(limits):
        return None
    return sum(filter(None, requests)), sum(filter(None, limits))


def _target(autoscaler: Resource, inventory: Inventory) -> Resource | None:
    _, kind, name = target_of(autoscaler)
    return inventory.find(autoscaler, kind, name) if kind in SCALABLE else None

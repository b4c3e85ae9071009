"""Checks of what an autoscaler scales: whether it is there, whether it can be scaled, and who else scales it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kwlint.model.kinds import KINDS, SCALABLE
from kwlint.model.links.operators import beginnings
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.nearby import close_named, nearby_workloads
from kwlint.model.project.past import was_there
from kwlint.model.project.selection import Selection
from kwlint.model.workloads.scaling import resource_metrics, target_of
from kwlint.rule import Context, Problem, Resource
from kwlint.util.spelling import near_miss
from kwlint.util.values import dig, mapping, sequence, text

_REFERENCE = "spec.scaleTargetRef"
# How many names a message lists, how many rivals have a finding each, and how many are looked at to find them.
_LONGEST, _SHOWN, _ENOUGH = 5, 3, 64
_VERSIONS = {"ReplicationController": "v1"}
# Before, a target without an API group is accepted: pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go.
_GROUP_NEEDED_SINCE = 36
_LISTED = "Deployment, StatefulSet, ReplicaSet and ReplicationController can be scaled"


def target_not_found(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA002: there is no such object. Custom resources are not looked for.

    The version does not count in the lookup, the group and the letter case of the kind do:
    pkg/controller/podautoscaler/horizontal.go (reconcileAutoscaler).
    """
    group, kind, name = target_of(autoscaler)
    if not kind or not name or not _is_builtin(group):
        return
    if kind not in KINDS:
        meant = near_miss(kind, KINDS)
        hint = f"did you mean `{meant}`?" if meant in SCALABLE else _LISTED
        yield autoscaler.problem(
            f"{_REFERENCE}.kind",
            f"there is no kind `{kind}` in the API group of the target, so nothing is scaled; {hint}",
        )
        return
    if kind not in SCALABLE:
        return
    if group != KINDS[kind].groups[0]:
        if group or context.inventory.minor < _GROUP_NEEDED_SINCE:
            yield _in_other_group(autoscaler, context.inventory)
        return
    if context.inventory.has(autoscaler, kind, name) or context.inventory.unknowable(autoscaler):
        return
    if autoscaler.is_patched("scaleTargetRef"):
        return
    if not context.inventory.elsewhere(kind, name, context.inventory.namespace_of(autoscaler)):
        yield from _not_found(autoscaler, context.inventory)


def _is_builtin(group: str) -> bool:
    return any(group in kind.groups for kind in KINDS.values())


def _in_other_group(autoscaler: Resource, inventory: Inventory) -> Problem:
    _, kind, name = target_of(autoscaler)
    written = text(mapping(autoscaler.spec.get("scaleTargetRef")).get("apiVersion"))
    what = (
        f"`apiVersion: {written}` has no kind {kind}"
        if written
        else f"without `apiVersion` no kind {kind} is found"
    )
    right = _VERSIONS.get(kind, "apps/v1")
    target = inventory.find(autoscaler, kind, name)
    return autoscaler.problem(
        f"{_REFERENCE}.apiVersion",
        f"{what}, so nothing is scaled; it must be `{right}`",
        [] if target is None else [target.note("metadata.name", "the object of this kind and name")],
    )


def _not_found(autoscaler: Resource, inventory: Inventory) -> Iterator[Problem]:
    _, kind, name = target_of(autoscaler)
    missing = f"there is no {kind} `{name}`, so nothing is scaled"
    other = inventory.workloads(autoscaler).once(_by_name).get(name)
    if other is not None:
        scalable = "" if other.kind in SCALABLE else ", which cannot be scaled"
        yield autoscaler.problem(
            f"{_REFERENCE}.kind",
            f"{missing}; `{name}` is a {other.kind}{scalable}",
            [other.note("kind", f"a {other.kind}")],
        )
        return
    names = inventory.names(autoscaler, kind)
    miss = near_miss(name, names.around(name))
    meant = inventory.find(autoscaler, kind, miss) if miss is not None else None
    if meant is not None:
        yield autoscaler.problem(
            f"{_REFERENCE}.name",
            f"{missing}; did you mean `{miss}`?",
            [meant.note("metadata.name", f"there is a {kind} `{miss}`")],
        )
        return
    elsewhere = close_named(autoscaler, kind, name, inventory)
    here = inventory.known_namespace(autoscaler)
    if any(not inventory.known_namespace(item) or not here for item in elsewhere):
        return
    if elsewhere:
        space = inventory.known_namespace(elsewhere[0])
        yield autoscaler.problem(
            f"{_REFERENCE}.name",
            f"{missing}; the {kind} of that name is in namespace `{space}`, and this autoscaler in `{here}`",
            [elsewhere[0].note("metadata.namespace", "another namespace")],
        )
        return
    known = nearby_workloads(autoscaler, inventory) or inventory.complete
    # A custom resource may make an object of this name, which then begins with its own.
    if (known or was_there(inventory, kind, name, inventory.namespace_of(autoscaler))) and inventory.index(
        _makers
    ).isdisjoint(beginnings(name)):
        others = sorted(names.all[: _LONGEST + 1])
        shown = len(others) <= _LONGEST and others
        listed = f"; there is {', '.join(f'`{item}`' for item in others)}" if shown else ""
        yield autoscaler.problem(f"{_REFERENCE}.name", f"{missing}{listed}")


def _by_name(workloads: Selection) -> dict[str, Resource]:
    return {
        item.name: item for item in reversed(workloads) if item.builtin is not None and item.kind != "Pod"
    }


def _makers(inventory: Inventory) -> frozenset[str]:
    return frozenset(item.name for item in inventory.custom if item.name and item.pods is None)


def target_not_scalable(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA003: a built-in kind without a scale subresource."""
    group, kind, name = target_of(autoscaler)
    if kind not in KINDS or kind in SCALABLE or not _is_builtin(group):
        return
    refused = not group and context.inventory.minor >= _GROUP_NEEDED_SINCE
    target = context.inventory.find(autoscaler, kind, name)
    reason = {
        "DaemonSet": "it runs one pod on each node",
        "Job": "its `parallelism` is not for an autoscaler",
        "CronJob": "it makes Jobs by the clock",
        "Pod": "it is a single one; name the Deployment that makes it",
        "Service": "it only leads to pods; name the Deployment that makes them",
    }.get(kind, _LISTED)
    problem = autoscaler.problem(
        # the field for which the API server refuses a target of the core group
        f"{_REFERENCE}.apiVersion" if refused else f"{_REFERENCE}.kind",
        f"a {kind} cannot be scaled ({reason}), so the autoscaler does nothing",
        [] if target is None else [target.note("kind", f"a {kind}")],
    )
    yield problem._replace(refused=refused)


def two_autoscalers(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA007: something else sets the replicas, or the requests that the utilization is a percentage of, too.

    Source: pkg/controller/podautoscaler/horizontal.go (validateAndParseSelector, AmbiguousSelector).
    """
    _, kind, name = target_of(autoscaler)
    if not kind or not name:
        return
    for (other_kind, other_name), other in (
        context.inventory.rivals(autoscaler).once(_by_kind_and_name).items()
    ):
        same = (other_kind, other_name) == (autoscaler.kind, autoscaler.name)
        if (
            same
            or _takes_over(other, autoscaler)
            or (other.builtin is not None and other.number > autoscaler.number)
        ):
            continue
        yield autoscaler.problem(
            _REFERENCE,
            f"{other.title} scales {kind} `{name}` too, and the controller scales by neither of two autoscalers "
            "for the same pods",
            [other.note(_REFERENCE, "the same target")],
        )
        break
    said = 0
    for other in context.inventory.resizers(autoscaler).once(_resizing):
        shared = _resized(autoscaler, other, context.inventory)
        said += bool(shared)
        if said > _SHOWN:
            break
        if shared:
            which = " and ".join(shared)
            yield autoscaler.problem(
                _REFERENCE,
                f"{other.title} sets the {which} requests of {kind} `{name}` while this scales by {which}, "
                "so each undoes what the other does",
                [other.note("spec.targetRef", "the same target")],
            )


def _by_kind_and_name(autoscalers: Selection) -> dict[tuple[str, str], Resource]:
    found: dict[tuple[str, str], Resource] = {}
    for item in autoscalers:
        found.setdefault((item.kind, item.name), item)
    return found


def _resizing(resizers: Selection) -> list[Resource]:
    """Return those that change pods that run, or as many of them as are looked at."""
    active = (
        item
        for item in resizers
        if text(dig(item.spec, "updatePolicy", "updateMode")) not in ("Off", "Initial")
    )
    return list(islice(active, _ENOUGH))


def _takes_over(scaled_object: Resource, autoscaler: Resource) -> bool:
    """Return whether a ScaledObject makes this very autoscaler its own.

    Source: https://keda.sh/docs/latest/concepts/scaling-deployments/#transfer-ownership-of-an-existing-hpa.
    """
    named = text(dig(scaled_object.spec, "advanced", "horizontalPodAutoscalerConfig", "name"))
    return scaled_object.builtin is None and autoscaler.name == (named or f"keda-hpa-{scaled_object.name}")


def _resized(autoscaler: Resource, resizer: Resource, inventory: Inventory) -> list[str]:
    """Return the resources that both go by. Source: the API of k8s.io/autoscaler's vertical-pod-autoscaler."""
    policies = {
        text(mapping(policy).get("containerName")): mapping(policy)
        for policy in sequence(dig(resizer.spec, "resourcePolicy", "containerPolicies"))
    }
    _, kind, name = target_of(autoscaler)
    target = inventory.find(autoscaler, kind, name) if kind in SCALABLE else None
    names = [item.name for item in target.pods.main_containers] if target is not None and target.pods else []
    found: list[str] = []
    for metric in resource_metrics(autoscaler):
        counted = [metric.container] if metric.container else names or [*policies, "*"]
        if metric.resource not in found and any(
            _sets(policies.get(container, policies.get("*", {})), metric.resource) for container in counted
        ):
            found.append(metric.resource)
    return found


def _sets(policy: dict[str, object], resource: str) -> bool:
    controlled = policy.get("controlledResources")
    resources = controlled if isinstance(controlled, list) else ["cpu", "memory"]
    return policy.get("mode") != "Off" and resource in resources

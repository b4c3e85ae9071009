"""Checks of the chapter deployment (DEP): how Deployments roll out, and what should not be one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kwlint.model.links.claims import contested_claims, mounted_claims
from kwlint.model.project.inventory import Inventory
from kwlint.model.software.images import agent, stateful
from kwlint.model.workloads.hostports import host_ports
from kwlint.model.workloads.placement import HOSTNAME, repelled
from kwlint.model.workloads.rollouts import Rolling, replicas_note, rolling_update, rolls
from kwlint.rule import SET, Change, Context, Fix, Note, Problem, Resource
from kwlint.util.values import dig, integer, mapping

_UNAVAILABLE = "spec.strategy.rollingUpdate.maxUnavailable"


def rollout_cannot_progress(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP001: maxUnavailable and maxSurge are both 0.

    Source: pkg/apis/apps/validation/validation.go (ValidateRollingUpdateDeployment).
    """
    values = mapping(dig(deployment.spec, "strategy", "rollingUpdate"))
    unavailable, surge = values.get("maxUnavailable"), values.get("maxSurge")
    if rolls(deployment) and _is_zero(unavailable) and _is_zero(surge):
        yield deployment.problem(
            _UNAVAILABLE,
            f"`maxUnavailable: {unavailable}` and `maxSurge: {surge}` let a rollout neither remove a pod nor add one; "
            "one of them must be above 0",
            related=[deployment.note("spec.strategy.rollingUpdate.maxSurge", "0 as well")],
        )


def _is_zero(value: Any) -> bool:
    return integer(value) == 0 or (isinstance(value, str) and re.fullmatch("0+%", value) is not None)


def anti_affinity_deadlock(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP002: required anti-affinity to itself on the host, and a rollout that adds before it removes."""
    update = _adds_first(deployment, context.inventory)
    if update is None:
        return
    for term in repelled(deployment, context.inventory):
        # With the hash, pods keep away only from those of their own revision.
        if term.topology != HOSTNAME or "pod-template-hash" in term.label_keys:
            continue
        yield deployment.problem(
            term.path,
            "this anti-affinity keeps new pods off every node that has an old one, and the rollout removes none before "
            f"a new one is ready ({_why(deployment, update)}), so with {_nodes(update)} it hangs",
            related=_causes(deployment, update),
            fix=_remove_first(deployment),
        )


def _remove_first(deployment: Resource) -> Fix:
    """Return the fix that has a rollout remove a pod before it adds one."""
    values = {"maxUnavailable": 1, "maxSurge": 0}
    strategy = deployment.spec.get("strategy")
    if isinstance(dig(strategy, "rollingUpdate"), dict):
        changes = [Change(SET, f"spec.strategy.rollingUpdate.{key}", value) for key, value in values.items()]
    elif isinstance(strategy, dict):
        changes = [Change(SET, "spec.strategy.rollingUpdate", values, "type")]
    else:
        changes = [
            Change(SET, "spec.strategy", {"type": "RollingUpdate", "rollingUpdate": values}, "replicas")
        ]
    return Fix("remove an old pod before a new one is added", tuple(changes))


def host_port_deadlock(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP003: ports of the node, and a rollout that adds before it removes."""
    update = _adds_first(deployment, context.inventory)
    if update is None or deployment.pods is None:
        return
    ports = host_ports(deployment.pods)
    if not ports:
        return
    listed = ", ".join(dict.fromkeys(map(str, ports)))
    yield deployment.problem(
        ports[0].path,
        f"the pods take {listed} on their node, so a new pod can't run beside an old one, and the rollout removes none "
        f"before a new one is ready ({_why(deployment, update)}), so with {_nodes(update)} it hangs",
        related=_causes(deployment, update),
    )


def _adds_first(deployment: Resource, inventory: Inventory) -> Rolling | None:
    """Return the rolling update of a Deployment if it waits for a new pod before it removes an old one."""
    update = rolling_update(deployment, inventory)
    if update is None or update.unavailable != 0 or update.surge <= 0 or deployment.hook:
        return None
    return update


def _why(deployment: Resource, update: Rolling) -> str:
    written = dig(deployment.spec, "strategy", "rollingUpdate", "maxUnavailable")
    if integer(written) == 0:
        return "`maxUnavailable` is 0"
    value = "by default 25%" if written is None else str(written)
    return f"`maxUnavailable` is {value} of {update.replicas.number}, rounded down to 0"


def _nodes(update: Rolling) -> str:
    number = update.replicas.number
    return "only one node" if number == 1 else f"only {number} nodes"


def _causes(deployment: Resource, update: Rolling) -> list[Note]:
    notes = replicas_note(update.replicas)
    if dig(deployment.spec, "strategy", "rollingUpdate", "maxUnavailable") is not None:
        notes.append(deployment.note(_UNAVAILABLE, "lets no old pod go first"))
    return notes


def downtime_on_rollout(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP004: a rollout of what a Service selects may take down every pod at once."""
    replicas = context.inventory.replicas(deployment)
    if replicas is None or replicas.number < 1 or deployment.hook:
        return
    number = replicas.number
    update = rolling_update(deployment, context.inventory)
    if update is None:
        recreated = dig(deployment.spec, "strategy", "type") == "Recreate"
        # One pod with a claim has no other way to hand it over.
        if not recreated or (number == 1 and mounted_claims(deployment, context.inventory)):
            return
    elif update.unavailable < number:
        return
    service = context.inventory.service_of(deployment)
    if service is None:
        return
    selects = service.note("spec.selector", "selects the pods")
    pods = "the only pod" if number == 1 else f"all {number} pods"
    if update is None:
        yield deployment.problem(
            "spec.strategy.type",
            f"`Recreate` takes down {pods} before a new one starts, so each rollout interrupts the Service `{service.name}`",
            related=[selects, *replicas_note(replicas)],
            severity="advice",
        )
        return
    at_once = " at once" if number > 1 else " before a new one is ready"
    values = mapping(dig(deployment.spec, "strategy", "rollingUpdate"))
    unavailable = values.get("maxUnavailable")
    value = "25% (the default)" if unavailable is None else unavailable
    if update.surge == 0 and update.unavailable == 1 and integer(unavailable) != 1:
        reason = f"`maxUnavailable` {value} and `maxSurge` {values.get('maxSurge')} both come to 0 pods, which makes 1 unavailable"
    else:
        reason = f"`maxUnavailable` is {value}"
    yield deployment.problem(
        _UNAVAILABLE,
        f"{reason}, so a rollout may take down {pods} of the Service `{service.name}`{at_once}",
        related=[selects, *replicas_note(replicas)],
        severity=None if number > 1 else "advice",
    )


def paused(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP005: a paused Deployment.

    Source: pkg/controller/deployment/sync.go (sync): no ReplicaSet is made while it is paused.
    """
    if deployment.spec.get("paused") is True:
        yield deployment.problem(
            "spec.paused",
            "the Deployment is paused, so a change of its template is not rolled out, and a new one makes no pods",
        )


def no_rollback(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP006: no old ReplicaSets are kept."""
    if integer(deployment.spec.get("revisionHistoryLimit")) == 0:
        yield deployment.problem(
            "spec.revisionHistoryLimit",
            "`revisionHistoryLimit: 0` keeps no old ReplicaSet, so `kubectl rollout undo` has nothing to go back to; "
            "the default is 10",
        )


def unready_rollout(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP007: no readiness probe in pods that a Service selects."""
    pods = deployment.pods
    replicas = context.inventory.replicas(deployment)
    if pods is None or not pods.containers or replicas is None or replicas.number < 1 or deployment.hook:
        return
    if any(isinstance(container.data.get("readinessProbe"), dict) for container in pods.main_containers):
        return
    service = context.inventory.service_of(deployment)
    if service is not None:
        yield deployment.problem(
            f"{pods.spec_path}.containers",
            "no container has a `readinessProbe`, so a rollout takes a new pod for ready as soon as it starts and the "
            f"Service `{service.name}` sends it traffic",
            related=[service.note("spec.selector", "selects the pods")],
        )


def stateful_as_deployment(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP008: several replicas of what keeps state with its peers, or wants a claim each."""
    replicas = context.inventory.replicas(deployment)
    if replicas is None or replicas.number < 2 or deployment.hook:
        return
    found = stateful(deployment, context.inventory)
    if found is not None:
        container, software = found
        yield deployment.problem(
            f"{container.path}.image",
            f"{replicas.number} replicas of {software} in a Deployment have neither stable names nor data of their own; "
            "use a StatefulSet",
            related=replicas_note(replicas),
        )
        return
    for path, claim in contested_claims(deployment, context.inventory):
        yield deployment.problem(
            path,
            f"{replicas.number} replicas of a Deployment share the one claim `{claim.name}`; use a StatefulSet with "
            "`volumeClaimTemplates` where each needs its own",
            related=[claim.note("spec.accessModes", "can't be shared"), *replicas_note(replicas)],
        )
        return


def agent_as_deployment(deployment: Resource, context: Context) -> Iterator[Problem]:
    """DEP009: a node agent as a Deployment."""
    found = agent(deployment.pods) if deployment.pods is not None else None
    if found is not None:
        yield deployment.problem(
            found.path, f"{found.why}, but a Deployment does not put a pod on every node; use a DaemonSet"
        )

"""Checks of how many pods of a workload there are, and where."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.workloads.rollouts import replicas_note
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import dig, sequence


def single_replica(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK011: one replica behind a Service."""
    replicas = context.inventory.replicas(workload)
    if replicas is None or replicas.number != 1 or workload.hook:
        return
    service = context.inventory.service_of(workload)
    if service is None:
        return
    yield workload.problem(
        "spec.replicas",
        f"one replica serves the Service `{service.name}`, so each restart and each drained node interrupts it",
        related=[service.note("spec.selector", "selects the pods"), *replicas_note(replicas)],
    )


def no_spread(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK012: several replicas that nothing keeps on different nodes."""
    replicas = context.inventory.replicas(workload)
    pods = workload.pods
    if replicas is None or pods is None or replicas.number < 2 or workload.hook:
        return
    if dig(pods.spec, "affinity", "podAntiAffinity") or sequence(pods.spec.get("topologySpreadConstraints")):
        return
    yield workload.problem(
        f"{pods.spec_path}.topologySpreadConstraints",
        f"nothing spreads the {replicas.number} replicas over nodes or zones, so they may all go down with one node",
        related=replicas_note(replicas),
    )


def no_budget(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK013: several replicas without a PodDisruptionBudget."""
    replicas = context.inventory.replicas(workload)
    if replicas is None or replicas.number < 2 or workload.hook:
        return
    if context.inventory.budgets_of(workload) or context.inventory.unknowable(workload):
        return
    yield workload.problem(
        "spec.replicas",
        f"no PodDisruptionBudget selects the {replicas.number} replicas, so draining nodes may evict all of them at once",
        related=[note for note in replicas_note(replicas) if note.resource is not workload],
    )

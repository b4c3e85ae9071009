"""Checks of how many pods of a workload there are, and where."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.project.inventory import Inventory
from kwlint.model.workloads.rollouts import replicas_note
from kwlint.rule import Problem, Resource
from kwlint.util.values import dig, sequence


def single_replica(workload: Resource, inventory: Inventory) -> Iterator[Problem]:
    """WRK011: one replica behind a Service."""
    replicas = inventory.replicas(workload)
    if replicas is None or replicas.number != 1 or workload.hook:
        return
    service = inventory.service_of(workload)
    if service is None:
        return
    yield workload.problem(
        "spec.replicas",
        f"one replica serves the Service `{service.name}`, so each restart and each drained node interrupts it",
        related=[service.note("spec.selector", "selects the pods"), *replicas_note(replicas)],
    )


def no_spread(workload: Resource, inventory: Inventory) -> Iterator[Problem]:
    """WRK012: several replicas that nothing keeps on different nodes."""
    replicas = inventory.replicas(workload)
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


def no_budget(workload: Resource, inventory: Inventory) -> Iterator[Problem]:
    """WRK013: several replicas without a PodDisruptionBudget."""
    replicas = inventory.replicas(workload)
    if replicas is None or replicas.number < 2 or workload.hook:
        return
    if inventory.budgets_of(workload) or inventory.unknowable(workload):
        return
    yield workload.problem(
        "spec.replicas",
        f"no PodDisruptionBudget selects the {replicas.number} replicas, so draining nodes may evict all of them at once",
        related=[note for note in replicas_note(replicas) if note.resource is not workload],
    )

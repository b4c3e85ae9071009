"""Replicas: how many pods a workload has at least, and what says so."""

from __future__ import annotations

from kwlint.model.resources import Resource
from kwlint.util.record import Record
from kwlint.util.values import integer


class Replicas(Record):
    """The effective number of replicas of a workload, and what says so (None: the default)."""

    number: int
    path: str | None
    source: Resource | None


def least(scaler: Resource) -> Replicas | None:
    """Return the least number of replicas that an autoscaler keeps; None where a patch may set it."""
    field, default = ("minReplicas", 1) if scaler.builtin is not None else ("minReplicaCount", 0)
    if scaler.is_patched(field):
        return None
    number = integer(scaler.spec.get(field))
    return Replicas(default, None, scaler) if number is None else Replicas(number, f"spec.{field}", scaler)


def written(workload: Resource) -> Replicas:
    """Return the number of replicas that a workload is applied with."""
    set_ = workload.overlaid.replicas
    number = integer(workload.spec.get("replicas")) if set_ is None else set_
    return Replicas(1, None, None) if number is None else Replicas(number, "spec.replicas", workload)

"""Rolling updates of Deployments: how many pods may be missing and how many may be added."""

from __future__ import annotations

from kwlint.model.int_or_percent import rolling
from kwlint.model.project.inventory import Inventory
from kwlint.model.replicas import Replicas
from kwlint.model.resources import Note, Resource
from kwlint.util.record import Record
from kwlint.util.values import dig, mapping


class Rolling(Record):
    """A rolling update over R replicas: how many of them may be unavailable, and how many more may be made."""

    replicas: Replicas
    unavailable: int
    surge: int


def rolls(deployment: Resource) -> bool:
    """Return whether a Deployment's strategy is RollingUpdate, which is the default."""
    return dig(deployment.spec, "strategy", "type") in (None, "", "RollingUpdate")


def rolling_update(deployment: Resource, inventory: Inventory) -> Rolling | None:
    """Return the rolling update of a Deployment; None where it is recreated, or has no replicas to update."""
    replicas = inventory.replicas(deployment)
    if replicas is None or replicas.number < 1 or not rolls(deployment):
        return None
    values = rolling(mapping(dig(deployment.spec, "strategy", "rollingUpdate")), replicas.number)
    return None if values is None else Rolling(replicas, *values)


def replicas_note(replicas: Replicas) -> list[Note]:
    """Return the place that says how many replicas there are; none for the default."""
    if replicas.source is None or replicas.path is None:
        return []
    count = f"{replicas.number} replica{'' if replicas.number == 1 else 's'}"
    what = count if replicas.source.pods is not None else f"keeps at least {count}"
    return [replicas.source.note(replicas.path, what)]

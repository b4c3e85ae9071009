"""Autoscalers by what they scale, and workloads by what scales them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwlint.model.kinds import KINDS
from kwlint.model.project.selection import NONE, Selection
from kwlint.model.resources import Resource
from kwlint.util.values import mapping, text

if TYPE_CHECKING:
    from kwlint.model.project.inventory import Inventory

# Application, kind, namespace and name of what an autoscaler scales.
_Target = tuple[int, str, str, str]


class ScalerIndex:
    """The autoscalers of an inventory; to be made once for it (``Inventory.index``)."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._autoscalers: dict[_Target, Selection] = {}
        self._resizers: dict[_Target, Selection] = {}
        for scaler in inventory.of_kind("HorizontalPodAutoscaler"):
            self._autoscalers.setdefault(self._target(scaler), Selection()).append(scaler)
        for item in inventory.custom:
            if item.kind == "ScaledObject" and item.group == "keda.sh":
                self._autoscalers.setdefault(self._target(item), Selection()).append(item)
            elif item.kind == "VerticalPodAutoscaler" and item.group == "autoscaling.k8s.io":
                self._resizers.setdefault(self._target(item, "targetRef"), Selection()).append(item)
        targets: dict[int, tuple[Resource, Selection]] = {}
        for (_, kind, space, name), scalers in self._autoscalers.items():
            for scaler in scalers:
                found = inventory.find(scaler, kind, name) if kind in KINDS else None
                if found is None:
                    beside = inventory.neighbouring_workloads(scaler, space)
                    found = beside.once(_by_kind_and_name).get((kind, name))
                if found is not None:
                    targets.setdefault(id(found), (found, Selection()))[1].append(scaler)
        self._scaled = {
            number: list(scalers.nearest_first(target)) for number, (target, scalers) in targets.items()
        }

    def _target(self, scaler: Resource, field: str = "scaleTargetRef") -> _Target:
        target = mapping(scaler.spec.get(field))
        kind = text(target.get("kind"))
        if not kind and scaler.kind == "ScaledObject":
            # KEDA's default target kind is Deployment: https://keda.sh/docs/latest/reference/scaledobject-spec/
            kind = "Deployment"
        return scaler.application, kind, self._inventory.namespace_of(scaler), text(target.get("name"))

    def of(self, workload: Resource) -> list[Resource]:
        """Return what scales a workload, nearest first."""
        return self._scaled.get(id(workload), [])

    def rivals(self, autoscaler: Resource) -> Selection:
        """Return the autoscalers of its application with the same target as an autoscaler, itself included."""
        return self._autoscalers.get(self._target(autoscaler), NONE)

    def resizers(self, autoscaler: Resource) -> Selection:
        """Return the VerticalPodAutoscalers of its application with the same target as an autoscaler."""
        return self._resizers.get(self._target(autoscaler), NONE)


def _by_kind_and_name(workloads: Selection) -> dict[tuple[str, str], Resource]:
    return {(item.kind, item.name): item for item in reversed(workloads)}

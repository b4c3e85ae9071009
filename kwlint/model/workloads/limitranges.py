"""LimitRanges: what the namespace gives to containers that do not say, and what these have then."""

from __future__ import annotations

from typing import Any

from kwlint.model.pods import Container
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection
from kwlint.model.resources import Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence


class Resources(Record):
    """Requests and limits of a container as they count when a pod is made."""

    requests: dict[str, Any]
    limits: dict[str, Any]

    def of(self, field: str) -> dict[str, Any]:
        """Return ``requests`` or ``limits``."""
        return self.requests if field == "requests" else self.limits


def container_defaults(limit_range: Resource) -> Resources:
    """Return what a LimitRange gives to containers that do not say.

    Sources: pkg/apis/core/v1/defaults.go (SetDefaults_LimitRangeItem): max is the default limit, the default limit the
    default request, and min the default request where there is no other; plugin/pkg/admission/limitranger/admission.go.
    """
    requests: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for item in sequence(limit_range.spec.get("limits")):
        limit = mapping(item)
        if limit.get("type") == "Container":
            given = {**mapping(limit.get("max")), **mapping(limit.get("default"))}
            limits.update(given)
            requests.update({**mapping(limit.get("min")), **given, **mapping(limit.get("defaultRequest"))})
    return Resources(requests, limits)


def defaults(limit_ranges: Selection) -> Resources:
    """Return what LimitRanges together give to containers that do not say; what the first of them gives counts."""
    requests: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for limit_range in reversed(limit_ranges):
        given = container_defaults(limit_range)
        requests.update(given.requests)
        limits.update(given.limits)
    return Resources(requests, limits)


def effective(container: Container, limit_ranges: Selection) -> Resources:
    """Return what a container has after the API server's defaults and then those of LimitRanges."""
    written = mapping(container.data.get("resources"))
    limits = _present(written.get("limits"))
    requests = {**limits, **_present(written.get("requests"))}
    given = limit_ranges.once(defaults)
    return Resources({**given.requests, **requests}, {**given.limits, **limits})


def _present(value: Any) -> dict[str, Any]:
    return {name: amount for name, amount in mapping(value).items() if amount is not None}


def gives(workload: Resource, inventory: Inventory, kind: str, name: str) -> bool:
    """Return whether a LimitRange of the workload's namespace gives containers a value of ``requests`` or ``limits``."""
    return name in inventory.neighbours(workload, "LimitRange").once(defaults).of(kind)

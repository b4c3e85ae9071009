"""Requests and limits of pods as they count when the API server has filled in its defaults."""

from __future__ import annotations

from typing import Any

from kwlint.model.pods import Container, PodTemplate
from kwlint.util.values import mapping

# Gate PodLevelResources: on by default since 1.34.
_POD_LEVEL_SINCE = 34


def request(container: Container, name: str) -> Any:
    """Return a container's request for a resource; a limit without one becomes the request. None where it has neither."""
    value = container.resource("requests", name)
    return container.resource("limits", name) if value is None else value


def pod_level(pods: PodTemplate, minor: int) -> dict[str, dict[str, Any]]:
    """Return ``requests`` and ``limits`` of the pod as a whole; an empty mapping where it sets none, or before 1.34."""
    resources = mapping(pods.spec.get("resources")) if minor >= _POD_LEVEL_SINCE else {}
    found = {kind: mapping(resources.get(kind)) for kind in ("requests", "limits")}
    return found if any(found.values()) else {}


def pod_request(pods: PodTemplate, minor: int, name: str) -> Any:
    """Return the request of the pod as a whole for a resource, which its limit becomes where no container has one.

    Source: pkg/apis/core/v1/defaults.go (defaultPodRequests).
    """
    level = pod_level(pods, minor)
    if not level:
        return None
    value = level["requests"].get(name)
    return level["limits"].get(name) if value is None else value

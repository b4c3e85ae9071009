"""Check of what pods get of their node that stands for the whole of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import mapping, text

_SOCKETS = frozenset({"/var/run/docker.sock", "/run/docker.sock"})


def docker_socket(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC301: the socket of the node's Docker daemon."""
    if workload.pods is None:
        return
    for path, volume in workload.pods.volumes:
        socket = text(mapping(volume.get("hostPath")).get("path"))
        if socket and posixpath.normpath(socket) in _SOCKETS:
            yield workload.problem(
                f"{path}.hostPath.path",
                f"volume `{text(volume.get('name'))}` gives the pods {socket}: who can write to it starts privileged "
                "containers, which is root on the node, and a read-only mount does not prevent it",
            )

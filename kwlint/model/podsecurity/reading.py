"""Reading pods as Pod Security controls do: security contexts of the pod and its containers, its operating system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.pods import Container, PodTemplate
from kwlint.util.record import Record
from kwlint.util.values import mapping, text


class Breach(Record):
    """A field that breaks a control: its path, and a clause that says what is wrong there and what is allowed."""

    path: str
    clause: str


class Context(Record):
    """A security context: whose it is, its path, and its data."""

    owner: str
    path: str
    data: dict[str, Any]

    def has(self, field: str) -> bool:
        """Return whether a field is set; null counts as unset."""
        return self.data.get(field) is not None


def owner(container: Container) -> str:
    """Return what messages call a container."""
    return f"container `{container.name}`"


def pod_context(pods: PodTemplate) -> Context:
    """Return the security context of the pod."""
    return Context("the pod", f"{pods.spec_path}.securityContext", mapping(pods.spec.get("securityContext")))


def container_contexts(pods: PodTemplate) -> Iterator[Context]:
    """Yield the security context of each container, empty where it has none."""
    for container in pods.all_containers:
        yield Context(
            owner(container),
            f"{container.path}.securityContext",
            mapping(container.data.get("securityContext")),
        )


def contexts(pods: PodTemplate) -> Iterator[Context]:
    """Yield the security contexts of the pod and of each container."""
    yield pod_context(pods)
    yield from container_contexts(pods)


def on_windows(pods: PodTemplate) -> bool:
    """Return whether the pod says that it runs on Windows."""
    return mapping(pods.spec.get("os")).get("name") == "windows"


def in_user_namespace(pods: PodTemplate) -> bool:
    """Return whether the pod has a user namespace of its own (``hostUsers: false``)."""
    return pods.spec.get("hostUsers") is False


def profile_type(data: dict[str, Any], field: str) -> str | None:
    """Return the type of a seccomp or AppArmor profile, empty where it has none; None without a profile."""
    profile = data.get(field)
    return text(profile.get("type")) if isinstance(profile, dict) else None

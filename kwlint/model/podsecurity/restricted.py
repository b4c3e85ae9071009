"""Controls of the restricted profile: volumes, privilege escalation, users, seccomp and capabilities.

Source: k8s.io/pod-security-admission/policy (check_restrictedVolumes.go, check_allowPrivilegeEscalation.go,
check_runAsNonRoot.go, check_runAsUser.go, check_seccompProfile_restricted.go, check_capabilities_restricted.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.pods import PodTemplate
from kwlint.model.podsecurity.kernel import PROFILES, USER_NAMESPACES_SINCE
from kwlint.model.podsecurity.reading import (
    Breach,
    Context,
    container_contexts,
    contexts,
    in_user_namespace,
    on_windows,
    pod_context,
    profile_type,
)
from kwlint.util.values import integer, mapping, sequence, text

_ALLOWED_VOLUMES = frozenset(
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected",
        "secret",
    }
)  # fmt: skip
# The version from which pods that say they run on Windows are free of what Windows does not have.
_WINDOWS_SINCE = 25


def volume_types(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield volumes of a type that is not listed; one without any is an emptyDir.

    Source: pkg/apis/core/v1/defaults.go (SetDefaults_Volume).
    """
    for path, volume in pods.volumes:
        kinds = [kind for kind, source in volume.items() if kind != "name" and isinstance(source, dict)]
        if kinds and _ALLOWED_VOLUMES.isdisjoint(kinds):
            yield Breach(
                f"{path}.{kinds[0]}",
                f"volume `{text(volume.get('name'))}` has the type {kinds[0]}; allowed are {', '.join(sorted(_ALLOWED_VOLUMES))}",
            )


def privilege_escalation(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield containers that may gain privileges."""
    if version >= _WINDOWS_SINCE and on_windows(pods):
        return
    for context in container_contexts(pods):
        if context.data.get("allowPrivilegeEscalation") is not False:
            how = "sets it to true" if context.has("allowPrivilegeEscalation") else "leaves it unset"
            yield Breach(
                f"{context.path}.allowPrivilegeEscalation",
                f"{context.owner} must set `allowPrivilegeEscalation: false` and {how}",
            )


def run_as_non_root(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield what may run as root: `runAsNonRoot: false`, or unset at the container and at the pod."""
    if version >= USER_NAMESPACES_SINCE and in_user_namespace(pods):
        return
    pod = pod_context(pods)
    yield from (
        Breach(
            f"{item.path}.runAsNonRoot", f"{item.owner} sets `runAsNonRoot: false`, and must set it to true"
        )
        for item in contexts(pods)
        if item.data.get("runAsNonRoot") is False
    )
    if pod.data.get("runAsNonRoot") is not True:
        unset = [item for item in container_contexts(pods) if not item.has("runAsNonRoot")]
        if not pod.has("runAsNonRoot"):
            yield from _unset(pods, unset, "runAsNonRoot", "`runAsNonRoot: true`")
        # A pod that sets false has been named.


def run_as_root_user(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield where the user 0 is asked for."""
    if version >= USER_NAMESPACES_SINCE and in_user_namespace(pods):
        return
    for context in contexts(pods):
        if integer(context.data.get("runAsUser")) == 0:
            yield Breach(f"{context.path}.runAsUser", f"{context.owner} runs as user 0, which is root")


def seccomp(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield seccomp profiles that are neither the runtime's nor local, and containers without any."""
    if version >= _WINDOWS_SINCE and on_windows(pods):
        return
    pod = pod_context(pods)
    for context in contexts(pods):
        profile = profile_type(context.data, "seccompProfile")
        if profile is not None and profile not in PROFILES:
            yield Breach(
                f"{context.path}.seccompProfile.type",
                f'{context.owner} has the seccomp profile "{profile}"; allowed are RuntimeDefault and Localhost',
            )
    if profile_type(pod.data, "seccompProfile") is None:
        unset = [
            item for item in container_contexts(pods) if profile_type(item.data, "seccompProfile") is None
        ]
        yield from _unset(
            pods, unset, "seccompProfile.type", "`seccompProfile.type` to RuntimeDefault or Localhost"
        )


def capabilities(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield containers that do not drop all capabilities, and what they add beyond NET_BIND_SERVICE."""
    if version >= _WINDOWS_SINCE and on_windows(pods):
        return
    for context in container_contexts(pods):
        data = mapping(context.data.get("capabilities"))
        if "ALL" not in sequence(data.get("drop")):
            yield Breach(
                f"{context.path}.capabilities.drop",
                f'{context.owner} must drop all capabilities (`drop: ["ALL"]`)',
            )
        for index, name in enumerate(sequence(data.get("add"))):
            if isinstance(name, str) and name != "NET_BIND_SERVICE":
                yield Breach(
                    f"{context.path}.capabilities.add[{index}]",
                    f'{context.owner} adds the capability "{name}"; only NET_BIND_SERVICE is allowed',
                )


def _unset(pods: PodTemplate, unset: list[Context], field: str, what: str) -> Iterator[Breach]:
    """Yield a breach for what neither pod nor container sets: at the pod where no container does, else at each container."""
    if len(unset) > 1 and len(unset) == len(pods.all_containers):
        yield Breach(f"{pod_context(pods).path}.{field}", f"neither the pod nor its containers set {what}")
    elif unset and len(unset) == len(pods.all_containers):
        yield Breach(f"{pod_context(pods).path}.{field}", f"neither the pod nor {unset[0].owner} sets {what}")
    else:
        for context in unset:
            yield Breach(f"{context.path}.{field}", f"neither the pod nor {context.owner} sets {what}")

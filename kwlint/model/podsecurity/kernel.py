"""Controls of the baseline profile for what the kernel holds back: capabilities, AppArmor, SELinux, /proc, seccomp, sysctls.

Source: k8s.io/pod-security-admission/policy (check_capabilities_baseline.go, check_appArmorProfile.go,
check_seLinuxOptions.go, check_procMount_baseline.go, check_procMount_restricted.go, check_seccompProfile_baseline.go,
check_sysctls.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.pods import PodTemplate
from kwlint.model.podsecurity.reading import (
    Breach,
    container_contexts,
    contexts,
    in_user_namespace,
    pod_context,
    profile_type,
)
from kwlint.util.values import mapping, sequence, text

_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
        "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
_SELINUX_TYPES = {0: ("container_t", "container_init_t", "container_kvm_t"), 31: ("container_engine_t",)}
_SYSCTLS = {
    0: (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    ),
    27: ("net.ipv4.ip_local_reserved_ports",),
    29: (
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
    ),
    32: ("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"),
    37: ("net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"),
}
_APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod"
_CONTAINER_SECCOMP_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/"
# The version from which the securityContext's seccompProfile counts in place of the annotations.
_SECCOMP_FIELD_SINCE = 19
# The version from which pods in a user namespace may unmask /proc, and run as root.
USER_NAMESPACES_SINCE = 35
PROFILES = ("RuntimeDefault", "Localhost")


def _up_to(table: dict[int, tuple[str, ...]], version: int) -> list[str]:
    return [name for since, names in table.items() if since <= version for name in names]


def capabilities(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield the capabilities that are added beyond what container runtimes give."""
    for context in container_contexts(pods):
        added = sequence(mapping(context.data.get("capabilities")).get("add"))
        for index, name in enumerate(added):
            if isinstance(name, str) and name not in _CAPABILITIES:
                yield Breach(
                    f"{context.path}.capabilities.add[{index}]",
                    f'{context.owner} adds the capability "{name}"; allowed are {", ".join(sorted(_CAPABILITIES))}',
                )


def apparmor(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield AppArmor profiles that are neither the runtime's nor local."""
    for context in contexts(pods):
        profile = profile_type(context.data, "appArmorProfile")
        if profile is not None and profile not in PROFILES:
            yield Breach(
                f"{context.path}.appArmorProfile.type",
                f'{context.owner} has the AppArmor profile "{profile}"; allowed are RuntimeDefault and Localhost',
            )
    for key, value in pods.annotations.items():
        allowed = value in ("", "runtime/default") or value.startswith("localhost/")
        if key.startswith(_APPARMOR_ANNOTATION) and not allowed:
            name = key.removeprefix(_APPARMOR_ANNOTATION)
            yield Breach(
                f"{_annotations_path(pods)}[{key}]",
                f'container `{name}` has the AppArmor profile "{value}"; allowed are runtime/default and localhost/…',
            )


def selinux(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield SELinux options that leave the domain of containers."""
    types = _up_to(_SELINUX_TYPES, version)
    for context in contexts(pods):
        options = mapping(context.data.get("seLinuxOptions"))
        path = f"{context.path}.seLinuxOptions"
        kind = text(options.get("type"))
        if kind and kind not in types:
            yield Breach(
                f"{path}.type",
                f'{context.owner} has the SELinux type "{kind}"; allowed are {", ".join(types)}',
            )
        for field in ("user", "role"):
            if text(options.get(field)):
                yield Breach(
                    f"{path}.{field}",
                    f'{context.owner} sets the SELinux {field} "{text(options.get(field))}", which must stay unset',
                )


def proc_mount(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield containers that unmask /proc outside of a user namespace."""
    if version >= USER_NAMESPACES_SINCE and in_user_namespace(pods):
        return
    yield from proc_mount_anywhere(pods, version)


def proc_mount_anywhere(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield containers that unmask /proc."""
    for context in container_contexts(pods):
        if context.has("procMount") and context.data["procMount"] != "Default":
            yield Breach(
                f"{context.path}.procMount",
                f'{context.owner} sets `procMount` to "{context.data["procMount"]}"; only Default is allowed',
            )


def seccomp(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield seccomp profiles that are neither the runtime's nor local."""
    if version >= _SECCOMP_FIELD_SINCE:
        for context in contexts(pods):
            profile = profile_type(context.data, "seccompProfile")
            if profile is not None and profile not in PROFILES:
                yield Breach(
                    f"{context.path}.seccompProfile.type",
                    f'{context.owner} has the seccomp profile "{profile}"; allowed are RuntimeDefault and Localhost',
                )
        return
    names = [_CONTAINER_SECCOMP_ANNOTATION + container.name for container in pods.all_containers]
    for key in (_SECCOMP_ANNOTATION, *names):
        value = pods.annotations.get(key)
        if (
            value is not None
            and value not in ("runtime/default", "docker/default")
            and not value.startswith("localhost/")
        ):
            yield Breach(
                f"{_annotations_path(pods)}[{key}]",
                f'the seccomp profile is "{value}"; allowed are runtime/default, docker/default and localhost/…',
            )


def sysctls(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield kernel parameters that are not known to stay within the pod."""
    allowed = _up_to(_SYSCTLS, version)
    context = pod_context(pods)
    for index, item in enumerate(sequence(context.data.get("sysctls"))):
        name = text(mapping(item).get("name"))
        if name not in allowed:
            yield Breach(
                f"{context.path}.sysctls[{index}].name",
                f'the pod sets the sysctl "{name}"; allowed are {", ".join(allowed)}',
            )


def _annotations_path(pods: PodTemplate) -> str:
    return f"{pods.path}.metadata.annotations" if pods.path else "metadata.annotations"

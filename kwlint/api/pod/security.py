"""Validates security contexts: those of pods and containers, and the annotations that came before their fields.

Upstream: ValidateSecurityContext, validatePodSpecSecurityContext, validateWindows and their like in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import re
from typing import Any

from kwlint.api.formats.localpaths import validate_descending_path, validate_id
from kwlint.api.formats.names import dns1123_subdomain_fault
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import mappings, text

APP_ARMOR_SINCE = 30
"""Minor version from which there are fields for AppArmor."""
PROC_MOUNT_SINCE = 33
"""Minor version from which `procMount` is kept (gate ProcMountType); before, it becomes `Default`."""
GROUPS_POLICY_SINCE = 33
"""Minor version from which `supplementalGroupsPolicy` is kept; before it is dropped."""
_SELINUX_POLICY_SINCE = 33
_SELINUX_POLICIES = ["MountOption", "Recursive"]
_SELINUX_POLICIES_SINCE = {"MountOption": 37}  # gate SELinuxMount

_PROFILE_TYPES = ["Localhost", "RuntimeDefault", "Unconfined"]
_IPC_SYSCTLS = frozenset(
    f"kernel.{name}"
    for name in (
        "sem",
        "shm",
        "shmall",
        "shmmax",
        "shmmni",
        "shm_rmid_forced",
        "msg",
        "msgmax",
        "msgmnb",
        "msgmni",
    )
)


def validate_security_context(context: dict[str, Any], host_users: bool, path: str, v: Violations) -> None:
    """Check the `securityContext` of a container."""
    for field in ("runAsUser", "runAsGroup"):
        if field in context:
            validate_id(context[field], f"{path}.{field}", v)
    mount = context.get("procMount")
    if mount is not None and v.minor >= PROC_MOUNT_SINCE:
        if mount not in ("Default", "Unmasked"):
            v.unsupported(f"{path}.procMount", mount, ["Default", "Unmasked"])
        elif mount == "Unmasked" and host_users:
            v.invalid(f"{path}.procMount", "`Unmasked` must be used only with `hostUsers: false`")
    if context.get("allowPrivilegeEscalation") is False:
        if context.get("privileged") is True:
            v.invalid(path, "`allowPrivilegeEscalation: false` must not be set beside `privileged: true`")
        capabilities = context.get("capabilities")
        if isinstance(capabilities, dict):
            added = capabilities.get("add")
            for _ in range(added.count("CAP_SYS_ADMIN") if isinstance(added, list) else 0):
                v.invalid(
                    path,
                    "`allowPrivilegeEscalation: false` must not be set beside the capability CAP_SYS_ADMIN",
                )
    validate_profiles(context, path, v)


def validate_profiles(context: dict[str, Any], path: str, v: Violations) -> None:
    """Check the parts that the security contexts of pods and of containers share."""
    if isinstance(profile := context.get("seccompProfile"), dict):
        _validate_seccomp(profile, f"{path}.seccompProfile", v)
    if isinstance(profile := context.get("appArmorProfile"), dict) and v.minor >= APP_ARMOR_SINCE:
        _validate_app_armor(profile, f"{path}.appArmorProfile", v)
    if isinstance(options := context.get("windowsOptions"), dict):
        _validate_windows_options(options, f"{path}.windowsOptions", v)


def _validate_seccomp(profile: dict[str, Any], path: str, v: Violations) -> None:
    kind, name = profile.get("type"), profile.get("localhostProfile")
    if not kind:
        v.required(f"{path}.type", "`type` must be set")
    elif kind not in _PROFILE_TYPES:
        v.unsupported(f"{path}.type", kind, _PROFILE_TYPES)
    if kind == "Localhost":
        if name is None:
            v.required(f"{path}.localhostProfile", "`localhostProfile` must be set for the type `Localhost`")
        else:
            validate_descending_path(text(name), f"{path}.localhostProfile", v)
    elif name is not None:
        v.invalid(f"{path}.localhostProfile", "`localhostProfile` must be set only for the type `Localhost`")


def _validate_app_armor(profile: dict[str, Any], path: str, v: Violations) -> None:
    kind, name = profile.get("type"), profile.get("localhostProfile")
    if kind == "Localhost":
        written = text(name)
        if name is None or not written:
            v.required(f"{path}.localhostProfile", "`localhostProfile` must be set for the type `Localhost`")
        elif written != written.strip():
            v.invalid(f"{path}.localhostProfile", f"{quoted(written)} must not have spaces around it")
        if len(written.encode()) > 4095:
            v.too_long(f"{path}.localhostProfile", "`localhostProfile` must be no longer than 4095 bytes")
    elif kind in _PROFILE_TYPES:
        if name is not None:
            v.invalid(
                f"{path}.localhostProfile", "`localhostProfile` must be set only for the type `Localhost`"
            )
    elif not kind:
        v.required(f"{path}.type", "`type` must be set")
    else:
        v.unsupported(f"{path}.type", kind, _PROFILE_TYPES)


def _validate_windows_options(options: dict[str, Any], path: str, v: Violations) -> None:
    name, spec, user = (
        options.get(f) for f in ("gmsaCredentialSpecName", "gmsaCredentialSpec", "runAsUserName")
    )
    if isinstance(name, str) and (reason := dns1123_subdomain_fault(name)):
        v.invalid(f"{path}.gmsaCredentialSpecName", f"{quoted(name)} is no valid name: it {reason}")
    if isinstance(spec, str) and not 0 < len(spec.encode()) <= 64 * 1024:
        v.invalid(f"{path}.gmsaCredentialSpec", "`gmsaCredentialSpec` must have between 1 and 65536 bytes")
    if isinstance(user, str):
        for reason in _windows_user_faults(user):
            v.invalid(f"{path}.runAsUserName", f"{quoted(user)} is no name of a Windows user: it {reason}")


def _windows_user_faults(name: str) -> list[str]:
    if not name:
        return ["must not be empty"]
    if re.search(r"[\x00-\x1f\x7f]", name):
        return ["must not contain control characters"]
    domain, slash, user = name.rpartition("\\")
    if "\\" in domain:
        return ["must not contain more than one backslash"]
    faults = []
    if len(domain.encode()) >= 256:
        faults.append("must have a domain of at most 255 characters")
    if slash:
        label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
        netbios = r"""[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}"""
        if not re.fullmatch(rf"{netbios}|{label}(?:\.{label})*", domain):
            faults.append("must have a NetBIOS or DNS name before the backslash")
    if not user:
        faults.append("must have a user after the backslash")
    elif len(user.encode()) > 104:
        faults.append("must have a user of at most 104 characters")
    if re.fullmatch(r"[. ]+", user):
        faults.append("must not consist of only dots and spaces")
    if re.search(r'["/\\:;|=,+*?<>@\[\]]', user):
        faults.append('must not contain any of "/\\:;|=,+*?<>@[]')
    return faults


def validate_pod_security_context(
    context: dict[str, Any], host_network: bool, host_ipc: bool, path: str, v: Violations
) -> None:
    """Check the `securityContext` of a pod; some sysctls do not go with the host's namespaces."""
    for field in ("fsGroup", "runAsUser", "runAsGroup"):
        if field in context:
            validate_id(context[field], f"{path}.{field}", v)
    if isinstance(groups := context.get("supplementalGroups"), list):
        for index, group in enumerate(groups):
            validate_id(group, f"{path}.supplementalGroups[{index}]", v)
    if sysctls := context.get("sysctls"):
        _validate_sysctls(mappings(sysctls), host_network, host_ipc, f"{path}.sysctls", v)
    policy = context.get("fsGroupChangePolicy")
    if policy is not None and policy not in ("Always", "OnRootMismatch"):
        v.unsupported(f"{path}.fsGroupChangePolicy", policy, ["Always", "OnRootMismatch"])
    validate_profiles(context, path, v)
    policy = context.get("supplementalGroupsPolicy")
    if policy is not None and v.minor >= GROUPS_POLICY_SINCE and policy not in ("Merge", "Strict"):
        v.unsupported(f"{path}.supplementalGroupsPolicy", policy, ["Merge", "Strict"])
    policy = context.get("seLinuxChangePolicy")
    if policy is not None and v.minor >= _SELINUX_POLICY_SINCE:
        if policy not in v.known(_SELINUX_POLICIES, _SELINUX_POLICIES_SINCE):
            v.unsupported(f"{path}.seLinuxChangePolicy", policy, _SELINUX_POLICIES, _SELINUX_POLICIES_SINCE)


def _validate_sysctls(
    sysctls: list[dict[str, Any]], host_network: bool, host_ipc: bool, path: str, v: Violations
) -> None:
    segment = "[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?"
    names: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        name, at = text(sysctl.get("name")), f"{path}[{index}].name"
        if not name:
            v.required(at, "a sysctl must have a name")
        elif len(name) > 253 or not re.fullmatch(rf"(?:{segment}[./])*{segment}", name):
            v.invalid(at, f"{quoted(name)} is no name of a sysctl")
        elif name in names:
            v.duplicate(at, f"the sysctl {quoted(name)} is set already")
        names.add(name)
        # either of the two separators may be the one between segments
        first = re.search("[./]", name)
        plain = name.translate({46: "/", 47: "."}) if first and first[0] == "/" else name
        if host_network and plain.startswith("net."):
            v.invalid(at, f"{quoted(name)} must not be set with `hostNetwork: true`")
        elif host_ipc and (plain in _IPC_SYSCTLS or plain.startswith("fs.mqueue.")):
            v.invalid(at, f"{quoted(name)} must not be set with `hostIPC: true`")


_NOT_FOR_WINDOWS_PODS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
)
_NOT_FOR_WINDOWS_CONTAINERS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)
_KEPT_SINCE = {
    "appArmorProfile": APP_ARMOR_SINCE,
    "supplementalGroupsPolicy": GROUPS_POLICY_SINCE,
    "seLinuxChangePolicy": _SELINUX_POLICY_SINCE,
}


def validate_for_system(
    system: str, context: Any, containers: list[tuple[dict[str, Any], str]], path: str, v: Violations
) -> None:
    """Check that no security context has what its operating system (``linux`` or ``windows``) does not.

    ``context`` is the pod's own at ``path``.securityContext, ``containers`` are all containers with their paths.
    """
    places = [(context, f"{path}.securityContext", _NOT_FOR_WINDOWS_PODS)]
    for container, at in containers:
        places.append(
            (container.get("securityContext"), f"{at}.securityContext", _NOT_FOR_WINDOWS_CONTAINERS)
        )
    for value, at, fields in places:
        if not isinstance(value, dict):
            continue
        if system == "linux":
            if value.get("windowsOptions") is not None:
                v.forbidden(f"{at}.windowsOptions", "`windowsOptions` must not be set for a Linux pod")
            continue
        for field in fields:
            if value.get(field) is not None and v.minor >= _KEPT_SINCE.get(field, 0):
                v.forbidden(f"{at}.{field}", f"`{field}` must not be set for a Windows pod")
        if value.get("sysctls"):
            v.forbidden(f"{at}.sysctls", "`sysctls` must not be set for a Windows pod")


def validate_host_process(
    context: Any,
    containers: list[tuple[dict[str, Any], str]],
    host_network: bool,
    path: str,
    v: Violations,
) -> None:
    """Check that a pod has only Windows host-process containers if it has any (validateWindowsHostProcessPod)."""

    def of(value: Any) -> Any:
        options = value.get("windowsOptions") if isinstance(value, dict) else None
        return options.get("hostProcess") if isinstance(options, dict) else None

    pod = of(context)
    count = 0
    for container, at in containers:
        own = of(container.get("securityContext"))
        if pod is not None and own is not None and pod != own:
            v.invalid(
                f"{at}.securityContext.windowsOptions.hostProcess",
                "`hostProcess` must be the same as that of the pod",
            )
        count += bool(pod if own is None else own)
    if count:
        if count != len(containers):
            v.invalid(path, "either all or none of the containers must be host-process containers")
        if not host_network:
            v.invalid(f"{path}.hostNetwork", "`hostNetwork` must be true for host-process containers")

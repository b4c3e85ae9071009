"""The Pod Security Standards: the controls of the profiles baseline and restricted, and which of them pods break.

Source: k8s.io/pod-security-admission/policy (registry.go) and https://kubernetes.io/docs/concepts/security/pod-security-standards/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kwlint.model.pods import PodTemplate
from kwlint.model.podsecurity import host, kernel, restricted
from kwlint.model.podsecurity.reading import Breach
from kwlint.util.record import Record

LEVELS = ("privileged", "baseline", "restricted")


class Control(Record):
    """A control: its name, its profile, the versions (as minor numbers) that have it, and what finds its breaches.

    ``replaces`` is the control of the baseline profile whose place it takes in the restricted one.
    """

    name: str
    restricted: bool
    since: int
    breaches: Callable[[PodTemplate, int], Iterator[Breach]]
    replaces: str = ""


CONTROLS = (
    Control("host-process", False, 0, host.host_process),
    Control("host-namespaces", False, 0, host.host_namespaces),
    Control("privileged", False, 0, host.privileged),
    Control("baseline-capabilities", False, 0, kernel.capabilities),
    Control("host-path", False, 0, host.host_path),
    Control("host-ports", False, 0, host.host_ports),
    Control("host-probes", False, 34, host.host_probes),
    Control("apparmor", False, 0, kernel.apparmor),
    Control("selinux", False, 0, kernel.selinux),
    Control("proc-mount", False, 0, kernel.proc_mount),
    Control("baseline-seccomp", False, 0, kernel.seccomp),
    Control("sysctls", False, 0, kernel.sysctls),
    Control("volume-types", True, 0, restricted.volume_types, "host-path"),
    Control("privilege-escalation", True, 8, restricted.privilege_escalation),
    Control("run-as-non-root", True, 0, restricted.run_as_non_root),
    Control("run-as-root-user", True, 23, restricted.run_as_root_user),
    Control(
        "restricted-proc-mount", True, kernel.USER_NAMESPACES_SINCE, kernel.proc_mount_anywhere, "proc-mount"
    ),
    Control("restricted-seccomp", True, 19, restricted.seccomp, "baseline-seccomp"),
    Control("restricted-capabilities", True, 22, restricted.capabilities, "baseline-capabilities"),
)
_BY_NAME = {control.name: control for control in CONTROLS}


def breaches(name: str, pods: PodTemplate, version: int) -> list[Breach]:
    """Return where pods break a control as a version of the standards has it; nothing where that has it not."""
    control = _BY_NAME[name]
    return list(control.breaches(pods, version)) if control.since <= version else []


def broken_controls(level: str, version: int, pods: PodTemplate) -> list[tuple[Control, list[Breach]]]:
    """Return the controls of a profile (one of LEVELS) that pods break, with the fields that do, in a fixed order."""
    if level == "privileged":
        return []
    counted = [
        control
        for control in CONTROLS
        if control.since <= version and (level == "restricted" or not control.restricted)
    ]
    replaced = {control.replaces for control in counted}
    found = []
    for control in counted:
        if control.name in replaced:
            continue
        places = list(control.breaches(pods, version))
        if places:
            found.append((control, places))
    return found

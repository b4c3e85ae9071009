"""Checks of the Pod Security Standards, one a control, at the version of the target."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.podsecurity import breaches
from kwlint.model.project.inventory import Inventory
from kwlint.rule import Context, Problem, Resource


def _problems(name: str, workload: Resource, inventory: Inventory) -> Iterator[Problem]:
    if workload.pods is not None:
        for breach in breaches(name, workload.pods, inventory.minor):
            yield workload.problem(breach.path, breach.clause)


def host_process(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC101: Windows host processes are asked for."""
    return _problems("host-process", workload, context.inventory)


def host_namespaces(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC102: the pod shares namespaces of its node."""
    return _problems("host-namespaces", workload, context.inventory)


def privileged(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC103: a privileged container."""
    return _problems("privileged", workload, context.inventory)


def baseline_capabilities(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC104: capabilities beyond those of the baseline profile are added."""
    return _problems("baseline-capabilities", workload, context.inventory)


def host_path(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC105: a hostPath volume."""
    return _problems("host-path", workload, context.inventory)


def host_ports(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC106: a port of the node is taken."""
    return _problems("host-ports", workload, context.inventory)


def host_probes(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC107: a probe or lifecycle handler calls another host."""
    return _problems("host-probes", workload, context.inventory)


def apparmor(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC108: AppArmor is switched off."""
    return _problems("apparmor", workload, context.inventory)


def selinux(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC109: SELinux options leave the domain of containers."""
    return _problems("selinux", workload, context.inventory)


def proc_mount(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC110: /proc is unmasked."""
    return _problems("proc-mount", workload, context.inventory)


def baseline_seccomp(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC111: seccomp is switched off."""
    return _problems("baseline-seccomp", workload, context.inventory)


def sysctls(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC112: a sysctl that may reach beyond the pod."""
    return _problems("sysctls", workload, context.inventory)


def volume_types(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC201: a volume of a type that the restricted profile does not allow."""
    return _problems("volume-types", workload, context.inventory)


def privilege_escalation(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC202: a container may gain privileges."""
    return _problems("privilege-escalation", workload, context.inventory)


def run_as_non_root(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC203: a container may run as root."""
    return _problems("run-as-non-root", workload, context.inventory)


def run_as_root_user(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC204: the user 0 is asked for."""
    return _problems("run-as-root-user", workload, context.inventory)


def restricted_seccomp(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC205: no seccomp profile."""
    return _problems("restricted-seccomp", workload, context.inventory)


def restricted_capabilities(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC206: capabilities are not all dropped."""
    return _problems("restricted-capabilities", workload, context.inventory)

"""Checks of the chapter daemonset (DS)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.pods import PodTemplate
from kwlint.model.software.images import agent, host_path
from kwlint.model.workloads.hostports import host_ports
from kwlint.model.workloads.placement import HOSTNAME, Term, repelled, spread
from kwlint.rule import SET, Change, Context, Fix, Problem, Resource
from kwlint.util.values import dig, integer, mapping, sequence, text

_MASTER = "node-role.kubernetes.io/master"
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_SURGE = "spec.updateStrategy.rollingUpdate.maxSurge"
# Labels that every node has; a nodeSelector of others chooses nodes on purpose.
_COMMON_NODE_LABELS = frozenset(
    {"kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch"}
)
_SYSTEM = (
    "/bin",
    "/boot",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib/docker/containers",
    "/var/log",
)
# What installers of network and storage plugins are there to write.
_INSTALLED = ("/etc/cni", "/usr/libexec/kubernetes", "/sys/fs/bpf")


def daemonset_update_never_rolls(daemonset: Resource, context: Context) -> Iterator[Problem]:
    """DS001: the update strategy is OnDelete."""
    if dig(daemonset.spec, "updateStrategy", "type") == "OnDelete":
        yield daemonset.problem(
            "spec.updateStrategy.type",
            "`OnDelete` replaces a pod only when somebody deletes it, so an applied change reaches no node by itself",
        )


def surge_host_port(daemonset: Resource, context: Context) -> Iterator[Problem]:
    """DS002: a surge of pods that take ports of their node."""
    pods = daemonset.pods
    surge = _surge(daemonset)
    if pods is None or surge is None:
        return
    ports = host_ports(pods)
    if ports:
        taken = f"{', '.join(dict.fromkeys(map(str, ports)))} on its node"
        note = daemonset.note(ports[0].path, "taken by the old pod")
    elif pods.spec.get("hostNetwork") is True:
        taken = "the ports it listens on in its node's network"
        note = daemonset.note(f"{pods.spec_path}.hostNetwork", "shares the node's ports")
    else:
        return
    yield daemonset.problem(
        _SURGE,
        f"`maxSurge: {surge}` starts the new pod while the old one still has {taken}, so it can't start and the update "
        "hangs; use `maxUnavailable`",
        related=[note],
    )


def _surge(daemonset: Resource) -> Any:
    """Return maxSurge as written if it comes to a pod or more (per cent of the nodes round up), else None."""
    if dig(daemonset.spec, "updateStrategy", "type") not in (None, "", "RollingUpdate"):
        return None
    surge = dig(daemonset.spec, "updateStrategy", "rollingUpdate", "maxSurge")
    if isinstance(surge, str):
        return surge if surge.rstrip("%").strip("0") else None
    return surge if integer(surge) else None


def spread_on_daemonset(daemonset: Resource, context: Context) -> Iterator[Problem]:
    """DS003: placement rules between the pods of a DaemonSet, which stand one to a node anyway.

    A topology spread whose `nodeAffinityPolicy` is Honor counts a DaemonSet pod's own node only:
    pkg/scheduler/framework/plugins/podtopologyspread/filtering.go (calPreFilterState).
    """
    surges = _surge(daemonset) is not None
    for term in repelled(daemonset, context.inventory):
        if term.topology != HOSTNAME:
            yield daemonset.problem(
                term.path,
                f"this anti-affinity allows one pod in each `{term.topology}`, but a DaemonSet puts one on every node, so "
                "all other nodes' pods stay pending",
            )
        elif _blocks_surge(term, surges):
            yield daemonset.problem(
                term.path,
                "this anti-affinity keeps the new pod off a node that still has the old one, and `maxSurge` starts it "
                "there first, so the update hangs",
                related=[daemonset.note(_SURGE, "starts the new pod first")],
            )
    for term in spread(daemonset):
        if term.topology != HOSTNAME:
            yield daemonset.problem(
                term.path,
                f"a DaemonSet has one pod on every node, so spreading them over `{term.topology}` can't move any: "
                "`DoNotSchedule` either does nothing or leaves pods pending where nodes are unevenly distributed",
            )
        elif _blocks_surge(term, surges):
            yield daemonset.problem(
                term.path,
                "a DaemonSet has one pod on every node and with `maxSurge` two during an update, so spreading them over "
                "hosts with `DoNotSchedule` either does nothing or keeps the new pods pending",
                related=[daemonset.note(_SURGE, "makes two pods on a node")],
            )


def _blocks_surge(term: Term, surges: bool) -> bool:
    return surges and "controller-revision-hash" not in term.label_keys


def legacy_master_toleration(daemonset: Resource, context: Context) -> Iterator[Problem]:
    """DS004: tolerates the taint of control planes that is gone, and not the one that they have."""
    pods = daemonset.pods
    if pods is None or _tolerates_control_plane(pods):
        return
    for index, toleration in enumerate(sequence(pods.spec.get("tolerations"))):
        if mapping(toleration).get("key") == _MASTER:
            yield daemonset.problem(
                f"{pods.spec_path}.tolerations[{index}].key",
                f"the taint `{_MASTER}` is gone since Kubernetes 1.25, so without a toleration of `{_CONTROL_PLANE}` "
                "control-plane nodes get no pod",
                fix=Fix(
                    f"tolerate `{_CONTROL_PLANE}`",
                    (Change(SET, f"{pods.spec_path}.tolerations[{index}].key", _CONTROL_PLANE),),
                ),
            )
            return


def agent_skips_control_plane(daemonset: Resource, context: Context) -> Iterator[Problem]:
    """DS005: a node agent that does not tolerate the control plane's taint, and is not told to stay elsewhere."""
    pods = daemonset.pods
    if pods is None or _tolerates_control_plane(pods):
        return
    if any(mapping(item).get("key") == _MASTER for item in sequence(pods.spec.get("tolerations"))):
        return
    chosen = set(mapping(pods.spec.get("nodeSelector"))) - _COMMON_NODE_LABELS
    found = agent(pods)
    if (
        found is None
        or chosen
        or dig(pods.spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    ):
        return
    yield daemonset.problem(
        f"{pods.spec_path}.tolerations",
        f"{found.why}, but without a toleration of `{_CONTROL_PLANE}` control-plane nodes get no pod",
    )


def _tolerates_control_plane(pods: PodTemplate) -> bool:
    """Return whether pods tolerate the taint `node-role.kubernetes.io/control-plane:NoSchedule`.

    Source: k8s.io/api/core/v1/toleration.go (ToleratesTaint).
    """
    for toleration in sequence(pods.spec.get("tolerations")):
        toleration = mapping(toleration)
        key, operator = text(toleration.get("key")), text(toleration.get("operator")) or "Equal"
        if key not in ("", _CONTROL_PLANE) or text(toleration.get("effect")) not in ("", "NoSchedule"):
            continue
        if operator == "Exists" or (operator == "Equal" and key and not text(toleration.get("value"))):
            return True
    return False


def writable_host_path(daemonset: Resource, context: Context) -> Iterator[Problem]:
    """DS006: logs or system files of the node mounted writable."""
    pods = daemonset.pods
    if pods is None:
        return
    folders = {text(volume.get("name")): host_path(volume) for _, volume in pods.volumes}
    for container in pods.all_containers:
        for index, mount in enumerate(container.mounts):
            folder = folders.get(text(mount.get("name")), "")
            if mount.get("readOnly") is True or not _is_system(folder):
                continue
            yield daemonset.problem(
                f"{container.path}.volumeMounts[{index}].readOnly",
                f"the container `{container.name}` can write to {folder} of every node; set `readOnly: true`",
            )


def _is_system(folder: str) -> bool:
    if any(folder == known or folder.startswith(f"{known}/") for known in _INSTALLED):
        return False
    return folder == "/" or any(folder == known or folder.startswith(f"{known}/") for known in _SYSTEM)

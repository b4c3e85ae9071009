"""Controls of the baseline profile that keep pods off their node: its namespaces, files, ports and privileges.

Source: k8s.io/pod-security-admission/policy (check_windowsHostProcess.go, check_hostNamespaces.go, check_privileged.go,
check_hostPathVolumes.go, check_hostPorts.go, check_hostProbesAndhostLifecycle.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.pods import PodTemplate
from kwlint.model.podsecurity.reading import Breach, container_contexts, contexts, owner
from kwlint.util.values import integer, mapping, text

_HOST_NAMESPACES = {
    "hostNetwork": "shares the network of its node",
    "hostPID": "sees the processes of its node",
    "hostIPC": "shares the memory segments and queues of its node",
}
_HANDLERS = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


def host_process(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield where Windows host processes are asked for."""
    for context in contexts(pods):
        if mapping(context.data.get("windowsOptions")).get("hostProcess") is True:
            yield Breach(
                f"{context.path}.windowsOptions.hostProcess",
                f"{context.owner} sets `hostProcess: true`, which runs it as a process of its node",
            )


def host_namespaces(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield the namespaces of the node that the pod shares."""
    for field, what in _HOST_NAMESPACES.items():
        if pods.spec.get(field) is True:
            yield Breach(f"{pods.spec_path}.{field}", f"the pod sets `{field}: true` and so {what}")


def privileged(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield the privileged containers."""
    for context in container_contexts(pods):
        if context.data.get("privileged") is True:
            yield Breach(
                f"{context.path}.privileged",
                f"{context.owner} sets `privileged: true`, which gives it all that root has on the node",
            )


def host_path(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield the hostPath volumes."""
    for path, volume in pods.volumes:
        if isinstance(volume.get("hostPath"), dict):
            yield Breach(
                f"{path}.hostPath",
                f'volume `{text(volume.get("name"))}` is a hostPath ("{text(volume["hostPath"].get("path"))}"), '
                "files of the node",
            )


def host_ports(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield the ports of the node that containers take; with hostNetwork each containerPort is one.

    Source: pkg/apis/core/v1/defaults.go (SetDefaults_Pod).
    """
    network = pods.spec.get("hostNetwork") is True
    for container in pods.all_containers:
        for index, port in enumerate(container.ports):
            number = integer(port.get("hostPort"))
            path = f"{container.path}.ports[{index}]"
            if number:
                yield Breach(
                    f"{path}.hostPort", f"{owner(container)} takes the port {number} of its node (`hostPort`)"
                )
            elif network and (number := integer(port.get("containerPort"))):
                yield Breach(
                    f"{path}.containerPort",
                    f"{owner(container)} takes the port {number} of its node, because `hostNetwork: true` makes each "
                    "containerPort a hostPort",
                )


def host_probes(pods: PodTemplate, version: int) -> Iterator[Breach]:
    """Yield the hosts that probes and lifecycle handlers name."""
    for container in pods.all_containers:
        for steps in _HANDLERS:
            handler: object = container.data
            for step in steps:
                handler = mapping(handler).get(step)
            for action in ("httpGet", "tcpSocket"):
                host = text(mapping(mapping(handler).get(action)).get("host"))
                if host:
                    where = ".".join((*steps, action))
                    yield Breach(
                        f"{container.path}.{where}.host",
                        f'`{where}` of {owner(container)} sets `host` ("{host}"), which lets the kubelet call other hosts',
                    )

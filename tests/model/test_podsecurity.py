"""The Pod Security Standards: which controls a pod breaks, by profile and version, and where."""

from __future__ import annotations

import pytest

from kwlint.model.podsecurity import broken_controls
from kwlint.model.podsecurity.namespaces import policies
from kwlint.model.resources import Resource
from tests.model.inputs import inventory_of

RESTRICTED = (
    "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}",
    "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}",
)


def pod(spec: str = "", container: str = "", annotations: str = "{}") -> Resource:
    parts = ", ".join(
        filter(None, [spec, "containers: [{" + ", ".join(filter(None, ["name: c", container])) + "}]"])
    )
    text = (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p, annotations: {annotations}}}\nspec: {{{parts}}}\n"
    )
    return inventory_of(text).resources[0]


def broken(resource: Resource, level: str, version: int) -> dict[str, list[str]]:
    assert resource.pods is not None
    return {
        control.name: [breach.path.removeprefix("spec.") for breach in found]
        for control, found in broken_controls(level, version, resource.pods)
    }


@pytest.mark.parametrize(
    ("spec", "container", "version", "expected"),
    [
        ("", "", 37, {}),
        ("hostNetwork: true, hostIPC: true", "", 37, {"host-namespaces": ["hostNetwork", "hostIPC"]}),
        ("hostNetwork: false", "", 37, {}),
        (
            "",
            "securityContext: {privileged: true}",
            0,
            {"privileged": ["containers[0].securityContext.privileged"]},
        ),
        ("", "securityContext: {privileged: null}", 0, {}),
        (
            "",
            "securityContext: {capabilities: {add: [CHOWN, ALL]}}",
            37,
            {"baseline-capabilities": ["containers[0].securityContext.capabilities.add[1]"]},
        ),
        ("volumes: [{name: v, hostPath: {path: /x}}]", "", 37, {"host-path": ["volumes[0].hostPath"]}),
        ("volumes: [{name: v, nfs: {path: /x}}]", "", 37, {}),
        (
            "",
            "ports: [{containerPort: 1, hostPort: 2}]",
            37,
            {"host-ports": ["containers[0].ports[0].hostPort"]},
        ),
        (
            "hostNetwork: true",
            "ports: [{containerPort: 1}]",
            37,
            {"host-namespaces": ["hostNetwork"], "host-ports": ["containers[0].ports[0].containerPort"]},
        ),
        ("", "lifecycle: {preStop: {httpGet: {host: x, port: 1}}}", 33, {}),
        (
            "",
            "lifecycle: {preStop: {httpGet: {host: x, port: 1}}}",
            34,
            {"host-probes": ["containers[0].lifecycle.preStop.httpGet.host"]},
        ),
        (
            "securityContext: {seLinuxOptions: {type: container_engine_t}}",
            "",
            30,
            {"selinux": ["securityContext.seLinuxOptions.type"]},
        ),
        ("securityContext: {seLinuxOptions: {type: container_engine_t, level: s0}}", "", 31, {}),
        (
            "",
            "securityContext: {procMount: Unmasked}",
            37,
            {"proc-mount": ["containers[0].securityContext.procMount"]},
        ),
        (
            "hostUsers: false",
            "securityContext: {procMount: Unmasked}",
            34,
            {"proc-mount": ["containers[0].securityContext.procMount"]},
        ),
        ("hostUsers: false", "securityContext: {procMount: Unmasked}", 35, {}),
        (
            "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem}]}",
            "",
            31,
            {"sysctls": ["securityContext.sysctls[0].name"]},
        ),
        ("securityContext: {sysctls: [{name: net.ipv4.tcp_rmem}]}", "", 32, {}),
        (
            "securityContext: {windowsOptions: {hostProcess: true}}",
            "",
            37,
            {"host-process": ["securityContext.windowsOptions.hostProcess"]},
        ),
    ],
)
def test_baseline(spec: str, container: str, version: int, expected: dict[str, list[str]]) -> None:
    assert broken(pod(spec, container), "baseline", version) == expected
    assert broken(pod(spec, container), "privileged", version) == {}


@pytest.mark.parametrize(
    ("annotations", "version", "expected"),
    [
        ("{container.apparmor.security.beta.kubernetes.io/c: unconfined}", 37, ["apparmor"]),
        ("{container.apparmor.security.beta.kubernetes.io/c: localhost/x}", 37, []),
        ("{seccomp.security.alpha.kubernetes.io/pod: unconfined}", 18, ["baseline-seccomp"]),
        ("{container.seccomp.security.alpha.kubernetes.io/c: unconfined}", 18, ["baseline-seccomp"]),
        ("{container.seccomp.security.alpha.kubernetes.io/other: unconfined}", 18, []),
        ("{seccomp.security.alpha.kubernetes.io/pod: docker/default}", 18, []),
        ("{seccomp.security.alpha.kubernetes.io/pod: unconfined}", 19, []),
    ],
)
def test_annotations(annotations: str, version: int, expected: list[str]) -> None:
    assert list(broken(pod(annotations=annotations), "baseline", version)) == expected


@pytest.mark.parametrize(
    ("spec", "container", "version", "expected"),
    [
        (*RESTRICTED, 37, {}),
        (
            "",
            "",
            37,
            {
                "privilege-escalation": ["containers[0].securityContext.allowPrivilegeEscalation"],
                "run-as-non-root": ["securityContext.runAsNonRoot"],
                "restricted-seccomp": ["securityContext.seccompProfile.type"],
                "restricted-capabilities": ["containers[0].securityContext.capabilities.drop"],
            },
        ),
        ("", "", 7, {"run-as-non-root": ["securityContext.runAsNonRoot"]}),
        ("os: {name: windows}, securityContext: {runAsNonRoot: true}", "", 37, {}),
        (
            "os: {name: windows}, securityContext: {runAsNonRoot: true}",
            "",
            24,
            {
                "privilege-escalation": ["containers[0].securityContext.allowPrivilegeEscalation"],
                "restricted-seccomp": ["securityContext.seccompProfile.type"],
                "restricted-capabilities": ["containers[0].securityContext.capabilities.drop"],
            },
        ),
        (
            "volumes: [{name: v, hostPath: {path: /x}}, {name: w}], " + RESTRICTED[0],
            RESTRICTED[1],
            37,
            {"volume-types": ["volumes[0].hostPath"]},
        ),
        (
            "securityContext: {runAsNonRoot: false, runAsUser: 0, seccompProfile: {type: Unconfined}}",
            RESTRICTED[1],
            37,
            {
                "run-as-non-root": ["securityContext.runAsNonRoot"],
                "run-as-root-user": ["securityContext.runAsUser"],
                "restricted-seccomp": ["securityContext.seccompProfile.type"],
            },
        ),
        (
            "hostUsers: false, securityContext: {runAsUser: 0, seccompProfile: {type: Localhost}}",
            "securityContext: {procMount: Unmasked, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}",
            37,
            {"restricted-proc-mount": ["containers[0].securityContext.procMount"]},
        ),
        (
            RESTRICTED[0],
            "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [all], add: [NET_BIND_SERVICE, CHOWN]}}",
            37,
            {
                "restricted-capabilities": [
                    "containers[0].securityContext.capabilities.drop",
                    "containers[0].securityContext.capabilities.add[1]",
                ]
            },
        ),
    ],
)
def test_restricted(spec: str, container: str, version: int, expected: dict[str, list[str]]) -> None:
    assert broken(pod(spec, container), "restricted", version) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("{}", []),
        ("{enforce: baseline}", [("enforce", "baseline", 35)]),
        ("{enforce: restricted, enforce-version: v1.24}", [("enforce", "restricted", 24)]),
        ("{enforce: restricted, enforce-version: v1.99}", [("enforce", "restricted", 35)]),
        ("{enforce: restricted, enforce-version: '1.24'}", [("enforce", "restricted", 35)]),
        (
            "{enforce: Restricted, warn: Baseline}",
            [("enforce", "restricted", 35), ("warn", "privileged", 35)],
        ),
        ("{audit: restricted, warn: baseline}", [("warn", "baseline", 35), ("audit", "restricted", 35)]),
        ("{enforce-version: v1.24}", []),
    ],
)
def test_policies(labels: str, expected: list[tuple[str, str, int]]) -> None:
    written = labels.replace("{", "{pod-security.kubernetes.io/", 1).replace(
        ", ", ", pod-security.kubernetes.io/"
    )
    text = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: n, labels: {written if labels != '{}' else '{}'}}}\n"
    found = policies(inventory_of(text).resources[0], 35)
    assert [(policy.mode, policy.level, policy.version) for policy in found] == expected

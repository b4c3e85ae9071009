"""Checks of chapter security (SEC): the Pod Security Standards, RBAC and service accounts."""

from __future__ import annotations

from kwlint.checks.security.accounts import default_service_account, token_automounted
from kwlint.checks.security.controls import (
    apparmor,
    baseline_capabilities,
    baseline_seccomp,
    host_namespaces,
    host_path,
    host_ports,
    host_probes,
    host_process,
    privilege_escalation,
    privileged,
    proc_mount,
    restricted_capabilities,
    restricted_seccomp,
    run_as_non_root,
    run_as_root_user,
    selinux,
    sysctls,
    volume_types,
)
from kwlint.checks.security.namespaces import namespace_refuses_pod
from kwlint.checks.security.node import docker_socket
from kwlint.checks.security.rights import (
    cluster_admin_binding,
    pods_creatable,
    rbac_wildcard,
    secrets_readable,
)

__all__ = [
    "apparmor",
    "baseline_capabilities",
    "baseline_seccomp",
    "cluster_admin_binding",
    "default_service_account",
    "docker_socket",
    "host_namespaces",
    "host_path",
    "host_ports",
    "host_probes",
    "host_process",
    "namespace_refuses_pod",
    "pods_creatable",
    "privilege_escalation",
    "privileged",
    "proc_mount",
    "rbac_wildcard",
    "restricted_capabilities",
    "restricted_seccomp",
    "run_as_non_root",
    "run_as_root_user",
    "secrets_readable",
    "selinux",
    "sysctls",
    "token_automounted",
    "volume_types",
]

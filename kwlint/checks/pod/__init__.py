"""Checks of the chapter pod (POD)."""

from kwlint.checks.pod.environment import env_order, secret_in_env
from kwlint.checks.pod.images import always_pull_by_digest, root_conflict
from kwlint.checks.pod.mounts import (
    hidden_image_files,
    memory_emptydir_unbounded,
    octal_mode,
    subpath_not_updated,
)
from kwlint.checks.pod.network import host_network_dns, port_conflict, service_env_collision
from kwlint.checks.pod.placement import constraint_selects_others
from kwlint.checks.pod.probes import (
    liveness_not_slower,
    liveness_restart_loop,
    no_liveness,
    no_readiness,
    undeclared_probe_port,
)
from kwlint.checks.pod.quantities import quantity_unit
from kwlint.checks.pod.shutdown import pre_stop_eats_grace

__all__ = [
    "always_pull_by_digest",
    "constraint_selects_others",
    "env_order",
    "hidden_image_files",
    "host_network_dns",
    "liveness_not_slower",
    "liveness_restart_loop",
    "memory_emptydir_unbounded",
    "no_liveness",
    "no_readiness",
    "octal_mode",
    "port_conflict",
    "pre_stop_eats_grace",
    "quantity_unit",
    "root_conflict",
    "secret_in_env",
    "service_env_collision",
    "subpath_not_updated",
    "undeclared_probe_port",
]

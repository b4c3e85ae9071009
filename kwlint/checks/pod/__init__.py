"""Checks of the chapter pod (POD)."""

from kwlint.checks.pod.environment import env_order, secret_in_env
from kwlint.checks.pod.probes import (
    liveness_not_slower,
    liveness_restart_loop,
    no_liveness,
    no_readiness,
    undeclared_probe_port,
)

__all__ = [
    "env_order",
    "liveness_not_slower",
    "liveness_restart_loop",
    "no_liveness",
    "no_readiness",
    "secret_in_env",
    "undeclared_probe_port",
]

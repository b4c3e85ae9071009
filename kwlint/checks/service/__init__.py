"""Checks of the chapter service (SVC): Services, and the Ingresses that lead to them."""

from kwlint.checks.service.ports import headless_port_remap, target_port_unknown
from kwlint.checks.service.routes import backend_not_found, duplicate_route
from kwlint.checks.service.selection import selects_job_pods, service_selects_nothing

__all__ = [
    "backend_not_found",
    "duplicate_route",
    "headless_port_remap",
    "selects_job_pods",
    "service_selects_nothing",
    "target_port_unknown",
]

"""Checks of the chapter statefulset (STS)."""

from kwlint.checks.statefulset.governing import (
    no_service_name,
    service_not_found,
    service_not_headless,
    service_selects_other_pods,
)

__all__ = [
    "no_service_name",
    "service_not_found",
    "service_not_headless",
    "service_selects_other_pods",
]

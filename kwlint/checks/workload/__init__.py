"""Checks of the chapter workload (WRK)."""

from kwlint.checks.workload.availability import no_budget, no_spread, single_replica
from kwlint.checks.workload.containers import container_without_requests, latest_image, missing_memory_limit
from kwlint.checks.workload.selectors import (
    duplicate_object,
    overlapping_selectors,
    selector_mismatch,
    volatile_selector_label,
)
from kwlint.checks.workload.volumes import (
    exclusive_claim_rolling_update,
    shared_exclusive_claim,
    volume_not_mounted,
)

__all__ = [
    "container_without_requests",
    "duplicate_object",
    "exclusive_claim_rolling_update",
    "latest_image",
    "missing_memory_limit",
    "no_budget",
    "no_spread",
    "overlapping_selectors",
    "selector_mismatch",
    "shared_exclusive_claim",
    "single_replica",
    "volatile_selector_label",
    "volume_not_mounted",
]

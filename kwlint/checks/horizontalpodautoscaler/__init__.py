"""Checks of the chapter horizontalpodautoscaler (HPA)."""

from kwlint.checks.horizontalpodautoscaler.bounds import (
    min_above_max,
    min_one,
    never_scales,
    replicas_set,
    scaling_disabled,
)
from kwlint.checks.horizontalpodautoscaler.metrics import (
    hpa_missing_requests,
    unknown_container,
    unreachable_target,
)
from kwlint.checks.horizontalpodautoscaler.targets import (
    target_not_found,
    target_not_scalable,
    two_autoscalers,
)

__all__ = [
    "hpa_missing_requests",
    "min_above_max",
    "min_one",
    "never_scales",
    "replicas_set",
    "scaling_disabled",
    "target_not_found",
    "target_not_scalable",
    "two_autoscalers",
    "unknown_container",
    "unreachable_target",
]

"""What the API server says to the objects of policy: PodDisruptionBudget.

Upstream: pkg/apis/policy/validation/validation.go and pkg/registry/policy/poddisruptionbudget/strategy.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.counts import validate_at_most_all, validate_count
from kwlint.api.formats.names import path_segment_name_fault
from kwlint.api.violations import Violations
from kwlint.util.values import mapping

_EVICTION_POLICY_SINCE = 27  # gate PDBUnhealthyPodEvictionPolicy; before, the field is dropped


def validate_pod_disruption_budget(budget: dict[str, Any], v: Violations) -> None:
    """Validate a PodDisruptionBudget (ValidatePodDisruptionBudget)."""
    spec = mapping(budget.get("spec"))
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        v.invalid("spec", "`minAvailable` and `maxUnavailable` must not both be set")
    for field in ("minAvailable", "maxUnavailable"):
        validate_count(spec.get(field), f"spec.{field}", v)
        validate_at_most_all(spec.get(field), f"spec.{field}", v)
    meta.validate_label_selector(spec.get("selector"), "spec.selector", v)
    policy = spec.get("unhealthyPodEvictionPolicy")
    if (
        policy is not None
        and v.minor >= _EVICTION_POLICY_SINCE
        and policy not in ("AlwaysAllow", "IfHealthyBudget")
    ):
        v.unsupported("spec.unhealthyPodEvictionPolicy", policy, ["AlwaysAllow", "IfHealthyBudget"])
    if not v.found:  # the kind has no check of its own for the metadata, only the general one that comes last
        meta.validate_object_meta(
            budget.get("metadata"), "metadata", v, True, path_segment_name_fault, core=False
        )


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "policy/v1/PodDisruptionBudget": validate_pod_disruption_budget,
}

"""What the API server says to objects of scheduling.k8s.io: PriorityClass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_subdomain_fault
from kwlint.api.violations import Violations
from kwlint.util.values import int_or_zero

HIGHEST_USER_PRIORITY = 1_000_000_000
SYSTEM_PRIORITY_CLASSES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def validate_priority_class(priority_class: dict[str, Any], v: Violations) -> None:
    """Validate a PriorityClass (pkg/apis/scheduling/validation/validation.go, ValidatePriorityClass)."""
    metadata = priority_class.get("metadata")
    meta.validate_object_meta(metadata, "metadata", v, False, dns1123_subdomain_fault)
    name = meta.effective_name(metadata)
    value = int_or_zero(priority_class.get("value"))
    if name.startswith("system-"):
        if name not in SYSTEM_PRIORITY_CLASSES:
            v.forbidden(
                "metadata.name", "names that begin with `system-` are reserved for the system's own classes"
            )
        elif value != SYSTEM_PRIORITY_CLASSES[name]:
            v.forbidden(
                "metadata.name",
                f"the value of PriorityClass {name} must be {SYSTEM_PRIORITY_CLASSES[name]}, not {value}",
            )
        elif priority_class.get("globalDefault"):
            v.forbidden("metadata.name", f"PriorityClass {name} must not be the global default")
    elif value > HIGHEST_USER_PRIORITY:
        v.forbidden("value", f"{value} is above {HIGHEST_USER_PRIORITY}, the highest priority open to users")
    policy = priority_class.get("preemptionPolicy")
    if policy is not None:
        if policy == "":
            v.required("preemptionPolicy", "must not be empty")
        elif policy not in ("PreemptLowerPriority", "Never"):
            v.unsupported("preemptionPolicy", policy, ["PreemptLowerPriority", "Never"])


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "scheduling.k8s.io/v1/PriorityClass": validate_priority_class,
}

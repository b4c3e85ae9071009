"""Names of resources: which ones a quota, a limit range or a container may use.

Facts: pkg/apis/core/helper/helpers.go, and validateResourceName with those that call it in
pkg/apis/core/validation/validation.go. A check returns None where the name is fine, else the reason as the
end of a sentence.
"""

from __future__ import annotations

from kwlint.api.formats.names import label_key_fault

CONTAINER_RESOURCES = ("cpu", "memory", "ephemeral-storage")
OBJECT_COUNTS = (
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
)
_QUOTA_RESOURCES = {
    *CONTAINER_RESOURCES,
    *OBJECT_COUNTS,
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
}
_HUGE_PAGES = "hugepages-"


def is_huge_page(name: str) -> bool:
    """Return whether a name is one of huge pages, such as ``hugepages-2Mi``."""
    return name.startswith(_HUGE_PAGES)


def is_native(name: str) -> bool:
    """Return whether a name is of Kubernetes itself: without a domain, or with its own (IsNativeResource)."""
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Return whether a name is of an extended resource, such as ``nvidia.com/gpu`` (IsExtendedResourceName)."""
    return (
        not is_native(name) and not name.startswith("requests.") and not label_key_fault("requests." + name)
    )


def is_standard_quota_resource(name: str) -> bool:
    """Return whether the quota system knows a name without a domain (IsStandardQuotaResourceName)."""
    return name in _QUOTA_RESOURCES or name.startswith((_HUGE_PAGES, "requests.hugepages-"))


def is_counted(name: str) -> bool:
    """Return whether a resource comes in whole numbers (IsIntegerResourceName)."""
    return name in OBJECT_COUNTS or is_extended(name)


def is_overcommit_allowed(name: str) -> bool:
    """Return whether requests and limits of a resource may differ (IsOvercommitAllowed)."""
    return is_native(name) and not is_huge_page(name)


def resource_name_fault(name: str) -> str | None:
    """Check any resource name (validateResourceName)."""
    if reason := label_key_fault(name):
        return reason
    if "/" not in name and name != "storage" and not is_standard_quota_resource(name):
        return "must be a standard resource or have a domain, such as `example.com/gpu`"
    return None


def container_resource_name_fault(name: str) -> str | None:
    """Check a resource name for containers (ValidateContainerResourceName)."""
    if "/" not in name:
        if name in CONTAINER_RESOURCES or is_huge_page(name):
            return label_key_fault(name)
        return (
            "must be `cpu`, `memory`, `ephemeral-storage`, `hugepages-…` "
            "or have a domain, such as `example.com/gpu`"
        )
    if reason := label_key_fault(name):
        return reason
    if not is_native(name) and not is_extended(name):
        return (
            "must be that of an extended resource: a domain, a `/` and a name, not beginning with `requests.`"
        )
    return None


def quota_resource_name_fault(name: str) -> str | None:
    """Check a resource name for a quota (ValidateResourceQuotaResourceName)."""
    if reason := resource_name_fault(name):
        return reason
    if "/" not in name and not is_standard_quota_resource(name):
        return "must be a standard resource for a quota; for the amount of storage that is `requests.storage`"
    return None

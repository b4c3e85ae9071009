"""What the API server says to LimitRange and ResourceQuota."""

from __future__ import annotations

from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_subdomain_fault, label_key_fault
from kwlint.api.formats.resourcenames import (
    container_resource_name_fault,
    is_counted,
    is_overcommit_allowed,
    is_standard_quota_resource,
    quota_resource_name_fault,
    resource_name_fault,
)
from kwlint.api.violations import Violations, in_case, quoted
from kwlint.model import quantity
from kwlint.util.values import mapping, mappings, text, texts

LIMIT_TYPES = ("Container", "PersistentVolumeClaim", "Pod")
_MAX_MILLI_VALUE = (2**63 - 1) // 1000

_COMPUTE = frozenset(
    ("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory", "pods")
)
_SCOPES: dict[str, frozenset[str]] = {
    "Terminating": _COMPUTE,
    "NotTerminating": _COMPUTE,
    "NotBestEffort": _COMPUTE,
    "PriorityClass": _COMPUTE,
    "CrossNamespacePodAffinity": _COMPUTE,
    "BestEffort": frozenset(("pods",)),
    "VolumeAttributesClass": frozenset(("persistentvolumeclaims", "requests.storage")),
}
_SCOPES_SINCE = {"VolumeAttributesClass": 34}
_CONFLICTING = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))


def _milli(value: Any) -> int:
    # values of a resource list are rounded up to thousandths before anything else (SetDefaults_ResourceList)
    return quantity.ceiling(quantity.amount(value), quantity.NANO // 1000)


def validate_limit_range(limit_range: dict[str, Any], v: Violations) -> None:
    """Validate a LimitRange (pkg/apis/core/validation/validation.go, ValidateLimitRange)."""
    metadata = mapping(limit_range.get("metadata"))
    if not metadata.get("name") and not metadata.get("generateName"):
        metadata = {**metadata, "name": "made-up-by-the-server"}
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault, keeps_generation=True)
    types: set[str] = set()
    for index, item in enumerate(mappings(mapping(limit_range.get("spec")).get("limits"))):
        path = f"spec.limits[{index}]"
        kind = text(item.get("type"))
        if reason := label_key_fault(kind):
            v.invalid(f"{path}.type", f"{quoted(kind)} is no type of limit: it {reason}")
        elif "/" not in kind and kind not in LIMIT_TYPES:
            v.invalid(
                f"{path}.type",
                f"{quoted(kind)} is no type of limit; it must be one of "
                "`Container`, `PersistentVolumeClaim`, `Pod`",
                in_case(kind, LIMIT_TYPES),
            )
        if kind in types:
            v.duplicate(f"{path}.type", f"there are two limits of type {quoted(kind)}")
        types.add(kind)
        _validate_limit(item, kind, path, v)


def _validate_limit(item: dict[str, Any], kind: str, path: str, v: Violations) -> None:
    lists = {
        field: mapping(item.get(field))
        for field in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
    }
    if kind == "Container":  # SetDefaults_LimitRangeItem
        lists["default"] = {**lists["max"], **lists["default"]}
        lists["defaultRequest"] = {**lists["min"], **lists["default"], **lists["defaultRequest"]}
    elif kind == "Pod":
        for field in ("default", "defaultRequest"):
            if lists.pop(field):
                v.forbidden(f"{path}.{field}", "must not be set for limits of type Pod")
    name_fault = container_resource_name_fault if kind in ("Pod", "Container") else resource_name_fault
    amounts: dict[str, dict[str, int]] = {}
    for field, values in lists.items():
        for name, value in values.items():
            if reason := name_fault(name):
                v.invalid(f"{path}.{field}[{name}]", f"{quoted(name)} is no resource for this: it {reason}")
            amounts.setdefault(name, {})[field] = _milli(value)
    if kind == "PersistentVolumeClaim" and "storage" not in lists["min"] and "storage" not in lists["max"]:
        v.required(f"{path}.limits", "limits of type PersistentVolumeClaim need `storage` in `min` or `max`")
    for name, of in amounts.items():
        _validate_amounts(name, of, item, path, v)


def _validate_amounts(name: str, of: dict[str, int], item: dict[str, Any], path: str, v: Violations) -> None:
    for lower, upper, at in (
        ("min", "max", "min"),
        ("min", "defaultRequest", "defaultRequest"),
        ("defaultRequest", "max", "defaultRequest"),
        ("defaultRequest", "default", "defaultRequest"),
        ("min", "default", "default"),
        ("default", "max", "default"),
    ):
        if lower in of and upper in of and of[lower] > of[upper]:
            shown = [quantity.render(of[field] * (quantity.NANO // 1000)) for field in (lower, upper)]
            v.invalid(f"{path}.{at}[{name}]", f"`{lower}` {shown[0]} is greater than `{upper}` {shown[1]}")
    ratio = of.get("maxLimitRequestRatio")
    if ratio is not None:
        at = f"{path}.maxLimitRequestRatio[{name}]"
        written = mapping(item.get("maxLimitRequestRatio")).get(name)
        if ratio < 1000:
            v.invalid(at, f"the ratio {written} is less than 1")
        if "min" in of and "max" in of:
            # whole values are compared where thousandths would not fit into 64 bits
            low, high, times = of["min"], of["max"], ratio / 1000
            whole = [quantity.ceiling(amount, 1000) for amount in (low, high, ratio)]
            if max(whole) >= _MAX_MILLI_VALUE:
                low, high, times = whole
            if low and times > high / low:
                v.invalid(at, f"the ratio {written} is greater than `max` divided by `min`, {high / low:g}")
    if "default" in of and "defaultRequest" in of and of["default"] != of["defaultRequest"]:
        if not is_overcommit_allowed(name):
            v.invalid(
                f"{path}.defaultRequest[{name}]",
                f"`default` and `defaultRequest` must be equal for {name}, which cannot be overcommitted",
            )


def validate_resource_quota(quota: dict[str, Any], v: Violations) -> None:
    """Validate a ResourceQuota (pkg/apis/core/validation/validation.go, ValidateResourceQuota)."""
    meta.validate_object_meta(
        quota.get("metadata"), "metadata", v, True, dns1123_subdomain_fault, keeps_generation=True
    )
    spec = mapping(quota.get("spec"))
    hard = mapping(spec.get("hard"))
    for name, value in hard.items():
        if reason := quota_resource_name_fault(name):
            v.invalid(f"spec.hard[{name}]", f"{quoted(name)} is no resource of a quota: it {reason}")
        milli = _milli(value)
        if milli < 0:
            v.invalid(f"spec.hard[{name}]", f"{value} must not be negative")
        if milli % 1000 and is_counted(name):
            v.invalid(f"spec.hard[{name}]", f"{value} must be a whole number, as {name} are counted")
    if scopes := texts(spec.get("scopes")):
        for scope in scopes:
            _validate_scope(scope, hard, "spec.scopes", "spec.scopes", v)
        _validate_conflicts(scopes, "spec.scopes", v)
    selector = spec.get("scopeSelector")
    if isinstance(selector, dict):
        _validate_scope_selector(selector, hard, v)
    if v.minor >= 35 and not any(violation.refused for violation in v.found):
        _warn_of_requests(hard, v)


def _validate_scope(scope: str, hard: dict[str, Any], path: str, resource_path: str, v: Violations) -> None:
    known = v.known(list(_SCOPES), _SCOPES_SINCE)
    if scope not in known and scope in _SCOPES:
        v.not_in_version(path, f"the scope {scope}", _SCOPES_SINCE[scope])
        return
    if scope not in known:
        listed = ", ".join(f"`{name}`" for name in sorted(known))
        v.invalid(path, f"{quoted(scope)} is no scope; it must be one of {listed}")
        return
    for name in hard:
        if is_standard_quota_resource(name) and name not in _SCOPES[scope]:
            v.invalid(resource_path, f"the scope {scope} cannot be applied to the resource {name}")


def _validate_conflicts(scopes: list[str], path: str, v: Violations) -> None:
    for one, other in _CONFLICTING:
        if one in scopes and other in scopes:
            v.invalid(path, f"the scopes {one} and {other} conflict")


def _validate_scope_selector(selector: dict[str, Any], hard: dict[str, Any], v: Violations) -> None:
    # the server names no index here
    path = "spec.scopeSelector.matchExpressions"
    scopes = []
    for requirement in mappings(selector.get("matchExpressions")):
        scope, operator = text(requirement.get("scopeName")), text(requirement.get("operator"))
        _validate_scope(scope, hard, f"{path}.scopeName", path, v)
        if (
            scope in _SCOPES
            and scope not in ("PriorityClass", "VolumeAttributesClass")
            and operator != "Exists"
        ):
            v.invalid(
                f"{path}.operator", f"must be `Exists` for the scope {scope}, and is {quoted(operator)}"
            )
        values = requirement.get("values")
        if operator in ("In", "NotIn"):
            if not values:
                v.required(f"{path}.values", f"must be set where the operator is `{operator}`")
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                v.invalid(f"{path}.values", f"must not be set where the operator is `{operator}`")
        else:
            v.invalid(
                f"{path}.operator",
                f"unknown operator {quoted(operator)}; it must be one of "
                "`DoesNotExist`, `Exists`, `In`, `NotIn`",
            )
        scopes.append(scope)
    _validate_conflicts(scopes, path, v)


def _warn_of_requests(hard: dict[str, Any], v: Violations) -> None:
    # pkg/registry/core/resourcequota/strategy.go, WarningsOnCreate
    for resource in ("cpu", "memory", "storage", "ephemeral-storage"):
        request, limit = f"requests.{resource}", f"limits.{resource}"
        if request not in hard and resource in ("cpu", "memory"):
            request = resource
        if request in hard and limit in hard and _milli(hard[request]) > _milli(hard[limit]):
            v.warning(
                f"spec.hard[{request}]",
                f"`{request}` ({hard[request]}) should not be more than `{limit}` ({hard[limit]})",
            )

"""Validates the resources of containers and pods: requests, limits, claims and resize policies.

Upstream: validateResourceRequirements, validatePodResources and validateResizePolicy in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.names import dns1123_label_fault, dns1123_subdomain_fault
from kwlint.api.formats.resourcenames import (
    container_resource_name_fault,
    is_counted,
    is_huge_page,
    is_overcommit_allowed,
    resource_name_fault,
)
from kwlint.api.violations import Repair, Violations, quoted
from kwlint.model import quantity
from kwlint.util.values import mapping, mappings, text

CLAIMS_SINCE = 34
"""Minor version from which resource claims are kept (gate DynamicResourceAllocation); before they are dropped."""
POD_LEVEL_SINCE = 34
"""Minor version from which a pod's own `resources` are kept (gate PodLevelResources); before they are dropped."""
RESIZE_POLICY_SINCE = 33
"""Minor version from which `resizePolicy` is kept (gate InPlacePodVerticalScaling); before it is dropped."""

_POD_RESOURCES = ("cpu", "memory")
_MILLI = quantity.NANO // 1000


def milli(value: Any) -> int:
    """Return an amount of a resource list in thousandths, to which the server rounds each up beforehand."""
    amount = quantity.parse(value)
    return quantity.ceiling(amount, _MILLI) if amount else 0


def effective_requests(resources: dict[str, Any], in_pod: bool) -> dict[str, Any]:
    """Return the requests of a container; in a Pod (not in a template) limits stand in for absent ones."""
    requests = mapping(resources.get("requests"))
    limits = resources.get("limits")
    if in_pod and isinstance(limits, dict) and limits:
        return {**limits, **requests} if requests else limits
    return requests


def validate_container_resources(
    resources: dict[str, Any],
    claim_names: set[str],
    path: str,
    v: Violations,
    in_pod: bool = False,
) -> None:
    """Check the `resources` of a container (ValidateContainerResourceRequirements)."""
    requests = effective_requests(resources, in_pod)
    _validate_requirements(requests, mapping(resources.get("limits")), False, path, v)
    claims = resources.get("claims")
    if claims and v.minor >= CLAIMS_SINCE:
        _validate_claims(mappings(claims), claim_names, f"{path}.claims", v)


def _validate_amounts(amounts: dict[str, Any], for_pod: bool, path: str, v: Violations) -> tuple[bool, bool]:
    # returns whether there are huge pages, and whether there is cpu or memory
    huge = compute = False
    for name, value in amounts.items():
        if name in _POD_RESOURCES:
            compute = True
        else:
            reason = resource_name_fault(name) if for_pod else container_resource_name_fault(name)
            if reason:
                meant = name.lower()
                repair = (
                    Repair("rename-key", meant) if meant in _POD_RESOURCES and meant not in amounts else None
                )
                v.invalid(
                    f"{path}[{name}]", f"{quoted(name)} is no resource to ask for here: it {reason}", repair
                )
            elif for_pod and not is_huge_page(name):
                v.unsupported(f"{path}[{name}]", name, [*_POD_RESOURCES, "hugepages-…"])
        amount = quantity.parse(value)
        if amount is None:
            continue
        if amount < 0:
            v.invalid(f"{path}[{name}]", f"the amount must not be negative, and is {value}")
        if is_counted(name) and not quantity.is_whole(value):
            v.invalid(f"{path}[{name}]", f"the amount of {name} must be a whole number, and is {value}")
        if is_huge_page(name):
            huge = True
            size = quantity.read(name.removeprefix("hugepages-"))
            page = quantity.ceiling(size.nanos) if size and quantity.milli_value(size) % 1000 == 0 else 0
            if page <= 0 or quantity.ceiling(amount) % page:
                v.invalid(f"{path}[{name}]", f"{value} is not a multiple of the page size of {name}")
    return huge, compute


def _validate_requirements(
    requests: dict[str, Any], limits: dict[str, Any], for_pod: bool, path: str, v: Violations
) -> None:
    if not requests and not limits:
        return
    huge, compute = _validate_amounts(limits, for_pod, f"{path}.limits", v)
    more_huge, more_compute = _validate_amounts(requests, for_pod, f"{path}.requests", v)
    if requests is not limits:
        for name, value in requests.items():
            if name in limits:
                asked, limit = milli(value), milli(limits[name])
                if asked != limit and not is_overcommit_allowed(name):
                    v.invalid(
                        f"{path}.requests",
                        f"the {name} request of {value} must equal its limit of {limits[name]}",
                    )
                elif asked > limit:
                    v.invalid(
                        f"{path}.requests",
                        f"the {name} request of {value} must not be more than its limit of {limits[name]}",
                    )
            elif not is_overcommit_allowed(name):
                v.required(f"{path}.limits", f"a limit of {name} must be set, as it cannot be overcommitted")
    if (huge or more_huge) and not compute and not more_compute:
        v.forbidden(path, "huge pages must not be asked for without cpu or memory")


def _validate_claims(claims: list[dict[str, Any]], claim_names: set[str], path: str, v: Violations) -> None:
    seen: set[str] = set()
    for index, claim in enumerate(claims):
        at = f"{path}[{index}]"
        name, request = text(claim.get("name")), text(claim.get("request"))
        if not name:
            v.required(at, "a claim must have a name")
            continue
        if name in seen:
            v.duplicate(at, f"all of the claim {quoted(name)} is used already")
        else:
            key = name
            if request:
                key = f"{name}/{request}"
                if reason := dns1123_label_fault(request):
                    v.invalid(f"{at}.request", f"{quoted(request)} is no name of a request: it {reason}")
            if key in seen:
                v.duplicate(at, f"{quoted(key)} is used already")
            elif not request:
                for other in seen:
                    if other.partition("/")[0] == name:
                        v.duplicate(at, f"a part of the claim {quoted(name)} is used already")
            seen.add(key)
        if name not in claim_names:
            there = ", ".join(sorted(claim_names)) or "none"
            v.not_found(
                at, f"there is no claim {quoted(name)} in the pod's `resourceClaims` (there are: {there})"
            )


def validate_resize_policy(
    policies: list[dict[str, Any]], restart_policy: str, path: str, v: Violations
) -> None:
    """Check the `resizePolicy` of a container; the server reports most faults at the list itself."""
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        name, restart = text(policy.get("resourceName")), text(policy.get("restartPolicy"))
        if name in seen:
            v.duplicate(f"{path}[{index}]", f"there is a policy for {name} already")
        seen.add(name)
        if not name:
            v.required(path, "`resourceName` must be `cpu` or `memory`")
        elif name not in _POD_RESOURCES:
            v.unsupported(path, name, list(_POD_RESOURCES))
        if not restart:
            v.required(path, "`restartPolicy` must be `NotRequired` or `RestartContainer`")
        elif restart not in ("NotRequired", "RestartContainer"):
            v.unsupported(path, restart, ["NotRequired", "RestartContainer"])
        if restart_policy == "Never" and restart != "NotRequired":
            v.invalid(
                path, "`restartPolicy` must be `NotRequired` where the pod's `restartPolicy` is `Never`"
            )


def validate_overhead(overhead: dict[str, Any], path: str, v: Violations) -> None:
    """Check a pod's `overhead`; the server checks it as limits."""
    _validate_requirements({}, overhead, False, path, v)


def _total(spec: dict[str, Any], field: str, in_pod: bool) -> dict[str, int]:
    """Return what a pod's containers need together in thousandths (AggregateContainerRequests and …Limits)."""

    def of(container: dict[str, Any]) -> dict[str, int]:
        resources = mapping(container.get("resources"))
        if field == "requests":
            amounts = effective_requests(resources, in_pod)
        else:
            amounts = mapping(resources.get(field))
        return {name: milli(value) for name, value in amounts.items()}

    total: dict[str, int] = {}
    for container in mappings(spec.get("containers")):
        for name, amount in of(container).items():
            total[name] = total.get(name, 0) + amount
    sidecars: dict[str, int] = {}
    starting: dict[str, int] = {}
    for container in mappings(spec.get("initContainers")):
        amounts = of(container)
        if container.get("restartPolicy") == "Always":
            for name, amount in amounts.items():
                total[name] = total.get(name, 0) + amount
                sidecars[name] = sidecars.get(name, 0) + amount
            amounts = sidecars
        else:
            amounts = {name: amounts.get(name, 0) + sidecars.get(name, 0) for name in {*amounts, *sidecars}}
        for name, amount in amounts.items():
            starting[name] = max(starting.get(name, 0), amount)
    for name, amount in starting.items():
        total[name] = max(total.get(name, 0), amount)
    return total


def _shown(thousandths: int) -> str:
    return quantity.render(thousandths * _MILLI)


def validate_pod_resources(
    spec: dict[str, Any], claim_names: set[str], is_windows: bool, in_pod: bool, path: str, v: Violations
) -> None:
    """Check the `resources` of a whole pod at ``path`` against themselves and against its containers'."""
    resources = spec.get("resources")
    if not isinstance(resources, dict):
        return
    if is_windows:
        v.forbidden(path, "`resources` must not be set for a Windows pod")
        return
    if resources.get("claims") is not None:
        v.forbidden(f"{path}.claims", "`claims` must not be set for a whole pod")
        _validate_claims(mappings(resources["claims"]), claim_names, f"{path}.claims", v)
    limits = mapping(resources.get("limits"))
    requests = mapping(resources.get("requests"))
    asked, limited = _total(spec, "requests", in_pod), _total(spec, "limits", in_pod)
    if in_pod and (requests or limits):
        # what a Pod leaves unset is filled in beforehand (DefaultPodLevelResources in pkg/api/pod/util.go)
        supplied = {
            name: amount for name, amount in limited.items() if is_huge_page(name) and name not in requests
        }
        limits = {**{name: _shown(amount) for name, amount in supplied.items()}, **limits}
        known = {name: _shown(amount) for name, amount in asked.items() if name in _POD_RESOURCES}
        usable = {
            name: value for name, value in limits.items() if name in _POD_RESOURCES or is_huge_page(name)
        }
        requests = {**usable, **known, **requests}
    _validate_requirements(requests, limits, True, path, v)
    for name, amount in asked.items():
        if name in requests and amount > milli(requests[name]):
            v.invalid(
                f"{path}.requests[{name}]",
                f"the pod's {name} request of {requests[name]} must not be less than the {_shown(amount)} "
                "of its containers",
            )
    for name, amount in limited.items():
        if is_huge_page(name) and name in limits and amount > milli(limits[name]):
            v.invalid(
                f"{path}.limits[{name}]",
                f"the pod's {name} limit of {limits[name]} must not be less than the {_shown(amount)} of its containers",
            )
    for index, container in enumerate(mappings(spec.get("containers"))):
        for name, value in mapping(mapping(container.get("resources")).get("limits")).items():
            if name in limits and milli(value) > milli(limits[name]):
                v.invalid(
                    f"{path}.containers[{index}][{name}].limits",
                    f"the {name} limit of {value} of container {index} must not be more than the pod's {limits[name]}",
                )


def validate_pod_claims(claims: list[dict[str, Any]], mirrored: bool, path: str, v: Violations) -> None:
    """Check a pod's `resourceClaims`; ``mirrored``: it has the annotation of a static pod's mirror."""
    seen: set[str] = set()
    for index, claim in enumerate(claims):
        if mirrored:
            v.forbidden("", "static pods must not have resource claims")
            continue
        at = f"{path}[{index}]"
        name = text(claim.get("name"))
        if not name:
            v.required(f"{at}.name", "a claim must have a name")
        elif name in seen:
            v.duplicate(f"{at}.name", f"there is a claim {quoted(name)} already")
        else:
            seen.add(name)
            if reason := dns1123_label_fault(name):
                v.invalid(f"{at}.name", f"{quoted(name)} is no name of a claim: it {reason}")
        fields = [f for f in ("resourceClaimName", "resourceClaimTemplateName") if claim.get(f) is not None]
        if len(fields) != 1:
            which = "neither" if not fields else "both"
            v.invalid(
                at, f"one of `resourceClaimName` and `resourceClaimTemplateName` must be set, not {which}"
            )
        for field in fields:
            if reason := dns1123_subdomain_fault(text(claim[field])):
                v.invalid(f"{at}.{field}", f"{quoted(claim[field])} is no valid name: it {reason}")

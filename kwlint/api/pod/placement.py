"""Validates where pods may run: affinity, tolerations and topology spread constraints.

Upstream: validateAffinity, ValidateTolerations and validateTopologySpreadConstraints in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.meta import validate_label_key, validate_label_selector
from kwlint.api.formats.names import dns1123_label_fault, label_key_fault, label_value_fault
from kwlint.api.pod.nodeselectors import validate_node_selector, validate_node_selector_term
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import int_or_zero, mapping, mappings, text, texts

AFFINITY_LABEL_KEYS_SINCE = 31
"""Minor version from which `matchLabelKeys` of pod affinity are kept (gate MatchLabelKeysInPodAffinity)."""
_SPREAD_LABEL_KEYS_SINCE = 27
_SPREAD_MERGE_SINCE = 34
_INCLUSION_POLICY_SINCE = 26

REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def validate_affinity(affinity: dict[str, Any], labels: dict[str, Any], path: str, v: Violations) -> None:
    """Check a pod's `affinity`; ``labels`` are those of a Pod, into whose terms they are merged (else empty)."""
    node = affinity.get("nodeAffinity")
    if isinstance(node, dict):
        at = f"{path}.nodeAffinity"
        if isinstance(selector := node.get(REQUIRED), dict):
            validate_node_selector(selector, f"{at}.{REQUIRED}", v)
        for index, preference in enumerate(mappings(node.get(PREFERRED))):
            _validate_weight(preference, f"{at}.{PREFERRED}[{index}]", v)
            term = mapping(preference.get("preference"))
            validate_node_selector_term(term, f"{at}.{PREFERRED}[{index}].preference", v, check_values=False)
    for field in ("podAffinity", "podAntiAffinity"):
        pods = affinity.get(field)
        if not isinstance(pods, dict):
            continue
        for index, term in enumerate(mappings(pods.get(REQUIRED))):
            _validate_pod_term(term, labels, f"{path}.{field}.{REQUIRED}[{index}]", v)
        for index, preference in enumerate(mappings(pods.get(PREFERRED))):
            at = f"{path}.{field}.{PREFERRED}[{index}]"
            _validate_weight(preference, at, v)
            _validate_pod_term(mapping(preference.get("podAffinityTerm")), labels, f"{at}.podAffinityTerm", v)


def _validate_weight(preference: dict[str, Any], path: str, v: Violations) -> None:
    weight = int_or_zero(preference.get("weight"))
    if not 1 <= weight <= 100:
        v.invalid(f"{path}.weight", f"the weight must be between 1 and 100, and is {weight}")


def _validate_pod_term(term: dict[str, Any], labels: dict[str, Any], path: str, v: Violations) -> None:
    selector = term.get("labelSelector")
    same, other = [], []
    if v.minor >= AFFINITY_LABEL_KEYS_SINCE:
        same, other = texts(term.get("matchLabelKeys")), texts(term.get("mismatchLabelKeys"))
    selector = _merged(selector, same, other, labels)
    validate_label_selector(selector, f"{path}.labelSelector", v)
    validate_label_selector(term.get("namespaceSelector"), f"{path}.namespaceSelector", v)
    for name in texts(term.get("namespaces")):
        if reason := dns1123_label_fault(name):
            v.invalid(f"{path}.namespace", f"{quoted(name)} is no name of a namespace: it {reason}")
    if same or other:
        _validate_label_keys(same, other, selector, path, v)
    key = text(term.get("topologyKey"))
    if not key:
        v.required(f"{path}.topologyKey", "`topologyKey` must be set")
    validate_label_key(key, f"{path}.topologyKey", v)


def _merged(selector: Any, same: list[str], other: list[str], labels: dict[str, Any]) -> Any:
    # the server adds the values of a Pod's labels to its selectors before it validates them
    added = [
        {"key": key, "operator": operator, "values": [text(labels[key])]}
        for keys, operator in ((same, "In"), (other, "NotIn"))
        for key in keys
        if key in labels
    ]
    if not added or not isinstance(selector, dict):
        return selector
    return {**selector, "matchExpressions": [*mappings(selector.get("matchExpressions")), *added]}


def _validate_label_keys(same: list[str], other: list[str], selector: Any, path: str, v: Violations) -> None:
    for field, keys in (("matchLabelKeys", same), ("mismatchLabelKeys", other)):
        if keys and not isinstance(selector, dict):
            v.forbidden(f"{path}.{field}", f"`{field}` must not be set without a `labelSelector`")
            continue
        for index, key in enumerate(keys):
            validate_label_key(key, f"{path}.{field}[{index}]", v)
    if isinstance(selector, dict):
        positions = {key: index for index, key in enumerate(same)}
        selected = set(mapping(selector.get("matchLabels")))
        for expression in mappings(selector.get("matchExpressions")):
            key = text(expression.get("key"))
            if key in positions and key in selected:
                # the server has the position of the key in another list here
                v.invalid(
                    f"{path}[{positions[key]}]", f"{quoted(key)} is in `matchLabelKeys` and in the selector"
                )
            selected.add(key)
    for index, key in enumerate(same):
        if key in other:
            v.invalid(f"{path}.matchLabelKeys[{index}]", f"{quoted(key)} is in `mismatchLabelKeys` too")


def validate_topology_spread(
    constraints: list[dict[str, Any]], labels: dict[str, Any], path: str, v: Violations
) -> None:
    """Check a pod's `topologySpreadConstraints`; ``labels`` as for ``validate_affinity``."""
    for index, constraint in enumerate(constraints):
        at = f"{path}[{index}]"
        skew = int_or_zero(constraint.get("maxSkew"))
        if skew <= 0:
            v.invalid(f"{at}.maxSkew", f"`maxSkew` must be greater than zero, and is {skew}")
        key, action = text(constraint.get("topologyKey")), text(constraint.get("whenUnsatisfiable"))
        if not key:
            v.required(f"{at}.topologyKey", "`topologyKey` must be set")
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            v.unsupported(f"{at}.whenUnsatisfiable", action, ["DoNotSchedule", "ScheduleAnyway"])
        for later in constraints[index + 1 :]:
            if key == text(later.get("topologyKey")) and action == text(later.get("whenUnsatisfiable")):
                v.duplicate(
                    f"{at}.{{topologyKey, whenUnsatisfiable}}",
                    f"two constraints must not have the same `topologyKey` ({key}) and `whenUnsatisfiable` ({action})",
                )
                break
        domains = constraint.get("minDomains")
        if isinstance(domains, int):
            if domains <= 0:
                v.invalid(f"{at}.minDomains", f"`minDomains` must be greater than zero, and is {domains}")
            if action != "DoNotSchedule":
                v.invalid(f"{at}.minDomains", "`minDomains` must be set only for `DoNotSchedule`")
        for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            policy = constraint.get(field)
            if (
                policy is not None
                and policy not in ("Honor", "Ignore")
                and v.minor >= _INCLUSION_POLICY_SINCE
            ):
                v.unsupported(f"{at}.{field}", policy, ["Honor", "Ignore"])
        selector = constraint.get("labelSelector")
        keys = texts(constraint.get("matchLabelKeys"))
        if keys and v.minor >= _SPREAD_MERGE_SINCE:
            selector = _merged(selector, keys, [], labels)
            _validate_label_keys(keys, [], selector, at, v)
        elif keys and v.minor >= _SPREAD_LABEL_KEYS_SINCE:
            _validate_spread_keys(keys, selector, f"{at}.matchLabelKeys", v)
        validate_label_selector(selector, f"{at}.labelSelector", v)


def _validate_spread_keys(keys: list[str], selector: Any, path: str, v: Violations) -> None:
    if not isinstance(selector, dict):
        v.forbidden(path, "`matchLabelKeys` must not be set without a `labelSelector`")
    selected = set(mapping(mapping(selector).get("matchLabels")))
    selected.update(text(item.get("key")) for item in mappings(mapping(selector).get("matchExpressions")))
    for index, key in enumerate(keys):
        validate_label_key(key, f"{path}[{index}]", v)
        if key in selected:
            v.invalid(f"{path}[{index}]", f"{quoted(key)} is in `matchLabelKeys` and in the selector")


def validate_tolerations(tolerations: list[dict[str, Any]], path: str, v: Violations) -> None:
    """Check a pod's `tolerations`; the server reports faults of a value at the operator."""
    for index, toleration in enumerate(tolerations):
        key, operator, value, effect = (
            text(toleration.get(f)) for f in ("key", "operator", "value", "effect")
        )
        at = f"{path}[{index}]"
        if key and (reason := label_key_fault(key)):
            v.invalid(f"{at}.key", f"{quoted(key)} is no key of a taint: it {reason}")
        if not key and operator != "Exists":
            v.invalid(
                f"{at}.operator", "`operator` must be `Exists` when `key` is empty, which matches every taint"
            )
        if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
            v.invalid(f"{at}.effect", "`effect` must be `NoExecute` when `tolerationSeconds` is set")
        if operator in ("", "Equal"):
            if reason := label_value_fault(value):
                v.invalid(f"{at}.operator", f"{quoted(value)} is no value of a taint: it {reason}")
        elif operator == "Exists":
            if value:
                v.invalid(f"{at}.operator", "`value` must be empty when `operator` is `Exists`")
        else:
            v.unsupported(f"{at}.operator", operator, ["Equal", "Exists"])
        if effect and effect not in _EFFECTS:
            v.unsupported(f"{at}.effect", effect, list(_EFFECTS))

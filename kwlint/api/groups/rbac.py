"""What the API server says to objects of rbac.authorization.k8s.io: roles and their bindings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_subdomain_fault, path_segment_name_fault
from kwlint.api.violations import Repair, Violation, Violations, quoted
from kwlint.util.values import mapping, sequence, text

GROUP = "rbac.authorization.k8s.io"


def _validate_rules(rules: Any, v: Violations, namespaced: bool) -> None:
    for index, rule in enumerate(sequence(rules)):
        rule = mapping(rule)
        if not rule.get("verbs"):
            v.required(f"rules[{index}].verbs", "a rule must have at least one verb")
        if rule.get("nonResourceURLs"):
            path = f"rules[{index}].nonResourceURLs"
            if namespaced:
                v.invalid(path, "a Role cannot grant non-resource URLs; only a ClusterRole can")
            if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
                v.invalid(path, "a rule cannot be for resources and non-resource URLs at once")
            continue
        if not rule.get("apiGroups"):
            v.required(
                f"rules[{index}].apiGroups", 'a rule must name at least one API group (`""` is the core one)'
            )
        if not rule.get("resources"):
            v.required(f"rules[{index}].resources", "a rule must name at least one resource")


def validate_role(role: dict[str, Any], v: Violations) -> None:
    """Validate a Role (pkg/apis/rbac/validation/validation.go, ValidateRole)."""
    meta.validate_object_meta(
        role.get("metadata"), "metadata", v, True, path_segment_name_fault, keeps_generation=True
    )
    _validate_rules(role.get("rules"), v, True)


def validate_cluster_role(role: dict[str, Any], v: Violations) -> None:
    """Validate a ClusterRole (pkg/apis/rbac/validation/validation.go, ValidateClusterRole)."""
    meta.validate_object_meta(
        role.get("metadata"), "metadata", v, False, path_segment_name_fault, keeps_generation=True
    )
    _validate_rules(role.get("rules"), v, False)
    aggregation = role.get("aggregationRule")
    if isinstance(aggregation, dict):
        path = "aggregationRule.clusterRoleSelectors"
        selectors = sequence(aggregation.get("clusterRoleSelectors"))
        if not selectors:
            v.required(path, "an aggregation rule must have at least one selector")
        for index, selector in enumerate(selectors):
            found = len(v.found)
            meta.validate_label_selector(mapping(selector), f"{path}[{index}]", v)
            if len(v.found) != found:
                v.invalid(f"{path}[{index}]", "this is not a valid label selector")


def _validate_role_ref(binding: dict[str, Any], v: Violations, kinds: list[str]) -> None:
    role_ref = mapping(binding.get("roleRef"))
    group = text(role_ref.get("apiGroup")) or GROUP
    if group != GROUP:
        v.unsupported("roleRef.apiGroup", group, [GROUP])
    kind = text(role_ref.get("kind"))
    if kind not in kinds:
        v.unsupported("roleRef.kind", kind, kinds)
    name = text(role_ref.get("name"))
    if not name:
        v.required("roleRef.name", "a binding must name the role it grants")
    elif reason := path_segment_name_fault(name):
        v.invalid("roleRef.name", f"{quoted(name)} is no name of a role: it {reason}")


def _validate_subjects(binding: dict[str, Any], v: Violations, namespaced: bool) -> None:
    for index, subject in enumerate(sequence(binding.get("subjects"))):
        subject = mapping(subject)
        name, kind, group = (
            text(subject.get("name")),
            text(subject.get("kind")),
            text(subject.get("apiGroup")),
        )
        if not name:
            v.required(f"subjects[{index}].name", "a subject must have a name")
        if kind == "ServiceAccount":
            if name and (reason := dns1123_subdomain_fault(name)):
                v.invalid(
                    f"subjects[{index}].name", f"{quoted(name)} is no name of a ServiceAccount: it {reason}"
                )
            if group:
                sentence = f"unsupported value {quoted(group)}; the API group of a ServiceAccount is the core one, empty"
                v.found.append(
                    Violation("API005", f"subjects[{index}].apiGroup", sentence, repair=Repair("remove"))
                )
            if not namespaced and not subject.get("namespace"):
                v.required(f"subjects[{index}].namespace", "a ServiceAccount needs its namespace here")
        elif kind in ("User", "Group"):
            if group and group != GROUP:
                v.unsupported(f"subjects[{index}].apiGroup", group, [GROUP])
        else:
            v.unsupported(f"subjects[{index}].kind", kind, ["ServiceAccount", "User", "Group"])


def validate_role_binding(binding: dict[str, Any], v: Violations) -> None:
    """Validate a RoleBinding (pkg/apis/rbac/validation/validation.go, ValidateRoleBinding)."""
    meta.validate_object_meta(
        binding.get("metadata"), "metadata", v, True, path_segment_name_fault, keeps_generation=True
    )
    _validate_role_ref(binding, v, ["Role", "ClusterRole"])
    _validate_subjects(binding, v, True)


def validate_cluster_role_binding(binding: dict[str, Any], v: Violations) -> None:
    """Validate a ClusterRoleBinding (pkg/apis/rbac/validation/validation.go, ValidateClusterRoleBinding)."""
    meta.validate_object_meta(
        binding.get("metadata"), "metadata", v, False, path_segment_name_fault, keeps_generation=True
    )
    _validate_role_ref(binding, v, ["ClusterRole"])
    _validate_subjects(binding, v, False)


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "rbac.authorization.k8s.io/v1/Role": validate_role,
    "rbac.authorization.k8s.io/v1/ClusterRole": validate_cluster_role,
    "rbac.authorization.k8s.io/v1/RoleBinding": validate_role_binding,
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding": validate_cluster_role_binding,
}

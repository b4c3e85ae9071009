"""Node selectors, of pods' node affinity and of volumes, and the node labels that are deprecated."""

from __future__ import annotations

from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_subdomain_fault, label_value_fault
from kwlint.api.violations import Violations, in_case, quoted
from kwlint.util.values import mapping, mappings, text, texts

VALUES_CHECKED_SINCE = 33
"""Minor version from which the values of a required node selector must be valid label values."""

_DEPRECATED_LABELS = {  # pkg/api/node/util.go
    "beta.kubernetes.io/arch": "deprecated since 1.14; use `kubernetes.io/arch`",
    "beta.kubernetes.io/os": "deprecated since 1.14; use `kubernetes.io/os`",
    "failure-domain.beta.kubernetes.io/region": "deprecated since 1.17; use `topology.kubernetes.io/region`",
    "failure-domain.beta.kubernetes.io/zone": "deprecated since 1.17; use `topology.kubernetes.io/zone`",
    "beta.kubernetes.io/instance-type": "deprecated since 1.17; use `node.kubernetes.io/instance-type`",
    "app.kubernetes.io/created-by": "deprecated since 1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since 1.22; use taints and tolerations",
    "node-role.kubernetes.io/master": "deprecated; use `node-role.kubernetes.io/control-plane`",
}


def deprecation_of(label: str) -> str | None:
    """Return since when a node label is deprecated and what to use, or None for one that is not."""
    return _DEPRECATED_LABELS.get(label)


def validate_node_selector(selector: dict[str, Any], path: str, v: Violations) -> None:
    """Check a node selector (ValidateNodeSelector, pkg/apis/core/validation/validation.go)."""
    terms = mappings(selector.get("nodeSelectorTerms"))
    if not terms:
        v.required(f"{path}.nodeSelectorTerms", "must have at least one term")
    for index, term in enumerate(terms):
        validate_node_selector_term(
            term, f"{path}.nodeSelectorTerms[{index}]", v, v.minor >= VALUES_CHECKED_SINCE
        )


def validate_node_selector_term(term: dict[str, Any], path: str, v: Violations, check_values: bool) -> None:
    """Check a term (ValidateNodeSelectorTerm); ``check_values``: values must be valid label values."""
    for index, requirement in enumerate(mappings(term.get("matchExpressions"))):
        _validate_expression(requirement, f"{path}.matchExpressions[{index}]", v, check_values)
    for index, requirement in enumerate(mappings(term.get("matchFields"))):
        _validate_field(requirement, f"{path}.matchFields[{index}]", v)


def _validate_expression(requirement: dict[str, Any], path: str, v: Violations, check_values: bool) -> None:
    operator = text(requirement.get("operator"))
    values = texts(requirement.get("values"))
    if operator in ("In", "NotIn"):
        if not values:
            v.required(f"{path}.values", f"must be set where `operator` is `{operator}`")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            v.forbidden(f"{path}.values", f"must not be set where `operator` is `{operator}`")
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            v.required(f"{path}.values", f"must be exactly one value where `operator` is `{operator}`")
    else:
        v.invalid(
            f"{path}.operator",
            f"unknown operator {quoted(operator)}; it must be one of "
            "`DoesNotExist`, `Exists`, `Gt`, `In`, `Lt`, `NotIn`",
            in_case(operator, ("DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn")),
        )
    meta.validate_label_key(requirement.get("key"), f"{path}.key", v)
    if check_values:
        for index, value in enumerate(values):
            if reason := label_value_fault(value):
                v.invalid(f"{path}.values[{index}]", f"{quoted(value)} is no label value: it {reason}")


def _validate_field(requirement: dict[str, Any], path: str, v: Violations) -> None:
    operator = text(requirement.get("operator"))
    values = texts(requirement.get("values"))
    if operator not in ("In", "NotIn"):
        v.invalid(
            f"{path}.operator",
            f"unknown operator {quoted(operator)}; it must be `In` or `NotIn`",
            in_case(operator, ("In", "NotIn")),
        )
    elif len(values) != 1:
        v.required(f"{path}.values", "must be exactly one value")
    key = text(requirement.get("key"))
    if key != "metadata.name":
        v.invalid(
            f"{path}.key", f"{quoted(key)} must be `metadata.name`, the only field of nodes to select by"
        )
        return
    for index, value in enumerate(values):
        if reason := dns1123_subdomain_fault(value):
            v.invalid(f"{path}.values[{index}]", f"{quoted(value)} is no name of a node: it {reason}")


def warn_of_node_selector(selector: Any, path: str, v: Violations) -> None:
    """Record deprecated labels in a node selector (GetWarningsForNodeSelectorTerm, pkg/api/node/util.go)."""
    for index, term in enumerate(mappings(mapping(selector).get("nodeSelectorTerms"))):
        for number, requirement in enumerate(mappings(term.get("matchExpressions"))):
            key = text(requirement.get("key"))
            if advice := deprecation_of(key):
                at = f"{path}.nodeSelectorTerms[{index}].matchExpressions[{number}].key"
                v.warning(at, f"the node label `{key}` is {advice}")

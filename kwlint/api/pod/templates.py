"""Checks what workloads have in common: the selector, and the pod template that it must select."""

from __future__ import annotations

from typing import Any

from kwlint.api.formats import meta
from kwlint.api.violations import Violations, quoted
from kwlint.model.selector import PodLabels
from kwlint.model.selector import parse as parse_selector
from kwlint.util.literals import atoi
from kwlint.util.values import mapping, text


def template_labels(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the labels of the pod template in a workload's spec."""
    return mapping(mapping(mapping(spec.get("template")).get("metadata")).get("labels"))


def matches(selector: Any, labels: dict[str, Any]) -> bool:
    """Return whether a valid label selector selects labels; null selects nothing."""
    if not isinstance(selector, dict):
        return False
    pairs = mapping(selector.get("matchLabels"))
    if any(key not in labels or text(labels[key]) != text(value) for key, value in pairs.items()):
        return False
    if not selector.get("matchExpressions"):
        return True
    written = {key: text(value) for key, value in labels.items()}
    return parse_selector({"matchExpressions": selector["matchExpressions"]}).matches(PodLabels(written))


def validate_selector(spec: dict[str, Any], v: Violations) -> bool:
    """Check a workload's selector against itself and the template's labels; say whether it is a selector at all.

    The API server does not look at the template of a Deployment, ReplicaSet or StatefulSet whose selector is none.
    """
    selector = spec.get("selector")
    valid = True
    if not isinstance(selector, dict):
        v.required("spec.selector", "a selector must be set, and it must match the labels of `spec.template`")
    else:
        found = len(v.found)
        meta.validate_label_selector(selector, "spec.selector", v)
        valid = len(v.found) == found
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            v.invalid("spec.selector", "the selector must not be empty")
        if not valid:
            v.invalid("spec.selector", "the selector is not valid")
    if valid and not matches(selector, template_labels(spec)):
        report_mismatch(spec, "spec", v)
    return valid


def report_mismatch(spec: dict[str, Any], path: str, v: Violations) -> None:
    """Record that the selector of the workload's spec at ``path`` does not match its template's labels."""
    labels = template_labels(spec)
    shown = ", ".join(f"{key}={text(value)}" for key, value in labels.items()) or "none"
    v.invalid(
        f"{path}.template.metadata.labels",
        f"`selector` does not match the labels of the template ({shown if len(shown) <= 100 else shown[:97] + '...'})",
    )


def validate_long_running(spec: dict[str, Any], kind: str, v: Violations) -> None:
    """Check what a template of pods that are to run for ever must not have: another restart policy, a deadline."""
    pod = mapping(mapping(spec.get("template")).get("spec"))
    policy = text(pod.get("restartPolicy"))
    if policy and policy != "Always":
        v.unsupported("spec.template.spec.restartPolicy", policy, ["Always"])
    if pod.get("activeDeadlineSeconds") is not None:
        v.forbidden(
            "spec.template.spec.activeDeadlineSeconds",
            f"`activeDeadlineSeconds` must not be set for a {kind}",
        )


def validate_generation_annotation(metadata: Any, key: str, v: Violations) -> None:
    """Check an annotation that stands for a number of the older API versions, and must be one."""
    value = mapping(mapping(metadata).get("annotations")).get(key)
    if not isinstance(value, str):
        return
    if atoi(value) is None:
        v.invalid(f"metadata.annotations[{key}]", f"{quoted(value)} must be a whole number")

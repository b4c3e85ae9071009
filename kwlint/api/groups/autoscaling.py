"""What the API server says to a HorizontalPodAutoscaler of either version.

Upstream: pkg/apis/autoscaling/validation/validation.go, defaults.go and conversion.go of pkg/apis/autoscaling/v1
and v2, and pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_subdomain_fault
from kwlint.api.groups.hpaannotations import BEHAVIOR, METRICS, annotated_behavior, annotated_metrics
from kwlint.api.groups.hpametrics import validate_metrics, validate_object_reference
from kwlint.api.violations import Violations
from kwlint.model import quantity
from kwlint.util.values import int_or_zero, mapping, mappings, text

_GENERATION_SINCE = 37  # gate HPAGeneration
_SCALE_TO_ZERO_SINCE = 37  # gate HPAScaleToZero
_TOLERANCE_SINCE = 35  # gate HPAConfigurableTolerance; before, the field is dropped
_MAX_REQUIRED_SINCE = 36  # before, 0 is an invalid value
_LONGEST_PERIOD = 1800
_LONGEST_WINDOW = 3600


def validate_autoscaler_v2(autoscaler: dict[str, Any], v: Violations) -> None:
    """Validate a HorizontalPodAutoscaler of autoscaling/v2 (ValidateHorizontalPodAutoscaler)."""
    spec = mapping(autoscaler.get("spec"))
    _validate(autoscaler.get("metadata"), spec, mappings(spec.get("metrics")), v)
    _validate_behavior(mapping(spec.get("behavior")), v)


def validate_autoscaler_v1(autoscaler: dict[str, Any], v: Violations) -> None:
    """Validate a HorizontalPodAutoscaler of autoscaling/v1, whose percentage becomes a metric of cpu.

    Annotations hold what else autoscaling/v2 has; the server names the fields of that version.
    """
    spec = mapping(autoscaler.get("spec"))
    annotations = mapping(mapping(autoscaler.get("metadata")).get("annotations"))
    percentage = spec.get("targetCPUUtilizationPercentage")
    metrics = annotated_metrics(annotations, v.minor) if METRICS in annotations else []
    own = f"spec.metrics[{len(metrics)}]"
    if percentage is not None:
        target = {"type": "Utilization", "averageUtilization": percentage}
        metrics.append({"type": "Resource", "resource": {"name": "cpu", "target": target}})
    _validate(autoscaler.get("metadata"), spec, metrics, v)
    if BEHAVIOR in annotations:
        _validate_behavior(annotated_behavior(annotations), v)
    for at, violation in enumerate(v.found):
        if violation.path.startswith(own):
            v.found[at] = violation._replace(place="spec.targetCPUUtilizationPercentage")
        elif violation.path.startswith("spec.metrics["):
            v.found[at] = violation._replace(place=f"metadata.annotations[{METRICS}]")
        elif violation.path.startswith("spec.behavior."):
            v.found[at] = violation._replace(place=f"metadata.annotations[{BEHAVIOR}]")


def _validate_behavior(behavior: dict[str, Any], v: Violations) -> None:
    for field in ("scaleUp", "scaleDown"):
        rules = behavior.get(field)
        if isinstance(rules, dict):
            _validate_scaling_rules(rules, f"spec.behavior.{field}", v)


def _validate(metadata: Any, spec: dict[str, Any], metrics: list[dict[str, Any]], v: Violations) -> None:
    meta.validate_object_meta(
        metadata, "metadata", v, True, dns1123_subdomain_fault, keeps_generation=v.minor < _GENERATION_SINCE
    )
    least = spec.get("minReplicas")
    lowest = 0 if v.minor >= _SCALE_TO_ZERO_SINCE else 1
    if isinstance(least, int) and least < lowest:
        v.invalid("spec.minReplicas", f"`minReplicas` must be at least {lowest}, and is {least}")
    most = int_or_zero(spec.get("maxReplicas"))
    if most == 0 and v.minor >= _MAX_REQUIRED_SINCE:
        v.required("spec.maxReplicas", "`maxReplicas` must be set and at least 1")
    elif most < 1:
        v.invalid("spec.maxReplicas", f"`maxReplicas` must be at least 1, and is {most}")
    elif most < int_or_zero(1 if least is None else least):
        shown = "1 if unset" if least is None else f"{least}"
        v.invalid("spec.maxReplicas", f"`maxReplicas` ({most}) must not be less than `minReplicas` ({shown})")
    reference = mapping(spec.get("scaleTargetRef"))
    group_needed = reference.get("kind") != "ReplicationController"
    validate_object_reference(reference, "spec.scaleTargetRef", group_needed, v)
    validate_metrics(metrics, "spec.metrics", v)
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        v.forbidden("spec.metrics", "to scale to 0 there must be an `Object` or `External` metric")


def _validate_scaling_rules(rules: dict[str, Any], path: str, v: Violations) -> None:
    """Check rules for scaling up or down; what is unset has valid defaults (GenerateHPAScaleUpRules)."""
    window = int_or_zero(rules.get("stabilizationWindowSeconds"))
    if not 0 <= window <= _LONGEST_WINDOW:
        v.invalid(
            f"{path}.stabilizationWindowSeconds", f"must be from 0 to {_LONGEST_WINDOW}, and is {window}"
        )
    choice = rules.get("selectPolicy")
    if choice is not None and choice not in ("Disabled", "Max", "Min"):
        v.unsupported(f"{path}.selectPolicy", choice, ["Disabled", "Max", "Min"])
    if rules.get("policies") == []:
        v.required(f"{path}.policies", "must have at least one policy, or be left out")
    for index, policy in enumerate(mappings(rules.get("policies"))):
        at = f"{path}.policies[{index}]"
        kind = text(policy.get("type"))
        if kind not in ("Percent", "Pods"):
            v.unsupported(f"{at}.type", kind, ["Percent", "Pods"])
        if int_or_zero(policy.get("value")) <= 0:
            v.invalid(f"{at}.value", f"must be greater than 0, and is {int_or_zero(policy.get('value'))}")
        period = int_or_zero(policy.get("periodSeconds"))
        if not 0 < period <= _LONGEST_PERIOD:
            v.invalid(f"{at}.periodSeconds", f"must be from 1 to {_LONGEST_PERIOD}, and is {period}")
    tolerance = rules.get("tolerance")
    if tolerance is not None and v.minor >= _TOLERANCE_SINCE and quantity.amount(tolerance) < 0:
        v.invalid(f"{path}.tolerance", f"must not be negative, and is {tolerance}")


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "autoscaling/v1/HorizontalPodAutoscaler": validate_autoscaler_v1,
    "autoscaling/v2/HorizontalPodAutoscaler": validate_autoscaler_v2,
}

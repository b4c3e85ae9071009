"""What the annotations of a HorizontalPodAutoscaler of autoscaling/v1 hold that this version has no fields for.

Upstream: Convert_v1_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler in
pkg/apis/autoscaling/v1/conversion.go. They are JSON, read as Go reads it: keys without regard to case; an annotation
that is none, or has a wrong type in it, does not count.
"""

from __future__ import annotations

from typing import Any

from kwlint.model import quantity
from kwlint.util.literals import parse_json

METRICS = "autoscaling.alpha.kubernetes.io/metrics"
BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior"
# Minor version from which a target value of 0 beside an average value counts as unset.
_ZERO_IS_UNSET_SINCE = 32

_INT32 = range(-(2**31), 2**31)
_RESOURCE = {"name": "string", "targetAverageUtilization": "int32", "targetAverageValue": "quantity"}
_METRIC: dict[str, Any] = {
    "type": "string",
    "object": {
        "target": {"kind": "string", "name": "string", "apiVersion": "string"},
        "metricName": "string",
        "targetValue": "quantity",
        "averageValue": "quantity",
    },
    "pods": {"metricName": "string", "targetAverageValue": "quantity"},
    "resource": _RESOURCE,
    "containerResource": {**_RESOURCE, "container": "string"},
    "external": {"metricName": "string", "targetValue": "quantity", "targetAverageValue": "quantity"},
}
_RULES = {
    "stabilizationWindowSeconds": "int32",
    "selectPolicy": "string",
    "policies": [{"type": "string", "value": "int32", "periodSeconds": "int32"}],
    "tolerance": "quantity",
}
_BEHAVIOR: dict[str, Any] = {"scaleUp": _RULES, "scaleDown": _RULES}


def annotated_metrics(annotations: dict[str, Any], minor: int) -> list[dict[str, Any]]:
    """Return the metrics that an annotation has, as autoscaling/v2 writes them; none where it does not count."""
    return [_metric(metric, minor) for metric in _parsed(annotations.get(METRICS), [_METRIC]) or ()]


def annotated_behavior(annotations: dict[str, Any]) -> dict[str, Any]:
    """Return the behavior that an annotation has, as autoscaling/v2 writes it; an empty one where it does not count.

    It gets no defaults, so that rules without policies have none.
    """
    behavior = _parsed(annotations.get(BEHAVIOR), _BEHAVIOR) or {}
    return {
        field: {**rules, "policies": rules.get("policies") or []}
        for field, rules in behavior.items()
        if rules is not None
    }


def _parsed(annotation: Any, shape: Any) -> Any:
    if not isinstance(annotation, str):
        return None
    try:
        return _read(parse_json(annotation), shape)
    except ValueError:
        return None


def _read(value: Any, shape: Any) -> Any:
    """Return those parts of a value that a shape has; raises ValueError on a wrong type."""
    if value is None:
        return None
    if isinstance(shape, list) and isinstance(value, list):
        return [_read(item, shape[0]) or {} for item in value]
    if isinstance(shape, dict) and isinstance(value, dict):
        names = {name.lower(): name for name in shape}
        return {
            names[key.lower()]: _read(item, shape[names[key.lower()]])
            for key, item in value.items()
            if key.lower() in names
        }
    if shape == "string" and isinstance(value, str):
        return value
    if shape == "int32" and isinstance(value, int) and not isinstance(value, bool) and value in _INT32:
        return value
    if shape == "quantity" and not isinstance(value, bool) and quantity.read(value) is not None:
        return value
    raise ValueError(f"{value!r} is no {shape}")


def _metric(metric: dict[str, Any], minor: int) -> dict[str, Any]:
    converted: dict[str, Any] = {"type": metric.get("type")}
    for field, source in metric.items():
        if not isinstance(source, dict):
            continue
        value = source.get("targetValue")
        average = source.get("averageValue" if field == "object" else "targetAverageValue")
        if field == "object":
            given = value or "0"
            zero = quantity.amount(given) == 0 and average is not None and minor >= _ZERO_IS_UNSET_SINCE
            value = None if zero else given
        elif field == "pods":
            average = average or "0"
        percentage = source.get("targetAverageUtilization")
        if field in ("resource", "containerResource"):
            kind = "AverageValue" if percentage is None else "Utilization"
        elif field == "object":
            kind = "Value" if average is None else "AverageValue"
        else:
            kind = "AverageValue" if value is None else "Value"
        converted[field] = {
            "name": source.get("name"),
            "container": source.get("container"),
            "metric": {"name": source.get("metricName")},
            "describedObject": source.get("target"),
            "target": {
                "type": kind,
                "value": value,
                "averageValue": average,
                "averageUtilization": percentage,
            },
        }
    return converted

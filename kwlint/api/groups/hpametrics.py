"""What the API server says to the metrics of a HorizontalPodAutoscaler, and to what they and it refer to.

Upstream: validateMetrics and ValidateCrossVersionObjectReference in pkg/apis/autoscaling/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.names import dns1123_label_fault, path_segment_name_fault
from kwlint.api.formats.resourcenames import container_resource_name_fault
from kwlint.api.violations import Violations, in_case, quoted
from kwlint.model import quantity
from kwlint.util.values import int_or_zero, mapping, text

_CONTAINER_METRICS_SINCE = 27  # gate HPAContainerMetrics; before, their details are dropped
_API_VERSION_SINCE = 34  # kubernetes/kubernetes#132537
# The field of each type, in the order in which the server looks for them.
_FIELDS = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def validate_object_reference(
    reference: dict[str, Any], path: str, group_needed: bool, v: Violations
) -> None:
    """Check a reference to an object by kind, name and apiVersion (ValidateCrossVersionObjectReference)."""
    for field in ("kind", "name"):
        value = text(reference.get(field))
        if not value:
            v.required(f"{path}.{field}", f"`{field}` must be set")
        elif reason := path_segment_name_fault(value):
            v.invalid(f"{path}.{field}", f"{quoted(value)} is no valid {field}: it {reason}")
    if v.minor < _API_VERSION_SINCE:
        return
    version = text(reference.get("apiVersion"))
    if version.count("/") > 1:
        v.invalid(f"{path}.apiVersion", f"{quoted(version)} must be a group and a version, such as `apps/v1`")
    elif group_needed and not version.rpartition("/")[0]:
        shown = f"{quoted(version)} has no API group" if version else "`apiVersion` is missing"
        v.invalid(f"{path}.apiVersion", f"{shown}; a Deployment or StatefulSet has `apps/v1`")


def validate_metrics(metrics: list[dict[str, Any]], path: str, v: Violations) -> None:
    """Check the metrics of an autoscaler (validateMetricSpec)."""
    for index, metric in enumerate(metrics):
        at = f"{path}[{index}]"
        kind = text(metric.get("type"))
        if not kind:
            v.required(f"{at}.type", "`type` must be set")
        if kind not in _FIELDS:
            v.unsupported(f"{at}.type", kind, list(_FIELDS))
        present = [field for field in _FIELDS.values() if isinstance(metric.get(field), dict)]
        if v.minor < _CONTAINER_METRICS_SINCE and "containerResource" in present:
            present.remove("containerResource")
        if present:
            # the server looks into one of them only
            _CHECKS[present[0]](metric[present[0]], f"{at}.{present[0]}", v)
        expected = _FIELDS.get(kind)
        if expected and metric.get(expected) and expected not in present:
            v.not_in_version(f"{at}.{expected}", f"field `{expected}`", _CONTAINER_METRICS_SINCE)
        elif expected and expected not in present:
            v.required(f"{at}.{expected}", f"`{expected}` must be set when `type` is `{kind}`")
        if len(present) > 1:
            for field in present:
                if field != expected:
                    v.forbidden(f"{at}.{field}", f"`{field}` must not be set when `type` is `{kind}`")


def _validate_target(source: dict[str, Any], path: str, v: Violations) -> dict[str, Any]:
    target = mapping(source.get("target"))
    kind = text(target.get("type"))
    if not kind:
        v.required(f"{path}.target.type", "`type` must be set")
    if kind not in ("Utilization", "Value", "AverageValue"):
        v.invalid(
            f"{path}.target.type",
            f"{quoted(kind)} must be one of `AverageValue`, `Utilization`, `Value`",
            in_case(kind, ("AverageValue", "Utilization", "Value")),
        )
    for field in ("value", "averageValue"):
        value = target.get(field)
        if value is not None and quantity.amount(value) <= 0:
            v.invalid(f"{path}.target.{field}", f"`{field}` must be greater than 0, and is {value}")
    percentage = target.get("averageUtilization")
    if percentage is not None and int_or_zero(percentage) < 1:
        v.invalid(
            f"{path}.target.averageUtilization",
            f"`averageUtilization` must be at least 1, and is {percentage}",
        )
    return target


def _validate_metric_name(source: dict[str, Any], path: str, v: Violations) -> None:
    name = text(mapping(source.get("metric")).get("name"))
    if not name:
        v.required(f"{path}.metric.name", "the metric must have a name")
    elif reason := path_segment_name_fault(name):
        v.invalid(f"{path}.metric.name", f"{quoted(name)} is no name of a metric: it {reason}")


def _validate_object(source: dict[str, Any], path: str, v: Violations) -> None:
    validate_object_reference(mapping(source.get("describedObject")), f"{path}.describedObject", False, v)
    _validate_metric_name(source, path, v)
    target = _validate_target(source, path, v)
    if target.get("value") is None and target.get("averageValue") is None:
        v.required(f"{path}.target.averageValue", "`value` or `averageValue` must be set")


def _validate_external(source: dict[str, Any], path: str, v: Violations) -> None:
    _validate_metric_name(source, path, v)
    target = _validate_target(source, path, v)
    if target.get("value") is None and target.get("averageValue") is None:
        v.required(f"{path}.target.averageValue", "`value` or `averageValue` must be set")
    if target.get("value") is not None and target.get("averageValue") is not None:
        v.forbidden(f"{path}.target.value", "`value` and `averageValue` must not both be set")


def _validate_pods(source: dict[str, Any], path: str, v: Violations) -> None:
    _validate_metric_name(source, path, v)
    if _validate_target(source, path, v).get("averageValue") is None:
        v.required(f"{path}.target.averageValue", "`averageValue` must be set")


def _validate_resource_target(source: dict[str, Any], path: str, v: Violations) -> None:
    target = _validate_target(source, path, v)
    percentage, value = target.get("averageUtilization"), target.get("averageValue")
    if percentage is None and value is None:
        v.required(f"{path}.target.averageUtilization", "`averageUtilization` or `averageValue` must be set")
    elif percentage is not None and value is not None:
        v.forbidden(
            f"{path}.target.averageValue", "`averageUtilization` and `averageValue` must not both be set"
        )


def _validate_resource(source: dict[str, Any], path: str, v: Violations) -> None:
    if not text(source.get("name")):
        v.required(f"{path}.name", "the resource must be named")
    _validate_resource_target(source, path, v)


def _validate_container_resource(source: dict[str, Any], path: str, v: Violations) -> None:
    name, container = text(source.get("name")), text(source.get("container"))
    if not name:
        v.required(f"{path}.name", "the resource must be named")
    elif reason := container_resource_name_fault(name):
        v.invalid(f"{path}.name", f"{quoted(name)} is no resource of a container: it {reason}")
    if not container:
        v.required(f"{path}.container", "the container must be named")
    elif reason := dns1123_label_fault(container):
        v.invalid(f"{path}.container", f"{quoted(container)} is no name of a container: it {reason}")
    _validate_resource_target(source, path, v)


_CHECKS = {
    "object": _validate_object,
    "external": _validate_external,
    "pods": _validate_pods,
    "resource": _validate_resource,
    "containerResource": _validate_container_resource,
}

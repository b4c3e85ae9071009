"""What the API server says to the objects of apps: Deployment, ReplicaSet, DaemonSet and StatefulSet.

Upstream: pkg/apis/apps/validation/validation.go, pkg/apis/apps/v1/defaults.go and the create strategies in
pkg/registry/apps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.counts import is_zero, validate_at_most_all, validate_count, validate_not_negative
from kwlint.api.formats.names import dns1123_subdomain_fault
from kwlint.api.groups.statefulset import validate_stateful_set
from kwlint.api.pod.spec import validate_pod_template_spec
from kwlint.api.pod.templates import (
    matches,
    report_mismatch,
    template_labels,
    validate_generation_annotation,
    validate_long_running,
    validate_selector,
)
from kwlint.api.pod.warnings import warn_of_host_name, warn_of_pod_template
from kwlint.api.violations import Violations
from kwlint.util.values import int_or_zero, mapping, text

_PROGRESS_DEADLINE = 600  # seconds, where `progressDeadlineSeconds` is unset


def validate_deployment(deployment: dict[str, Any], v: Violations) -> None:
    """Validate a Deployment (ValidateDeployment)."""
    metadata, spec = deployment.get("metadata"), mapping(deployment.get("spec"))
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault)
    if mapping(mapping(metadata).get("annotations")).get("deprecated.deployment.rollback.to"):
        validate_generation_annotation(metadata, "deprecated.deployment.rollback.to", v)
    for field in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        validate_not_negative(spec, field, "spec", v)
    if validate_selector(spec, v):
        validate_pod_template_spec(spec.get("template"), "spec.template", v)
        validate_long_running(spec, "Deployment", v)
    _validate_strategy(mapping(spec.get("strategy")), v)
    validate_not_negative(spec, "progressDeadlineSeconds", "spec", v)
    deadline = spec.get("progressDeadlineSeconds")
    ready = int_or_zero(spec.get("minReadySeconds"))
    if int_or_zero(_PROGRESS_DEADLINE if deadline is None else deadline) <= ready:
        shown = f"{_PROGRESS_DEADLINE} if unset" if deadline is None else f"{deadline}"
        v.invalid(
            "spec.progressDeadlineSeconds",
            f"`progressDeadlineSeconds` ({shown}) must be greater than `minReadySeconds` ({ready})",
        )
    warn_of_host_name(metadata, "Pod names and host names", v)
    warn_of_pod_template(spec.get("template"), "spec.template", v)


def _validate_strategy(strategy: dict[str, Any], v: Violations) -> None:
    kind = text(strategy.get("type")) or "RollingUpdate"
    update = strategy.get("rollingUpdate")
    if kind == "Recreate":
        if isinstance(update, dict):
            v.forbidden(
                "spec.strategy.rollingUpdate", "`rollingUpdate` must not be set when `type` is `Recreate`"
            )
    elif kind != "RollingUpdate":
        # the server names the whole strategy as the place
        v.unsupported("spec.strategy.type", kind, ["Recreate", "RollingUpdate"])
    elif isinstance(update, dict):
        unavailable, surge = update.get("maxUnavailable"), update.get("maxSurge")
        before = len(v.found)
        validate_count(unavailable, "spec.strategy.rollingUpdate.maxUnavailable", v)
        is_count = len(v.found) == before
        validate_count(surge, "spec.strategy.rollingUpdate.maxSurge", v)
        # of "0" in quotes the server says both, which is one fault
        if is_count and is_zero(unavailable) and is_zero(surge):
            v.invalid(
                "spec.strategy.rollingUpdate.maxUnavailable",
                "`maxUnavailable` must not be 0 when `maxSurge` is 0 too",
            )
        validate_at_most_all(unavailable, "spec.strategy.rollingUpdate.maxUnavailable", v)


def validate_replica_set(replica_set: dict[str, Any], v: Violations) -> None:
    """Validate a ReplicaSet (ValidateReplicaSet)."""
    metadata, spec = replica_set.get("metadata"), mapping(replica_set.get("spec"))
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault)
    for field in ("replicas", "minReadySeconds"):
        validate_not_negative(spec, field, "spec", v)
    if validate_selector(spec, v):
        validate_pod_template_spec(spec.get("template"), "spec.template", v)
        validate_long_running(spec, "ReplicaSet", v)
    warn_of_host_name(metadata, "Pod names and host names", v)
    warn_of_pod_template(spec.get("template"), "spec.template", v)


def validate_daemon_set(daemon_set: dict[str, Any], v: Violations) -> None:
    """Validate a DaemonSet (ValidateDaemonSet); a missing selector is reported as one that does not match."""
    metadata, spec = daemon_set.get("metadata"), mapping(daemon_set.get("spec"))
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault)
    validate_generation_annotation(metadata, "deprecated.daemonset.template.generation", v)
    selector = spec.get("selector")
    found = len(v.found)
    meta.validate_label_selector(selector, "spec.selector", v)
    if len(v.found) == found and not matches(selector, template_labels(spec)):
        report_mismatch(spec, "spec", v)
    if (
        isinstance(selector, dict)
        and not selector.get("matchLabels")
        and not selector.get("matchExpressions")
    ):
        v.invalid("spec.selector", "the selector must not be empty")
    validate_pod_template_spec(spec.get("template"), "spec.template", v)
    validate_long_running(spec, "DaemonSet", v)
    for field in ("minReadySeconds", "revisionHistoryLimit"):
        validate_not_negative(spec, field, "spec", v)
    _validate_update_strategy(mapping(spec.get("updateStrategy")), v)
    warn_of_pod_template(spec.get("template"), "spec.template", v)


def _validate_update_strategy(strategy: dict[str, Any], v: Violations) -> None:
    kind = text(strategy.get("type")) or "RollingUpdate"
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        # the server names the whole strategy as the place
        v.unsupported("spec.updateStrategy.type", kind, ["OnDelete", "RollingUpdate"])
        return
    path = "spec.updateStrategy.rollingUpdate"
    update = mapping(strategy.get("rollingUpdate"))
    unavailable, surge = update.get("maxUnavailable"), update.get("maxSurge")
    if unavailable is None and surge is None:
        return
    validate_count(unavailable, f"{path}.maxUnavailable", v)
    validate_count(surge, f"{path}.maxSurge", v)
    validate_at_most_all(unavailable, f"{path}.maxUnavailable", v)
    validate_at_most_all(surge, f"{path}.maxSurge", v)
    has_unavailable = unavailable is None or not is_zero(unavailable)  # 1 if unset
    has_surge = surge is not None and not is_zero(surge)
    if has_unavailable and has_surge:
        written = "is 1 if unset" if unavailable is None else f"is {unavailable}"
        v.invalid(
            f"{path}.maxSurge",
            f"`maxSurge` must not be set when `maxUnavailable` is not 0 (it {written})",
        )
    elif not has_unavailable and not has_surge:
        v.required(f"{path}.maxUnavailable", "`maxUnavailable` must not be 0 when `maxSurge` is 0 too")


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "apps/v1/Deployment": validate_deployment,
    "apps/v1/ReplicaSet": validate_replica_set,
    "apps/v1/DaemonSet": validate_daemon_set,
    "apps/v1/StatefulSet": validate_stateful_set,
}

"""What the API server says to a StatefulSet.

Upstream: ValidateStatefulSet in pkg/apis/apps/validation/validation.go, pkg/apis/apps/v1/defaults.go and the
create strategy in pkg/registry/apps/statefulset.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.counts import is_zero, validate_at_most_all, validate_count, validate_not_negative
from kwlint.api.formats.names import dns1123_label_fault
from kwlint.api.pod.annotations import validate_pod_annotations
from kwlint.api.pod.claims import validate_claim_spec, warn_of_claim_spec
from kwlint.api.pod.containers import containers_with_paths
from kwlint.api.pod.spec import validate_pod_template_spec
from kwlint.api.pod.templates import validate_long_running, validate_selector
from kwlint.api.pod.warnings import warn_of_pod_template
from kwlint.api.violations import Violations, in_case, quoted
from kwlint.util.values import mapping, mappings, text

# Minor versions: gates StatefulSetAutoDeletePVC, StatefulSetStartOrdinal and MaxUnavailableStatefulSet, and
# kubernetes/kubernetes#130233, #129017, #131790 and #132212.
_RETENTION_SINCE = 27
_ORDINALS_SINCE = 27
_MAX_UNAVAILABLE_SINCE = 37
_SERVICE_NAME_SINCE = 33
_HISTORY_WARNING_SINCE = 33
_TEMPLATE_SINCE = 34
_CLAIMS_SINCE = 34


def validate_stateful_set(stateful_set: dict[str, Any], v: Violations) -> None:
    """Validate a StatefulSet (ValidateStatefulSet)."""
    metadata, spec = stateful_set.get("metadata"), mapping(stateful_set.get("spec"))
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_label_fault)
    policy = text(spec.get("podManagementPolicy"))
    if policy and policy not in ("OrderedReady", "Parallel"):
        v.invalid(
            "spec.podManagementPolicy",
            f"{quoted(policy)} must be one of `OrderedReady`, `Parallel`",
            in_case(policy, ("OrderedReady", "Parallel")),
        )
    _validate_update_strategy(mapping(spec.get("updateStrategy")), v)
    if v.minor >= _RETENTION_SINCE:
        retention = mapping(spec.get("persistentVolumeClaimRetentionPolicy"))
        for field in ("whenDeleted", "whenScaled"):
            value = text(retention.get(field))
            if value and value not in ("Retain", "Delete"):
                v.unsupported(
                    f"spec.persistentVolumeClaimRetentionPolicy.{field}", value, ["Delete", "Retain"]
                )
    claims = mappings(spec.get("volumeClaimTemplates"))
    if v.minor >= _CLAIMS_SINCE:
        for index, claim in enumerate(claims):
            validate_claim_spec(mapping(claim.get("spec")), f"spec.volumeClaimTemplates[{index}].spec", v)
    for field in ("replicas", "minReadySeconds"):
        validate_not_negative(spec, field, "spec", v)
    if v.minor >= _ORDINALS_SINCE:
        validate_not_negative(mapping(spec.get("ordinals")), "start", "spec.ordinals", v)
    service = text(spec.get("serviceName"))
    if service and v.minor >= _SERVICE_NAME_SINCE and (reason := dns1123_label_fault(service)):
        v.invalid("spec.serviceName", f"{quoted(service)} is no name of a Service: it {reason}")
    if validate_selector(spec, v):
        if v.minor >= _TEMPLATE_SINCE:
            _validate_template(mapping(spec.get("template")), claims, v)
        else:
            _validate_template_metadata(mapping(spec.get("template")), v)
    validate_long_running(spec, "StatefulSet", v)
    warn_of_pod_template(spec.get("template"), "spec.template", v)
    for index, claim in enumerate(claims):
        # the server leaves `spec` out of the path
        at = f"spec.volumeClaimTemplates[{index}]"
        warn_of_claim_spec(mapping(claim.get("spec")), at, v, place=f"{at}.spec")
    limit = spec.get("revisionHistoryLimit")
    if isinstance(limit, int) and limit < 0 and v.minor >= _HISTORY_WARNING_SINCE:
        v.warning(
            "spec.revisionHistoryLimit",
            f"`revisionHistoryLimit` is {limit}, and a negative one keeps every revision for ever",
        )


def _validate_update_strategy(strategy: dict[str, Any], v: Violations) -> None:
    kind = text(strategy.get("type")) or "RollingUpdate"
    update = strategy.get("rollingUpdate")
    path = "spec.updateStrategy.rollingUpdate"
    if kind == "OnDelete":
        if isinstance(update, dict):
            v.invalid(path, "`rollingUpdate` must not be set when `type` is `OnDelete`")
    elif kind != "RollingUpdate":
        # the server names the whole strategy as the place
        v.invalid(
            "spec.updateStrategy.type",
            f"{quoted(kind)} must be one of `OnDelete`, `RollingUpdate`",
            in_case(kind, ("OnDelete", "RollingUpdate")),
        )
    elif isinstance(update, dict):
        validate_not_negative(update, "partition", path, v)
        unavailable = update.get("maxUnavailable")
        if unavailable is not None and v.minor >= _MAX_UNAVAILABLE_SINCE:
            validate_count(unavailable, f"{path}.maxUnavailable", v)
            if is_zero(unavailable):
                v.invalid(f"{path}.maxUnavailable", "`maxUnavailable` must not be 0")
            validate_at_most_all(unavailable, f"{path}.maxUnavailable", v)


_VOLUMES = "spec.template.spec.volumes["


def _validate_template(template: dict[str, Any], claims: list[dict[str, Any]], v: Violations) -> None:
    """Check the template as the controller completes it: claim templates are volumes of the pods.

    The server counts them before the template's own volumes, of which it drops those of the same name.
    """
    pod = mapping(template.get("spec"))
    if not claims and not pod.get("hostname") and not pod.get("subdomain"):
        validate_pod_template_spec(template, "spec.template", v)
        return
    pod = {key: value for key, value in pod.items() if key not in ("hostname", "subdomain")}
    names = {text(mapping(claim.get("metadata")).get("name")): index for index, claim in enumerate(claims)}
    own = [
        (index, volume)
        for index, volume in enumerate(mappings(pod.get("volumes")))
        if text(volume.get("name")) not in names
    ]
    volumes = [*map(_claim_volume, names), *(volume for _, volume in own)]
    places = [
        *(f"spec.volumeClaimTemplates[{index}].metadata.name" for index in names.values()),
        *(f"spec.template.spec.volumes[{index}]" for index, _ in own),
    ]
    found = len(v.found)
    validate_pod_template_spec({**template, "spec": {**pod, "volumes": volumes}}, "spec.template", v)
    for at in range(found, len(v.found)):
        violation = v.found[at]
        number, bracket, rest = violation.path.removeprefix(_VOLUMES).partition("]")
        if bracket and violation.path.startswith(_VOLUMES) and number.isdecimal():
            place = places[int(number)] + (rest if int(number) >= len(names) else "")
            v.found[at] = violation._replace(place=place)


def _claim_volume(name: str) -> dict[str, Any]:
    return {"name": name, "persistentVolumeClaim": {"claimName": name}}


def _validate_template_metadata(template: dict[str, Any], v: Violations) -> None:
    """Check labels and annotations of the template, all that older servers look at."""
    metadata, pod = mapping(template.get("metadata")), mapping(template.get("spec"))
    meta.validate_labels(metadata.get("labels"), "spec.template.labels", v)
    annotations = mapping(metadata.get("annotations"))
    if annotations:
        meta.validate_annotations(annotations, "spec.template.annotations", v)
        names = [
            text(container.get("name")) for container, _ in containers_with_paths(pod, "spec.template.spec")
        ]
        validate_pod_annotations(annotations, pod, names, "spec.template.annotations", v)

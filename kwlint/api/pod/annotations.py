"""Validates the annotations of pods that the API server reads, and those that must agree with a field.

Upstream: ValidatePodSpecificAnnotations, validateSeccompAnnotationsAndFields and
validateAppArmorAnnotationsAndFieldsMatchOnCreate in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.localpaths import validate_descending_path
from kwlint.api.pod.placement import validate_tolerations
from kwlint.api.pod.security import APP_ARMOR_SINCE
from kwlint.api.violations import Violations, quoted
from kwlint.util.literals import DeepJSONError, atoi, parse_json
from kwlint.util.values import mapping, mappings, text

MIRROR = "kubernetes.io/config.mirror"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


def validate_pod_annotations(
    annotations: dict[str, Any], spec: dict[str, Any], names: list[str], path: str, v: Violations
) -> None:
    """Check the annotations at ``path`` of a pod that has containers of these ``names``."""
    for key, raw in annotations.items():
        # all of them are in Kubernetes' own domain, which most annotations are not
        if ".kubernetes.io/" not in key and key != MIRROR:
            continue
        value = text(raw)
        if key == MIRROR:
            if not spec.get("nodeName"):
                v.invalid(f"{path}[{key}]", "`spec.nodeName` must be set for the mirror of a static pod")
        elif key == _TOLERATIONS and value:
            _validate_tolerations(value, path, v)
        elif key == _DELETION_COST:
            if not _is_cost(value):
                v.invalid(f"{path}[{key}]", f"{quoted(value)} must be an integer of 32 bits")
        elif key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER):
            _validate_seccomp(value, f"{path}.{key}", v)
        elif key.startswith(APP_ARMOR):
            if key.removeprefix(APP_ARMOR) not in names:
                v.invalid(f"{path}[{key}]", f"there is no container {quoted(key.removeprefix(APP_ARMOR))}")
            if value not in ("", "runtime/default", "unconfined") and not value.startswith("localhost/"):
                v.invalid(f"{path}[{key}]", f"{quoted(value)} is no AppArmor profile")


def _is_cost(value: str) -> bool:
    digits = value.removeprefix("-")
    if not digits.isdecimal() or not digits.isascii() or (value[0] == "0" and value != "0"):
        return False
    number = atoi(value)
    return number is not None and -(2**31) <= number < 2**31


def _validate_seccomp(value: str, path: str, v: Violations) -> None:
    if value in ("runtime/default", "docker/default", "unconfined"):
        return
    if value.startswith("localhost/"):
        validate_descending_path(value.removeprefix("localhost/"), path, v)
    else:
        v.invalid(path, f"{quoted(value)} is no seccomp profile")


def _validate_tolerations(value: str, path: str, v: Violations) -> None:
    try:
        decoded = parse_json(value)
    except DeepJSONError:
        return
    except ValueError:
        decoded = value
    if decoded is not None and not isinstance(decoded, list):
        v.invalid(path, f"the annotation {_TOLERATIONS} must be a list of tolerations in JSON")
        return
    # this JSON is read without regard to case, into fields that are named as in Go
    tolerations = [{name[:1].lower() + name[1:]: x for name, x in item.items()} for item in mappings(decoded)]
    validate_tolerations(tolerations, f"{path}.{_TOLERATIONS}", v)


def validate_profiles_agree(
    annotations: dict[str, Any],
    spec: dict[str, Any],
    containers: list[tuple[dict[str, Any], str]],
    path: str,
    v: Violations,
) -> None:
    """Check that annotations and fields name the same profiles; ``containers`` are all, with their paths."""
    pod = mapping(spec.get("securityContext"))
    seccomp = pod.get("seccompProfile")
    if SECCOMP_POD in annotations and isinstance(seccomp, dict):
        _compare(text(annotations[SECCOMP_POD]), seccomp, True, f"{path}.securityContext.seccompProfile", v)
    windows = mapping(spec.get("os")).get("name") == "windows"
    for container, at in containers:
        context = mapping(container.get("securityContext"))
        name = text(container.get("name"))
        own = context.get("seccompProfile")
        if (key := SECCOMP_CONTAINER + name) in annotations and isinstance(own, dict):
            _compare(text(annotations[key]), own, True, f"{at}.securityContext.seccompProfile", v)
        if windows or v.minor < APP_ARMOR_SINCE or (key := APP_ARMOR + name) not in annotations:
            continue
        own = context.get("appArmorProfile")
        if own is None:
            own = pod.get("appArmorProfile")
            # in a Pod, a valid annotation overrides the pod's profile beforehand
            if path == "spec" and profile_of(text(annotations[key])) is not None:
                continue
        if isinstance(own, dict):
            _compare(text(annotations[key]), own, False, f"{at}.securityContext.appArmorProfile", v)


def profile_of(value: str) -> dict[str, Any] | None:
    """Return the field that an AppArmor annotation stands for, or None where it stands for none."""
    if value == "unconfined":
        return {"type": "Unconfined"}
    if value == "runtime/default":
        return {"type": "RuntimeDefault"}
    name = value.removeprefix("localhost/")
    if name == value or not name or name != name.strip() or len(name.encode()) > 4095:
        return None
    return {"type": "Localhost", "localhostProfile": name}


def _compare(value: str, profile: dict[str, Any], seccomp: bool, path: str, v: Violations) -> None:
    kind = profile.get("type")
    if kind == "Localhost":
        if value.startswith("localhost/"):
            if profile.get("localhostProfile") != value.removeprefix("localhost/"):
                v.forbidden(
                    f"{path}.localhostProfile", f"the annotation names another profile: {quoted(value)}"
                )
            return
        agrees = False
    elif kind == "Unconfined":
        agrees = value == "unconfined"
    elif kind == "RuntimeDefault":
        agrees = value == "runtime/default" or (seccomp and value == "docker/default")
    else:
        return
    if not agrees:
        v.forbidden(f"{path}.type", f"the annotation names another type of profile: {quoted(value)}")

"""Validates the environment of containers, and the downward API's references to fields and resources.

Upstream: ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector and validateContainerResourceFieldSelector in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.names import (
    config_map_key_fault,
    dns1123_label_fault,
    dns1123_subdomain_fault,
    env_var_name_fault,
    label_key_fault,
    relaxed_env_var_name_fault,
)
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import text

RELAXED_NAMES_SINCE = 32
"""Minor version from which any printable ASCII but ``=`` may be a variable's name."""
ENV_FILES_SINCE = 35
"""Minor version from which `fileKeyRef` is kept (gate EnvFiles); before it is dropped."""

ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
VOLUME_FIELDS = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
_CONVERTIBLE_FIELDS = frozenset(
    (*ENV_FIELDS, *VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase", "spec.host")
)
_RESOURCES = (
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
)
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_BYTE_DIVISORS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")


def validate_env(variables: list[dict[str, Any]], path: str, v: Violations) -> None:
    """Check the `env` of a container; ``path`` is that of the list."""
    check = relaxed_env_var_name_fault if v.minor >= RELAXED_NAMES_SINCE else env_var_name_fault
    for index, variable in enumerate(variables):
        name = variable.get("name")
        if not name:
            v.required(f"{path}[{index}].name", "an environment variable must have a name")
        elif isinstance(name, str) and (reason := check(name)):
            v.invalid(f"{path}[{index}].name", f"{quoted(name)} is no name of a variable: it {reason}")
        source = variable.get("valueFrom")
        if isinstance(source, dict):
            _validate_value_from(source, variable.get("value"), f"{path}[{index}].valueFrom", v)


def _validate_value_from(source: dict[str, Any], value: Any, path: str, v: Violations) -> None:
    count = 0
    if isinstance(reference := source.get("fieldRef"), dict):
        count += 1
        validate_field_reference(reference, ENV_FIELDS, f"{path}.fieldRef", v)
    if isinstance(reference := source.get("resourceFieldRef"), dict):
        count += 1
        validate_resource_reference(reference, False, f"{path}.resourceFieldRef", v)
    for field in ("configMapKeyRef", "secretKeyRef"):
        if isinstance(reference := source.get(field), dict):
            count += 1
            _validate_key_reference(reference, f"{path}.{field}", v)
    if isinstance(reference := source.get("fileKeyRef"), dict) and v.minor >= ENV_FILES_SINCE:
        count += 1
        _validate_file_reference(reference, f"{path}.fileKeyRef", v)
    allowed = _SOURCES if v.minor >= ENV_FILES_SINCE else _SOURCES[:-1]
    if count == 0:
        v.invalid(path, f"`valueFrom` must have one of {', '.join(f'`{name}`' for name in allowed)}")
    elif value:
        v.invalid(path, "`valueFrom` must not be set beside a `value`")
    elif count > 1:
        v.invalid(path, f"`valueFrom` must have only one of {', '.join(f'`{name}`' for name in allowed)}")


def validate_env_from(sources: list[dict[str, Any]], path: str, v: Violations) -> None:
    """Check the `envFrom` of a container; the server reports some faults at the list itself."""
    check = relaxed_env_var_name_fault if v.minor >= RELAXED_NAMES_SINCE else env_var_name_fault
    for index, source in enumerate(sources):
        prefix = text(source.get("prefix"))
        if prefix and (reason := check(prefix)):
            v.invalid(
                f"{path}[{index}].prefix", f"{quoted(prefix)} cannot begin a variable's name: it {reason}"
            )
        count = 0
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = source.get(field)
            if not isinstance(reference, dict):
                continue
            count += 1
            name = text(reference.get("name"))
            if not name:
                v.required(f"{path}[{index}].{field}.name", f"the name of the {kind} must be set")
                continue
            # checked as a prefix, which may end in a hyphen
            masked = name[:-2] + "a" if len(name) > 1 and name.endswith("-") else name
            if reason := dns1123_subdomain_fault(masked):
                v.invalid(
                    f"{path}[{index}].{field}.name", f"{quoted(name)} is no name of a {kind}: it {reason}"
                )
        if count != 1:
            which = "has neither" if count == 0 else "has both"
            v.invalid(path, f"item {index} {which}: it must have one of `configMapRef`, `secretRef`")


def validate_field_reference(
    reference: dict[str, Any], fields: tuple[str, ...], path: str, v: Violations
) -> None:
    """Check a `fieldRef`, which may name one of ``fields`` or one label or annotation."""
    version = reference.get("apiVersion") or "v1"
    field = text(reference.get("fieldPath"))
    if not field:
        v.required(f"{path}.fieldPath", "`fieldPath` must be set")
        return
    listed = ", ".join(f"`{name}`" for name in fields)
    base, subscripted, key = _subscript(field)
    if version != "v1":
        v.invalid(
            f"{path}.fieldPath", f"fields of version {quoted(version)} cannot be read, only those of `v1`"
        )
    elif subscripted:
        if base not in ("metadata.annotations", "metadata.labels"):
            v.invalid(
                f"{path}.fieldPath", f"{quoted(field)}: only labels and annotations take a key in brackets"
            )
        elif reason := label_key_fault(key.lower() if base == "metadata.annotations" else key):
            v.invalid(path, f"{quoted(key)} is no key of a label or annotation: it {reason}")
    elif field not in _CONVERTIBLE_FIELDS:
        v.invalid(f"{path}.fieldPath", f"there is no field {quoted(field)} to read; there are {listed}")
    elif field not in fields and not (field == "spec.host" and "spec.nodeName" in fields):
        v.unsupported(f"{path}.fieldPath", field, list(fields))


def _subscript(field: str) -> tuple[str, bool, str]:
    # "metadata.labels['app']" is "metadata.labels" and "app" (pkg/fieldpath, SplitMaybeSubscriptedPath)
    base, bracket, key = field.removesuffix("']").partition("['")
    if field.endswith("']") and bracket and base:
        return base, True, key
    return field, False, ""


def validate_resource_reference(reference: dict[str, Any], in_volume: bool, path: str, v: Violations) -> None:
    """Check a `resourceFieldRef`; in a volume it must say of which container."""
    resource = text(reference.get("resource"))
    if in_volume and not reference.get("containerName"):
        v.required(f"{path}.containerName", "a volume must say of which container")
    elif not resource:
        v.required(f"{path}.resource", "`resource` must be set")
    elif resource not in _RESOURCES and not resource.startswith(_HUGE_PAGES):
        v.unsupported(f"{path}.resource", resource, list(_RESOURCES))
    divisor = reference.get("divisor")
    if divisor is None:
        return
    from kwlint.model.quantity import canonical

    written = canonical(divisor)
    if written is None or written == "0":
        return
    allowed: tuple[str, ...] = ()
    if resource in ("limits.cpu", "requests.cpu"):
        allowed = ("1", "1m")
    elif resource in _RESOURCES or resource.startswith(_HUGE_PAGES):
        allowed = _BYTE_DIVISORS
    if allowed and written not in allowed:
        v.invalid(
            f"{path}.divisor", f"a divisor of {resource} must be one of {', '.join(allowed)}, not {divisor}"
        )


def _validate_key_reference(reference: dict[str, Any], path: str, v: Violations) -> None:
    name, key = text(reference.get("name")), text(reference.get("key"))
    if reason := dns1123_subdomain_fault(name):
        what = f"{quoted(name)} is no valid name: it {reason}" if name else "the name must be set"
        v.invalid(f"{path}.name", what)
    if not key:
        v.required(f"{path}.key", "`key` must be set")
    elif reason := config_map_key_fault(key):
        v.invalid(f"{path}.key", f"{quoted(key)} is no valid key: it {reason}")


def _validate_file_reference(reference: dict[str, Any], path: str, v: Violations) -> None:
    key, volume, file = (text(reference.get(field)) for field in ("key", "volumeName", "path"))
    if not key:
        v.required(f"{path}.key", "`key` must be set")
    elif reason := relaxed_env_var_name_fault(key):
        v.invalid(f"{path}.key", f"{quoted(key)} is no name of a variable: it {reason}")
    if not volume:
        v.required(f"{path}.volumeName", "`volumeName` must be set")
    elif reason := dns1123_label_fault(volume):
        v.invalid(f"{path}.volumeName", f"{quoted(volume)} is no name of a volume: it {reason}")
    if not file:
        v.required(f"{path}.path", "`path` must be set")
    elif ".." in file.split("/"):
        v.invalid(f"{path}.path", f"{quoted(file)} must not contain `..`")

"""What the API server says to the small objects of the core group, and where its other kinds are.

Here: ConfigMap, Secret, ServiceAccount, Namespace.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import (
    config_map_key_fault,
    dns1123_label_fault,
    dns1123_subdomain_fault,
    label_key_fault,
    label_value_fault,
)
from kwlint.api.violations import Violations, quoted
from kwlint.util.literals import DeepJSONError, parse_json
from kwlint.util.values import mapping, text, texts

MAX_DATA_SIZE = 1024 * 1024
"""Bytes that the values of a Secret or ConfigMap may have together (core.MaxSecretSize)."""

ENFORCE_MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets"
SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name"

_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def _text_size(values: dict[str, Any]) -> int:
    return sum(len(value.encode()) for value in values.values() if isinstance(value, str))


def _base64_size(values: dict[str, Any]) -> int:
    size = 0
    for value in values.values():
        digits = text(value).replace("\n", "").replace("\r", "").rstrip("=")
        size += len(digits) * 3 // 4
    return size


def validate_config_map(config_map: dict[str, Any], v: Violations) -> None:
    """Validate a ConfigMap (pkg/apis/core/validation/validation.go, ValidateConfigMap)."""
    meta.validate_object_meta(
        config_map.get("metadata"), "metadata", v, True, dns1123_subdomain_fault, keeps_generation=True
    )
    data = mapping(config_map.get("data"))
    binary = mapping(config_map.get("binaryData"))
    for key in data:
        if reason := config_map_key_fault(key):
            v.invalid(f"data[{key}]", f"{quoted(key)} is no key of a ConfigMap: it {reason}")
        if key in binary:
            v.invalid(f"data[{key}]", f"the key {quoted(key)} stands in `binaryData` too")
    for key in binary:
        if reason := config_map_key_fault(key):
            v.invalid(f"binaryData[{key}]", f"{quoted(key)} is no key of a ConfigMap: it {reason}")
    size = _text_size(data) + (_base64_size(binary) if binary else 0)
    if size > MAX_DATA_SIZE:
        v.too_long("", f"the values have {size} bytes, and at most {MAX_DATA_SIZE} are allowed")


def validate_secret(secret: dict[str, Any], v: Violations) -> None:
    """Validate a Secret (pkg/apis/core/validation/validation.go, ValidateSecret).

    ``stringData`` is merged into ``data`` before, so that the server names its keys as those of ``data``.
    """
    meta.validate_object_meta(
        secret.get("metadata"), "metadata", v, True, dns1123_subdomain_fault, keeps_generation=True
    )
    data = mapping(secret.get("data"))
    plain = mapping(secret.get("stringData"))
    keys = {**data, **plain} if plain else data
    for key in keys:
        if reason := config_map_key_fault(key):
            v.invalid(f"data[{key}]", f"{quoted(key)} is no key of a Secret: it {reason}")
    hidden = {key: value for key, value in data.items() if key not in plain} if plain else data
    size = _base64_size(hidden) + _text_size(plain)
    if size > MAX_DATA_SIZE:
        v.too_long("data", f"the values have {size} bytes, and at most {MAX_DATA_SIZE} are allowed")
    match text(secret.get("type")):
        case "kubernetes.io/service-account-token":
            annotations = mapping(mapping(secret.get("metadata")).get("annotations"))
            if not annotations.get(SERVICE_ACCOUNT_NAME):
                v.required(
                    f"metadata.annotations[{SERVICE_ACCOUNT_NAME}]",
                    "a Secret of this type must name its ServiceAccount in this annotation",
                )
        case "kubernetes.io/dockercfg":
            _validate_docker_config(secret, ".dockercfg", v)
        case "kubernetes.io/dockerconfigjson":
            _validate_docker_config(secret, ".dockerconfigjson", v)
        case "kubernetes.io/basic-auth":
            if "username" not in keys and "password" not in keys:
                for key in ("username", "password"):
                    v.required(f"data[{key}]", "a Secret of type basic-auth needs `username` or `password`")
        case "kubernetes.io/ssh-auth":
            if not keys.get("ssh-privatekey"):
                v.required("data[ssh-privatekey]", "a Secret of type ssh-auth needs `ssh-privatekey`")
        case "kubernetes.io/tls":
            complete = True
            for key in ("tls.crt", "tls.key"):
                if key not in keys:
                    complete = False
                    v.required(f"data[{key}]", "a Secret of type tls needs `tls.crt` and `tls.key`")
            if complete and not any(violation.refused for violation in v.found):
                _warn_of_key_pair(secret, v)


def _value(secret: dict[str, Any], key: str) -> bytes | None:
    from base64 import b64decode

    plain = mapping(secret.get("stringData"))
    if key in plain:
        return text(plain[key]).encode()
    data = mapping(secret.get("data"))
    if key not in data:
        return None
    try:
        return b64decode(text(data[key]))
    except ValueError:
        return b""


def _validate_docker_config(secret: dict[str, Any], key: str, v: Violations) -> None:
    content = _value(secret, key)
    if content is None:
        v.required(f"data[{key}]", f"a Secret of type {secret.get('type')} needs the key `{key}`")
        return
    try:
        loaded = parse_json(content.decode(errors="replace"))
    except DeepJSONError:
        return
    except ValueError:
        v.invalid(f"data[{key}]", "the value is not valid JSON")
        return
    if loaded is not None and not isinstance(loaded, dict):
        v.invalid(f"data[{key}]", "the value must be a JSON object")


def _warn_of_key_pair(secret: dict[str, Any], v: Violations) -> None:
    from kwlint.api.formats.keypair import key_pair_fault

    fault = key_pair_fault(_value(secret, "tls.crt") or b"", _value(secret, "tls.key") or b"")
    if fault:  # the server names no field
        v.warning("", f"`tls.crt` and `tls.key` are no usable pair: {fault}")


def validate_service_account(account: dict[str, Any], v: Violations) -> None:
    """Validate a ServiceAccount (pkg/apis/core/validation/validation.go, ValidateServiceAccount)."""
    metadata = account.get("metadata")
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault, keeps_generation=True)
    if v.minor >= 32 and ENFORCE_MOUNTABLE_SECRETS in mapping(mapping(metadata).get("annotations")):
        v.warning(
            f"metadata.annotations[{ENFORCE_MOUNTABLE_SECRETS}]",
            "this annotation is deprecated; keep apart in namespaces what must not share secrets",
        )


def validate_namespace(namespace: dict[str, Any], v: Violations) -> None:
    """Validate a Namespace (pkg/apis/core/validation/validation.go, ValidateNamespace)."""
    meta.validate_object_meta(
        namespace.get("metadata"), "metadata", v, False, dns1123_label_fault, keeps_generation=True
    )
    name = text(mapping(namespace.get("metadata")).get("name"))
    if reason := label_value_fault(name):  # the server labels each namespace with its name
        v.invalid("metadata.labels", f"the name {quoted(name)} cannot be a label value: it {reason}")
    for finalizer in texts(mapping(namespace.get("spec")).get("finalizers")):
        if reason := label_key_fault(finalizer):
            v.invalid("spec.finalizers", f"{quoted(finalizer)} is no name of a finalizer: it {reason}")
        elif "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
            v.invalid(
                "spec.finalizers",
                f"{quoted(finalizer)} must have a domain (`example.com/name`) or be one of "
                + ", ".join(f"`{name}`" for name in sorted(_STANDARD_FINALIZERS)),
            )


def _from(module: str, function: str) -> Callable[[dict[str, Any], Violations], None]:
    # most runs meet few of these kinds, so their modules are imported at the first object
    def validate(document: dict[str, Any], v: Violations) -> None:
        getattr(import_module(f"kwlint.api.{module}"), function)(document, v)

    return validate


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "v1/ConfigMap": validate_config_map,
    "v1/Secret": validate_secret,
    "v1/ServiceAccount": validate_service_account,
    "v1/Namespace": validate_namespace,
    "v1/Service": _from("groups.service", "validate_service"),
    "v1/PersistentVolumeClaim": _from("pod.claims", "validate_claim"),
    "v1/PersistentVolume": _from("groups.persistentvolume", "validate_persistent_volume"),
    "v1/LimitRange": _from("groups.quotas", "validate_limit_range"),
    "v1/ResourceQuota": _from("groups.quotas", "validate_resource_quota"),
}

"""What the API server says to objects of storage.k8s.io: StorageClass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_subdomain_fault, label_key_fault
from kwlint.api.pod.nodeselectors import deprecation_of
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import mapping, mappings, text, texts

MAX_PARAMETERS = 512
MAX_PARAMETERS_SIZE = 256 * 1024

RECLAIM_POLICIES = ["Delete", "Retain"]
BINDING_MODES = ["Immediate", "WaitForFirstConsumer"]


def validate_storage_class(storage_class: dict[str, Any], v: Violations) -> None:
    """Validate a StorageClass (pkg/apis/storage/validation/validation.go, ValidateStorageClass)."""
    meta.validate_object_meta(
        storage_class.get("metadata"), "metadata", v, False, dns1123_subdomain_fault, keeps_generation=True
    )
    provisioner = text(storage_class.get("provisioner"))
    if not provisioner:
        v.required("provisioner", "a StorageClass must name its provisioner")
    elif reason := label_key_fault(provisioner.lower()):
        v.invalid("provisioner", f"{quoted(provisioner)} is no name of a provisioner: it {reason}")
    _validate_parameters(mapping(storage_class.get("parameters")), v)
    policy = storage_class.get("reclaimPolicy")
    if policy and policy not in RECLAIM_POLICIES:
        v.unsupported("reclaimPolicy", policy, RECLAIM_POLICIES)
    mode = storage_class.get("volumeBindingMode")
    if mode is not None and mode not in BINDING_MODES:
        v.unsupported("volumeBindingMode", mode, BINDING_MODES)
    _validate_topologies(mappings(storage_class.get("allowedTopologies")), v)


def _validate_parameters(parameters: dict[str, Any], v: Violations) -> None:
    if len(parameters) > MAX_PARAMETERS:
        v.too_long(
            "parameters", f"there are {len(parameters)} parameters, and at most {MAX_PARAMETERS} are allowed"
        )
        return
    if "" in parameters:
        v.invalid("parameters", "a parameter must not have an empty name")
    size = sum(len(key.encode()) + len(text(value).encode()) for key, value in parameters.items())
    if size > MAX_PARAMETERS_SIZE:
        v.too_long(
            "parameters", f"the parameters have {size} bytes, and at most {MAX_PARAMETERS_SIZE} are allowed"
        )


def _validate_topologies(terms: list[dict[str, Any]], v: Violations) -> None:
    # the server compares with as many empty terms as there are terms, so that an empty one is a duplicate
    seen: list[dict[str, set[str]]] = [{}]
    for index, term in enumerate(terms):
        path = f"allowedTopologies[{index}].matchLabelExpressions"
        values_of: dict[str, set[str]] = {}
        for number, requirement in enumerate(mappings(term.get("matchLabelExpressions"))):
            key = text(requirement.get("key"))
            values = texts(requirement.get("values"))
            if not values:
                v.required(f"{path}[{number}].values", "must have at least one value")
            for position, value in enumerate(values):
                if value in values[:position]:
                    v.duplicate(f"{path}[{number}].values[{position}]", f"{quoted(value)} is listed twice")
            meta.validate_label_key(key, f"{path}[{number}].key", v)
            if advice := deprecation_of(key):
                v.warning(f"{path}[{number}].key", f"the node label `{key}` is {advice}")
            if key in values_of:
                v.duplicate(f"{path}[{number}].key", f"the key {quoted(key)} stands in the term twice")
            values_of[key] = set(values)
        for other in seen:
            if values_of == other:
                v.duplicate(path, "another term says the same" if values_of else "a term must not be empty")
                break
        seen.append(values_of)


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "storage.k8s.io/v1/StorageClass": validate_storage_class,
}

"""What the API server says to a PersistentVolumeClaim, and to the claims inside other objects."""

from __future__ import annotations

from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_label_fault, dns1123_subdomain_fault
from kwlint.api.violations import Violations, quoted
from kwlint.model import quantity
from kwlint.util.values import mapping, text, texts

ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
VOLUME_MODES = ["Block", "Filesystem"]
BETA_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class"
ATTRIBUTES_CLASS_SINCE = 34
"""Minor version from which `volumeAttributesClassName` is not dropped (gate VolumeAttributesClass)."""


def validate_access_modes(modes: Any, path: str, v: Violations) -> None:
    """Check the access modes of a volume or a claim at ``path``."""
    listed = texts(modes)
    if not listed:
        v.required(path, "must have at least one access mode")
    for index, mode in enumerate(listed):
        if mode not in ACCESS_MODES:
            # the server names no index here
            v.unsupported(path, mode, ACCESS_MODES, place=f"{path}[{index}]")
    if "ReadWriteOncePod" in listed and any(m in ACCESS_MODES and m != "ReadWriteOncePod" for m in listed):
        v.forbidden(path, "`ReadWriteOncePod` must not be used with other access modes")


def validate_class_name(name: str, path: str, v: Violations) -> None:
    """Check the name of a storage class or a volume attributes class (ValidateClassName)."""
    if reason := dns1123_subdomain_fault(name):
        v.invalid(path, f"{quoted(name)} is no name of a class: it {reason}")


def validate_claim_spec(spec: dict[str, Any], path: str, v: Violations) -> None:
    """Check a claim's spec, also in a template or ephemeral volume (ValidatePersistentVolumeClaimSpec)."""
    meta.validate_label_selector(spec.get("selector"), f"{path}.selector", v)
    validate_access_modes(spec.get("accessModes"), f"{path}.accessModes", v)
    requests = mapping(mapping(spec.get("resources")).get("requests"))
    if "storage" not in requests:
        v.required(f"{path}.resources[storage]", "a claim must request an amount of storage")
    elif quantity.amount(requests["storage"]) <= 0:
        v.invalid(
            f"{path}.resources[storage]",
            f"the amount of storage must be greater than zero, and is {requests['storage']}",
        )
    if name := text(spec.get("storageClassName")):
        validate_class_name(name, f"{path}.storageClassName", v)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        v.unsupported(f"{path}.volumeMode", mode, VOLUME_MODES)
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if isinstance(source, dict):
        _validate_data_source(source, f"{path}.dataSource", v)
    if isinstance(reference, dict):
        _validate_data_source(reference, f"{path}.dataSourceRef", v)
        namespace = text(reference.get("namespace"))
        if namespace and (reason := dns1123_label_fault(namespace)):
            v.invalid(
                f"{path}.dataSourceRef.namespace",
                f"{quoted(namespace)} is no name of a namespace: it {reason}",
            )
        if isinstance(source, dict):
            if namespace:
                v.invalid(path, "`dataSource` must not be set where `dataSourceRef` has a namespace")
            elif any(source.get(field) != reference.get(field) for field in ("apiGroup", "kind", "name")):
                v.invalid(path, "`dataSource` must be the same as `dataSourceRef`")
    if (name := text(spec.get("volumeAttributesClassName"))) and v.minor >= ATTRIBUTES_CLASS_SINCE:
        validate_class_name(name, f"{path}.volumeAttributesClassName", v)


def _validate_data_source(source: dict[str, Any], path: str, v: Violations) -> None:
    for field in ("name", "kind"):
        if not source.get(field):
            v.required(f"{path}.{field}", "must be set")
    group = text(source.get("apiGroup"))
    if not group and source.get("kind") != "PersistentVolumeClaim":
        v.invalid(path, "without `apiGroup`, the kind must be PersistentVolumeClaim")
    elif group and (reason := dns1123_subdomain_fault(group)):
        v.invalid(f"{path}.apiGroup", f"{quoted(group)} is no API group: it {reason}")


def warn_of_claim_spec(spec: dict[str, Any], path: str, v: Violations, place: str | None = None) -> None:
    """Record what the server warns of in a claim's spec (GetWarningsForPersistentVolumeClaimSpec).

    ``place`` is where the spec stands, if that is not the path that the server names.
    """
    resources = mapping(spec.get("resources"))
    for field in ("requests", "limits"):
        amount = mapping(resources.get(field)).get("storage")
        if amount is not None and not quantity.is_whole(amount):
            v.warning(
                f"{path}.resources.{field}[storage]",
                f"{amount} is no whole number of bytes; did you mean G or Gi?",
                place=f"{place}.resources.{field}[storage]" if place else None,
            )


def _stored_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the spec as the create strategy leaves it: unusable data sources dropped, the two fields alike.

    Facts: pkg/api/persistentvolumeclaim/util.go, with gate CrossNamespaceVolumeDataSource off
    (DropDisabledFields, EnforceDataSourceBackwardsCompatibility, NormalizeDataSources).
    """
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if not isinstance(source, dict) and not isinstance(reference, dict):
        return spec
    if isinstance(reference, dict) and reference.get("namespace"):
        reference = None
    if reference is None and isinstance(source, dict):
        made_of = (source.get("apiGroup") or "", source.get("kind"))
        if made_of not in (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot")):
            source = None
    if source is None:
        source = reference
    elif reference is None:
        reference = source
    return {**spec, "dataSource": source, "dataSourceRef": reference}


def validate_claim(claim: dict[str, Any], v: Violations) -> None:
    """Validate a PersistentVolumeClaim (ValidatePersistentVolumeClaim, pkg/apis/core/validation)."""
    metadata = claim.get("metadata")
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault, keeps_generation=True)
    spec = mapping(claim.get("spec"))
    validate_claim_spec(_stored_spec(spec), "spec", v)
    if BETA_STORAGE_CLASS in mapping(mapping(metadata).get("annotations")):
        v.warning(
            f"metadata.annotations[{BETA_STORAGE_CLASS}]",
            "this annotation is deprecated since 1.8; use `spec.storageClassName`",
        )
    warn_of_claim_spec(spec, "spec", v)

"""What the API server says to a PersistentVolume."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import normpath
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.localpaths import validate_no_backsteps
from kwlint.api.formats.names import dns1123_label_fault, dns1123_subdomain_fault
from kwlint.api.pod import volumesources as drivers
from kwlint.api.pod.claims import (
    ATTRIBUTES_CLASS_SINCE,
    BETA_STORAGE_CLASS,
    VOLUME_MODES,
    validate_access_modes,
    validate_class_name,
)
from kwlint.api.pod.nodeselectors import validate_node_selector, warn_of_node_selector
from kwlint.api.pod.volumes import validate_host_path
from kwlint.api.violations import Violations, quoted
from kwlint.model import quantity
from kwlint.util.values import mapping, text

MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options"
RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"]


def _require_of_secret(source: dict[str, Any], field: str, path: str, v: Violations) -> None:
    secret = source.get("secretRef")
    if isinstance(secret, dict) and not secret.get(field):
        v.required(f"{path}.secretRef.{field}", f"the {field} of the Secret must be set")


def _validate_glusterfs(source: dict[str, Any], path: str, v: Violations) -> None:
    drivers.validate_glusterfs(source, path, v)
    namespace = source.get("endpointsNamespace")
    if namespace is not None and (reason := dns1123_label_fault(text(namespace))):
        v.invalid(f"{path}.endpointsNamespace", f"{quoted(namespace)} is no name of a namespace: it {reason}")


def _validate_iscsi(source: dict[str, Any], path: str, v: Violations) -> None:
    drivers.validate_iscsi(source, path, v)
    _require_of_secret(source, "name", path, v)


def _validate_cinder(source: dict[str, Any], path: str, v: Violations) -> None:
    drivers.validate_cinder(source, path, v)
    _require_of_secret(source, "namespace", path, v)


def _validate_azure_file(source: dict[str, Any], path: str, v: Violations) -> None:
    drivers.validate_azure_file(source, path, v)
    if source.get("secretNamespace") == "":
        v.required(f"{path}.secretNamespace", "must not be empty")


def _validate_local(source: dict[str, Any], path: str, v: Violations) -> None:
    if place := text(source.get("path")):
        validate_no_backsteps(place, f"{path}.path", v)
    else:
        v.required(f"{path}.path", "must be set")


def _validate_storageos(source: dict[str, Any], path: str, v: Violations) -> None:
    drivers.validate_storageos(source, path, v)
    _require_of_secret(source, "namespace", path, v)


def _validate_csi(source: dict[str, Any], path: str, v: Violations) -> None:
    drivers.validate_csi_driver_name(text(source.get("driver")), f"{path}.driver", v)
    if not source.get("volumeHandle"):
        v.required(f"{path}.volumeHandle", "must be set")
    for field in (
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodePublishSecretRef",
        "nodeExpandSecretRef",
    ):
        secret = source.get(field)
        if not isinstance(secret, dict):
            continue
        for part, check in (("name", dns1123_subdomain_fault), ("namespace", dns1123_label_fault)):
            value = text(secret.get(part))
            if not value:
                v.required(f"{path}.{field}.{part}", f"the {part} of the Secret must be set")
            elif reason := check(value):
                v.invalid(f"{path}.{field}.{part}", f"{quoted(value)} is not valid: it {reason}")


# in the order in which the server meets them: only the first is looked into
_SOURCES: dict[str, Callable[[dict[str, Any], str, Violations], None]] = {
    "hostPath": validate_host_path,
    "gcePersistentDisk": drivers.validate_gce_persistent_disk,
    "awsElasticBlockStore": drivers.validate_aws_elastic_block_store,
    "glusterfs": _validate_glusterfs,
    "flocker": drivers.validate_flocker,
    "nfs": drivers.validate_nfs,
    "rbd": drivers.validate_rbd,
    "quobyte": drivers.validate_quobyte,
    "cephfs": drivers.validate_cephfs,
    "iscsi": _validate_iscsi,
    "cinder": _validate_cinder,
    "fc": drivers.validate_fc,
    "flexVolume": drivers.validate_flex_volume,
    "azureFile": _validate_azure_file,
    "vsphereVolume": drivers.validate_vsphere_volume,
    "photonPersistentDisk": drivers.validate_photon_persistent_disk,
    "portworxVolume": drivers.validate_portworx_volume,
    "azureDisk": drivers.validate_azure_disk,
    "scaleIO": drivers.validate_scale_io,
    "local": _validate_local,
    "storageos": _validate_storageos,
    "csi": _validate_csi,
}
_SOURCE_PATHS = {"gcePersistentDisk": "persistentDisk"}  # the server's spelling
_SECOND_SOURCE_PATHS = {"cephfs": "cephFS"}
_SUPPORT_MOUNT_OPTIONS = (
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "nfs",
    "rbd",
    "quobyte",
    "iscsi",
    "cinder",
    "cephfs",
    "azureFile",
    "vsphereVolume",
    "azureDisk",
    "photonPersistentDisk",
)
_DEPRECATED_SOURCES = {  # pkg/api/persistentvolume/util.go
    "cephfs": "deprecated since 1.28 and without function since 1.31",
    "photonPersistentDisk": "deprecated since 1.11 and without function since 1.16",
    "scaleIO": "deprecated since 1.16 and without function since 1.22",
    "storageos": "deprecated since 1.22 and without function since 1.25",
    "glusterfs": "deprecated since 1.25 and without function since 1.26",
    "rbd": "deprecated since 1.28 and without function since 1.31",
}


def validate_persistent_volume(volume: dict[str, Any], v: Violations) -> None:
    """Validate a PersistentVolume (pkg/apis/core/validation/validation.go, ValidatePersistentVolume)."""
    metadata = mapping(volume.get("metadata"))
    meta.validate_object_meta(metadata, "metadata", v, False, dns1123_subdomain_fault, keeps_generation=True)
    spec = mapping(volume.get("spec"))
    validate_access_modes(spec.get("accessModes"), "spec.accessModes", v)
    _validate_capacity(mapping(spec.get("capacity")), v)
    policy = text(spec.get("persistentVolumeReclaimPolicy"))
    if policy and policy not in RECLAIM_POLICIES:
        v.unsupported("spec.persistentVolumeReclaimPolicy", policy, RECLAIM_POLICIES)
    affinity = spec.get("nodeAffinity")
    if isinstance(affinity, dict):
        required = affinity.get("required")
        if isinstance(required, dict):
            validate_node_selector(required, "spec.nodeAffinity.required", v)
        else:
            v.required("spec.nodeAffinity.required", "must be set")
    _validate_sources(spec, meta.effective_name(metadata), v)
    place = text(mapping(spec.get("hostPath")).get("path"))
    if policy == "Recycle" and place.startswith("/") and normpath("/" + place.lstrip("/")) == "/":
        v.forbidden("spec.persistentVolumeReclaimPolicy", "must not be `Recycle` for the hostPath `/`")
    if name := text(spec.get("storageClassName")):
        validate_class_name(name, "spec.storageClassName", v)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        v.unsupported("spec.volumeMode", mode, VOLUME_MODES)
    attributes_class = spec.get("volumeAttributesClassName")
    if attributes_class is not None and v.minor >= ATTRIBUTES_CLASS_SINCE:
        if attributes_class:
            validate_class_name(text(attributes_class), "spec.volumeAttributesClassName", v)
        else:
            v.required("spec.volumeAttributesClassName", "must not be empty")
        if not isinstance(spec.get("csi"), dict):
            v.required("spec.csi", "must be set where `volumeAttributesClassName` is")
    annotations = mapping(metadata.get("annotations"))
    if MOUNT_OPTIONS in annotations:  # pkg/volume/validation/pv_validation.go
        if not any(isinstance(spec.get(source), dict) for source in _SUPPORT_MOUNT_OPTIONS):
            v.forbidden(f"metadata.annotations.{MOUNT_OPTIONS}", "this kind of volume has no mount options")
    _warn(spec, annotations, v)


def _validate_capacity(capacity: dict[str, Any], v: Violations) -> None:
    if not capacity:
        v.required("spec.capacity", "must be set")
    elif "storage" not in capacity or len(capacity) > 1:
        v.unsupported("spec.capacity", ", ".join(capacity), ["storage"])
    for name, value in capacity.items():
        if quantity.amount(value) <= 0:
            v.invalid(f"spec.capacity[{name}]", f"must be greater than zero, and is {value}")


def _validate_sources(spec: dict[str, Any], name: str, v: Violations) -> None:
    first = ""
    for field, validate in _SOURCES.items():
        source = spec.get(field)
        if not isinstance(source, dict):
            continue
        if first and field != "flexVolume":  # the server does not count a second flexVolume
            at = _SECOND_SOURCE_PATHS.get(field, field)
            v.forbidden(f"spec.{at}", f"a volume has one source, and this one has `{first}`")
            continue
        first = first or field
        validate(source, f"spec.{_SOURCE_PATHS.get(field, field)}", v)
        if field == "iscsi" and source.get("initiatorName") is not None:
            if len(f"{name}:{text(source.get('targetPortal'))}".encode()) > 64:
                v.invalid(
                    "spec.iscsi.targetportal",  # the server's spelling
                    "with `initiatorName`, the volume's name and `targetPortal` may have 63 characters",
                )
        if field == "local" and not isinstance(spec.get("nodeAffinity"), dict):
            v.required("spec.nodeAffinity", "must be set for a local volume")
    if not first:
        v.required("spec", "must have the source of the volume, such as `csi`, `nfs` or `hostPath`")


def _warn(spec: dict[str, Any], annotations: dict[str, Any], v: Violations) -> None:
    # warningsForPersistentVolumeSpecAndMeta, pkg/api/persistentvolume/util.go
    if BETA_STORAGE_CLASS in annotations:
        v.warning(
            f"metadata.annotations[{BETA_STORAGE_CLASS}]",
            "this annotation is deprecated since 1.8; use `spec.storageClassName`",
        )
    if MOUNT_OPTIONS in annotations and v.minor >= 31:
        v.warning(
            f"metadata.annotations[{MOUNT_OPTIONS}]",
            "this annotation is deprecated since 1.31; use `spec.mountOptions`",
        )
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        v.warning("spec.persistentVolumeReclaimPolicy", "`Recycle` is deprecated; use dynamic provisioning")
    required = mapping(spec.get("nodeAffinity")).get("required")
    warn_of_node_selector(required, "spec.nodeAffinity.required", v)
    for field, since in _DEPRECATED_SOURCES.items():
        if isinstance(spec.get(field), dict):
            v.warning(
                "spec.storageOS" if field == "storageos" else f"spec.{field}",
                f"this volume source is {since}",
            )

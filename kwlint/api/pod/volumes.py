"""Validates the volumes of a pod: names, that each has one source, and the sources that are not storage drivers.

Upstream: ValidateVolumes and validateVolumeSource in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats.localpaths import validate_no_backsteps
from kwlint.api.formats.names import dns1123_label_fault, dns1123_subdomain_fault
from kwlint.api.pod import volumesources as drivers
from kwlint.api.pod.projections import (
    validate_config_map_source,
    validate_downward_api_source,
    validate_projected_source,
    validate_secret_source,
)
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import mapping, text

_TEMPLATE_IMAGES_SINCE = 37  # before, the template of a pod could leave the image of a volume open
IMAGES_SINCE = 35
"""Minor version from which image volumes are kept (gate ImageVolume); before, they and their mounts are dropped."""

_HOST_PATH_TYPES = [
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
]
# as the server names them: as Go does, but for the case of the first letter
_OTHER_METADATA = {
    "name": "name",
    "generateName": "generateName",
    "namespace": "namespace",
    "selfLink": "selfLink",
    "uid": "uID",
    "resourceVersion": "resourceVersion",
    "generation": "generation",
    "creationTimestamp": "creationTimestamp",
    "deletionTimestamp": "deletionTimestamp",
    "deletionGracePeriodSeconds": "deletionGracePeriodSeconds",
    "ownerReferences": "ownerReferences",
    "finalizers": "finalizers",
    "managedFields": "managedFields",
}
PULL_POLICIES = ["Always", "IfNotPresent", "Never"]


def validate_host_path(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a hostPath source."""
    host_path = text(source.get("path"))
    if not host_path:
        v.required(f"{path}.path", "the path on the node must be set")
        return
    validate_no_backsteps(host_path, f"{path}.path", v)
    kind = source.get("type")
    if kind and kind not in _HOST_PATH_TYPES:
        v.unsupported(f"{path}.type", kind, _HOST_PATH_TYPES)


def _validate_empty_dir(source: dict[str, Any], path: str, v: Violations) -> None:
    limit = source.get("sizeLimit")
    if limit is not None:
        from kwlint.model.quantity import amount

        if amount(limit) < 0:
            v.forbidden(f"{path}.sizeLimit", f"the size must not be negative, and is {limit}")


def _validate_claim(source: dict[str, Any], path: str, v: Violations) -> None:
    if not source.get("claimName"):
        v.required(f"{path}.claimName", "the name of the claim must be set")


def _validate_ephemeral(source: dict[str, Any], path: str, v: Violations) -> None:
    template = source.get("volumeClaimTemplate")
    if not isinstance(template, dict):
        v.required(f"{path}.volumeClaimTemplate", "`volumeClaimTemplate` must be set")
        return
    from kwlint.api.formats import meta
    from kwlint.api.pod import claims

    metadata = mapping(template.get("metadata"))
    at = f"{path}.volumeClaimTemplate"
    meta.validate_annotations(metadata.get("annotations"), f"{at}.metadata.annotations", v)
    meta.validate_labels(metadata.get("labels"), f"{at}.metadata.labels", v)
    for field, value in metadata.items():
        if field in _OTHER_METADATA and value not in (None, "", 0):
            v.forbidden(
                f"{at}.metadata.{_OTHER_METADATA[field]}", "only labels and annotations may be set here"
            )
    claims.validate_claim_spec(mapping(template.get("spec")), f"{at}.spec", v)


def _validate_image(source: dict[str, Any], path: str, v: Violations) -> None:
    policy = source.get("pullPolicy")
    if policy and policy not in PULL_POLICIES:
        v.unsupported(f"{path}.pullPolicy", policy, PULL_POLICIES)


# what the server calls these fields where they stand beside another source
_MISNAMED = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}

# in the server's order: of several sources the first counts, and the others are forbidden
_SOURCES: dict[str, Callable[[dict[str, Any], str, Violations], None]] = {
    "emptyDir": _validate_empty_dir,
    "hostPath": validate_host_path,
    "gitRepo": drivers.validate_git_repo,
    "gcePersistentDisk": drivers.validate_gce_persistent_disk,
    "awsElasticBlockStore": drivers.validate_aws_elastic_block_store,
    "secret": validate_secret_source,
    "nfs": drivers.validate_nfs,
    "iscsi": drivers.validate_iscsi,
    "glusterfs": drivers.validate_glusterfs,
    "flocker": drivers.validate_flocker,
    "persistentVolumeClaim": _validate_claim,
    "rbd": drivers.validate_rbd,
    "cinder": drivers.validate_cinder,
    "cephfs": drivers.validate_cephfs,
    "quobyte": drivers.validate_quobyte,
    "downwardAPI": validate_downward_api_source,
    "fc": drivers.validate_fc,
    "flexVolume": drivers.validate_flex_volume,
    "configMap": validate_config_map_source,
    "azureFile": drivers.validate_azure_file,
    "vsphereVolume": drivers.validate_vsphere_volume,
    "photonPersistentDisk": drivers.validate_photon_persistent_disk,
    "portworxVolume": drivers.validate_portworx_volume,
    "azureDisk": drivers.validate_azure_disk,
    "storageos": drivers.validate_storageos,
    "projected": validate_projected_source,
    "scaleIO": drivers.validate_scale_io,
    "csi": drivers.validate_csi,
    "ephemeral": _validate_ephemeral,
    "image": _validate_image,
}


def is_empty_dir(volume: dict[str, Any]) -> bool:
    """Return whether a volume is an emptyDir, which it also is without any source."""
    if isinstance(volume.get("emptyDir"), dict):
        return True
    return not any(field in _SOURCES and isinstance(value, dict) for field, value in volume.items())


def validate_volumes(
    volumes: list[dict[str, Any]], pod_name: str, path: str, v: Violations
) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """Check the volumes of a pod at ``path``.

    Returns the volumes without a fault by name, and the names of those that the target version drops. ``pod_name``
    is empty in a template; claims of ephemeral volumes are named after the pod.
    """
    usable: dict[str, dict[str, Any]] = {}
    dropped: set[str] = set()
    made: set[str] = set()
    if pod_name:
        made = {
            f"{pod_name}-{text(vol.get('name'))}" for vol in volumes if isinstance(vol.get("ephemeral"), dict)
        }
    index = -1  # the server counts volumes after those that it drops
    for volume in volumes:
        name = text(volume.get("name"))
        if isinstance(volume.get("image"), dict) and v.minor < IMAGES_SINCE:
            dropped.add(name)
            continue
        index += 1
        before = len(v.found)
        _validate_source(volume, name, pod_name, f"{path}[{index}]", v)
        if not name:
            v.required(f"{path}[{index}].name", "a volume must have a name")
        elif reason := dns1123_label_fault(name):
            v.invalid(f"{path}[{index}].name", f"{quoted(name)} is no name of a volume: it {reason}")
        if name in usable:
            v.duplicate(f"{path}[{index}].name", f"there is a volume {quoted(name)} already")
        if len(v.found) == before:
            usable[name] = volume
        if made and (claim := text(mapping(volume.get("persistentVolumeClaim")).get("claimName"))) in made:
            v.invalid(
                f"{path}[{index}].persistentVolumeClaim.claimName",
                f"the claim {quoted(claim)} is made for an ephemeral volume of this pod",
            )
    return usable, dropped


def _validate_source(volume: dict[str, Any], name: str, pod_name: str, path: str, v: Violations) -> None:
    present = [field for field in volume if field in _SOURCES and isinstance(volume[field], dict)]
    if len(present) > 1:
        order = list(_SOURCES)
        present.sort(key=order.index)
    for position, field in enumerate(present):
        if position == 0:
            at = "persistentDisk" if field == "gcePersistentDisk" else field  # as the server names it
            _SOURCES[field](volume[field], f"{path}.{at}", v)
            if field == "ephemeral" and pod_name and name:
                claim = f"{pod_name}-{name}"
                if reason := dns1123_subdomain_fault(claim):
                    v.invalid(
                        f"{path}.name", f"the claim would be named {quoted(claim)}, and a name {reason}"
                    )
            if field == "image" and not volume[field].get("reference"):
                if pod_name or v.minor >= _TEMPLATE_IMAGES_SINCE:
                    v.required(f"{path}.image.reference", "the reference of an image must be set")
        else:
            named = _MISNAMED.get(field, field)
            v.forbidden(
                f"{path}.{named}", f"a volume must be of one type only, and this one has `{present[0]}` too"
            )
        if field == "iscsi":
            drivers.validate_iscsi_initiator_length(volume[field], name, path, v)

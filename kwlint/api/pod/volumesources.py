"""Validates the sources of volumes that are storage drivers, as pods and PersistentVolumes have them.

Upstream: validateISCSIVolumeSource and its like in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import re
from typing import Any

from kwlint.api.formats.localpaths import validate_descending_path
from kwlint.api.formats.names import dns1123_label_fault, dns1123_subdomain_fault
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import int_or_zero, mapping, text


def _require(source: dict[str, Any], fields: tuple[str, ...], path: str, v: Violations) -> None:
    for field in fields:
        if not source.get(field):
            v.required(f"{path}.{field}", f"`{field}` must be set")


def _validate_secret_name(source: dict[str, Any], path: str, v: Violations) -> None:
    reference = source.get("secretRef")
    if isinstance(reference, dict) and not reference.get("name"):
        v.required(f"{path}.secretRef.name", "the name of the Secret must be set")


def validate_git_repo(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a gitRepo source."""
    _require(source, ("repository",), path, v)
    validate_descending_path(text(source.get("directory")), f"{path}.directory", v)


def _validate_partition(source: dict[str, Any], path: str, v: Violations) -> None:
    partition = int_or_zero(source.get("partition"))
    if not 0 <= partition <= 255:
        v.invalid(f"{path}.partition", f"the partition must be between 1 and 255, and is {partition}")


def validate_gce_persistent_disk(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a gcePersistentDisk source."""
    _require(source, ("pdName",), path, v)
    _validate_partition(source, path, v)


def validate_aws_elastic_block_store(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check an awsElasticBlockStore source."""
    _require(source, ("volumeID",), path, v)
    _validate_partition(source, path, v)


def validate_nfs(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check an nfs source."""
    _require(source, ("server", "path"), path, v)
    directory = text(source.get("path"))
    if not directory.startswith("/"):
        v.invalid(f"{path}.path", f"the path {quoted(directory)} must be absolute")


def _validate_initiator(name: str, path: str, v: Violations) -> None:
    if not name.startswith(("iqn", "eui", "naa")):
        v.invalid(path, f"{quoted(name)} must start with `iqn`, `eui` or `naa`")
        return
    formats = {
        # searched, not matched from the start, as upstream
        "iqn": r"iqn\.[0-9]{4}-[0-9]{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\t\n\f\r ]+)\Z",
        "eui": r"\Aeui.[A-Za-z0-9]{16}\Z",
        "naa": r"\Anaa.[A-Za-z0-9]{32}\Z",
    }
    if not re.search(formats[name[:3]], name):
        v.invalid(path, f"{quoted(name)} is not a valid name of type `{name[:3]}`")


def validate_iscsi(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check an iscsi source."""
    _require(source, ("targetPortal", "iqn"), path, v)
    if iqn := text(source.get("iqn")):
        _validate_initiator(iqn, f"{path}.iqn", v)
    _validate_lun(source.get("lun"), path, v)
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        v.required(f"{path}.secretRef", "`secretRef` must be set for CHAP authentication")
    if isinstance(name := source.get("initiatorName"), str):
        _validate_initiator(name, f"{path}.initiatorname", v)


def _validate_lun(lun: Any, path: str, v: Violations) -> None:
    if not 0 <= int_or_zero(lun) <= 255:
        v.invalid(f"{path}.lun", f"the number of the unit must be between 0 and 255, and is {lun}")


def validate_iscsi_initiator_length(source: dict[str, Any], name: str, path: str, v: Violations) -> None:
    """Check that the volume's name and the portal fit together into what the initiator's name allows."""
    if source.get("initiatorName") is not None:
        if len(f"{name}:{text(source.get('targetPortal'))}".encode()) > 64:
            v.invalid(
                f"{path}.name", "the name and `iscsi.targetPortal` must have at most 63 characters together"
            )


def validate_glusterfs(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a glusterfs source."""
    _require(source, ("endpoints", "path"), path, v)


def validate_flocker(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a flocker source."""
    name, uuid = text(source.get("datasetName")), text(source.get("datasetUUID"))
    if not name and not uuid:
        v.required(path, "one of `datasetName` and `datasetUUID` must be set")
    if name and uuid:
        v.invalid(path, "`datasetName` and `datasetUUID` must not both be set")
    if "/" in name:
        v.invalid(f"{path}.datasetName", f"{quoted(name)} must not contain `/`")


def validate_rbd(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check an rbd source."""
    _require(source, ("monitors", "image"), path, v)


def validate_cinder(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a cinder source."""
    _require(source, ("volumeID",), path, v)
    _validate_secret_name(source, path, v)


def validate_cephfs(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a cephfs source."""
    _require(source, ("monitors",), path, v)


def _is_host_and_port(value: str) -> bool:
    # net.SplitHostPort: a colon apart from those in brackets
    if value.startswith("["):
        return re.fullmatch(r"\[[^\[\]]*\]:[^:\[\]]*", value) is not None
    return value.count(":") == 1 and "[" not in value and "]" not in value


def validate_quobyte(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a quobyte source."""
    registry = text(source.get("registry"))
    if not registry:
        v.required(f"{path}.registry", "`registry` must be host:port pairs separated by commas")
    elif len(text(source.get("tenant")).encode()) >= 65:
        v.required(f"{path}.tenant", "`tenant` must be a UUID of at most 64 characters")
    else:
        for pair in registry.split(","):
            if not _is_host_and_port(pair):
                v.invalid(f"{path}.registry", f"{quoted(pair)} must be a host and a port")
    _require(source, ("volume",), path, v)


def validate_fc(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check an fc source."""
    names, ids = source.get("targetWWNs"), source.get("wwids")
    if not names and not ids:
        v.required(f"{path}.targetWWNs", "one of `targetWWNs` and `wwids` must be set")
    if names and ids:
        v.invalid(f"{path}.targetWWNs", "`targetWWNs` and `wwids` must not both be set")
    if names:
        if source.get("lun") is None:
            v.required(f"{path}.lun", "`lun` must be set beside `targetWWNs`")
        else:
            _validate_lun(source["lun"], path, v)


def validate_flex_volume(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a flexVolume source."""
    _require(source, ("driver",), path, v)
    for key in mapping(source.get("options")):
        domain = "." + key.partition("/")[0].lower()
        if domain.endswith((".kubernetes.io", ".k8s.io")):
            v.invalid(f"{path}.options[{key}]", "the domains kubernetes.io and k8s.io are reserved")


def validate_azure_file(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check an azureFile source."""
    _require(source, ("secretName", "shareName"), path, v)


def validate_azure_disk(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check an azureDisk source; its `kind` is `Shared` if unset."""
    _require(source, ("diskName", "diskURI"), path, v)
    caching, kind = source.get("cachingMode"), source.get("kind")
    if caching is not None and caching not in ("None", "ReadOnly", "ReadWrite"):
        v.unsupported(f"{path}.cachingMode", caching, ["None", "ReadOnly", "ReadWrite"])
    if kind is None:
        kind = "Shared"
    if kind not in ("Shared", "Dedicated", "Managed"):
        v.unsupported(f"{path}.kind", kind, ["Dedicated", "Managed", "Shared"])
    uri = text(source.get("diskURI"))
    start = "/subscriptions/" if kind == "Managed" else "https://"
    if not uri.startswith(start):
        v.unsupported(f"{path}.diskURI", uri, [f"{start}…"])


def validate_vsphere_volume(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a vsphereVolume source."""
    _require(source, ("volumePath",), path, v)


def validate_photon_persistent_disk(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a photonPersistentDisk source."""
    _require(source, ("pdID",), path, v)


def validate_portworx_volume(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a portworxVolume source."""
    _require(source, ("volumeID",), path, v)


def validate_scale_io(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a scaleIO source."""
    _require(source, ("gateway", "system", "volumeName"), path, v)


def validate_storageos(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a storageos source."""
    _require(source, ("volumeName",), path, v)
    for field in ("volumeName", "volumeNamespace"):
        name = text(source.get(field))
        if name and (reason := dns1123_label_fault(name)):
            v.invalid(f"{path}.{field}", f"{quoted(name)} is no valid name: it {reason}")
    _validate_secret_name(source, path, v)


def validate_csi_driver_name(name: str, path: str, v: Violations) -> None:
    """Check the name of a CSI driver (ValidateCSIDriverName)."""
    if not name:
        v.required(path, "the name of the driver must be set")
        return
    if len(name.encode()) > 63:
        v.too_long(path, "the name of the driver must be no longer than 63 characters")
    if reason := dns1123_subdomain_fault(name.lower()):
        v.invalid(path, f"{quoted(name)} is no name of a driver: it {reason}")


def validate_csi(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a csi source of a pod (that of a PersistentVolume has more fields)."""
    validate_csi_driver_name(text(source.get("driver")), f"{path}.driver", v)
    reference = source.get("nodePublishSecretRef")
    if isinstance(reference, dict):
        name = text(reference.get("name"))
        if not name:
            v.required(f"{path}.nodePublishSecretRef.name", "the name of the Secret must be set")
        elif reason := dns1123_subdomain_fault(name):
            v.invalid(f"{path}.name", f"{quoted(name)} is no name of a Secret: it {reason}")

"""Validates what containers mount and use as devices.

Upstream: ValidateVolumeMounts and ValidateVolumeDevices in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.localpaths import validate_descending_path
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import mapping, mappings, text

_RECURSIVE_READ_ONLY_SINCE = 31


def validate_mounts(
    container: dict[str, Any],
    volumes: dict[str, dict[str, Any]],
    refused: set[str],
    dropped: set[str],
    path: str,
    v: Violations,
) -> None:
    """Check `volumeMounts` and `volumeDevices` of the container at ``path`` against each other and the pod's volumes.

    ``volumes`` are those without a fault, by name; mounts of ``dropped`` ones are dropped with them. Those with a
    fault, ``refused``, are none for the server.
    """
    mounts, devices = mappings(container.get("volumeMounts")), mappings(container.get("volumeDevices"))
    if dropped:
        mounts = [mount for mount in mounts if text(mount.get("name")) not in dropped]
    device_paths = {text(device.get("name")): text(device.get("devicePath")) for device in devices}
    paths: set[str] = set()
    for index, mount in enumerate(mounts):
        name, mount_path = text(mount.get("name")), text(mount.get("mountPath"))
        at = f"{path}.volumeMounts[{index}]"
        if not name:
            v.required(f"{at}.name", "the name of a volume must be set")
        if name not in volumes:
            v.not_found(f"{at}.name", _no_volume(name, volumes, refused))
        if not mount_path:
            v.required(f"{at}.mountPath", "`mountPath` must be set")
        if mount_path in paths:
            v.invalid(f"{at}.mountPath", f"the path {quoted(mount_path)} must be mounted only once")
        paths.add(mount_path)
        if device_paths:
            if name in device_paths:
                v.invalid(f"{at}.name", f"the volume {quoted(name)} must not be both mounted and a device")
            if mount_path in device_paths.values():
                v.invalid(
                    f"{at}.mountPath", f"the path {quoted(mount_path)} must not be that of a device too"
                )
        if len(mount) > 2 or not name or not mount_path:
            _validate_mount_options(container, mount, volumes, f"{path}.volumeMounts", index, v)
    if devices:
        _validate_devices(mounts, devices, volumes, refused, f"{path}.volumeDevices", v)


def _no_volume(name: str, volumes: dict[str, dict[str, Any]], refused: set[str]) -> str:
    if name in refused:
        return f"the volume {quoted(name)} is refused itself, so it does not count"
    there = ", ".join(f"`{volume}`" for volume in sorted(volumes)) or "none"
    return f"there is no volume {quoted(name)} in this pod (there are: {there})"


def _validate_mount_options(
    container: dict[str, Any],
    mount: dict[str, Any],
    volumes: dict[str, dict[str, Any]],
    path: str,
    index: int,
    v: Violations,
) -> None:
    # the server reports most of these at the list, without the index
    sub_path, expression = text(mount.get("subPath")), text(mount.get("subPathExpr"))
    if sub_path:
        validate_descending_path(sub_path, f"{path}.subPath", v)
    if expression:
        if sub_path:
            v.invalid(f"{path}[{index}].subPathExpr", "`subPath` and `subPathExpr` must not both be set")
        validate_descending_path(expression, f"{path}.subPathExpr", v)
    propagation = mount.get("mountPropagation")
    if propagation is not None:
        if propagation not in ("Bidirectional", "HostToContainer", "None"):
            v.unsupported(
                f"{path}.mountPropagation", propagation, ["Bidirectional", "HostToContainer", "None"]
            )
        if propagation == "Bidirectional" and not mapping(container.get("securityContext")).get("privileged"):
            v.forbidden(
                f"{path}.mountPropagation", "`Bidirectional` must be used only in a privileged container"
            )
    recursive = mount.get("recursiveReadOnly")
    if recursive is None or v.minor < _RECURSIVE_READ_ONLY_SINCE or recursive == "Disabled":
        return
    if recursive not in ("Enabled", "IfPossible"):
        v.unsupported(f"{path}.recursiveReadOnly", recursive, ["Disabled", "Enabled", "IfPossible"])
        return
    if not mount.get("readOnly"):
        v.forbidden(
            f"{path}.recursiveReadOnly", "`recursiveReadOnly` must be set only beside `readOnly: true`"
        )
    if propagation not in (None, "None"):
        v.forbidden(f"{path}.recursiveReadOnly", "`recursiveReadOnly` must not be set with mount propagation")


def _validate_devices(
    mounts: list[dict[str, Any]],
    devices: list[dict[str, Any]],
    volumes: dict[str, dict[str, Any]],
    refused: set[str],
    path: str,
    v: Violations,
) -> None:
    mount_paths = {text(mount.get("name")): text(mount.get("mountPath")) for mount in mounts}
    names: set[str] = set()
    paths: set[str] = set()
    for index, device in enumerate(devices):
        name, device_path = text(device.get("name")), text(device.get("devicePath"))
        at = f"{path}[{index}]"
        if not name:
            v.required(f"{at}.name", "the name of a volume must be set")
        if name in names:
            v.invalid(f"{at}.name", f"the volume {quoted(name)} must be a device only once")
        volume = volumes.get(name)
        if volume is None:
            v.not_found(f"{at}.name", _no_volume(name, volumes, refused))
        elif not isinstance(volume.get("persistentVolumeClaim") or volume.get("ephemeral"), dict):
            v.invalid(f"{at}.name", f"the volume {quoted(name)} must be a claim or ephemeral to be a device")
        if not device_path:
            v.required(f"{at}.devicePath", "`devicePath` must be set")
        if device_path in paths:
            v.invalid(f"{at}.devicePath", f"the path {quoted(device_path)} must be that of one device only")
        if ".." in device_path.split("/"):
            v.invalid(f"{at}.devicePath", f"the path {quoted(device_path)} must not contain `..`")
        else:
            paths.add(device_path)
        if name in mount_paths:
            v.invalid(f"{at}.name", f"the volume {quoted(name)} must not be both mounted and a device")
        if device_path in mount_paths.values():
            v.invalid(f"{at}.devicePath", f"the path {quoted(device_path)} must not be mounted too")
        if name:
            names.add(name)

"""Volumes and their mounts: what they hide, their modes, and what never changes (POD005, POD006, POD017, POD019)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from kwlint.model.project.inventory import Inventory
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import integer, mapping, sequence, text

# Where images keep their programs, libraries and system configuration.
_SYSTEM = frozenset({"/", "/etc", "/usr", "/bin", "/lib", "/lib64", "/sbin", "/opt"})
# Decimal numbers whose digits are a mode; 420, 256, 292, 288, 384, 416, 493 and 511 are modes written in decimal.
_DIGITS_OF_MODES = frozenset({400, 404, 440, 444, 500, 505})
_MAPPED = ("configMap", "secret", "downwardAPI", "projected")


def hidden_image_files(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD005: a volume over a directory that the image needs."""
    pods = workload.pods
    if pods is None:
        return
    kinds = {text(volume.get("name")): _kind(volume) for _, volume in pods.volumes}
    for container in pods.all_containers:
        for index, mount in enumerate(container.mounts):
            path = text(mount.get("mountPath"))
            if not path.startswith("/") or mount.get("subPath") or mount.get("subPathExpr"):
                continue
            folder = "/" + posixpath.normpath(path).strip("/")
            if folder not in _SYSTEM:
                continue
            name = text(mount.get("name"))
            kind = kinds.get(name, "")
            what = f"the {kind} volume `{name}`" if kind else f"the volume `{name}`"
            yield workload.problem(
                f"{container.path}.volumeMounts[{index}].mountPath",
                f"{what} is mounted over {folder}, so the container `{container.name}` sees nothing of what its image has there; "
                "mount single files with `subPath`, or a directory below",
            )


def octal_mode(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD006: a decimal number where the digits of an octal one were meant."""
    for path, mode in _modes(workload):
        if mode in _DIGITS_OF_MODES:
            meant = int(str(mode), 8)
            yield workload.problem(
                path,
                f"{mode} is read as a decimal number and is the mode 0{mode:o}, {_said(mode)}; for the mode 0{meant:o} "
                f"write 0{meant:o} (or {meant} in JSON)",
            )


def subpath_not_updated(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD017: a file of a ConfigMap or Secret that is mounted with subPath."""
    pods = workload.pods
    if pods is None or (workload.builtin is not None and workload.kind in ("Job", "CronJob")):
        return
    volumes = {text(volume.get("name")): volume for _, volume in pods.volumes}
    for container in pods.main_containers:
        for index, mount in enumerate(container.mounts):
            field = "subPath" if mount.get("subPath") else "subPathExpr"
            volume = volumes.get(text(mount.get("name")), {})
            kind = _kind(volume)
            if not mount.get(field) or kind not in _MAPPED or _immutable(workload, volume, context.inventory):
                continue
            yield workload.problem(
                f"{container.path}.volumeMounts[{index}].{field}",
                f"the {kind} volume `{text(mount.get('name'))}` is mounted with `{field}`, so the file never changes while the "
                "container runs, whatever becomes of its source",
            )


def memory_emptydir_unbounded(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD019: a volume in memory without a size limit."""
    pods = workload.pods
    for path, volume in pods.volumes if pods is not None else ():
        source = mapping(volume.get("emptyDir"))
        if source.get("medium") == "Memory" and source.get("sizeLimit") is None:
            yield workload.problem(
                f"{path}.emptyDir.sizeLimit",
                f"the emptyDir `{text(volume.get('name'))}` is in memory and has no `sizeLimit`, so what is written to it counts "
                "against the containers' memory limits, or fills the node where they have none",
            )


def _kind(volume: dict[str, Any]) -> str:
    return next((key for key, value in volume.items() if key != "name" and isinstance(value, dict)), "")


def _modes(workload: Resource) -> Iterator[tuple[str, int]]:
    """Yield (path, mode) of all modes that volumes give to files."""
    pods = workload.pods
    for path, volume in pods.volumes if pods is not None else ():
        for kind in _MAPPED:
            source = mapping(volume.get(kind))
            yield from _modes_of(f"{path}.{kind}", source)
            for index, part in enumerate(sequence(source.get("sources"))):
                for inner in _MAPPED:
                    yield from _modes_of(
                        f"{path}.{kind}.sources[{index}].{inner}", mapping(mapping(part).get(inner))
                    )


def _modes_of(path: str, source: dict[str, Any]) -> Iterator[tuple[str, int]]:
    mode = integer(source.get("defaultMode"))
    if mode is not None:
        yield f"{path}.defaultMode", mode
    for index, item in enumerate(sequence(source.get("items"))):
        mode = integer(mapping(item).get("mode"))
        if mode is not None:
            yield f"{path}.items[{index}].mode", mode


def _said(mode: int) -> str:
    """Return a mode as `ls` shows it."""
    return "".join(letter if mode >> (8 - at) & 1 else "-" for at, letter in enumerate("rwx" * 3))


def _immutable(workload: Resource, volume: dict[str, Any], inventory: Inventory) -> bool:
    for field, kind, key in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        name = text(mapping(volume.get(field)).get(key))
        found = inventory.find(workload, kind, name) if name else None
        if found is not None and found.data.get("immutable") is True:
            return True
    return False

"""Amounts of cpu, memory and storage whose unit was hardly meant (POD007)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.quantity import NANO, ceiling, parse
from kwlint.rule import SET, Change, Context, Fix, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text

_MEBI = 1 << 20
_CORES = 64
# Fewer bytes of memory for each core than any machine has.
_MEMORY_PER_CORE = 512 * _MEBI
_BYTES = ("memory", "storage", "ephemeral-storage", "sizeLimit")


class _Doubt(Record):
    """Why an amount was hardly meant, and the one that probably was (empty where that is open)."""

    message: str
    meant: str = ""


def quantity_unit(resource: Resource, context: Context) -> Iterator[Problem]:
    """POD007: memory or storage in thousandths, memory below 1Mi, or cores where thousandths of one were meant."""
    for path, values in _places(resource):
        for name, value in values.items():
            amount = parse(value)
            if amount is None or amount <= 0 or not isinstance(name, str):
                continue
            kind = name.rpartition(".")[2]
            doubt = None
            if kind in _BYTES:
                doubt = _bytes(kind, value, amount)
            elif name == "cpu" and resource.pods is not None:
                doubt = _cores(amount, value, values)
            if doubt is not None:
                field = f"{path}[{name}]" if name != "sizeLimit" else f"{path}.sizeLimit"
                yield resource.problem(field, doubt.message, fix=_write(field, doubt.meant))


def _write(path: str, meant: str) -> Fix | None:
    return Fix(f"write `{meant}`", (Change(SET, path, meant),)) if meant else None


def _bytes(kind: str, value: Any, amount: int) -> _Doubt | None:
    written = f'"{value}"' if isinstance(value, str) else str(value)
    if isinstance(value, str) and value.strip().endswith("m") and amount < _MEBI * NANO:
        meant = value.strip()[:-1] + "Mi"
        what = "the limit" if kind == "sizeLimit" else kind
        return _Doubt(
            f'{what} {written} is thousandths of a byte, {amount / NANO:g} bytes in all; for mebibytes write "{meant}"',
            meant,
        )
    if kind == "memory" and amount < _MEBI * NANO:
        number = ceiling(amount)
        meant = f"{number}Mi" if not isinstance(value, str) or value.strip().isdigit() else ""
        hint = f'; for mebibytes write "{meant}"' if meant else ""
        count = "1 byte" if number == 1 else f"{number} bytes"
        return _Doubt(f"memory {written} is {count}, less than any process needs{hint}", meant)
    return None


def _cores(amount: int, value: Any, values: dict[str, Any]) -> _Doubt | None:
    cores = amount // NANO
    if cores < _CORES or amount % NANO or (isinstance(value, str) and not value.strip().isdigit()):
        return None
    memory = parse(values.get("memory"))
    # Machines have a multiple of 8 cores or so, and memory to go with them; 100, 250 and 500 are thousandths.
    if memory is not None and memory > 0:
        doubtful = memory < cores * _MEMORY_PER_CORE * NANO
    else:
        doubtful = cores % 25 == 0
    if not doubtful:
        return None
    return _Doubt(
        f'cpu {cores} is {cores} whole cores, so no node has room for it; for thousandths of a core write "{cores}m"',
        f"{cores}m",
    )


def _places(resource: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (path, amounts by name) of all that a resource asks for, limits or grants."""
    pods = resource.pods
    if pods is not None:
        for container in pods.all_containers:
            yield from _requirements(f"{container.path}.resources", container.data.get("resources"))
        yield from _requirements(f"{pods.spec_path}.resources", pods.spec.get("resources"))
        for path, volume in pods.volumes:
            limit = mapping(volume.get("emptyDir")).get("sizeLimit")
            if limit is not None:
                yield f"{path}.emptyDir", {"sizeLimit": limit}
            claim = mapping(mapping(mapping(volume.get("ephemeral")).get("volumeClaimTemplate")).get("spec"))
            yield from _requirements(
                f"{path}.ephemeral.volumeClaimTemplate.spec.resources", claim.get("resources")
            )
        for index, template in enumerate(sequence(resource.spec.get("volumeClaimTemplates"))):
            claim = mapping(mapping(template).get("spec"))
            yield from _requirements(
                f"spec.volumeClaimTemplates[{index}].spec.resources", claim.get("resources")
            )
    elif resource.kind == "PersistentVolumeClaim":
        yield from _requirements("spec.resources", resource.spec.get("resources"))
    elif resource.kind == "PersistentVolume":
        yield "spec.capacity", mapping(resource.spec.get("capacity"))
    elif resource.kind == "ResourceQuota":
        yield "spec.hard", mapping(resource.spec.get("hard"))
    elif resource.kind == "LimitRange":
        for index, item in enumerate(sequence(resource.spec.get("limits"))):
            for field in ("default", "defaultRequest", "max", "min"):
                if text(mapping(item).get("type")) in ("Container", "Pod", "PersistentVolumeClaim"):
                    yield f"spec.limits[{index}].{field}", mapping(mapping(item).get(field))


def _requirements(path: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for field in ("requests", "limits"):
        amounts = mapping(mapping(value).get(field))
        if amounts:
            yield f"{path}.{field}", amounts

"""Amounts of cpu, memory and storage whose unit was hardly meant (POD007)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.plain import mapping, sequence, text
from kwlint.model.quantity import NANO, ceiling, parse
from kwlint.rule import Problem, Resource

_MEBI = 1 << 20
_CORES = 64
# Fewer bytes of memory for each core than any machine has.
_MEMORY_PER_CORE = 512 * _MEBI
_BYTES = ("memory", "storage", "ephemeral-storage", "sizeLimit")


def quantity_unit(resource: Resource) -> Iterator[Problem]:
    """POD007: memory or storage in thousandths, memory below 1Mi, or cores where thousandths of one were meant."""
    for path, values in _places(resource):
        for name, value in values.items():
            amount = parse(value)
            if amount is None or amount <= 0 or not isinstance(name, str):
                continue
            kind = name.rpartition(".")[2]
            if kind in _BYTES:
                message = _bytes(kind, value, amount)
            elif name == "cpu" and resource.pods is not None:
                message = _cores(value, amount, values)
            else:
                message = ""
            if message:
                yield resource.problem(
                    f"{path}[{name}]" if name != "sizeLimit" else f"{path}.sizeLimit", message
                )


def _bytes(kind: str, value: Any, amount: int) -> str:
    written = f'"{value}"' if isinstance(value, str) else str(value)
    if isinstance(value, str) and value.strip().endswith("m") and amount < _MEBI * NANO:
        digits = value.strip()[:-1]
        what = "the limit" if kind == "sizeLimit" else kind
        return f'{what} {written} is thousandths of a byte, {amount / NANO:g} bytes in all; for mebibytes write "{digits}Mi"'
    if kind == "memory" and amount < _MEBI * NANO:
        number = ceiling(amount)
        hint = (
            f'; for mebibytes write "{number}Mi"'
            if not isinstance(value, str) or value.strip().isdigit()
            else ""
        )
        count = "1 byte" if number == 1 else f"{number} bytes"
        return f"memory {written} is {count}, less than any process needs{hint}"
    return ""


def _cores(value: Any, amount: int, values: dict[str, Any]) -> str:
    cores = amount // NANO
    if cores < _CORES or amount % NANO or (isinstance(value, str) and not value.strip().isdigit()):
        return ""
    memory = parse(values.get("memory"))
    # Machines have a multiple of 8 cores or so, and memory to go with them; 100, 250 and 500 are thousandths.
    round_number = cores % 50 == 0 or cores % 25 == 0
    if memory is not None and memory > 0:
        meant = memory < cores * _MEMORY_PER_CORE * NANO
    else:
        meant = round_number
    return (
        f'cpu {cores} is {cores} whole cores, so no node has room for it; for thousandths of a core write "{cores}m"'
        if meant
        else ""
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

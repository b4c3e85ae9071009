"""The files that a volume of configuration serves to the containers that mount it."""

from __future__ import annotations

from typing import Any

from kwlint.model.links.references import known_keys
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.util.values import mapping, sequence, text


def served_files(workload: Resource, inventory: Inventory, volume: dict[str, Any]) -> frozenset[str] | None:
    """Return the paths of the files in a ConfigMap, Secret or projected volume; None where they are not known.

    Not known are those of objects that are not in the input, that are optional or that something else fills in.
    """
    if isinstance(volume.get("configMap"), dict):
        return _files(workload, inventory, "ConfigMap", "name", volume["configMap"])
    if isinstance(volume.get("secret"), dict):
        return _files(workload, inventory, "Secret", "secretName", volume["secret"])
    if not isinstance(volume.get("projected"), dict):
        return None
    found: frozenset[str] = frozenset()
    for source in sequence(volume["projected"].get("sources")):
        files = _projected(workload, inventory, mapping(source))
        if files is None:
            return None
        found |= files
    return found


def _projected(workload: Resource, inventory: Inventory, source: dict[str, Any]) -> frozenset[str] | None:
    for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
        if isinstance(source.get(field), dict):
            return _files(workload, inventory, kind, "name", source[field])
    if isinstance(source.get("downwardAPI"), dict):
        return _paths(source["downwardAPI"])
    path = text(mapping(source.get("serviceAccountToken")).get("path"))
    return frozenset({path}) if path else None


def _files(
    workload: Resource, inventory: Inventory, kind: str, name_field: str, source: dict[str, Any]
) -> frozenset[str] | None:
    if source.get("optional") is True:
        return None
    if sequence(source.get("items")):
        return _paths(source)
    name = text(source.get(name_field))
    return known_keys(workload, inventory, kind, name) if name else None


def _paths(source: dict[str, Any]) -> frozenset[str]:
    return frozenset(text(mapping(item).get("path")) for item in sequence(source.get("items")))

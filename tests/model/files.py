"""Inventories of several files, for the tests of the model."""

from __future__ import annotations

from kwlint.model.project.applications import assign
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read


def resources_of(files: dict[str, str]) -> list[Resource]:
    """Return the objects of files, by name and text, with their applications assigned."""
    resources: list[Resource] = []
    for name, text in files.items():
        for document in read(Source(name, text)):
            assert isinstance(document, Document), document
            resources.append(Resource(document, document.root, len(resources)))
    assign(resources)
    return resources


def inventory_of_files(files: dict[str, str], complete: bool = False) -> Inventory:
    """Return the inventory of files, by name and text."""
    return Inventory(resources_of(files), 37, (), complete)


def config_map(name: str, namespace: str = "") -> str:
    """Return a ConfigMap with its separator."""
    space = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{space}}}\n"

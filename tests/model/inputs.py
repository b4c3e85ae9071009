"""Inventories out of YAML text, for the tests of the model."""

from __future__ import annotations

from kwlint.model.project.applications import assign
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read


def inventory_of(text: str, minor: int = 37) -> Inventory:
    """Return the inventory of the documents of one file."""
    resources: list[Resource] = []
    for document in read(Source("objects.yaml", text)):
        assert isinstance(document, Document)
        resources.append(Resource(document, document.root, len(resources)))
    assign(resources)
    return Inventory(resources, minor)


def workload(pod: str, spec: str = "{}", kind: str = "Deployment", namespace: str = "shop") -> str:
    """Return a workload `web` with the label `app: web`; ``pod`` and ``spec`` are flow mappings merged into it."""
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n"
        f"  <<: {spec}\n  selector: {{matchLabels: {{app: web}}}}\n"
        f"  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      <<: {pod}\n"
    )

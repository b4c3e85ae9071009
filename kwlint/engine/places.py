"""Places: where a field of a resource, or a range of a source, stands in the file that a person edits."""

from __future__ import annotations

from kwlint.diagnostics.finding import Place
from kwlint.model.resources import Resource
from kwlint.syntax.path import locate
from kwlint.syntax.source import Source


def place_of(resource: Resource, path: str, on_key: bool = False) -> Place:
    """Return the place of a field of a resource."""
    span = locate(resource.document, resource.data, path, on_key)
    return place(resource.document.source, span.start, span.end)


def place(source: Source, start: int, end: int) -> Place:
    """Return the place of a range of offsets; an empty one is widened to one character, a long one keeps its lines."""
    first = source.position(start)
    last = source.position(max(end, start + 1))
    return Place(source.name, first.line, first.column, last.line, last.column)

"""Reading YAML in tests: one document, all of it, or what stands at a path."""

from __future__ import annotations

from kwlint.syntax.defects import Defect
from kwlint.syntax.limits import DEFAULT_LIMITS, Limits
from kwlint.syntax.path import locate
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read


def document(text: str) -> Document:
    """Return the only document of a text."""
    (found,) = items(text)
    assert isinstance(found, Document), found
    return found


def items(text: str, limits: Limits = DEFAULT_LIMITS) -> list[Document | Defect]:
    """Return the documents and defects of a text."""
    return list(read(Source("test.yaml", text), limits))


def at(text: str, path: str, on_key: bool = False) -> str:
    """Return ``LINE:COLUMN TEXT`` of the place of a path; line breaks of the text show as ``|``."""
    found = document(text)
    start, end = locate(found, found.root, path, on_key)
    line, column = found.source.position(start)
    return f"{line}:{column} {text[start:end]}".replace("\r", "").replace("\n", "|")

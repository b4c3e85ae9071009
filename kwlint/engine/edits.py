"""Fix offers: the changes that a problem's fix asks for become replacements of text, where that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwlint.diagnostics.change import REMOVE, RENAME, SET, Change
from kwlint.diagnostics.finding import FixOffer, Place, Replacement
from kwlint.model.resources import Fix, Resource
from kwlint.sources.joined import is_joined
from kwlint.syntax.edit import UneditableError, edits_for
from kwlint.syntax.path import steps
from kwlint.syntax.tree import Document, Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable


def offer(resource: Resource, fix: Fix, safe: bool, own: bool = False) -> FixOffer | None:
    """Return the offer for a fix, or None where an anchor, an alias or the layout forbids it, or nothing would change.

    However safe its rule holds it to be, one that takes away what stands nowhere else is not; ``own`` are fixes that
    take away nothing but kwlint's own words. What two objects in one document have come to is no object, so that
    nothing can be said of its fields.
    """
    document = resource.document
    if is_joined(document):
        return None
    safe = safe and (own or not _loses(document, resource.data, fix.changes))
    try:
        edits = edits_for(document, resource.data, fix.changes)
    except UneditableError:
        return None
    source = document.source
    if all(source.text[edit.start : edit.end] == edit.text for edit in edits):
        return None
    replacements = []
    for edit in edits:
        first, last = source.position(edit.start), source.position(edit.end)
        place = Place(source.name, first.line, first.column, last.line, last.column)
        replacements.append(Replacement(place, edit.start, edit.end, edit.text))
    prefix = _prefix(document.root, resource.data)
    if prefix is None:
        return None
    fields: list[tuple[str | int, ...]] = []
    renames: list[tuple[tuple[str | int, ...], str]] = []
    for change in fix.changes:
        path = (document.index, *prefix, *_typed(document, resource.data, steps(change.path)))
        if change.action == RENAME:
            renames.append((path, change.value))
        else:
            fields.append(path)
    return FixOffer(safe, fix.title, tuple(replacements), tuple(fields), tuple(renames))


def _loses(document: Document, root: Mapping, changes: tuple[Change, ...]) -> bool:
    """Return whether changes remove an entry that neither stands word for word in the same mapping nor is set elsewhere."""
    removed = [change for change in changes if change.action == REMOVE]
    if not removed:
        return False
    written = [(steps(change.path)[-1], change.value) for change in changes if change.action == SET]
    for change in removed:
        *way, last = steps(change.path)
        parent: object = root
        for step in way:
            if isinstance(parent, Sequence) and step.isdecimal() and int(step) < len(parent):
                parent = parent[int(step)]
            else:
                parent = parent.get(step) if isinstance(parent, Mapping) else None
        if not isinstance(parent, Mapping) or last not in parent:
            return True
        repeated = document.again.get(parent.keys_at[last])
        same = repeated is not None and _entry(document, repeated.first) == _entry(document, repeated.again)
        if not same and (last, parent[last]) not in written:
            return True
    return False


def _entry(document: Document, key: int) -> str:
    """Return an entry of a mapping as it is written, with the comments and anchors in it."""
    end = max(document.ends[key], document.ends[key + 1])
    return document.source.text[document.starts[key] : end].rstrip()


def _prefix(root: object, data: Mapping) -> tuple[str | int, ...] | None:
    """Return the path of an object within its document: empty, or that of a list's item."""
    if root is data:
        return ()
    items = root.get("items") if isinstance(root, Mapping) else None
    for index, item in enumerate(items if isinstance(items, Sequence) else ()):
        if item is data:
            return ("items", index)
    return None


def _typed(document: Document, root: object, path: Iterable[str]) -> list[str | int]:
    """Return a path with the indexes of lists as integers, and keys as they are written (`on`, which means true)."""
    node: object = root
    found: list[str | int] = []
    for step in path:
        if isinstance(node, Sequence) and step.isdecimal():
            found.append(int(step))
            node = node[int(step)] if int(step) < len(node) else None
        else:
            written = step
            if isinstance(node, Mapping) and step in node.keys_at:
                start, end = document.span(node.keys_at[step])
                text = document.source.text[start:end]
                written = step if text[:1] in ("'", '"') else text
            found.append(written)
            node = node.get(step) if isinstance(node, Mapping) else None
    return found

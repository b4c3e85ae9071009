"""Joined documents: the missing lines `---` of a document in which one object follows another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwlint.diagnostics.finding import FixOffer, Place, Replacement
from kwlint.syntax.edit import TextEdit
from kwlint.syntax.tree import Document, Mapping, Repeated
from kwlint.util.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

# What an object begins with, in whatever order, and is none without.
_HEAD = frozenset({"apiVersion", "kind", "metadata"})
# What nobody writes twice into one object.
_TELLING = ("apiVersion", "kind")


class Joined(Record):
    """The first key that tells that a document is several, how many they seem to be, and the edits that part them.

    There are no edits where it is not certain what belongs to which.
    """

    repeated: Repeated
    times: int
    edits: tuple[TextEdit, ...]


def joined(document: Document) -> Joined | None:
    """Return what is known of a document whose root has an `apiVersion` or a `kind` more than once, else None.

    It is certain where the lines `---` are missing if each object begins with one of `apiVersion`, `kind` and
    `metadata`, has all of them, and no key is left over.
    """
    root = document.root
    if not is_joined(document):
        return None
    told = [item for item in document.repeated if item.mapping is root and item.key in _TELLING]
    times = 1 + max(sum(1 for item in told if item.key == key) for key in _TELLING)
    return Joined(told[0], times, tuple(_edits(document, root)))


def is_joined(document: Document) -> bool:
    """Return whether a document's root has an `apiVersion` or a `kind` more than once."""
    root = document.root
    return isinstance(root, Mapping) and any(root.keys_at.get(key) in document.again for key in _TELLING)


def parting(document: Document, edits: tuple[TextEdit, ...]) -> FixOffer | None:
    """Return the offer to write the lines `---`, None where there are no edits."""
    if not edits:
        return None
    source = document.source
    replacements = []
    for edit in edits:
        at = source.position(edit.start)
        place = Place(source.name, at.line, at.column, at.line, at.column)
        replacements.append(Replacement(place, edit.start, edit.end, edit.text))
    return FixOffer(
        True,
        "write the missing `---`",
        tuple(replacements),
        fields=((document.index,),),
        parts=len(edits) + 1,
    )


def _edits(document: Document, root: Mapping) -> Iterator[TextEdit]:
    text = document.source.text
    if root.merged is not None or text[document.starts[root.ordinal]] == "{":
        return iter(())
    entries = {ordinal: key for key, ordinal in root.keys_at.items()}
    for item in document.repeated:
        if item.mapping is root:
            entries[item.first] = entries[item.again] = item.key
    edits: list[TextEdit] = []
    group: set[str] = set()
    before = -1
    for ordinal, key in sorted(entries.items()):
        line = text.rfind("\n", 0, document.starts[ordinal]) + 1
        if key in _HEAD and group >= _HEAD:
            if text[line : document.starts[ordinal]].strip(" "):
                return iter(())
            done = max(document.ends[before + 1], document.ends[ordinal - 1])
            edits.append(_separator(text, done, line, document.starts[ordinal] - line))
            group = set()
        if key in group or (not group and key not in _HEAD):
            return iter(())
        group.add(key)
        before = ordinal
    return iter(edits if group >= _HEAD else ())


def _separator(text: str, done: int, line: int, indent: int) -> TextEdit:
    """Return the edit that writes `---` before a line, and before the comments above it that stand where its key stands.

    ``done`` is where the value before it ends.
    """
    at = above = line
    while above > done:
        start = text.rfind("\n", 0, above - 1) + 1
        content = text[start:above].rstrip()
        if start < done or (content and (content.lstrip()[0] != "#" or content.index("#") != indent)):
            break
        at = start if content else at
        above = start
    ending = "\r\n" if text[:line].endswith("\r\n") else "\n"
    return TextEdit(at, at, f"---{ending}")

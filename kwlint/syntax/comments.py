"""Comments: where they stand in a document, told apart from `#` inside of scalars."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, Mapping, Sequence


class Comment(NamedTuple):
    """A comment: its offset, its text from the ``#`` on, and whether it has the line to itself."""

    offset: int
    text: str
    alone: bool


def comments_with(source: Source, documents: list[Document], word: str) -> Iterator[Comment]:
    """Yield the comments of a source that contain ``word``, in order."""
    text = source.text
    if word not in text:
        return
    spans = sorted(span for document in documents for span in _scalar_spans(document))
    begins = [start for start, _ in spans]
    seen = -1
    found = text.find(word)
    while found >= 0:
        line_start = max(text.rfind("\n", 0, found), text.rfind("\r", 0, found)) + 1
        line_end = text.find("\n", found)
        line_end = len(text) if line_end < 0 else line_end
        hash_at = text.find("#", line_start, found)
        while hash_at >= 0:
            before = bisect_right(begins, hash_at) - 1
            inside = before >= 0 and hash_at < spans[before][1]
            starts_comment = hash_at == line_start or text[hash_at - 1] in " \t"
            if not inside and starts_comment:
                break
            hash_at = text.find("#", hash_at + 1, found)
        if hash_at >= 0 and hash_at != seen:
            seen = hash_at
            yield Comment(hash_at, text[hash_at:line_end].rstrip(), not text[line_start:hash_at].strip())
        found = text.find(word, found + 1)


def _scalar_spans(document: Document) -> Iterator[tuple[int, int]]:
    containers = _container_ordinals(document.root)
    starts, ends = document.starts, document.ends
    for ordinal in range(len(starts)):
        if ordinal not in containers and ends[ordinal] > starts[ordinal]:
            yield starts[ordinal], ends[ordinal]


def _container_ordinals(root: object) -> set[int]:
    found: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping | Sequence) and node.ordinal not in found:
            found.add(node.ordinal)
            waiting.extend(node.values() if isinstance(node, Mapping) else node)
    return found

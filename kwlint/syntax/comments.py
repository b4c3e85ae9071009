"""Comments: where they stand in a document, told apart from `#` inside of scalars."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

# What a node that is no scalar starts with: a bracket or brace, or the mark of a block's entry.
_COLLECTION = pattern(r"[{\[]|[-?](?=\s|\Z)")


class Comment(Record):
    """A comment: its offset, its text from the ``#`` on, and whether it has the line to itself."""

    offset: int
    text: str
    alone: bool


def comments_with(source: Source, documents: list[Document], word: str) -> Iterator[Comment]:
    """Yield the comments of a source that contain ``word``, in order."""
    text = source.text
    if word not in text:
        return
    starts = [start for document in documents for start in document.starts]
    ends = [end for document in documents for end in document.ends]

    def is_in_scalar(offset: int) -> bool:
        # Nodes are in the order of their starts, so the last one before an offset is the innermost there.
        node = bisect_right(starts, offset) - 1
        return node >= 0 and offset < ends[node] and _COLLECTION.match(text, starts[node]) is None

    found = text.find(word)
    while found >= 0:
        number = source.position(found).line
        start = source.line_starts[number - 1]
        end = start + len(source.line(number))
        hash_at = text.find("#", start, end)
        while hash_at >= 0:
            if (hash_at == start or text[hash_at - 1] in " \t") and not is_in_scalar(hash_at):
                break
            hash_at = text.find("#", hash_at + 1, end)
        if hash_at >= 0 and text.find(word, hash_at, end) >= 0:
            yield Comment(hash_at, text[hash_at:end].rstrip(), not text[start:hash_at].strip())
        found = text.find(word, max(end, found + 1))

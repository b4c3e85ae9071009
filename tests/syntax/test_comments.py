"""Comments as a table: which of a text's `mark`s stand in a comment, and whether they have the line to themselves."""

from __future__ import annotations

import pytest

from kwlint.syntax.comments import comments_with
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: b # mark\n", [(1, "# mark", False)]),
        ("# mark\na: b\n", [(1, "# mark", True)]),
        ("a: b\n   #mark  \n", [(2, "#mark", True)]),
        ("a: b # one # mark two\n", [(1, "# one # mark two", False)]),
        ("a: b # mark mark\n", [(1, "# mark mark", False)]),
        ("a: b#mark\n", []),
        ("a: 'b # mark'\n", []),
        ("a: 'b # mark' # mark\n", [(1, "# mark", False)]),
        ("a: |\n  # mark\n# mark\nb: c\n", [(3, "# mark", True)]),
        ("a: |\n  text\n\n  # mark\n\nb: c # mark\n", [(6, "# mark", False)]),
        ('a: "x\n  # mark\n  y"\n', []),
        ("a: b\n  c # mark\n", [(2, "# mark", False)]),
        ("- # mark\n  a: b\n", [(1, "# mark", False)]),
        ("? # mark\n  a\n: b\n", [(1, "# mark", False)]),
        ("a: { # mark\n  b: c, # mark\n  }\n", [(1, "# mark", False), (2, "# mark", False)]),
        ("a: [ # mark\n  b ] # mark\n", [(1, "# mark", False), (2, "# mark", False)]),
        ("a: &x # mark\n  b: c\n", [(1, "# mark", False)]),
        ("a: {b: c} # mark\na: {b: c}\n", [(1, "# mark", False)]),
        ("a:\n  # mark\n  b: c\na: x\n", [(2, "# mark", True)]),
        ("a:\n  <<: # mark\n    b: c\n", [(2, "# mark", False)]),
        ("a: b\n---\n# mark\nc: 'd'\n---\ne: |\n # mark\n", [(3, "# mark", True)]),
        ("a: b # mark\r\nc: d # mark\r\n", [(1, "# mark", False), (2, "# mark", False)]),
        ("a: b # mark\rc: d # mark\r", [(1, "# mark", False), (2, "# mark", False)]),
        ("日: 'é' # mark é\n", [(1, "# mark é", False)]),
        ("a: [ # mark\n---\nb: c # mark\n", [(1, "# mark", False), (3, "# mark", False)]),
        ("a: b # mark", [(1, "# mark", False)]),
        ("mark: mark\n", []),
    ],
)
def test_comments(text: str, found: list[tuple[int, str, bool]]) -> None:
    source = Source("x.yaml", text)
    documents = [item for item in read(source) if isinstance(item, Document)]
    assert [
        (source.position(comment.offset).line, comment.text, comment.alone)
        for comment in comments_with(source, documents, "mark")
    ] == found

"""Properties over generated YAML: what a document means, and that each scalar's span is the text it came from."""

from __future__ import annotations

from bisect import bisect_right

import pytest

from kwlint.syntax.comments import comments_with
from kwlint.syntax.path import locate
from kwlint.syntax.source import Source, decode
from kwlint.syntax.tree import Document, read
from tests.syntax.generator import Generated


def loaded(source: Source) -> Document:
    (document,) = read(source)
    assert isinstance(document, Document), (document, source.text)
    return document


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_data_and_spans(newline: str) -> None:
    scalars = 0
    for seed in range(400):
        made = Generated(seed, newline)
        document = loaded(Source("x.yaml", made.text))
        assert document.root == made.data, made.text
        for path, start, written in made.keys:
            assert locate(document, document.root, path, on_key=True) == (start, start + len(written)), (
                path,
                made.text,
            )
        for path, start, written in made.values:
            found = locate(document, document.root, path)
            block = written[0] in "|>"
            text = made.text[found.start : found.end]
            assert found.start == start, (path, made.text)
            assert text.rstrip() == written.rstrip() if block else text == written, (path, made.text)
            scalars += 1
    assert scalars > 2000


def test_spans_hold_in_later_documents() -> None:
    texts = [Generated(seed).text.removeprefix("---\n") for seed in range(40)]
    text = "---\n".join(texts)
    documents = list(read(Source("x.yaml", text)))
    assert len(documents) == len(texts)
    for seed, document in enumerate(documents):
        assert isinstance(document, Document)
        made = Generated(seed)
        for path, _, written in made.keys:
            span = locate(document, document.root, path, on_key=True)
            assert text[span.start : span.end] == written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_encodings_mean_the_same(encoding: str) -> None:
    for seed in range(60):
        made = Generated(seed)
        mark = "\ufeff" if encoding == "utf-16-be" else ""
        content = (mark + made.text).encode(encoding)
        source = Source("x.yaml", decode(content))
        assert source.text == made.text
        assert loaded(source).root == made.data


def test_position_inverts_offsets() -> None:
    for newline in ("\n", "\r\n", "\r"):
        text = Generated(5, newline).text
        source = Source("x.yaml", text)
        for offset in range(len(text)):
            line, column = source.position(offset)
            assert source.line_starts[line - 1] + column - 1 == offset
            assert bisect_right(source.line_starts, offset) == line
        assert "".join(source.line(number + 1) for number in range(len(source.line_starts))) == "".join(
            text.splitlines()
        )


def test_comments_are_told_from_scalars() -> None:
    seen = 0
    for seed in range(400):
        made = Generated(seed)
        source = Source("x.yaml", made.text)
        document = loaded(source)
        found = [comment.text for comment in comments_with(source, [document], "note:")]
        assert found == ["# note: [ 'open"] * made.text.count("# note:"), made.text
        assert not list(comments_with(source, [document], "# no comment"))
        alone = list(comments_with(source, [document], "alone"))
        assert [comment.alone for comment in alone] == [True] * made.text.count("# alone")
        seen += len(found) + len(alone)
    assert seen > 400

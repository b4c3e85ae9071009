"""Snippets: where the carets stand under a line, and what reaches the terminal."""

from __future__ import annotations

import pytest

from kwlint.diagnostics.finding import Place
from kwlint.report.snippet import LONGEST, snippet
from kwlint.util.characters import cells, one_line


@pytest.mark.parametrize(
    ("line", "column", "end", "shown", "carets"),
    [
        ("name: db", 7, 9, "name: db", "      ^^"),
        ("name: db", 7, 7, "name: db", "      ^"),
        ("name: db", 9, 9, "name: db", "        ^"),
        ("name: db", 30, 40, "name: db", "        ^"),
        ("name: db", 7, 40, "name: db", "      ^^"),
        ("\tname: db", 8, 10, "\tname: db", "\t      ^^"),
        ("\tname", 1, 2, "\tname", "^"),
        ("a\tb c", 1, 4, "a\tb c", "^\t^"),
        ("a\tb\tc", 5, 6, "a\tb\tc", " \t \t^"),
        ("数据: 库 x", 5, 6, "数据: 库 x", "      ^^"),
        ("数据: 库 x", 7, 8, "数据: 库 x", "         ^"),
        ("ｆull: x", 7, 8, "ｆull: x", "       ^"),
        ("e\u0301: x", 5, 6, "e\u0301: x", "   ^"),
        ("e\u0301: x", 1, 3, "e\u0301: x", "^"),
        ("\u00a0x", 2, 3, "\u00a0x", " ^"),
        ("a: \x1b[31m", 4, 9, "a: \ufffd[31m", "   ^^^^^"),
        ("a: \u202eb", 5, 6, "a: \ufffdb", "    ^"),
    ],
)
def test_carets(line: str, column: int, end: int, shown: str, carets: str) -> None:
    rows = snippet(line, Place("f", 7, column, 7, end))
    assert rows == [("    7 |", f" {shown}"), ("      |", f" {carets}")]


def test_a_span_over_lines_is_marked_to_the_end_of_the_first() -> None:
    assert snippet("a: b  ", Place("f", 7, 4, 9, 2))[1] == ("      |", "    ^")


def test_a_number_wider_than_the_gutter() -> None:
    assert snippet("a", Place("f", 1234567, 1, 1234567, 2)) == [("1234567 |", " a"), ("        |", " ^")]


@pytest.mark.parametrize("length", [1, 200])
@pytest.mark.parametrize("before", [0, 1, 60, 61, 500, 1000])
@pytest.mark.parametrize("after", [0, 1, 1000])
def test_a_long_line_is_cut_around_the_span(before: int, length: int, after: int) -> None:
    total = before + length + after
    line = "".join(f"{number:04}" for number in range(total // 4 + 1))[:total]
    (_, shown), (_, carets) = snippet(line, Place("f", 1, before + 1, 1, before + length + 1))
    kept = shown.strip(" …")
    assert len(kept) == min(total, LONGEST)
    first = line.index(kept)
    assert shown == f" {'…' if first else ''}{kept}{'…' if first + len(kept) < total else ''}"
    marked = shown[carets.index("^") : len(carets)]
    assert marked == line[before : min(before + length, first + LONGEST)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 数", "plain é 数"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[2J\x07\x7f\x9b", "\\x1b[2J\\x07\\x7f\\x9b"),
        ("a\u2028b\u202ec\u2066", "a\\u2028b\\u202ec\\u2066"),
        ("\u00a0\u200d", "\u00a0\u200d"),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("ab", 2), ("数a", 3), ("e\u0301", 1), ("\u200d", 0), ("é", 1)]
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width

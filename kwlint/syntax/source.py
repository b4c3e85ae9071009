"""A source: the text of one file and the translation of its offsets to lines and columns."""

from __future__ import annotations

import codecs
from bisect import bisect_right

from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

_LINE_BREAK = pattern(r"\r\n|\n|\r")


class Position(Record):
    """A place in a text: line and column start at 1, columns count code points."""

    line: int
    column: int


class Span(Record):
    """A half-open range of offsets (code points from the start of the text)."""

    start: int
    end: int


class UndecodableError(ValueError):
    """Bytes that are no text; ``offset`` counts bytes and ``line`` starts at 1."""

    def __init__(self, message: str, offset: int, line: int, column: int) -> None:
        super().__init__(message)
        self.offset = offset
        self.line = line
        self.column = column


class Source:
    """The text of one file as it was written, without a byte order mark.

    ``name`` is the path shown to people, ``text`` the decoded text, ``marked`` whether the file has the mark of UTF-8.
    """

    __slots__ = ("_starts", "marked", "name", "text")

    def __init__(self, name: str, text: str, marked: bool = False) -> None:
        self.name = name
        self.text = text
        self.marked = marked
        self._starts: list[int] | None = None

    @property
    def line_starts(self) -> list[int]:
        """The offsets at which the lines start; ``\\n``, ``\\r\\n`` and a lone ``\\r`` end a line."""
        if self._starts is None:
            if "\r" in self.text:
                self._starts = [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]
            else:
                starts, text = [0], self.text
                found = text.find("\n")
                while found >= 0:
                    starts.append(found + 1)
                    found = text.find("\n", found + 1)
                self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """Return the line and column of an offset."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return the text of a line (from 1) without its line break; empty where there is no such line."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


def decode(content: bytes) -> str:
    """Return the text of a file's bytes: UTF-8, or UTF-16 by its byte order mark, as YAML allows.

    Raises UndecodableError for invalid UTF-8 or UTF-16 and for NUL characters.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start]
        shown = f"byte 0x{content[error.start]:02x}" if error.start < len(content) else "the end"
        raise UndecodableError(
            f"the file is not valid {encoding.upper()}: {shown} at offset {error.start} cannot be decoded",
            error.start,
            before.count(b"\n") + 1,
            len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1,
        ) from None
    nul = text.find("\0")
    if nul >= 0:
        raise UndecodableError(
            f"the file has a NUL character at offset {nul}; it is not text",
            nul,
            text.count("\n", 0, nul) + 1,
            nul - text.rfind("\n", 0, nul),
        )
    return text[1:] if text.startswith("\ufeff") else text

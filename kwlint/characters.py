"""Characters on a terminal: which ones must not reach it, and how many cells the others take."""

from __future__ import annotations

# Control characters, line and paragraph separators, and the overrides and isolates of bidirectional text,
# which make a line read otherwise than it is parsed (CVE-2021-42574).
_UNSAFE = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0x2028,
    0x2029,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_ESCAPED = {code: chr(code).encode("unicode_escape").decode() for code in _UNSAFE}
_MASKED = {code: "\N{REPLACEMENT CHARACTER}" for code in _UNSAFE if code != ord("\t")}


def one_line(text: str) -> str:
    """Return the text with what could break a line or drive a terminal escaped (``\\n``, ``\\x1b``)."""
    return text if text.isprintable() else text.translate(_ESCAPED)


def masked(text: str) -> str:
    """Return a line of source, tabs kept, with every other unsafe character as U+FFFD."""
    return text if text.isprintable() else text.translate(_MASKED)


def shortened(text: str, length: int = 60) -> str:
    """Return a text that a message quotes, cut where it is longer than people read."""
    return text if len(text) <= length else f"{text[:length]}…"


def cells(text: str) -> int:
    """Return how many cells of a terminal the text takes; a tab counts as one.

    Wide and fullwidth characters take two (Unicode Standard Annex 11), combining and format characters none.
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )

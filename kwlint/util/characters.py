"""Foreign text: which of its characters a terminal, a log or a report must not get raw, and how they are written."""

from __future__ import annotations

import re

from kwlint.util.lazyre import pattern

# What moves a cursor, breaks or reorders a line (CVE-2021-42574), or is not seen at all and yet told apart: control
# characters, the marks, overrides and isolates of bidirectional text, line and paragraph separators, blanks without width,
# fillers, annotations and tags, halves of surrogate pairs (bytes of a file name that are not UTF-8), and noncharacters.
# The joiners U+200C and U+200D and the variation selectors stay: Persian, Indic scripts, Japanese and emoji need them.
_UNSAFE = (
    "\0-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
) + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
_ANY = pattern(f"[{_UNSAFE}]")
_ANY_BUT_TAB = pattern(f"[{_UNSAFE}]".replace("\0-\x1f", "\0-\x08\x0a-\x1f"))
# GitHub's runner reads `##[command]` anywhere in a line as a command, Azure's agent `##vso[`, TeamCity's `##teamcity[`.
# The first compares as a language does, which passes over what is not seen, so letters beyond ASCII may stand between.
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_COMMAND = pattern(r"#([^\0-\x7f]*#[^\0-\x7f]*(?:vso|teamcity)?[^\0-\x7f]*)\[", re.IGNORECASE)
# The same runner takes a line for a command if it begins with `::`, white space aside.
_COMMAND_FIRST = pattern(r"[^!-~]*:[^!-~]*:")


def one_line(text: str) -> str:
    """Return foreign text as a part of a line: what could break it, drive a terminal or command a runner is escaped.

    ``\\n``, ``\\x1b``, ``\\u202e``, ``##\\[``. A text that has been through it stays as it is.
    """
    if not text.isprintable():
        text = _ANY.sub(_escape, text)
    return _COMMAND.sub(r"#\1\\[", text) if "#" in text else text


def masked(text: str) -> str:
    """Return a line of source with as many characters, tabs kept, the unsafe ones as U+FFFD."""
    if not text.isprintable():
        text = _ANY_BUT_TAB.sub("\N{REPLACEMENT CHARACTER}", text)
    return _COMMAND.sub("#\\1\N{REPLACEMENT CHARACTER}", text) if "#" in text else text


def first_in_line(file: str) -> str:
    """Return the name of a file as a line may begin with it: ``./::name`` where a runner takes ``::name`` for a command."""
    return f"./{file}" if ":" in file and _COMMAND_FIRST.match(file) else file


def json_text(text: str) -> str:
    """Return JSON that is in one line with the unsafe characters of its texts as ``\\u`` escapes, which mean the same."""
    if not text.isprintable():
        text = _ANY.sub(_escape_utf16, text)
    return _COMMAND.sub(r"\\u0023\1[", text) if "#" in text else text


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
        1
        if char < "\u0300"
        else 0
        if category(char) in ("Mn", "Me", "Cf")
        else 2
        if east_asian_width(char) in "WF"
        else 1
        for char in text
    )


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _escape_utf16(match: re.Match[str]) -> str:
    digits = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{digits[at : at + 4]}" for at in range(0, len(digits), 4))

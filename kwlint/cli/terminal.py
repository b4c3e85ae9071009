"""Markdown as a terminal shows it: wrapped to its width, headings and code told apart by style or indentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from kwlint.util.lazyre import pattern

# Longer lines are hard to read, however wide the terminal is.
WIDEST = 100
_NARROWEST = 20
_INDENT = "    "
_BOLD, _CODE, _END = "\x1b[1m", "\x1b[36m", "\x1b[0m"
_SPAN = pattern(r"`([^`]+)`")


def rendered(markdown: str, columns: int, color: bool) -> str:
    """Return Markdown, of the kinds that rules' pages are written in, for a terminal with so many columns."""
    width = max(_NARROWEST, min(columns, WIDEST))
    return "\n".join(_lines(markdown.splitlines(), width, color)).rstrip("\n") + "\n"


def _lines(lines: Iterable[str], width: int, color: bool) -> Iterator[str]:
    paragraph: list[str] = []
    fenced = False
    for line in [*lines, ""]:
        if line.strip() and not fenced and not line.startswith(("#", "```", _INDENT, "- ")):
            paragraph.append(line)
            continue
        if paragraph:
            yield from _wrapped(paragraph, width, color)
            paragraph = []
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            yield f"{_INDENT}{line}".rstrip()
        elif line.startswith("#"):
            heading = _filled(line.lstrip("# ") if color else line, width)
            yield from (f"{_BOLD}{part}{_END}" for part in heading) if color else heading
        elif line.startswith("- "):
            paragraph = [line]
        else:
            yield line


def _wrapped(paragraph: list[str], width: int, color: bool) -> Iterator[str]:
    text = " ".join(line.strip() for line in paragraph)
    lines = _filled(text[2:], width, "- ") if text.startswith("- ") else _filled(text, width)
    if not color:
        return iter(lines)
    # A span that is wrapped keeps its style over the end of the line.
    return iter(_SPAN.sub(rf"{_CODE}\1{_END}", "\n".join(lines)).split("\n"))


def _filled(text: str, width: int, mark: str = "") -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )

"""A line of source with its gutter, and the carets under a span of it."""

from __future__ import annotations

from kwlint.diagnostics.finding import Place
from kwlint.util.characters import cells, masked

LONGEST = 160
_BEFORE = 60
_GUTTER = 5
_CUT = "…"


def snippet(line: str, place: Place) -> list[tuple[str, str]]:
    """Return the rows to print for a place, each as its gutter and its text: the source line and the carets.

    A line longer than LONGEST is cut around the span; a span over several lines is marked to the end of the
    first.
    """
    start = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    end = min(end, len(line))
    if len(line) > LONGEST:
        line, start, end = _cut(line, start, end)
    line = masked(line)
    carets = _blank(line[:start]) + "".join(
        char if char == "\t" else "^" * cells(char) for char in line[start:end]
    )
    if "^" not in carets:
        carets = _blank(line[:start]) + "^"
    number = str(place.line).rjust(_GUTTER)
    return [(f"{number} |", f" {line}".rstrip()), (f"{' ' * len(number)} |", f" {carets}".rstrip())]


def _blank(text: str) -> str:
    """Return white space as wide as the text, tabs kept as tabs."""
    return "\t".join(" " * cells(part) for part in text.split("\t"))


def _cut(line: str, start: int, end: int) -> tuple[str, int, int]:
    first = max(0, min(start - _BEFORE, len(line) - LONGEST))
    before = _CUT if first else ""
    after = _CUT if first + LONGEST < len(line) else ""
    shift = len(before) - first
    end = min(end, first + LONGEST)
    return before + line[first : first + LONGEST] + after, start + shift, end + shift

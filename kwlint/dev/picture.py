"""Pictures: the coloured text of a terminal as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

COLUMNS = 110
_CELL, _LINE, _MARGIN, _BAR = 8.4, 19, 16, 34
_STYLE = pattern(r"\x1b\[([0-9;]*)m")
# The SGR parameters that the text report uses, as CSS classes.
_CLASSES = {"1": "b", "2": "f", "31": "r", "33": "y", "34": "l", "36": "c"}
_CSS = """\
text { font: 14px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d5d9e0; white-space: pre }
.b { font-weight: bold; fill: #ffffff } .f { fill: #8b93a1 } .r { fill: #ff7b72 } .y { fill: #e3b341 } .l { fill: #79b8ff }
.c { fill: #56d4dd }"""


class Run(Record):
    """Text of one style: the classes of its SGR parameters."""

    text: str
    classes: str


def svg(command: str, output: str) -> str:
    """Return the picture of a terminal in which a command printed this output, which may have SGR sequences."""
    prompt = [Run("$ ", "f"), Run(command, "b")]
    lines = [prompt, []]
    for line in output.splitlines():
        lines += _wrapped(list(_runs(line)))
    width = round(COLUMNS * _CELL + 2 * _MARGIN)
    height = _BAR + _LINE * len(lines) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{escape(command)}</title>",
        f"<style>\n{_CSS}\n</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#14181f"/>',
    ]
    for number, fill in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        parts.append(f'<circle cx="{_MARGIN + 6 + 20 * number}" cy="16" r="6" fill="{fill}"/>')
    for number, row in enumerate(lines):
        parts += _drawn(row, _BAR + _LINE * (number + 1) - 5)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _runs(line: str) -> Iterator[Run]:
    classes, start = "", 0
    for match in _STYLE.finditer(line):
        if match.start() > start:
            yield Run(line[start : match.start()], classes)
        codes = [code for code in match[1].split(";") if code not in ("", "0")]
        classes = " ".join(_CLASSES[code] for code in codes)
        start = match.end()
    if line[start:]:
        yield Run(line[start:], classes)


def _wrapped(runs: list[Run]) -> list[list[Run]]:
    """Return a line as the lines that it takes: broken at the last blank that fits."""
    lines: list[list[Run]] = []
    while sum(len(run.text) for run in runs) > COLUMNS:
        whole = "".join(run.text for run in runs)
        at = whole.rfind(" ", 0, COLUMNS + 1)
        end, start = (at, at + 1) if at > 0 else (COLUMNS, COLUMNS)
        lines.append(_cut(runs, 0, end))
        runs = _cut(runs, start, len(whole))
    return [*lines, runs]


def _cut(runs: list[Run], start: int, end: int) -> list[Run]:
    found: list[Run] = []
    at = 0
    for text, classes in runs:
        piece = text[max(start - at, 0) : max(end - at, 0)]
        at += len(text)
        if piece:
            found.append(Run(piece, classes))
    return found


def _drawn(line: list[Run], y: int) -> Iterator[str]:
    column = 0
    for text, classes in line:
        if text.strip():
            # The length keeps the columns where the font is wider or narrower than the grid.
            x, length = _MARGIN + column * _CELL, len(text) * _CELL
            style = f' class="{classes}"' if classes else ""
            yield (
                f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"{style}>'
                f"{escape(text, quote=False)}</text>"
            )
        column += len(text)

"""The report as Markdown, for a job summary or a comment: a table of findings for each file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TextIO

from kwlint.diagnostics.finding import Finding, Report
from kwlint.report.options import Options
from kwlint.report.wording import (
    counted,
    not_judged_by_reason,
    severities,
    skipped_by_reason,
    statistics,
    summary,
)
from kwlint.util.characters import one_line
from kwlint.util.lazyre import pattern

# GitHub refuses a step's summary over 1 MiB as a whole.
LIMIT = 1000
_MARKS = ("://", "www.", "@", "#", "$")
_ESCAPED = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>~"} | {"|": "&#124;", "&": "&amp;"})
# In HTML's `<code>` Markdown goes on: links without brackets, mentions, references to issues and formulas are made there too.
_IN_CODE = _ESCAPED | str.maketrans({char: f"&#{ord(char)};" for char in ":@#$"})
_BLANKS = pattern(r"(\s+)")


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write the summary and the first LIMIT findings, then, unless quiet, counts, what was not judged and what was skipped."""
    stream.write(f"## kwlint\n\n{summary(report)}\n")
    shown = report.findings[:LIMIT]
    for file, group in groupby(shown, key=lambda finding: finding.place.file):
        findings = list(group)
        stream.write(f"\n### {code(file)}: {severities(findings)}\n\n")
        _table(stream, ("Place", "Severity", "Rule", "Message"), [_row(finding) for finding in findings])
    if len(shown) < len(report.findings):
        stream.write(f"\n… and {counted(len(report.findings) - len(shown), 'finding')} more.\n")
    if options.show_suppressed and report.suppressed:
        stream.write("\n### Suppressed\n\n")
        rows = [
            (code(finding.place.file), *_row(finding), prose(reason))
            for finding, reason, _ in report.suppressed[:LIMIT]
        ]
        _table(stream, ("File", "Place", "Severity", "Rule", "Message", "Reason"), rows)
    if options.quiet:
        return
    if options.statistics and report.findings:
        stream.write("\n### Findings by rule\n\n")
        counts = [(str(number), rule, name) for number, rule, name in statistics(report)]
        _table(stream, ("Findings", "Code", "Name"), counts)
    if report.not_judged:
        stream.write("\n### Not judged\n\n")
        for reason, (names, clause) in not_judged_by_reason(report).items():
            more = f" and {len(names) - LIMIT} more" if len(names) > LIMIT else ""
            tail = f"; {prose(clause)}" if clause else ""
            listed = ", ".join(map(code, names[:LIMIT]))
            stream.write(f"- {prose(reason)} ({len(names)}): {listed}{more}{tail}\n")
    if report.skipped:
        stream.write("\n<details><summary>Skipped</summary>\n\n")
        for reason, names in skipped_by_reason(report).items():
            more = f" and {len(names) - LIMIT} more" if len(names) > LIMIT else ""
            stream.write(f"- {prose(reason)} ({len(names)}): {', '.join(map(code, names[:LIMIT]))}{more}\n")
        stream.write("\n</details>\n")


def prose(message: str) -> str:
    """Return a message as Markdown that fits in a table: its backticked parts as code, all else literally."""
    parts = one_line(message).split("`")
    if len(parts) % 2 == 0:
        return _literally("`".join(parts))
    return "".join(code(part) if number % 2 else _literally(part) for number, part in enumerate(parts))


def _literally(text: str) -> str:
    # GitHub makes links, mentions, references and formulas of bare words, but not of code.
    words = _BLANKS.split(text) if any(mark in text for mark in _MARKS) else [text]
    return "".join(
        code(word) if any(mark in word for mark in _MARKS) else word.translate(_ESCAPED) for word in words
    )


def code(text: str) -> str:
    """Return a text as Markdown code that fits in a table."""
    text = one_line(text)
    # A code span knows no escapes, and loses a space at both ends.
    if not text or "`" in text or "|" in text or text != text.strip():
        return f"<code>{text.translate(_IN_CODE).replace('www.', 'www&#46;')}</code>"
    return f"`{text}`"


def _row(finding: Finding) -> tuple[str, ...]:
    place = finding.place
    rule = f"{finding.code} {finding.name}"
    return (f"{place.line}:{place.column}", finding.severity, rule, prose(finding.message))


def _table(stream: TextIO, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    for cells in (head, ("---",) * len(head), *rows):
        stream.write(f"| {' | '.join(cells)} |\n")

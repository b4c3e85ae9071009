"""The report for a person at a terminal: each finding with its line of source, then a summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from kwlint.diagnostics.finding import Finding, Place, Report
from kwlint.report.options import Options
from kwlint.report.secrets import Curtain, is_confidential
from kwlint.report.snippet import snippet
from kwlint.report.wording import (
    fixable,
    not_judged_lines,
    skipped_by_reason,
    statistics_table,
    summary,
    where,
)
from kwlint.util.characters import one_line

_LISTED = 5
_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "advice": "1;36",
    "note": "1;34",
    "gutter": "34",
    "bold": "1",
    "faint": "2",
}
_Paint = Callable[[str, str], str]


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write the findings in order, then, unless quiet, what was not judged or skipped, the counts and a summary."""
    paint = _colored if options.color else _plain
    curtain = Curtain(report, options.source)
    for finding in report.findings:
        stream.write(_finding(finding, paint, curtain))
    if options.show_suppressed:
        for finding, reason, _ in report.suppressed:
            stream.write(_finding(finding, paint, curtain, "suppressed ", reason))
    if options.quiet:
        return
    for line in not_judged_lines(report, _LISTED):
        stream.write(paint(one_line(line), "note") + "\n")
    for reason, names in skipped_by_reason(report).items():
        files = f": {', '.join(names)}" if len(names) <= _LISTED else ""
        stream.write(paint(one_line(f"skipped: {reason} ({len(names)}){files}"), "faint") + "\n")
    if options.statistics:
        stream.write(statistics_table(report))
    mendable = fixable(report)
    stream.write(paint(f"{summary(report)}; {mendable}" if mendable else summary(report), "bold") + "\n")


def _finding(finding: Finding, paint: _Paint, curtain: Curtain, mark: str = "", reason: str = "") -> str:
    place = finding.place
    lines = [
        f"{paint(one_line(where(place)), 'bold')}: {paint(mark + finding.severity, finding.severity)} "
        f"{paint(finding.code, 'bold')} [{finding.name}] {one_line(finding.message)}"
    ]
    unread = finding.object is None and curtain.covers(place, finding.path)
    if not (unread or is_confidential(finding)):
        lines += _source(place, paint, curtain, finding.severity)
    for related in finding.related:
        at = paint(one_line(where(related.place)), "bold")
        lines.append(f"{at}: {paint('note', 'note')}: {one_line(related.message)}")
        if not curtain.covers(related.place, related.path):
            lines += _source(related.place, paint, curtain, "note")
    if finding.fix:
        option = "--fix" if finding.fix.safe else "--fix --unsafe-fixes"
        lines.append(_aside(f"fix: {one_line(finding.fix.title)} ({option})", paint))
    if reason:
        lines.append(_aside(f"reason: {one_line(reason)}", paint))
    return "\n".join(lines) + "\n\n"


def _source(place: Place, paint: _Paint, curtain: Curtain, style: str) -> list[str]:
    line = curtain.line(place.file, place.line)
    if not line:
        return []
    (number, source), (blank, carets) = snippet(line, place)
    return [paint(number, "gutter") + source, paint(blank, "gutter") + paint(carets, style)]


def _aside(text: str, paint: _Paint) -> str:
    return f"{paint('      =', 'gutter')} {text}"


def _plain(text: str, style: str) -> str:
    return text


def _colored(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"

"""The report with one line a finding, for editors, scripts and long lists."""

from __future__ import annotations

from typing import TextIO

from kwlint.diagnostics.finding import Finding, Report
from kwlint.report.options import Options
from kwlint.report.wording import statistics_table, summary, where
from kwlint.util.characters import one_line


def line(finding: Finding) -> str:
    """Return a finding as ``FILE:LINE:COLUMN: S CODE message``; S is the severity's first letter."""
    return one_line(f"{where(finding.place)}: {finding.severity[0].upper()} {finding.code} {finding.message}")


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write a line a finding, the suppressed ones last, then, unless quiet, the counts and a summary."""
    for finding in report.findings:
        stream.write(line(finding) + "\n")
    if options.show_suppressed:
        for finding, reason, _ in report.suppressed:
            mark = f"suppressed: {reason}" if reason else "suppressed"
            stream.write(one_line(f"{line(finding)} ({mark})") + "\n")
    if options.quiet:
        return
    if options.statistics:
        stream.write(statistics_table(report))
    stream.write(summary(report) + "\n")

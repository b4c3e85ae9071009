"""The report as workflow commands of GitHub Actions, which become annotations of a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands

The runner looks for commands in every line, so no other line begins with ``::`` or has ``##[`` (see kwlint.util.characters).
"""

from __future__ import annotations

from typing import TextIO

from kwlint.diagnostics.finding import SEVERITIES, Finding, Report
from kwlint.report import concise
from kwlint.report.options import Options
from kwlint.report.wording import counted, not_judged_lines, statistics_table, summary, where
from kwlint.util.characters import one_line

# The runner keeps ten annotations of a type for a step and drops the others without a word.
LIMIT = 10
_COMMANDS = {"error": "error", "warning": "warning", "advice": "notice"}


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write the commands, errors first, what is over the limit as plain lines; unless quiet, what was not judged and a summary."""
    over: list[Finding] = []
    for severity in SEVERITIES:
        findings = [finding for finding in report.findings if finding.severity == severity]
        for finding in findings[:LIMIT]:
            stream.write(_command(finding) + "\n")
        over += findings[LIMIT:]
    if over:
        found = counted(len(over), "finding")
        stream.write(f"::group::{found} without annotation (GitHub keeps {LIMIT} of a type for a step)\n")
        for finding in over:
            stream.write(concise.line(finding) + "\n")
        stream.write("::endgroup::\n")
    if options.quiet:
        return
    if options.statistics:
        stream.write(statistics_table(report))
    for line in not_judged_lines(report, LIMIT):
        stream.write(one_line(line) + "\n")
    stream.write(summary(report) + "\n")


def _command(finding: Finding) -> str:
    place = finding.place
    properties: dict[str, str | int] = {"file": place.file, "line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # the runner refuses columns otherwise
        properties |= {"col": place.column, "endColumn": place.end_column}
    properties["title"] = f"{finding.code} {finding.name}"
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    # The log shows the message alone, so it has the place too.
    lines = [concise.line(finding)]
    lines += [one_line(f"{where(related.place)}: note: {related.message}") for related in finding.related]
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")

"""The report as JUnit XML: a test suite a file, a failed test case a finding."""

from __future__ import annotations

from html import escape
from typing import TextIO

from kwlint.diagnostics.finding import Finding, Report
from kwlint.report.options import Options
from kwlint.report.wording import silenced, summary, where
from kwlint.util.characters import one_line
from kwlint.util.record import Record


class _Case(Record):
    name: str
    line: int
    failed: bool
    body: str


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write findings as failures; what was not judged or skipped as skipped, and so suppressed findings where asked for.

    A run without any of them has one test case that passed, since consumers take an empty file for a failure.
    """
    suites: dict[str, list[_Case]] = {}
    for finding in report.findings:
        suites.setdefault(finding.place.file, []).append(_failure(finding))
    if options.show_suppressed:
        for finding, reason, _ in report.suppressed:
            case = _failure(finding)
            message = f"suppressed: {reason}" if reason else "suppressed"
            suites.setdefault(finding.place.file, []).append(
                case._replace(failed=False, body=_skipped(message))
            )
    for item in report.not_judged:
        clause = silenced([item])
        reason = f"not judged: {item.reason}{f'; {clause}' if clause else ''}"
        suites.setdefault(item.file, []).append(_Case("manifest", item.line, False, _skipped(reason)))
    for file, line, reason, _ in report.skipped:
        suites.setdefault(file, []).append(_Case("manifest", line, False, _skipped(reason)))
    if not suites:
        suites["kwlint"] = [_Case(summary(report), 0, False, "")]
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    every = [case for cases in suites.values() for case in cases]
    stream.write(f'<testsuites name="kwlint" {_counts(every)}>\n')
    for file, cases in suites.items():
        name = _text(file)
        stream.write(f'  <testsuite name="{name}" {_counts(cases)}>\n')
        for case in cases:
            at = f' file="{name}"' if case.body else ""
            at += f' line="{case.line}"' if case.line else ""
            opening = f'    <testcase classname="{name}" name="{_text(case.name)}"{at}'
            stream.write(f"{opening}>\n{case.body}    </testcase>\n" if case.body else f"{opening}/>\n")
        stream.write("  </testsuite>\n")
    stream.write("</testsuites>\n")


def _failure(finding: Finding) -> _Case:
    place = finding.place
    lines = [f"{where(place)}: {finding.message}"]
    lines += [f"{where(related.place)}: note: {related.message}" for related in finding.related]
    if finding.fix:
        lines.append(f"fix: {finding.fix.title}")
    text = "\n".join(_text(line) for line in lines)
    body = f'      <failure type="{finding.severity}" message="{_text(finding.message)}">{text}</failure>\n'
    at = f"{finding.path} " if finding.path else ""
    return _Case(f"{finding.code} {finding.name}: {at}({place.line}:{place.column})", place.line, True, body)


def _skipped(reason: str) -> str:
    return f'      <skipped message="{_text(reason)}"/>\n'


def _counts(cases: list[_Case]) -> str:
    failures = sum(case.failed for case in cases)
    skipped = sum(1 for case in cases if case.body and not case.failed)
    return f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'


def _text(text: str) -> str:
    # What XML 1.0 has no place for, not even as a reference, is gone after one_line.
    return escape(one_line(text))

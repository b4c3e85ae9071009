"""What a run amounts to, in words: its summary, its counts by rule, and what it skipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kwlint.diagnostics.finding import SEVERITIES, Finding, NotJudged, Place, Report
from kwlint.util.characters import first_in_line

_NOUNS = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "advice": ("piece of advice", "pieces of advice"),
    "file": ("file", "files"),
    "object": ("object", "objects"),
    "document": ("document", "documents"),
    "part": ("part of a file", "parts of files"),
    "rule": ("rule", "rules"),
    "finding": ("finding", "findings"),
}


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: a severity, file, object, document, part of a file, rule or finding."""
    one, many = _NOUNS[noun]
    return f"{number} {one if number == 1 else many}"


def listed(words: list[str]) -> str:
    """Return the words as a sentence lists them: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def severities(findings: Iterable[Finding]) -> str:
    """Return how many of the findings have each severity, in words; of none at all, the empty string."""
    of = [finding.severity for finding in findings]
    words = [counted(of.count(severity), severity) for severity in SEVERITIES if severity in of]
    return listed(words) if words else ""


def summary(report: Report) -> str:
    """Return the one line that says what was found in how much, and what was left out."""
    found = severities(report.findings)
    line = f"Found {found}" if found else "No findings"
    line += f" in {counted(report.files, 'file')} ({counted(report.objects, 'object')})"
    left_out = [f"{len(report.suppressed)} suppressed"] if report.suppressed else []
    for places, noun, what in (
        (report.not_judged, "part", "not judged"),
        (report.skipped, "document", "skipped"),
    ):
        parts = sum(1 for place in places if place.line)
        nouns = (("file", len(places) - parts), (noun, parts))
        counts = [counted(number, noun) for noun, number in nouns if number]
        if counts:
            left_out.append(f"{listed(counts)} {what}")
    return f"{line}; {', '.join(left_out)}" if left_out else line


def fixable(report: Report) -> str:
    """Return how many of the findings can be fixed and by which options; where none can, the empty string."""
    offers = [finding.fix for finding in report.findings if finding.fix]
    safe = sum(offer.safe for offer in offers)
    unsafe = len(offers) - safe
    if not offers:
        return ""
    if not unsafe:
        return f"{safe} can be fixed with --fix"
    if not safe:
        return f"{unsafe} can be fixed with --fix --unsafe-fixes"
    return f"{safe} can be fixed with --fix, {unsafe} more with --unsafe-fixes"


def statistics(report: Report) -> list[tuple[int, str, str]]:
    """Return the number of findings, code and name of each rule that has any, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for finding in report.findings:
        rule = (finding.code, finding.name)
        counts[rule] = counts.get(rule, 0) + 1
    return [(number, *rule) for rule, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def statistics_table(report: Report) -> str:
    """Return ``statistics`` in aligned columns, a line a rule."""
    rows = statistics(report)
    digits = max((len(str(number)) for number, _, _ in rows), default=0)
    letters = max((len(code) for _, code, _ in rows), default=0)
    return "".join(f"{number:>{digits}}  {code:<{letters}}  {name}\n" for number, code, name in rows)


def skipped_by_reason(report: Report) -> dict[str, list[str]]:
    """Return what was skipped under its reason, in order: ``FILE``, or ``FILE:LINE`` for a document."""
    groups: dict[str, list[str]] = {}
    for skipped in report.skipped:
        groups.setdefault(skipped.reason, []).append(_named(skipped.file, skipped.line))
    return groups


def not_judged_by_reason(report: Report) -> dict[str, tuple[list[str], str]]:
    """Return what was not judged under its reason, in order, and a clause on the rules that it silenced (may be empty)."""
    groups: dict[str, list[NotJudged]] = {}
    for item in report.not_judged:
        groups.setdefault(item.reason, []).append(item)
    return {
        reason: ([_named(item.file, item.line) for item in items], silenced(items))
        for reason, items in groups.items()
    }


def not_judged_lines(report: Report, most: int) -> list[str]:
    """Return a line for each reason for which something was not judged, with the first ``most`` files or lines."""
    lines = []
    for reason, (names, clause) in not_judged_by_reason(report).items():
        more = f" and {len(names) - most} more" if len(names) > most else ""
        tail = f"; {clause}" if clause else ""
        lines.append(f"not judged: {reason} ({len(names)}): {', '.join(names[:most])}{more}{tail}")
    return lines


def silenced(items: Sequence[NotJudged]) -> str:
    """Return a clause on the rules that say nothing of what is missing because of these; where none is, the empty string."""
    codes = sorted({code for item in items for code in item.silenced})
    if not codes:
        return ""
    say, it = ("says" if len(codes) == 1 else "say"), ("it" if len(items) == 1 else "them")
    return f"{counted(len(codes), 'rule')} {say} nothing of what is missing beside {it}: {', '.join(codes)}"


def _named(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file


def where(place: Place) -> str:
    """Return a place as editors and terminals link it: ``FILE:LINE:COLUMN``; a line may begin with it."""
    return f"{first_in_line(place.file)}:{place.line}:{place.column}"

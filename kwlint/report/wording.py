"""What a run amounts to, in words: its summary, its counts by rule, and what it skipped."""

from __future__ import annotations

from collections.abc import Iterable

from kwlint.characters import first_in_line
from kwlint.findings import SEVERITIES, Finding, Place, Report

_NOUNS = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "advice": ("piece of advice", "pieces of advice"),
    "file": ("file", "files"),
    "object": ("object", "objects"),
    "document": ("document", "documents"),
    "finding": ("finding", "findings"),
}


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: a severity, file, object, document or finding."""
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
    documents = sum(1 for skipped in report.skipped if skipped.line)
    nouns = (("file", len(report.skipped) - documents), ("document", documents))
    skipped = [counted(number, noun) for noun, number in nouns if number]
    if skipped:
        left_out.append(f"{listed(skipped)} skipped")
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
        name = f"{skipped.file}:{skipped.line}" if skipped.line else skipped.file
        groups.setdefault(skipped.reason, []).append(name)
    return groups


def where(place: Place) -> str:
    """Return a place as editors and terminals link it: ``FILE:LINE:COLUMN``; a line may begin with it."""
    return f"{first_in_line(place.file)}:{place.line}:{place.column}"

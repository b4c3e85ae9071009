"""Baselines: findings that were there before are set aside, so that a gate says only what is new.

A baseline is a text file, sorted, a line a finding, so that two branches' merge as text does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kwlint.errors import KwlintError
from kwlint.findings import Finding, Report, Suppressed

_HEADER = "# kwlint baseline, version 1: fingerprint, rule, object; written by --write-baseline\n"


def read(path: str) -> Counter[str]:
    """Return how often each fingerprint stands in a baseline. Raises KwlintError for a file that is none."""
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KwlintError(f"{path}: the baseline cannot be read: {error}", "--write-baseline makes one") from None
    found: Counter[str] = Counter()
    for number, line in enumerate(lines, 1):
        word = line.partition("#")[0].split()
        if not word:
            continue
        if len(word[0]) != 16 or set(word[0]) - set("0123456789abcdef"):
            raise KwlintError(f"{path}:{number}: this is no line of a baseline", "write it anew with --write-baseline")
        found[word[0]] += 1
    return found


def text_of(findings: Iterable[Finding]) -> str:
    """Return the baseline that covers these findings."""
    lines = sorted(f"{_mark(finding)} {finding.code} {_object(finding)}\n" for finding in findings)
    return _HEADER + "".join(lines)


def _mark(finding: Finding) -> str:
    # Findings that are alike have the same mark here: how many there are counts, not their order.
    return finding.fingerprint.partition("-")[0]


def _object(finding: Finding) -> str:
    ref = finding.object
    if ref is None:
        return finding.place.file.replace("\n", " ")
    return "/".join(part for part in (ref.kind, ref.namespace, ref.name) if part)


def set_aside(report: Report, known: Counter[str], reason: str) -> tuple[Report, int]:
    """Return the report with known findings moved to the suppressed ones, and how many known ones are gone."""
    left = Counter(known)
    fresh: list[Finding] = []
    aside: list[Suppressed] = []
    for finding in report.findings:
        mark = _mark(finding)
        if left[mark] > 0:
            left[mark] -= 1
            aside.append(Suppressed(finding, reason, "external"))
        else:
            fresh.append(finding)
    suppressed = sorted([*report.suppressed, *aside], key=lambda item: item.finding.order)
    return report._replace(findings=tuple(fresh), suppressed=tuple(suppressed)), left.total()

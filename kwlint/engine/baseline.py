"""Baselines: findings that were there before are set aside, so that a gate says only what is new.

A baseline is a text file, sorted, a line a finding, so that two branches' merge as text does: fingerprint, rule, object and
file, with tabs between. Only the fingerprint counts; the file, relative to the baseline's folder, tells which findings
a run could have had.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable

from kwlint.errors import KwlintError
from kwlint.findings import Finding, Report, Suppressed
from kwlint.records import Record

_HEADER = "# kwlint baseline, version 1: fingerprint, rule, object, file; written by --write-baseline\n"


class Entry(Record):
    """A line of a baseline: the fingerprint, the path of the file as seen from the working directory, and the text."""

    mark: str
    file: str
    line: str


def read(path: str) -> list[Entry]:
    """Return the entries of a baseline. Raises KwlintError for a file that is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            lines = stream.read().splitlines()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise KwlintError(
            f"{path}: the baseline cannot be read: {reason}", "--write-baseline makes one"
        ) from None
    found: list[Entry] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        mark, file = fields[0], fields[-1]
        if len(fields) != 4 or len(mark) != 16 or set(mark) - set("0123456789abcdef"):
            hint = "write it anew with --write-baseline"
            if line[:7] in ("<<<<<<<", "=======", ">>>>>>>"):
                hint = "this is left from a merge; keep the lines of both sides"
            raise KwlintError(f"{path}:{number}: this is no line of a baseline", hint)
        found.append(Entry(mark, os.path.join(os.path.dirname(path), file), line))
    return found


def write(path: str, findings: Iterable[Finding], kept: Iterable[Entry] = ()) -> None:
    """Write the baseline that covers these findings, and keep these entries of it. Raises KwlintError."""
    folder = os.path.dirname(path) or "."
    lines = [f"{_line(finding, folder)}\n" for finding in findings] + [f"{entry.line}\n" for entry in kept]
    try:
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
            stream.write(_HEADER + "".join(sorted(lines)))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise KwlintError(f"{path}: the baseline cannot be written: {reason}") from None


def _line(finding: Finding, folder: str) -> str:
    ref = finding.object
    about = "/".join(part for part in (ref.kind, ref.namespace, ref.name) if part) if ref is not None else "-"
    file = os.path.relpath(finding.place.file, folder).replace(os.sep, "/")
    fields = (_mark(finding), finding.code, about, file)
    return "\t".join("".join(char if char >= " " else " " for char in field) for field in fields)


def _mark(finding: Finding) -> str:
    # Findings that are alike have the same mark here: how many there are counts, not their order.
    return finding.fingerprint.partition("-")[0]


def marks_of(entries: Iterable[Entry]) -> Counter[str]:
    """Return how often each fingerprint occurs."""
    return Counter(entry.mark for entry in entries)


def set_aside(report: Report, known: Counter[str], reason: str) -> tuple[Report, Counter[str]]:
    """Return the report with known findings moved to the suppressed ones, and the known ones that it does not have."""
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
    return report._replace(findings=tuple(fresh), suppressed=tuple(suppressed)), left


def sort_out(
    entries: Iterable[Entry], left: Counter[str], covers: Callable[[str], bool]
) -> tuple[list[Entry], list[Entry]]:
    """Return the entries without a finding: those of files that the run ``covers``, which are gone, and the others."""
    left = Counter(left)
    gone: list[Entry] = []
    elsewhere: list[Entry] = []
    for entry in entries:
        if left[entry.mark] > 0:
            left[entry.mark] -= 1
            (gone if covers(entry.file) else elsewhere).append(entry)
    return gone, elsewhere

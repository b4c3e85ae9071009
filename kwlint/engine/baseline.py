"""Baselines: findings that were there before are set aside, so that a gate says only what is new.

A baseline is a text file, sorted, a line a finding, so that two branches' merge as text does: fingerprint, rule, object and
file, with tabs between. The fingerprint is what counts; the file, relative to the baseline's folder, tells which of several
alike is meant, and which findings a run could have had.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from kwlint.errors import KwlintError
from kwlint.findings import Finding, Report, Suppressed
from kwlint.records import Record

_TITLE = "# kwlint baseline, version "
_HEADER = f"{_TITLE}1: fingerprint, rule, object, file; written by --write-baseline\n"


class Entry(Record):
    """A finding that is known: fingerprint, rule, the file as seen from the working directory, and a baseline's line."""

    mark: str
    code: str
    file: str
    line: str = ""


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
        if line.startswith(_TITLE) and not line.startswith(f"{_TITLE}1:"):
            version = line.removeprefix(_TITLE).partition(":")[0]
            raise KwlintError(
                f"{path}:{number}: baselines of version {version} are not known",
                "write it anew with --write-baseline, or use the kwlint that wrote it",
            )
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        mark = fields[0]
        if len(fields) != 4 or len(mark) != 16 or set(mark) - set("0123456789abcdef"):
            hint = "write it anew with --write-baseline"
            if line[:7] in ("<<<<<<<", "=======", ">>>>>>>"):
                hint = "this is left from a merge; keep the lines of both sides"
            raise KwlintError(f"{path}:{number}: this is no line of a baseline", hint)
        found.append(Entry(mark, fields[1], os.path.join(os.path.dirname(path), fields[3]), line))
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


def entries_of(report: Report) -> list[Entry]:
    """Return what a report has as known findings."""
    return [Entry(_mark(finding), finding.code, finding.place.file) for finding in report.findings]


def set_aside(
    report: Report, known: Iterable[Entry], reason: str, covers: Callable[[str], bool]
) -> tuple[Report, list[Entry]]:
    """Return the report with known findings moved to the suppressed ones, and the known ones that it does not have.

    A finding is first looked for among those of its own file. Else one of another file is meant, whose object has moved:
    a file that is gone, or that the run ``covers``, since what is still in a file outside of the run was not seen.
    """
    left = dict(enumerate(known))
    by_file: dict[tuple[str, str], list[int]] = {}
    for number, entry in left.items():
        by_file.setdefault((entry.mark, os.path.abspath(entry.file)), []).append(number)
    moved: list[Finding] = []
    aside: list[Suppressed] = []
    for finding in report.findings:
        same = by_file.get((_mark(finding), os.path.abspath(finding.place.file)))
        if same:
            del left[same.pop()]
            aside.append(Suppressed(finding, reason, "external"))
        else:
            moved.append(finding)
    anywhere: dict[str, list[int]] = {}
    if moved:
        for number, entry in left.items():
            if covers(entry.file) or not os.path.lexists(entry.file):
                anywhere.setdefault(entry.mark, []).append(number)
    fresh: list[Finding] = []
    for finding in moved:
        alike = anywhere.get(_mark(finding))
        if alike:
            del left[alike.pop()]
            aside.append(Suppressed(finding, reason, "external"))
        else:
            fresh.append(finding)
    suppressed = sorted([*report.suppressed, *aside], key=lambda item: item.finding.order)
    return report._replace(findings=tuple(fresh), suppressed=tuple(suppressed)), list(left.values())

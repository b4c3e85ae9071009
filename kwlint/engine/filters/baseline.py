"""Baselines: findings that were there before are set aside, so that a gate says only what is new.

A baseline is a text file, sorted, a line a finding, so that two branches' merge as text does: fingerprint, rule, object and
file, with tabs between. The fingerprint is what counts; the file, relative to the baseline's folder, tells which of several
alike is meant, and which findings a run could have had.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from io import BytesIO

from kwlint.diagnostics.finding import Finding, Report, Suppressed
from kwlint.errors import KwlintError
from kwlint.util.characters import shortened
from kwlint.util.files import read_file, replace_file
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

_TITLE = "# kwlint baseline, version "
_HEADER = f"{_TITLE}1: fingerprint, rule, object, file; written by --write-baseline\n"
# Of a baseline of some million findings.
_LIMIT = 512 * 1024 * 1024
_LINE = pattern(r"[0-9a-f]{16}\t[^\x00-\x1f]*\t[^\x00-\x1f]*\t[^\x00-\x1f]*")
# What says that kwlint failed is never known before.
_ALWAYS_NEW = frozenset({"KW003"})
_MARK = 16
# The reason that findings are set aside for, which a baseline has.
REASON = "in the baseline"


class Entry(Record):
    """A finding that is known: a baseline's line, and the file as seen from the working directory."""

    line: str
    file: str

    @property
    def mark(self) -> str:
        """The part of the fingerprint that counts."""
        return self.line[:_MARK]

    @property
    def code(self) -> str:
        """The code of the rule."""
        return self.line.split("\t", 2)[1]


def read(path: str) -> list[Entry]:
    """Return the entries of a baseline. Raises KwlintError for a file that is none."""
    try:
        content = read_file(path, _LIMIT)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "--write-baseline makes one" if isinstance(error, FileNotFoundError) else ""
        raise KwlintError(f"{path}: the baseline cannot be read: {reason}", hint) from None
    found: list[Entry] = []
    # Many lines have the same file, and share its text.
    files: dict[str, str] = {}
    for number, row in enumerate(BytesIO(content), 1):
        line = row.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        if _LINE.fullmatch(line) is not None:
            file = line.rpartition("\t")[2]
            if file not in files:
                files[file] = os.path.join(os.path.dirname(path), file)
            found.append(Entry(line, files[file]))
        elif line.strip() and not line.startswith("#"):
            hint = "delete the file, and write it anew with --write-baseline"
            if line[:7] in ("<<<<<<<", "=======", ">>>>>>>"):
                hint = "this is left from a merge; keep the lines of both sides"
            raise KwlintError(f"{path}:{number}: this is no line of a baseline", hint)
        elif line.startswith(_TITLE) and not line.startswith(f"{_TITLE}1:"):
            version = shortened(line.removeprefix(_TITLE).partition(":")[0])
            raise KwlintError(
                f"{path}:{number}: baselines of version {version} are not known",
                "delete the file and write it anew with --write-baseline, or use the kwlint that wrote it",
            )
    return found


def write(path: str, findings: Iterable[Finding], kept: Iterable[Entry] = ()) -> None:
    """Write the baseline that covers these findings, and keep these entries of it. Raises KwlintError."""
    folder = os.path.dirname(path) or "."
    lines = [f"{_line(finding, folder)}\n" for finding in findings if finding.code not in _ALWAYS_NEW]
    lines += [f"{entry.line}\n" for entry in kept]
    text = _HEADER + "".join(sorted(lines))
    try:
        replace_file(path, lambda stream: stream.write(text.encode("utf-8", "surrogateescape")))
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
    return [Entry(f"{_mark(finding)}\t{finding.code}", finding.place.file) for finding in report.findings]


def set_aside(
    report: Report, known: Iterable[Entry], reason: str, covers: Callable[[str], bool]
) -> tuple[Report, list[Entry]]:
    """Return the report with known findings moved to the suppressed ones, and the known ones that it does not have.

    A finding is first looked for among those of its own file. Else one of another file is meant, whose object has moved:
    a file that is gone, or that the run ``covers``, since what is still in a file outside of the run was not seen.
    """
    marks = {_mark(finding) for finding in report.findings if finding.code not in _ALWAYS_NEW}
    left: dict[int, Entry] = {}
    others: list[Entry] = []
    for number, entry in enumerate(known):
        if entry.mark in marks:
            left[number] = entry
        else:
            others.append(entry)
    by_file: dict[tuple[str, str], list[int]] = {}
    for number, entry in left.items():
        by_file.setdefault((entry.mark, os.path.abspath(entry.file)), []).append(number)
    moved: list[Finding] = []
    fresh: list[Finding] = []
    aside: list[Suppressed] = []
    for finding in report.findings:
        same = by_file.get((_mark(finding), os.path.abspath(finding.place.file)))
        if finding.code in _ALWAYS_NEW:
            fresh.append(finding)
        elif same:
            del left[same.pop()]
            aside.append(Suppressed(finding, reason, "external"))
        else:
            moved.append(finding)
    anywhere: dict[str, list[int]] = {}
    if moved:
        for number, entry in left.items():
            if covers(entry.file) or not os.path.lexists(entry.file):
                anywhere.setdefault(entry.mark, []).append(number)
    for finding in moved:
        alike = anywhere.get(_mark(finding))
        if alike:
            del left[alike.pop()]
            aside.append(Suppressed(finding, reason, "external"))
        else:
            fresh.append(finding)
    suppressed = sorted([*report.suppressed, *aside], key=lambda item: item.finding.order)
    fresh.sort(key=lambda item: item.order)
    return report._replace(findings=tuple(fresh), suppressed=tuple(suppressed)), [*left.values(), *others]

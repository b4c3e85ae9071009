"""The values of secrets, which no report shows: neither their lines nor the text that would replace them."""

from __future__ import annotations

import re
from collections.abc import Callable

from kwlint.findings import Finding, Place, Report
from kwlint.model.credentials import carries_credential
from kwlint.patterns import pattern

ReadLine = Callable[[str, int], str]

_SECRET = pattern(r"""["']?\bkind["']?\s*:\s*["']?Secret\b""")
_DATA = pattern(r"data\b", re.IGNORECASE)
# Fields that hold no value of a Secret.
_OPEN_FIELDS = ("apiVersion", "immutable", "kind", "metadata", "spec", "type")
# Lines of a document that are looked at for its kind, above and below.
_REACH = 1000


def is_confidential(finding: Finding) -> bool:
    """Say whether the line of a finding holds the value of a secret."""
    if finding.name == "secret-in-env":
        return True
    of_secret = finding.object is not None and finding.object.kind == "Secret"
    return of_secret and bool(finding.path) and not finding.path.startswith(_OPEN_FIELDS)


def confidential_lines(report: Report) -> frozenset[tuple[str, int]]:
    """Return file and line of the findings that are confidential, shown or suppressed; others may stand there too."""
    findings = [*report.findings, *(item.finding for item in report.suppressed)]
    return frozenset((item.place.file, item.place.line) for item in findings if is_confidential(item))


def holds_secret(line: str) -> bool:
    """Say whether a line has a Secret with its data on it, or a credential that is known by its form."""
    return carries_credential(line) or (_SECRET.search(line) is not None and _DATA.search(line) is not None)


def in_secret(place: Place, path: str, read_line: ReadLine) -> bool:
    """Say whether a field is one of the data of a Secret; the path is empty in a document that could not be read."""
    if path.startswith(_OPEN_FIELDS):
        return False
    for step in (-1, 1):
        for distance in range(_REACH):
            number = place.line + step * distance
            line = read_line(place.file, number) if number > 0 else "---"
            if _SECRET.search(line) is not None:
                return True
            if line.startswith("---") and distance:
                break
    return False

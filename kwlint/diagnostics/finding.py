"""Findings and the report of a run: plain data that every writer reads."""

from __future__ import annotations

from typing import Any

from kwlint.util.record import Record

SEVERITIES = ("error", "warning", "advice")


class Place(Record):
    """A range of a file: lines and columns start at 1 and count code points; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Related(Record):
    """A second place that has to do with a finding, with the path of the field there."""

    place: Place
    path: str
    message: str


class ObjectRef(Record):
    """The object that a finding is about; the namespace is None where none is written."""

    api_version: str
    kind: str
    namespace: str | None
    name: str


class Replacement(Record):
    """New text for a range of a file, which is given as a place and as offsets in code points."""

    place: Place
    start: int
    end: int
    text: str


class FixOffer(Record):
    """The automatic fix that a finding has: whether it keeps the meaning, and what it does in a few words.

    ``fields`` are the fields that the replacements change: each a path whose first step is the document's index.
    ``renames`` are the keys that they rename: the path, and the new key. ``parts`` is how many documents become of the
    one whose index is the only field; a fix of anything else keeps their number.
    """

    safe: bool
    title: str
    replacements: tuple[Replacement, ...] = ()
    fields: tuple[tuple[str | int, ...], ...] = ()
    renames: tuple[tuple[tuple[str | int, ...], str], ...] = ()
    parts: int = 1


class Finding(Record):
    """One finding: a rule, a sentence, where it stands, and the object that it is about.

    ``code`` and ``name`` are those of the rule; ``severity`` is one of SEVERITIES. ``refused`` promises that the API server
    of the target version says no. ``path`` is the field as the API server names it (``spec.template.spec.volumes[0]``), empty
    where none is meant; ``object`` is None where a file is meant. ``related`` are other places that have to do with it.
    ``fingerprint`` stays the same when lines move.
    """

    code: str
    name: str
    severity: str
    refused: bool
    message: str
    place: Place
    path: str
    object: ObjectRef | None
    related: tuple[Related, ...] = ()
    fix: FixOffer | None = None
    fingerprint: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        """The key that findings are sorted by: file, position, code."""
        place = self.place
        return (place.file, place.line, place.column, self.code, self.path, self.message)


class Skipped(Record):
    """A file, or a document of one, that is no manifest, and why; ``line`` is 0 for a whole file.

    ``unjudged`` says that it is a manifest all the same, or makes some, and could not be judged.
    """

    file: str
    line: int
    reason: str
    unjudged: bool = False


class NotJudged(Record):
    """A manifest, or what makes some, that could not be judged, and why; ``line`` is 0 for a whole file.

    ``silenced`` are the codes of the rules that said nothing of what is missing, because this may hold it.
    """

    file: str
    line: int
    reason: str
    silenced: tuple[str, ...] = ()


class Suppressed(Record):
    """A finding that is set aside, and the reason given for it (empty where none is).

    ``kind`` is where that is said: ``inSource``, beside the finding, or ``external``, in a baseline.
    """

    finding: Finding
    reason: str
    kind: str = "inSource"


class Report(Record):
    """What a run found; each field that has several entries is sorted, by file and position.

    ``kwlint`` is the version that ran, ``kubernetes`` the version that was judged for, as 1.N. ``findings`` are what is wrong;
    ``suppressed`` what would be, and is set aside by a comment, an annotation or a baseline. ``skipped`` are files and
    documents that are no manifests; ``not_judged`` are manifests, or what makes some, of which nothing is known. ``files`` and
    ``objects`` count what was reported on, and ``judged`` are the files that those objects stand in.
    """

    kwlint: str
    kubernetes: str
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    skipped: tuple[Skipped, ...]
    files: int
    objects: int
    not_judged: tuple[NotJudged, ...] = ()
    judged: tuple[str, ...] = ()

    def count(self, severity: str) -> int:
        """Return how many findings have this severity."""
        return sum(1 for finding in self.findings if finding.severity == severity)

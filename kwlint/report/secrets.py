"""The values of secrets, which no report shows: neither their lines nor the text that would replace them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from kwlint.diagnostics.finding import Finding, Place, Report
from kwlint.model.software.credentials import carries_credential
from kwlint.util.lazyre import pattern

if TYPE_CHECKING:
    from kwlint.syntax.source import Source
    from kwlint.syntax.tree import Document, Mapping

_SEPARATOR = pattern(r"^---", re.MULTILINE)
_WORD = pattern(r"\bSecret(?:List)?\b")
_DATA = pattern(r"data\b", re.IGNORECASE)
# A field `kind` with that value, of which a comment, a tag, an anchor or the sign of a block scalar may stand in front.
# For RE2: what stands there may be long, and stand there often.
_KIND = r"""\bkind["']?\s*:\s*(?:(?:[!&]\S*|[>|][-+0-9]*|#[^\n]*\n)\s*)*["']?Secret(?:List)?\b"""
# Fields that hold no value of a Secret.
_OPEN_FIELDS = ("apiVersion", "immutable", "kind", "metadata", "spec", "type")


def is_confidential(finding: Finding) -> bool:
    """Return whether the line of a finding holds the value of a secret."""
    if finding.name == "secret-in-env":
        return True
    of_secret = finding.object is not None and finding.object.kind in ("Secret", "SecretList")
    return of_secret and bool(finding.path) and not finding.path.startswith(_OPEN_FIELDS)


class Curtain:
    """Says which lines of the sources a report may show.

    Each file, document and line is looked through once, when it is first asked for, however many findings it has.
    """

    __slots__ = ("_files", "_hidden", "_lines", "_source")

    def __init__(self, report: Report, source: Callable[[str], Source | None]) -> None:
        findings = [*report.findings, *(item.finding for item in report.suppressed)]
        self._source = source
        self._hidden = {(item.place.file, item.place.line) for item in findings if is_confidential(item)}
        self._files: dict[str, _File | None] = {}
        self._lines: dict[tuple[str, int], str] = {}

    def line(self, file: str, number: int) -> str:
        """Return a line of a file; empty where there is none, and where it holds any of what is confidential."""
        found = self._lines.get((file, number))
        if found is None:
            found = self._lines[file, number] = self._line(file, number)
        return found

    def _line(self, file: str, number: int) -> str:
        of = self._file(file)
        line = of.source.line(number) if of is not None else ""
        if (
            of is None
            or not line
            or line.isspace()
            or (file, number) in self._hidden
            or carries_credential(line)
            or (_speaks_of_secret(line) and _DATA.search(line))
            or (of.piece_speaks_of_secret(number) and of.has_value_of_secret(number))
        ):
            return ""
        return line

    def covers(self, place: Place, path: str) -> bool:
        """Return whether a field is one of the data of a Secret; the path is empty in a document that could not be read."""
        if path.startswith(_OPEN_FIELDS):
            return False
        of = self._file(place.file)
        return of is not None and of.piece_speaks_of_secret(place.line)

    def _file(self, name: str) -> _File | None:
        if name not in self._files:
            source = self._source(name)
            self._files[name] = _File(source) if source is not None else None
        return self._files[name]


class _File:
    """What is known of the secrets of one file: by its pieces (from one ``---`` to the next) and by its lines."""

    def __init__(self, source: Source) -> None:
        self.source = source
        starts = [0, *(match.start() for match in _SEPARATOR.finditer(source.text) if match.start())]
        self._cuts = [*starts, len(source.text)]
        self._first_lines = [self._line_at(start) for start in starts]
        self._speaks: dict[int, bool] = {}
        self._values: list[tuple[int, int]] | None = None

    def _line_at(self, offset: int) -> int:
        return bisect_right(self.source.line_starts, offset)

    def piece_speaks_of_secret(self, line: int) -> bool:
        """Return whether the piece that has the line has a Secret, as far as can be seen without reading it as YAML."""
        return self._piece_speaks(bisect_right(self._first_lines, line) - 1)

    def _piece_speaks(self, piece: int) -> bool:
        found = self._speaks.get(piece)
        if found is None:
            text = self.source.text[self._cuts[piece] : self._cuts[piece + 1]]
            found = self._speaks[piece] = _speaks_of_secret(text)
        return found

    def has_value_of_secret(self, line: int) -> bool:
        """Return whether any of a value of a Secret stands on the line, or it is in a piece with one that can't be read."""
        if self._values is None:
            self._values = _merged(sorted(self._values_of_secrets()))
        at = bisect_right(self._values, (line, len(self.source.text))) - 1
        return at >= 0 and self._values[at][1] >= line

    def _values_of_secrets(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last line of each value, in any order."""
        from kwlint.syntax.defects import Defect
        from kwlint.syntax.tree import read

        for item in read(self.source):
            if isinstance(item, Defect):
                piece = max(0, bisect_right(self._cuts, item.offset, hi=len(self._cuts) - 1) - 1)
                if self._piece_speaks(piece):
                    yield self._first_lines[piece], self._line_at(self._cuts[piece + 1])
                continue
            for key in _values(item):
                start = item.starts[key]
                end = max(item.ends[key], item.ends[key + 1])
                yield self._line_at(start), self._line_at(max(start, end - 1))


def _values(document: Document) -> Iterator[int]:
    """Yield the ordinals of the keys whose values are data of a Secret."""
    from kwlint.syntax.tree import Mapping, Sequence

    # Where `kind` stands twice, two documents may have run into each other.
    doubtful = {id(item.mapping) for item in document.repeated if item.key == "kind"}
    secrets: dict[int, Mapping] = {}
    waiting: list[Any] = [document.root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Mapping) or id(node) in seen:
            continue
        seen.add(id(node))
        if node.get("kind") == "Secret" or id(node) in doubtful:
            secrets[id(node)] = node
        items = node.get("items")
        if isinstance(items, Sequence):
            of_secrets = node.get("kind") == "SecretList"
            waiting += items
            secrets |= {id(item): item for item in items if of_secrets and isinstance(item, Mapping)}
    for secret in secrets.values():
        yield from (at for key, at in secret.keys_at.items() if key not in _OPEN_FIELDS)
    for item in document.repeated:
        if id(item.mapping) in secrets and item.key not in _OPEN_FIELDS:
            yield from (item.first, item.again)


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return sorted ranges without those that others overlap, so that the last that begins before a line tells of it."""
    merged: list[tuple[int, int]] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def _speaks_of_secret(text: str) -> bool:
    if _WORD.search(text) is None:
        return False
    from kwlint.util.linear import compiled

    return compiled(_KIND).search(text) is not None

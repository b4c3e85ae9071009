"""Suppression: comments and annotations that cover findings, and what is said about those that don't."""

from __future__ import annotations

import re
from typing import NamedTuple

from kwlint.catalog import Catalog
from kwlint.engine.execute import place, place_of
from kwlint.engine.load import Loaded
from kwlint.findings import Finding, ObjectRef, Place, Suppressed
from kwlint.model.resources import Resource
from kwlint.syntax.comments import comments_with
from kwlint.syntax.source import Source

ANNOTATION = "kwlint.dev/ignore"
_DIRECTIVE = re.compile(r"#\s*kwlint:\s*(?P<verb>[\w-]+)\s*(?:\[(?P<rules>[^\]]*)\]?)?\s*(?P<reason>.*)")
# Never suppressed: what says that kwlint could not do its work.
_ALWAYS = frozenset({"KW003"})


class _Suppression:
    """One rule word of one suppression: where it stands, what it covers, and whether it was needed."""

    __slots__ = ("codes", "place", "reason", "reference", "scope", "used", "word")

    def __init__(
        self, word: str, codes: set[str], scope: _Scope, where: Place, reason: str, ref: ObjectRef | None
    ) -> None:
        self.word = word
        self.codes = codes
        self.scope = scope
        self.place = where
        self.reason = reason
        self.reference = ref
        self.used = False


class _Scope(NamedTuple):
    """What a suppression covers: a whole file, an object (its lines), or one line."""

    file: str
    first: int
    last: int


def apply(
    findings: list[Finding], loaded: Loaded, files: set[str], catalog: Catalog, active: frozenset[str]
) -> tuple[list[Finding], list[Suppressed]]:
    """Split findings into those that stand and those that are suppressed; add what is wrong with suppressions.

    ``files`` are those reported on, ``active`` the codes that are on in this run.
    """
    problems: list[Finding] = []
    suppressions: list[_Suppression] = []
    for name in sorted(files):
        source = loaded.sources.get(name)
        if source is not None and "kwlint:" in source.text:
            suppressions += _in_comments(source, loaded, catalog, problems)
    for resource in loaded.resources:
        if resource.file in files:
            suppressions += _in_annotations(resource, catalog, problems)
    if not suppressions:
        return findings + problems, []
    by_file: dict[str, list[_Suppression]] = {}
    for suppression in suppressions:
        by_file.setdefault(suppression.scope.file, []).append(suppression)
    standing: list[Finding] = []
    covered: list[Suppressed] = []
    for finding in findings:
        hit: _Suppression | None = None
        for suppression in by_file.get(finding.place.file, ()):
            scope = suppression.scope
            if finding.code in suppression.codes and scope.first <= finding.place.line <= scope.last:
                suppression.used = True
                hit = hit or suppression
        if hit is None or finding.code in _ALWAYS:
            standing.append(finding)
        else:
            covered.append(Suppressed(finding, hit.reason))
    unused = catalog.rules["KW001"]
    for suppression in suppressions:
        if not suppression.used and suppression.codes & active:
            problems.append(
                _finding(
                    unused.code,
                    catalog,
                    f"nothing here needs the suppression of `{suppression.word}`; remove it",
                    suppression.place,
                    suppression.reference,
                )
            )
    return standing + [problem for problem in problems if problem.code in active], covered


def _finding(code: str, catalog: Catalog, message: str, where: Place, ref: ObjectRef | None) -> Finding:
    facts = catalog.rules[code]
    return Finding(facts.code, facts.name, facts.severity, facts.refused, message, where, "", ref)


def _in_comments(
    source: Source, loaded: Loaded, catalog: Catalog, problems: list[Finding]
) -> list[_Suppression]:
    found: list[_Suppression] = []
    documents = loaded.documents.get(source.name, [])
    for comment in comments_with(source, documents, "kwlint:"):
        match = _DIRECTIVE.match(comment.text)
        if match is None:
            continue
        where = place(source, comment.offset, comment.offset + len(comment.text))
        verb, rules = match["verb"], match["rules"]
        if verb not in ("ignore", "ignore-file"):
            message = f"`kwlint: {verb}` is no suppression; write `kwlint: ignore[RULE] reason` or `kwlint: ignore-file[RULE] reason`"
            problems.append(_finding("KW002", catalog, message, where, None))
            continue
        words = [word.strip() for word in (rules or "").split(",") if word.strip()]
        if not words:
            message = (
                f"`kwlint: {verb}` names no rule; list the rules that it is about, as in `{verb}[STS002]`"
            )
            problems.append(_finding("KW002", catalog, message, where, None))
            continue
        line = where.line
        scope = (
            _Scope(source.name, 1, len(source.line_starts) + 1)
            if verb == "ignore-file"
            else _scope(source, loaded, line, comment.alone)
        )
        found += _suppressions(words, scope, where, match["reason"].strip(), None, catalog, problems)
    return found


def _scope(source: Source, loaded: Loaded, line: int, alone: bool) -> _Scope:
    meant = line
    if alone:
        meant = line + 1
        while source.line(meant).lstrip().startswith("#"):
            meant += 1
    for resource in loaded.resources:
        if resource.document.source is not source:
            continue
        data, document = resource.data, resource.document
        first = source.position(document.starts[data.ordinal]).line
        last = source.position(max(document.ends[data.ordinal] - 1, document.starts[data.ordinal])).line
        kind = data.keys_at.get("kind")
        kind_line = source.position(document.starts[kind]).line if kind is not None else 0
        if meant == kind_line or (alone and meant == first):
            return _Scope(source.name, first, last)
    return _Scope(source.name, meant, meant)


def _in_annotations(resource: Resource, catalog: Catalog, problems: list[Finding]) -> list[_Suppression]:
    found: list[_Suppression] = []
    places = [(resource.annotations, "metadata.annotations")]
    pods = resource.pods
    if pods is not None and pods.path and ANNOTATION in pods.annotations:
        places.append((pods.annotations, f"{pods.path}.metadata.annotations"))
    document = resource.document
    for annotations, path in places:
        value = annotations.get(ANNOTATION)
        if value is None:
            continue
        where = place_of(resource, f"{path}[{ANNOTATION}]")
        words = [word.strip() for word in value.split(",") if word.strip()]
        if not words:
            problems.append(
                _finding("KW002", catalog, f"annotation `{ANNOTATION}` names no rule", where, resource.ref)
            )
            continue
        start, end = document.starts[resource.data.ordinal], document.ends[resource.data.ordinal]
        source = document.source
        scope = _Scope(source.name, source.position(start).line, source.position(max(end - 1, start)).line)
        found += _suppressions(words, scope, where, "", resource.ref, catalog, problems)
    return found


def _suppressions(
    words: list[str],
    scope: _Scope,
    where: Place,
    reason: str,
    ref: ObjectRef | None,
    catalog: Catalog,
    problems: list[Finding],
) -> list[_Suppression]:
    found: list[_Suppression] = []
    for word in words:
        facts = catalog.find(word)
        if facts is None:
            message = f"there is no rule `{word}` to suppress; {catalog.suggestion(word)}"
            problems.append(_finding("KW002", catalog, message, where, ref))
        else:
            found.append(_Suppression(word, {facts.code}, scope, where, reason, ref))
    return found

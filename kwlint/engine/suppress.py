"""Suppression: comments and annotations that cover findings, and what is said about those that don't."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from kwlint.catalog import Catalog
from kwlint.engine.execute import place, place_of
from kwlint.engine.load import Loaded
from kwlint.engine.offer import offer
from kwlint.findings import Finding, FixOffer, ObjectRef, Place, Replacement, Suppressed
from kwlint.model.resources import Fix, Resource
from kwlint.patterns import pattern
from kwlint.records import Record
from kwlint.syntax.change import REMOVE, SET, Change
from kwlint.syntax.comments import Comment, comments_with
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, Mapping

_OWN_PREFIX = "kwlint.dev/"
ANNOTATION = f"{_OWN_PREFIX}ignore"
_DIRECTIVE = pattern(r"#\s*kwlint:\s*(?P<verb>[\w-]+)\s*(?:\[(?P<rules>[^\]]*)\]?)?\s*(?P<reason>.*)")
# What is said of suppressions themselves.
OWN = frozenset({"KW001", "KW002"})
# Never suppressed: what says that kwlint could not do its work.
_ALWAYS = frozenset({"KW003"})


class _Suppression:
    """One rule word of one suppression: where it stands, what it covers, and whether it was needed."""

    __slots__ = ("codes", "place", "reason", "reference", "removal", "scope", "used", "word")

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
        self.removal: Callable[[str], FixOffer | None] | None = None


class _Scope(Record):
    """What a suppression covers: a whole file, an object (its lines), or one line."""

    file: str
    first: int
    last: int


def apply(
    findings: list[Finding],
    loaded: Loaded,
    files: set[str],
    catalog: Catalog,
    is_on: Callable[[str, str], bool],
) -> tuple[list[Finding], list[Suppressed]]:
    """Split findings into those that stand and those that are suppressed; add what is wrong with suppressions.

    ``files`` are those reported on; ``is_on`` says of a file and a code whether the rule is on there.
    """
    skipped = {item.file for item in loaded.skipped if not item.line}
    problems: list[Finding] = []
    suppressions: list[_Suppression] = []
    resources: dict[str, list[Resource]] = {}
    for resource in loaded.resources:
        resources.setdefault(resource.file, []).append(resource)
    for name in sorted(files - skipped):
        source = loaded.sources.get(name)
        if source is not None and "kwlint:" in source.text:
            suppressions += _in_comments(
                source, loaded.documents.get(name, []), resources.get(name, []), catalog, problems
            )
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
        if not suppression.used and any(is_on(suppression.place.file, code) for code in suppression.codes):
            problems.append(
                _finding(
                    unused.code,
                    catalog,
                    f"nothing here needs the suppression of `{suppression.word}`; remove it",
                    suppression.place,
                    suppression.reference,
                )._replace(fix=_offer(suppression))
            )
    return standing + problems, covered


def _finding(code: str, catalog: Catalog, message: str, where: Place, ref: ObjectRef | None) -> Finding:
    facts = catalog.rules[code]
    return Finding(facts.code, facts.name, facts.severity, facts.refused, message, where, "", ref)


def _in_comments(
    source: Source,
    documents: list[Document],
    resources: list[Resource],
    catalog: Catalog,
    problems: list[Finding],
) -> list[_Suppression]:
    found: list[_Suppression] = []
    objects = [(item.document, item.data) for item in resources]
    objects += [(item, item.root) for item in documents if isinstance(item.root, Mapping)]
    for comment in comments_with(source, documents, "kwlint:"):
        match = _DIRECTIVE.search(comment.text)
        if match is None:
            continue
        where = place(source, comment.offset + match.start(), comment.offset + len(comment.text))
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
            else _scope(source, objects, line, comment.alone)
        )
        here = _suppressions(words, scope, where, match["reason"].strip(), None, catalog, problems)
        for suppression in here:
            suppression.removal = partial(
                _from_comment, source, comment, match.start(), suppression.word, len(words)
            )
        found += here
    return found


def _offer(suppression: _Suppression) -> FixOffer | None:
    title = f"remove the suppression of `{suppression.word}`"
    return suppression.removal(title) if suppression.removal is not None else None


def _from_annotation(
    resource: Resource, path: str, words: list[str], word: str, title: str
) -> FixOffer | None:
    """Return the offer to take a rule out of an annotation, or the annotation away where it is the only one."""
    field = f"{path}[{ANNOTATION}]"
    left = [other for other in words if other != word]
    fixes = [Fix(title, (Change(SET, field, ", ".join(left)),))]
    if not left:
        # Where the annotation is the only one, they go together.
        fixes = [Fix(title, (Change(REMOVE, item),)) for item in (field, path)]
    return next(filter(None, (offer(resource, fix, True, own=True) for fix in fixes)), None)


def _from_comment(
    source: Source, comment: Comment, begin: int, word: str, words: int, title: str
) -> FixOffer | None:
    """Return the offer to take a rule out of a comment, or the suppression away where it is the only one.

    ``begin`` is where in the comment the suppression starts: there can be other text before it.
    """
    text, start = source.text, comment.offset + begin
    end = comment.offset + len(comment.text)
    new = ""
    if words > 1:
        listed = re.escape(word)
        new = re.sub(rf"(?<=[\[,\s]){listed}\s*,\s*|,\s*{listed}(?=\s*\])", "", text[start:end], count=1)
    elif comment.alone and not begin:
        start = text.rfind("\n", 0, start) + 1
        end = text.find("\n", end) + 1 or len(text)
    else:
        start = len(text[:start].rstrip(" \t"))
    first, last = source.position(start), source.position(end)
    where = Place(source.name, first.line, first.column, last.line, last.column)
    return FixOffer(True, title, (Replacement(where, start, end, new),))


def _scope(source: Source, objects: list[tuple[Document, Mapping]], line: int, alone: bool) -> _Scope:
    meant = top = line
    if alone:
        meant = _next_line(source, line, ("#",))
        # Between the head of a file and its first key there may be more than comments.
        top = _next_line(source, line, ("#", "---", ""))
    for document, data in objects:
        first = source.position(document.starts[data.ordinal]).line
        last = source.position(max(document.ends[data.ordinal] - 1, document.starts[data.ordinal])).line
        kind = data.keys_at.get("kind")
        kind_line = source.position(document.starts[kind]).line if kind is not None else 0
        if meant == kind_line or (alone and (meant == first or (top == first and not document.index))):
            return _Scope(source.name, first, last)
    return _Scope(source.name, meant, meant)


def _next_line(source: Source, line: int, passed: tuple[str, ...]) -> int:
    # The empty string in `passed` stands for blank lines.
    line += 1
    while line <= len(source.line_starts):
        text = source.line(line).strip()
        if not (text.startswith(tuple(filter(None, passed))) or (not text and "" in passed)):
            break
        line += 1
    return line


def _in_annotations(resource: Resource, catalog: Catalog, problems: list[Finding]) -> list[_Suppression]:
    found: list[_Suppression] = []
    places = [(resource.annotations, "metadata.annotations")]
    pods = resource.pods
    if pods is not None and pods.path:
        places.append((pods.annotations, f"{pods.path}.metadata.annotations"))
    document = resource.document
    for found_there, path in places:
        for key in found_there:
            if key.startswith(_OWN_PREFIX) and key != ANNOTATION:
                message = f"there is no annotation `{key}`; write `{ANNOTATION}`"
                where = place_of(resource, f"{path}[{key}]", True)
                problems.append(_finding("KW002", catalog, message, where, resource.ref))
        value = found_there.get(ANNOTATION)
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
        here = _suppressions(words, scope, where, "", resource.ref, catalog, problems)
        for suppression in here:
            suppression.removal = partial(_from_annotation, resource, path, words, suppression.word)
        found += here
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

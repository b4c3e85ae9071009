"""Suppression: comments and annotations that cover findings, and what is said about those that don't."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from kwlint.catalog.catalog import Catalog
from kwlint.diagnostics.change import REMOVE, SET, Change
from kwlint.diagnostics.finding import Finding, FixOffer, ObjectRef, Place, Replacement, Suppressed
from kwlint.engine.edits import offer
from kwlint.engine.places import place, place_of
from kwlint.model.resources import Fix, Resource
from kwlint.sources.loaded import Loaded
from kwlint.syntax.comments import Comment, comments_with
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, Mapping
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

if TYPE_CHECKING:
    import re

_OWN_PREFIX = "kwlint.dev/"
ANNOTATION = f"{_OWN_PREFIX}ignore"
_DIRECTIVE = pattern(r"#\s*kwlint:\s*(?P<verb>[\w-]+)\s*(?:\[(?P<rules>[^\]]*)\]?)?\s*(?P<reason>.*)")
# How many words of one suppression that are no rules are told one by one.
_MOST_UNKNOWN = 10
# What is said of suppressions themselves.
OWN = frozenset({"KW001", "KW002"})
# Never suppressed: what says that kwlint could not do its work.
_ALWAYS = frozenset({"KW003"})


class _Scope(Record):
    """What a suppression covers: a whole file, an object (its lines), or one line."""

    file: str
    first: int
    last: int


class _Suppression(Record):
    """One rule of one suppression: the word it is named by, where it stands, what it covers, and how to take it out."""

    word: str
    code: str
    scope: _Scope
    place: Place
    reason: str
    reference: ObjectRef | None
    removal: Callable[[str], FixOffer | None]


class _Lines:
    """Suppressions of one rule in one file: finds those over a line without a look at all of them."""

    __slots__ = ("_firsts", "_scopes", "_wider", "found", "used")

    def __init__(self) -> None:
        # By scope, the first suppression of each counts, and its number.
        self.found: dict[_Scope, tuple[int, _Suppression]] = {}
        self.used: set[_Scope] = set()
        self._scopes: list[_Scope] = []
        self._firsts: list[int] = []
        self._wider: list[int] = []

    def over(self, line: int) -> Iterator[_Scope]:
        """Yield the scopes that hold a line."""
        if not self._scopes:
            self._scopes = sorted(self.found)
            self._firsts = [scope.first for scope in self._scopes]
            # For each scope the last one before it that reaches further: those between end where it ends, or earlier.
            for number, scope in enumerate(self._scopes):
                before = number - 1
                while before >= 0 and self._scopes[before].last <= scope.last:
                    before = self._wider[before]
                self._wider.append(before)
        at = bisect_right(self._firsts, line) - 1
        while at >= 0:
            if self._scopes[at].last >= line:
                yield self._scopes[at]
                at -= 1
            else:
                at = self._wider[at]


class _Coverage:
    """What all suppressions of a run cover, and which of them were needed."""

    def __init__(self, suppressions: list[_Suppression]) -> None:
        self._lines: dict[tuple[str, str], _Lines] = {}
        for number, item in enumerate(suppressions):
            lines = self._lines.setdefault((item.scope.file, item.code), _Lines())
            lines.found.setdefault(item.scope, (number, item))

    def hit(self, finding: Finding) -> _Suppression | None:
        """Return the first suppression that covers a finding, and note all that do as used."""
        lines = self._lines.get((finding.place.file, finding.code))
        if lines is None:
            return None
        over = list(lines.over(finding.place.line))
        lines.used.update(over)
        return min((lines.found[scope] for scope in over), default=(0, None), key=itemgetter(0))[1]

    def is_used(self, suppression: _Suppression) -> bool:
        """Return whether a suppression covers a finding."""
        return suppression.scope in self._lines[suppression.scope.file, suppression.code].used


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
    covers = _Coverage(suppressions)
    standing: list[Finding] = []
    covered: list[Suppressed] = []
    for finding in findings:
        hit = covers.hit(finding)
        if hit is None or finding.code in _ALWAYS:
            standing.append(finding)
        else:
            covered.append(Suppressed(finding, hit.reason))
    unused = catalog.rules["KW001"]
    for suppression in suppressions:
        if not covers.is_used(suppression) and is_on(suppression.place.file, suppression.code):
            problems.append(
                _finding(
                    unused.code,
                    catalog,
                    f"nothing here needs the suppression of `{suppression.word}`; remove it",
                    suppression.place,
                    suppression.reference,
                )._replace(fix=suppression.removal(f"remove the suppression of `{suppression.word}`"))
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
    scopes = _Scopes(source, objects)
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
            else scopes.of(line, comment.alone)
        )
        rules_of = _codes(words, catalog, where, None, problems)
        for code, named in rules_of.items():
            others = bool(set(words) - set(named))
            removal = partial(_from_comment, source, comment, match, named, others)
            found.append(_Suppression(named[0], code, scope, where, match["reason"].strip(), None, removal))
    return found


def _from_annotation(
    resource: Resource, path: str, words: list[str], named: list[str], title: str
) -> FixOffer | None:
    """Return the offer to take a rule out of an annotation, or the annotation away where it is the only one."""
    field = f"{path}[{ANNOTATION}]"
    left = [other for other in words if other not in named]
    fixes = [Fix(title, (Change(SET, field, ", ".join(left)),))]
    if not left:
        # Where the annotation is the only one, they go together.
        fixes = [Fix(title, (Change(REMOVE, item),)) for item in (field, path)]
    return next(filter(None, (offer(resource, fix, True, own=True) for fix in fixes)), None)


def _from_comment(
    source: Source, comment: Comment, match: re.Match[str], named: list[str], others: bool, title: str
) -> FixOffer | None:
    """Return the offer to take a rule out of a comment, or the suppression away where it names no ``others``.

    ``match`` is the suppression in the comment, before which there can be other text, and ``named`` are its words for
    the rule.
    """
    text, start = source.text, comment.offset + match.start()
    end = comment.offset + len(comment.text)
    spans: list[tuple[int, int]] = []
    if others:
        spans = list(_entries(match, comment.offset, named))
    elif comment.alone and not match.start():
        spans = [(text.rfind("\n", 0, start) + 1, text.find("\n", end) + 1 or len(text))]
    else:
        while start and text[start - 1] in " \t":
            start -= 1
        spans = [(start, end)]
    replacements: list[Replacement] = []
    for start, end in spans:
        first, last = source.position(start), source.position(end)
        where = Place(source.name, first.line, first.column, last.line, last.column)
        replacements.append(Replacement(where, start, end, ""))
    return FixOffer(True, title, tuple(replacements))


def _entries(match: re.Match[str], shift: int, named: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where the entries of a suppression's list that are ``named`` stand, each with one comma beside it."""
    entries = match["rules"].split(",")
    at = match.start("rules") + shift
    kept = False
    for number, entry in enumerate(entries):
        end = at + len(entry)
        if entry.strip() in named:
            if kept:
                yield at - 1, end
            else:
                # With the comma after it, and the spaces before the next.
                following = entries[number + 1] if number + 1 < len(entries) else ""
                last = min(end + 1, match.end("rules") + shift) + len(following) - len(following.lstrip())
                yield at + len(entry) - len(entry.lstrip()), last
        elif entry.strip():
            kept = True
        at = end + 1


class _Scopes:
    """What the suppressions in the comments of a source cover, by their lines."""

    def __init__(self, source: Source, objects: list[tuple[Document, Mapping]]) -> None:
        self._source = source
        # Of objects that share a line the first one is meant.
        self._by_kind: dict[int, int] = {}
        self._by_first: dict[int, int] = {}
        self._by_head: dict[int, int] = {}
        self._ranges: list[tuple[int, int]] = []
        for number, (document, data) in enumerate(objects):
            start, end = document.starts[data.ordinal], document.ends[data.ordinal]
            first = source.position(start).line
            self._ranges.append((first, source.position(max(end - 1, start)).line))
            kind = data.keys_at.get("kind")
            if kind is not None:
                self._by_kind.setdefault(source.position(document.starts[kind]).line, number)
            self._by_first.setdefault(first, number)
            if not document.index:
                self._by_head.setdefault(first, number)
        self._following: dict[tuple[str, ...], list[int]] = {}

    def of(self, line: int, alone: bool) -> _Scope:
        """Return what a suppression on a line covers: an object at its kind or above its first line, else a line."""
        meant, found = line, []
        if alone:
            meant = self._next(line, ("#",))
            # Between the head of a file and its first key there may be more than comments.
            top = self._next(line, ("#", "---", ""))
            found = [self._by_first.get(meant), self._by_head.get(top)]
        numbers = [number for number in (self._by_kind.get(meant), *found) if number is not None]
        if numbers:
            return _Scope(self._source.name, *self._ranges[min(numbers)])
        return _Scope(self._source.name, meant, meant)

    def _next(self, line: int, passed: tuple[str, ...]) -> int:
        """Return the next line that does not start with what is passed over; an empty string stands for blank lines."""
        following = self._following.get(passed)
        if following is None:
            count = len(self._source.line_starts)
            following = self._following[passed] = [count + 1] * (count + 1)
            starts = tuple(filter(None, passed))
            for number in range(count - 1, 0, -1):
                text = self._source.line(number + 1).strip()
                over = text.startswith(starts) or (not text and "" in passed)
                following[number] = following[number + 1] if over else number + 1
        return following[line]


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
        for code, named in _codes(words, catalog, where, resource.ref, problems).items():
            removal = partial(_from_annotation, resource, path, words, named)
            found.append(_Suppression(named[0], code, scope, where, "", resource.ref, removal))
    return found


def _codes(
    words: list[str], catalog: Catalog, where: Place, ref: ObjectRef | None, problems: list[Finding]
) -> dict[str, list[str]]:
    """Return the codes of the rules that a suppression names, each with its words; note those that name none."""
    found: dict[str, list[str]] = {}
    unknown: list[str] = []
    for word in dict.fromkeys(words):
        facts = catalog.find(word)
        if facts is None:
            unknown.append(word)
        else:
            found.setdefault(facts.code, []).append(word)
    for word in unknown[:_MOST_UNKNOWN]:
        message = f"there is no rule `{word}` to suppress; {catalog.suggestion(word)}"
        problems.append(_finding("KW002", catalog, message, where, ref))
    more = len(unknown) - _MOST_UNKNOWN
    if more > 0:
        words_ = "one more word" if more == 1 else f"{more:,} more words"
        problems.append(_finding("KW002", catalog, f"there is no rule for {words_} here", where, ref))
    return found

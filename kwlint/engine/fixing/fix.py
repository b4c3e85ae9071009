"""Fixing: applies fix offers, proves each rewritten file, lints again, and goes on to a fixed point."""

from __future__ import annotations

import os
import sys
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Sequence

from kwlint.catalog.catalog import Catalog
from kwlint.config.settings import Settings
from kwlint.diagnostics.finding import Finding, ObjectRef, Report
from kwlint.engine.filters.suppress import OWN
from kwlint.engine.fixing.proof import difference, separable
from kwlint.engine.fixing.second import unprovable
from kwlint.engine.fixing.worse import VEILS, worse
from kwlint.engine.linter import Outcome, run
from kwlint.engine.parallel import spread
from kwlint.sources.discover import STDIN, Discovered
from kwlint.syntax.edit import TextEdit, apply
from kwlint.util.progress import Progress
from kwlint.util.record import Record

# A fix that brings up another one needs a round more; this many are never needed.
_ROUNDS = 50
# Proofs of one text, at most (with 5,000 fixes in it some five that fail are found), and characters to read for them,
# which makes it fewer for large ones.
_PROOFS, _FEWEST_PROOFS, _CHARACTERS = 128, 4, 10_000_000
# Files whose proof is worth a process more.
_PROOFS_WORTH_IT = 40
_Key = tuple[str, str, ObjectRef | None, str, str]


class Fixed(Record):
    """What fixing came to: the outcome of the last round, the new texts by file, how many
    findings are mended in each, and what was not done, in sentences.

    ``marked`` are the files that start with a byte order mark of UTF-8, which is in none of the texts.
    """

    outcome: Outcome
    before: dict[str, str]
    after: dict[str, str]
    applied: Counter[str]
    declined: tuple[str, ...]
    marked: frozenset[str] = frozenset()


class _Part(Record):
    """A part of a file that is proven by itself: where it starts, its text, and the findings to fix in it.

    ``document`` is the index of its only document, None where it is a whole file.
    """

    start: int
    text: str
    findings: list[Finding]
    document: int | None


class _Rewrite(Record):
    """A part's new text, the findings that it mends by their numbers, and why others are declined."""

    text: str
    kept: list[int]
    declined: dict[int, str]


class _View(Record):
    """What is known of a file in a round: its text and its findings."""

    text: str
    findings: list[Finding]


def fix(
    found: Discovered,
    settings: Settings,
    catalog: Catalog,
    unsafe: bool,
    jobs: int = 1,
    progress: Progress | None = None,
    fresh: Callable[[Report], Report] | None = None,
) -> Fixed:
    """Fix the target files in memory; nothing is written.

    Safe fixes are applied, with ``unsafe`` those that change behaviour too; of the first report only those that
    ``fresh`` leaves. A file's new text must be proven, and the API server's judgement of its objects must not get
    worse; otherwise the fix is declined, and the finding says so.
    """
    progress = progress or Progress()
    work = _Work(found, settings, catalog, unsafe, jobs, progress)
    outcome = run(found, settings, catalog, jobs, progress=progress)
    marked = frozenset(file for file, source in outcome.sources.items() if source.marked)
    if fresh is not None:
        kept = {id(finding) for finding in fresh(outcome.report).findings}
        work.left.update(_key(finding) for finding in outcome.report.findings if id(finding) not in kept)
    # What is mended in one file can bring up, or away, a finding in another.
    for _ in range(_ROUNDS):
        if not work.mend(outcome):
            break
        outcome = run(found, settings, catalog, jobs, texts=work.texts, progress=progress)
    declined = work.declined
    notes = tuple(
        f"{item.place.file}:{item.place.line}:{item.place.column}: {item.code} was not fixed: {declined[_key(item)]}"
        for item in outcome.report.findings
        if _key(item) in declined
    )
    findings = tuple(
        item._replace(fix=None, message=f"{item.message} (not fixed: {declined[_key(item)]})")
        if _key(item) in declined
        else item
        for item in outcome.report.findings
    )
    outcome = outcome._replace(report=outcome.report._replace(findings=findings))
    after = {file: text for file, text in work.texts.items() if text != work.before.get(file, text)}
    return Fixed(outcome, work.before, after, work.applied, notes, marked)


class _Work:
    """The state of fixing: texts so far, findings that are left alone, and those declined, with the reason."""

    def __init__(
        self,
        found: Discovered,
        settings: Settings,
        catalog: Catalog,
        unsafe: bool,
        jobs: int,
        progress: Progress,
    ) -> None:
        self.found = found
        self.settings = settings
        self.catalog = catalog
        self.unsafe = unsafe
        self.jobs = jobs
        self.progress = progress
        self.twins = _twins(set(found.targets) - {STDIN})
        self.before: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.left: set[_Key] = set()
        self.declined: dict[_Key, str] = {}
        self.applied: Counter[str] = Counter()

    def mend(self, outcome: Outcome) -> bool:
        """Fix what an outcome offers until each file rests by itself; say whether anything was changed."""
        views: dict[str, _View] = {}
        for finding in outcome.report.findings:
            file = finding.place.file
            if file in self.twins and file in outcome.sources:
                views.setdefault(file, _View(outcome.sources[file].text, [])).findings.append(finding)
        mended = False
        for _ in range(_ROUNDS):
            chosen = {file: self._choose(view.findings) for file, view in views.items()}
            chosen = {file: findings for file, findings in chosen.items() if findings}
            if not chosen:
                break
            mended |= self._round(chosen, views)
        return mended

    def _choose(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings of a file to fix in this round: those that touch neither text nor field of an earlier one's.

        What is misspelt comes before what seems to be missing.
        """
        chosen: list[Finding] = []
        # The spans of the text that are taken, in order; no two of them touch.
        taken: list[tuple[int, int]] = []
        fields: set[tuple[str | int, ...]] = set()
        # Where a document is not read as it is meant, it is not known what a suppression covers.
        unclear = any(
            item.code.startswith("YAML") and (item.code != "YAML002" or item.path in ("apiVersion", "kind"))
            for item in findings
        )
        findings = [item for item in findings if self._may_fix(item) and not (unclear and item.code in OWN)]
        # What several objects in one document have come to is not known before they are parted.
        parting = [item for item in findings if item.fix is not None and item.fix.parts > 1]
        for finding in parting or sorted(findings, key=lambda item: item.code not in VEILS):
            offer = finding.fix
            assert offer is not None
            spans = sorted((item.start, item.end) for item in offer.replacements)
            own = {*offer.fields, *((*path[:-1], key) for path, key in offer.renames)}
            if own & fields or any(_touches(span, taken) for span in spans):
                continue
            chosen.append(finding)
            for span in spans:
                insort(taken, span)
            fields |= own
        return chosen

    def _may_fix(self, finding: Finding) -> bool:
        offer = finding.fix
        return (
            offer is not None
            and bool(offer.replacements)
            and (offer.safe or self.unsafe)
            and _key(finding) not in self.declined
            and _key(finding) not in self.left
        )

    def _round(self, chosen: dict[str, list[Finding]], views: dict[str, _View]) -> bool:
        """Rewrite files, prove and judge them again; update the views. Say whether a text was changed."""
        items = [
            (file, part) for file, findings in chosen.items() for part in _parts(views[file].text, findings)
        ]

        def rewrite(share: Sequence[tuple[str, _Part]]) -> list[_Rewrite]:
            self.progress.begin("proving fixes", len(share))
            done = []
            for _, part in share:
                done.append(_rewrite(part))
                self.progress.step()
            return done

        edits: dict[str, list[TextEdit]] = {}
        tried: dict[str, list[Finding]] = {}
        results = spread(rewrite, items, self.jobs, _PROOFS_WORTH_IT)
        for (file, part), result in zip(items, results, strict=True):
            self.declined.update(
                (_key(part.findings[number]), why) for number, why in result.declined.items()
            )
            if result.kept:
                whole = TextEdit(part.start, part.start + len(part.text), result.text)
                edits.setdefault(file, []).append(whole)
                tried.setdefault(file, []).extend(part.findings[number] for number in result.kept)
        trial = {file: apply(views[file].text, parts) for file, parts in edits.items()}
        if not trial:
            return False
        others = [path for path in [*self.found.targets, *self.found.known] if path not in trial]
        following = run(
            Discovered(sorted(trial), others),
            self.settings,
            self.catalog,
            self.jobs,
            texts={**self.texts, **trial},
            progress=self.progress,
            elsewhere=False,
        )
        after: dict[str, list[Finding]] = {file: [] for file in trial}
        for finding in following.report.findings:
            if finding.place.file in after:
                after[finding.place.file].append(finding)
        mended = False
        for file, findings in after.items():
            vain = worse(views[file].findings, findings, tried[file])
            if vain:
                self.declined.update((_key(finding), why) for finding, why in vain)
                continue
            self.before.setdefault(file, views[file].text)
            self.texts.update(dict.fromkeys([file, *self.twins[file]], trial[file]))
            self.applied[file] += len(tried[file])
            views[file] = _View(trial[file], findings)
            mended = True
        return mended


def _touches(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    """Return whether a span overlaps or adjoins one of those that are taken, which are in order and do not."""
    at = bisect_right(taken, (span[1], sys.maxsize))
    return at > 0 and taken[at - 1][1] >= span[0]


def _twins(files: set[str]) -> dict[str, list[str]]:
    """Return the files to fix, each under one name, with its other names: those that a link is part of."""
    names: dict[str, list[str]] = {}
    for file in sorted(files, key=lambda file: (os.path.realpath(file) != os.path.abspath(file), file)):
        names.setdefault(os.path.realpath(file), []).append(file)
    return {first: others for first, *others in names.values()}


def _key(finding: Finding) -> _Key:
    """Return what a finding is known by in all rounds."""
    title = finding.fix.title if finding.fix is not None else ""
    return (finding.code, finding.place.file, finding.object, finding.path, title)


def _parts(text: str, findings: list[Finding]) -> list[_Part]:
    """Return the parts of a text that have findings to fix: its documents, or all of it where it does not fall apart."""
    cuts = separable(text)
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        assert finding.fix is not None
        places = {bisect_right(cuts, item.start) - 1 for item in finding.fix.replacements}
        found.setdefault(min(places), []).append(finding)
        if len(places) > 1:
            return [_Part(0, text, findings, None)]
    if len(cuts) == 1:
        return [_Part(0, text, findings, None)]
    cuts.append(len(text))
    parts = []
    for number, own in sorted(found.items()):
        documents = {
            path[0] for item in own if item.fix for path in (*item.fix.fields, *dict(item.fix.renames))
        }
        document = min((index for index in documents if isinstance(index, int)), default=0)
        parts.append(_Part(cuts[number], text[cuts[number] : cuts[number + 1]], own, document))
    return parts


def _rewrite(part: _Part) -> _Rewrite:
    """Apply the fixes together; where the proof fails, those that it holds for.

    Halves are tried, and halves of halves, so that a few that fail are found with few proofs.
    """
    numbers = list(range(len(part.findings)))
    problem = unprovable(part.text)
    if problem is not None:
        return _Rewrite(part.text, [], dict.fromkeys(numbers, problem))
    declined: dict[int, str] = {}
    kept: list[int] = []
    text = part.text
    waiting = [numbers]
    for _ in range(max(_FEWEST_PROOFS, min(_PROOFS, _CHARACTERS // max(1, len(part.text))))):
        if not waiting:
            break
        # What was proven so far comes along: fixes can be right each by itself and wrong together.
        tried = waiting.pop()
        new, problem = _applied(part, [part.findings[number] for number in sorted([*kept, *tried])])
        if problem is None:
            kept, text = sorted([*kept, *tried]), new
        elif len(tried) == 1:
            declined[tried[0]] = problem
        else:
            half = len(tried) // 2
            waiting += [tried[half:], tried[:half]]
    declined.update(
        (number, "too many other fixes of the text could not be proven")
        for some in waiting
        for number in some
    )
    return _Rewrite(text, kept, declined)


def _applied(part: _Part, findings: list[Finding]) -> tuple[str, str | None]:
    """Return the text with fixes applied, and what the proof has against it."""
    offers = [finding.fix for finding in findings if finding.fix is not None]
    edits = [
        TextEdit(item.start - part.start, item.end - part.start, item.text)
        for offer in offers
        for item in offer.replacements
    ]
    new = apply(part.text, edits)
    suppressions = any(finding.code in OWN for finding in findings)
    return new, difference(part.text, new, offers, suppressions, part.document, part.start)

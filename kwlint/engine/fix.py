"""Fixing: applies fix offers, proves each rewritten file, lints again, and goes on to a fixed point."""

from __future__ import annotations

import codecs
import os
import stat
import tempfile
from typing import NamedTuple

from kwlint.catalog import Catalog
from kwlint.engine.discover import STDIN, Discovered
from kwlint.engine.progress import Progress
from kwlint.engine.proof import difference
from kwlint.engine.run import Outcome, run
from kwlint.engine.settings import Settings
from kwlint.engine.suppress import OWN
from kwlint.findings import Finding, FixOffer
from kwlint.syntax.edit import TextEdit, apply
from kwlint.syntax.source import UndecodableError, decode

# A fix that brings up another one needs a round more; this many are never needed.
_ROUNDS = 10


class Fixed(NamedTuple):
    """What fixing came to: the outcome of the last round, the new texts by file, and what was not done, in sentences."""

    outcome: Outcome
    before: dict[str, str]
    after: dict[str, str]
    applied: int
    declined: tuple[str, ...]


def fix(
    found: Discovered,
    settings: Settings,
    catalog: Catalog,
    unsafe: bool,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Fixed:
    """Fix the target files in memory; nothing is written (see ``write``).

    Safe fixes are applied, with ``unsafe`` those that change behaviour too. A file's new text must be proven, and
    the API server's judgement of its objects must not get worse; otherwise the fix is declined.
    """
    before: dict[str, str] = {}
    texts: dict[str, str] = {}
    declined: dict[tuple[str, ...], str] = {}
    applied = 0
    outcome = run(found, settings, catalog, jobs, progress=progress)
    targets = set(found.targets) - {STDIN}
    for _ in range(_ROUNDS):
        chosen = _choose(outcome, targets, unsafe, declined)
        if not chosen:
            break
        trial = dict(texts)
        for file, findings in chosen.items():
            text = outcome.sources[file].text
            before.setdefault(file, text)
            new, kept = _rewrite(text, findings, declined)
            if kept:
                trial[file] = new
                chosen[file] = kept
        changed = {file for file in chosen if trial.get(file, before[file]) != outcome.sources[file].text}
        if not changed:
            outcome = run(found, settings, catalog, jobs, texts=texts, progress=progress)
            continue
        following = run(found, settings, catalog, jobs, texts=trial, progress=progress)
        worse = _worse(outcome, following, {file: chosen[file] for file in changed}, declined)
        if worse:
            for file in worse:
                if file in texts:
                    trial[file] = texts[file]
                else:
                    trial.pop(file)
            following = run(found, settings, catalog, jobs, texts=trial, progress=progress)
        applied += sum(len(chosen[file]) for file in changed - worse)
        texts, outcome = trial, following
    notes = tuple(
        f"{finding.place.file}:{finding.place.line}:{finding.place.column}: {finding.code} was not fixed: {declined[_key(finding)]}"
        for finding in outcome.report.findings
        if _key(finding) in declined
    )
    after = {file: text for file, text in texts.items() if text != before[file]}
    return Fixed(outcome, before, after, applied, notes)


def _key(finding: Finding) -> tuple[str, ...]:
    return (finding.code, finding.place.file, finding.fingerprint)


def _choose(
    outcome: Outcome, targets: set[str], unsafe: bool, declined: dict[tuple[str, ...], str]
) -> dict[str, list[Finding]]:
    """Return by file the findings to fix in this round: those whose replacements do not touch an earlier one's."""
    chosen: dict[str, list[Finding]] = {}
    taken: dict[str, list[tuple[int, int]]] = {}
    for finding in outcome.report.findings:
        offer = finding.fix
        if offer is None or not offer.replacements or not (offer.safe or unsafe) or _key(finding) in declined:
            continue
        file = finding.place.file
        if file not in targets:
            continue
        spans = [(item.start, item.end) for item in offer.replacements]
        if any(
            start <= end2 and start2 <= end for start, end in spans for start2, end2 in taken.get(file, ())
        ):
            continue
        chosen.setdefault(file, []).append(finding)
        taken.setdefault(file, []).extend(spans)
    return chosen


def _rewrite(
    text: str, findings: list[Finding], declined: dict[tuple[str, ...], str]
) -> tuple[str, list[Finding]]:
    """Apply the fixes together; where the proof fails, one by one, declining those that it fails for."""
    new = apply(text, [edit for finding in findings for edit in _edits(finding.fix)])
    problem = difference(
        text,
        new,
        {field for finding in findings for field in _fields(finding.fix)},
        suppressions=any(finding.code in OWN for finding in findings),
    )
    if problem is None:
        return new, findings
    if len(findings) == 1:
        declined[_key(findings[0])] = problem
        return text, []
    for finding in findings:
        alone, kept = _rewrite(text, [finding], declined)
        if kept:
            return alone, kept
    return text, []


def _edits(offer: FixOffer | None) -> list[TextEdit]:
    return [TextEdit(item.start, item.end, item.text) for item in offer.replacements] if offer else []


def _fields(offer: FixOffer | None) -> tuple[tuple[str | int, ...], ...]:
    return offer.fields if offer else ()


def _worse(
    before: Outcome, after: Outcome, chosen: dict[str, list[Finding]], declined: dict[tuple[str, ...], str]
) -> set[str]:
    """Return the files whose fixes do not bear up, and decline them: those that mend nothing, or else all of a file."""
    refused: dict[str, set[tuple[object, str]]] = {}
    for finding in after.report.findings:
        if finding.refused:
            refused.setdefault(finding.place.file, set()).add((finding.object, finding.path))
    worse: set[str] = set()
    for file, findings in chosen.items():
        vain = [
            item for item in findings if item.refused and (item.object, item.path) in refused.get(file, ())
        ]
        if vain:
            declined.update(
                (_key(item), "the API server would refuse what it makes of the field too") for item in vain
            )
            worse.add(file)
        elif _refusals(after, file) > _refusals(before, file):
            declined.update(
                (_key(item), "the API server's judgement of the file would get worse") for item in findings
            )
            worse.add(file)
    return worse


def _refusals(outcome: Outcome, file: str) -> int:
    return sum(finding.refused and finding.place.file == file for finding in outcome.report.findings)


def unified(fixed: Fixed) -> str:
    """Return what fixing changes as a unified diff."""
    from difflib import unified_diff

    lines: list[str] = []
    for file in sorted(fixed.after):
        old, new = fixed.before[file].splitlines(keepends=True), fixed.after[file].splitlines(keepends=True)
        for line in unified_diff(old, new, f"a/{file}", f"b/{file}"):
            lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def write(fixed: Fixed, root: str) -> list[str]:
    """Write the new texts and return a sentence for each file that was left alone.

    A file is replaced in one step and keeps its mode, owner, encoding and byte order mark. One that has changed
    since it was read, or a link that leads out of ``root``, is not written.
    """
    left: list[str] = []
    for file, text in sorted(fixed.after.items()):
        real = os.path.realpath(file)
        if os.path.islink(file) and not real.startswith(os.path.realpath(root) + os.sep):
            left.append(f"{file}: not written: the link leads out of the project")
            continue
        try:
            with open(real, "rb") as stream:
                content = stream.read()
            if decode(content) != fixed.before[file]:
                left.append(f"{file}: not written: it has changed since it was read")
                continue
            _replace(real, _encoded(text, content))
        except (OSError, UndecodableError) as error:
            left.append(f"{file}: not written: {error}")
    return left


def _encoded(text: str, content: bytes) -> bytes:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode()


def _replace(path: str, content: bytes) -> None:
    status = os.stat(path)
    handle, temporary = tempfile.mkstemp(prefix=".kwlint-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        if os.geteuid() == 0:
            os.chown(temporary, status.st_uid, status.st_gid)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise

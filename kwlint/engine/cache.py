"""The cache of whole runs: the same files, settings and kwlint give the same report without judging again."""

from __future__ import annotations

import marshal
import os
from typing import TYPE_CHECKING, Any

from kwlint import __version__
from kwlint.catalog import Catalog
from kwlint.data import RULES, SCHEMAS, read_cached, write_cached
from kwlint.engine.discover import STDIN, Discovered, discover, probe
from kwlint.engine.settings import Settings
from kwlint.files import IrregularFileError, read_file
from kwlint.findings import (
    Finding,
    FixOffer,
    NotJudged,
    ObjectRef,
    Place,
    Related,
    Replacement,
    Report,
    Skipped,
    Suppressed,
)
from kwlint.records import Record

if TYPE_CHECKING:
    from kwlint.engine.progress import Progress
    from kwlint.model.past import Past
    from kwlint.syntax.source import Source


class CachedOutcome(Record):
    """An outcome, fresh or from the cache; sources are read again only where a report shows their lines."""

    report: Report
    sources: dict[str, Source]
    crashed: bool

    def source(self, name: str) -> Source | None:
        """Return the source of a file that the report names, None where it can't be read."""
        found = self.sources.get(name)
        if found is None:
            from kwlint.syntax.source import Source, UndecodableError, decode

            try:
                content = read_file(name)
            except OSError:
                return None
            try:
                text = decode(content)
            except UndecodableError:
                text = content.decode("utf-8", "replace")
            found = self.sources[name] = Source(name, text)
        return found


def cached_run(
    paths: list[str],
    settings: Settings,
    catalog: Catalog,
    *,
    project: str | None,
    jobs: int,
    stdin_name: str,
    use_cache: bool,
    progress: Progress | None = None,
    only_discovered: bool = False,
    past: Past | None = None,
) -> CachedOutcome:
    """Run, or return what the same run gave before.

    A run over standard input, one that crashed, and one that knows a ``past`` is not kept; nor is one believed that looked
    for a path which is there, or gone, by now.

    Raises KwlintError for a path that does not exist.
    """
    found = discover(paths, list(settings.exclude), project, settings.folder, only_discovered)
    name = _key(found, settings, catalog) if use_cache and past is None and STDIN not in paths else None
    if name is not None:
        stored = read_cached(name)
        if stored is not None:
            try:
                report, probed = marshal.loads(stored)
                if all(probe(path) == state for path, state in probed):
                    return CachedOutcome(_unpack(report), {}, False)
            except (ValueError, EOFError, TypeError, IndexError):
                pass
    from kwlint.engine.run import run
    from kwlint.model.past import NO_PAST

    outcome = run(found, settings, catalog, jobs, stdin_name, progress=progress, past=past or NO_PAST)
    if name is not None and not outcome.crashed:
        write_cached(name, marshal.dumps((_pack(outcome.report), outcome.probed)))
    return CachedOutcome(outcome.report, outcome.sources, outcome.crashed)


def _key(found: Discovered, settings: Settings, catalog: Catalog) -> str | None:
    from hashlib import sha256

    described: list[Any] = [
        __version__,
        sorted(settings.selection.codes),
        settings.selection.severities,
        settings.selection.options,
        settings.selection.advice,
        sorted(settings.selection.raised),
        settings.minors,
        settings.limits,
        settings.complete,
        settings.external,
        [(str(entry.pattern), sorted(entry.ignore), entry.severities) for entry in settings.per_path],
        settings.folder,
        os.getcwd(),
        _stamps(),
    ]
    digest = sha256(repr(described).encode("utf-8", "surrogateescape"))
    for mark, path in [
        *((b"target", path) for path in found.targets),
        *((b"known", path) for path in found.known),
        *((b"crd", path) for path in settings.crds),
    ]:
        try:
            content = read_file(path, settings.limits.file)
        except OSError as error:
            if isinstance(error, IrregularFileError) and not os.path.isdir(path):
                return None  # what it holds is not known, and may be read only once
            content = str(error).encode("utf-8", "surrogateescape")
        digest.update(b"%s\0%s\0%d\0" % (mark, os.fsencode(path), len(content)))
        digest.update(content)
    return f"run-{digest.hexdigest()[:40]}"


def _stamps() -> list[tuple[str, int, int]]:
    # What a verdict depends on besides the input: the code, the catalogue and the schemas.
    stamps: list[tuple[str, int, int]] = []
    waiting = [os.path.dirname(os.path.dirname(os.path.abspath(__file__))), RULES, SCHEMAS]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                elif not entry.name.endswith(".pyc"):
                    status = entry.stat()
                    stamps.append((entry.path, status.st_mtime_ns, status.st_size))
    return sorted(stamps)


def _pack(value: Any) -> Any:
    # marshal knows no named tuples; they are written as plain ones.
    return tuple(map(_pack, value)) if isinstance(value, tuple) else value


def _unpack(row: Any) -> Report:
    kwlint, kubernetes, findings, suppressed, skipped, files, objects, not_judged, judged = row
    return Report(
        kwlint,
        kubernetes,
        tuple(map(_finding, findings)),
        tuple(Suppressed(_finding(finding), reason, kind) for finding, reason, kind in suppressed),
        tuple(Skipped(*item) for item in skipped),
        files,
        objects,
        tuple(NotJudged(*item) for item in not_judged),
        judged,
    )


def _finding(row: Any) -> Finding:
    code, name, severity, refused, message, place, path, ref, related, fix, fingerprint = row
    return Finding(
        code,
        name,
        severity,
        refused,
        message,
        Place(*place),
        path,
        ObjectRef(*ref) if ref is not None else None,
        tuple(Related(Place(*where), field, message) for where, field, message in related),
        _fix(fix) if fix is not None else None,
        fingerprint,
    )


def _fix(row: Any) -> FixOffer:
    safe, title, replacements, fields, renames, parts = row
    return FixOffer(
        safe,
        title,
        tuple(Replacement(Place(*where), start, end, text) for where, start, end, text in replacements),
        fields,
        renames,
        parts,
    )

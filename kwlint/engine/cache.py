"""The cache of whole runs: the same files, settings and kwlint give the same report without judging again."""

from __future__ import annotations

import errno
import marshal
import os
import stat
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kwlint import __version__
from kwlint.catalog.catalog import Catalog
from kwlint.config.ignore import Ignores
from kwlint.config.settings import Settings
from kwlint.data import RULES, SCHEMAS, digest, read_cached, write_cached
from kwlint.diagnostics.finding import SEVERITIES, Finding, NotJudged, Place, Report, Skipped
from kwlint.sources.discover import STDIN, Discovered, chart_folders, discover, probe, with_texts
from kwlint.util.files import IrregularFileError, read_file
from kwlint.util.packing import packed, unpacked
from kwlint.util.record import Record

if TYPE_CHECKING:
    from kwlint.model.project.past import Past
    from kwlint.syntax.source import Source
    from kwlint.util.progress import Progress


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


class _Kept(Record):
    """What is kept of a run: its report, and the paths that were looked for on the disk with what they were."""

    report: Report
    probed: tuple[tuple[str, int], ...]


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
    texts: Mapping[str, str] | None = None,
) -> CachedOutcome:
    """Run, or return what the same run gave before.

    ``texts`` are targets too, each in place of the file that it is named by. A run over them or standard input, one that
    crashed, and one that knows a ``past`` is not kept; nor is one believed that looked for a path which is there, or gone,
    by now.

    Raises KwlintError for a path that does not exist.
    """
    found = discover(paths, list(settings.exclude), project, settings.folder, only_discovered)
    named: dict[str, str] = {}
    if texts:
        found, named = with_texts(found, texts)
    is_kept = use_cache and past is None and STDIN not in paths and not texts
    name = _key(found, settings, catalog) if is_kept else None
    if name is not None:
        stored = read_cached(name)
        if stored is not None:
            kept = _kept(stored, catalog)
            if kept is not None and all(probe(path) == state for path, state in kept.probed):
                return CachedOutcome(kept.report, {}, False)
    from kwlint.engine.linter import run
    from kwlint.model.project.past import NO_PAST

    outcome = run(found, settings, catalog, jobs, stdin_name, named, progress, past=past or NO_PAST)
    content = _content(outcome.report, outcome.probed) if name is not None and not outcome.crashed else None
    if name is not None and content is not None:
        write_cached(name, content)
    return CachedOutcome(outcome.report, outcome.sources, outcome.crashed)


def _key(found: Discovered, settings: Settings, catalog: Catalog) -> str | None:
    """Return the name of what a run gives: every input of it, by content.

    None where an input can't be read twice, so that a run is not left without it.
    """
    definitions = discover(list(settings.crds), [], None).targets if settings.crds else []
    inputs = [
        *(("target", path) for path in found.targets),
        *(("known", path) for path in found.known),
        *(("definitions", path) for path in definitions),
    ]
    parts: list[Any] = [
        __version__,
        sys.hexversion,
        sys.prefix,
        os.environ.get("PYTHONTZPATH"),
        os.getcwd(),
        _stamps(),
        _described(settings),
        sorted(chart_folders([path for _, path in inputs])),
    ]
    for role, path in inputs:
        try:
            # Asked before it is opened: who writes to a pipe would find its reader gone.
            if not stat.S_ISREG(os.stat(path).st_mode):
                if not os.path.isdir(path):
                    return None
                content: object = "a folder"
            else:
                content = digest(read_file(path, settings.limits.file))
        except IrregularFileError as error:
            # One that is too large is a finding, whatever it holds.
            if error.errno != errno.EFBIG:
                return None
            content = error.errno
        except OSError as error:
            content = (error.errno, os.path.islink(path))
        parts.append((role, path, content))
    return f"run-{digest(repr(parts).encode('utf-8', 'surrogateescape'))}"


def _described(value: Any) -> Any:
    """Return a setting as something whose ``repr`` is the same whenever it is."""
    if isinstance(value, tuple):
        return [_described(item) for item in value]
    if isinstance(value, dict):
        return {key: _described(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Ignores) else value


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


def _content(report: Report, probed: tuple[tuple[str, int], ...]) -> bytes | None:
    """Return a report as it is kept; None for one with a fix that writes the value of a secret, which is on no other disk."""
    for finding in (*report.findings, *(item.finding for item in report.suppressed)):
        of_secret = finding.object is not None and finding.object.kind == "Secret"
        if (of_secret or finding.name == "secret-in-env") and finding.fix is not None:
            if any(item.text for item in finding.fix.replacements):
                return None
    return marshal.dumps(packed(_Kept(report, probed)))


def _kept(content: bytes, catalog: Catalog) -> _Kept | None:
    """Return what a cache file holds, None for what no run can have written."""

    def is_known(finding: Finding) -> bool:
        facts = catalog.rules.get(finding.code)
        return facts is not None and facts.name == finding.name and finding.severity in SEVERITIES

    checks: dict[Any, Callable[[Any], bool]] = {
        Place: _is_range,
        Skipped: lambda item: item.line >= 0,
        NotJudged: lambda item: item.line >= 0,
        Finding: is_known,
        Report: _is_of_this_version,
    }
    try:
        kept: _Kept = unpacked(_Kept, marshal.loads(content), checks)
    except (ValueError, EOFError, TypeError, MemoryError):
        return None
    return kept


def _is_range(place: Place) -> bool:
    first, last = (place.line, place.column), (place.end_line, place.end_column)
    return place.line > 0 and place.column > 0 and place.end_column > 0 and first <= last


def _is_of_this_version(report: Report) -> bool:
    return report.kwlint == __version__ and report.files >= 0 and report.objects >= 0

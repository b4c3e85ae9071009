"""What of the input could not be judged, why, and which rules said nothing of what is missing because of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kwlint.catalog.catalog import Catalog
from kwlint.diagnostics.finding import NotJudged
from kwlint.model.project.silence import Silence
from kwlint.sources.loaded import Loaded

# What is said of something that was read, and so judged.
_READ = frozenset({"duplicate-key"})


def not_judged(
    loaded: Loaded,
    files: set[str],
    silences: Iterable[Silence],
    application: Callable[[str], int],
    catalog: Catalog,
) -> tuple[NotJudged, ...]:
    """Return what could not be judged of some files, and what silenced rules there wherever it stands.

    ``application`` returns the number of the application that a file belongs to.
    """
    codes_of = _silenced(loaded, silences, application)
    found = [
        NotJudged(file, line, reason, tuple(sorted(codes_of.get(file, ()))))
        for file, line, reason in _reasons(loaded, catalog)
    ]
    return tuple(sorted(item for item in found if item.file in files or item.silenced))


def _reasons(loaded: Loaded, catalog: Catalog) -> set[tuple[str, int, str]]:
    """Return file, line (0: the whole file) and reason of each, what is wrong with a file in the same way once."""
    found = {(item.file, item.line, item.reason) for item in loaded.skipped if item.unjudged}
    found |= {(gap.file, gap.line, gap.reason) for gap in loaded.gaps if gap.reason}
    codes = {facts.name: facts.code for facts in catalog}
    seen: set[tuple[str, str]] = set()
    for flaw in loaded.flaws:
        name = flaw.source.name
        if flaw.rule in _READ or (name, flaw.rule) in seen:
            continue
        seen.add((name, flaw.rule))
        whole = name not in loaded.sources
        line = 0 if whole else flaw.source.position(flaw.start).line
        found.add((name, line, flaw.message if whole else f"cannot be read, see {codes[flaw.rule]}"))
    return found


def _silenced(
    loaded: Loaded, silences: Iterable[Silence], application: Callable[[str], int]
) -> dict[str, set[str]]:
    """Return by file the codes of the rules that it kept silent."""
    unreadable: dict[int, set[str]] = {}
    for file in loaded.unreadable:
        unreadable.setdefault(application(file), set()).add(file)
    found: dict[str, set[str]] = {}
    for silence in silences:
        causes = unreadable.get(silence.application, set())
        for output in silence.outputs:
            causes = causes | loaded.openings.get(output, set())
        for file in causes:
            found.setdefault(file, set()).add(silence.code)
    return found

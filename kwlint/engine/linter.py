"""A run: from paths and settings to a report."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence

from kwlint import __version__
from kwlint.catalog.catalog import Catalog
from kwlint.config.settings import Settings
from kwlint.diagnostics.finding import Finding, FixOffer, Related, Report
from kwlint.engine import apiserver
from kwlint.engine.applied import load_applied
from kwlint.engine.edits import offer
from kwlint.engine.elsewhere import caused
from kwlint.engine.execute import Executor
from kwlint.engine.filters import suppress
from kwlint.engine.filters.fingerprints import with_fingerprints
from kwlint.engine.parallel import spread
from kwlint.engine.places import place
from kwlint.engine.unjudged import not_judged
from kwlint.model.links.generated import generated_by, variables_of
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.past import NO_PAST, Past
from kwlint.model.project.silence import Silence
from kwlint.model.resources import Resource
from kwlint.sources.discover import STDIN, STDIN_NAME, Discovered, shown
from kwlint.sources.loaded import Flaw, Loaded
from kwlint.syntax.source import Source
from kwlint.util.progress import Progress
from kwlint.util.record import Record


class Outcome(Record):
    """A report, the sources that its places are in, whether a rule crashed, and what a later run has for its past.

    ``probed`` are absolute paths that were looked for on the disk, with what they were (``discover.probe``).
    """

    report: Report
    sources: dict[str, Source]
    crashed: bool
    past: Past
    probed: tuple[tuple[str, int], ...] = ()


def run(
    found: Discovered,
    settings: Settings,
    catalog: Catalog,
    jobs: int = 1,
    stdin_name: str = STDIN_NAME,
    texts: dict[str, str] | None = None,
    progress: Progress | None = None,
    elsewhere: bool = True,
    past: Past = NO_PAST,
) -> Outcome:
    """Lint the files that are targets; what else was discovered is known but not reported on.

    ``texts`` stand for the content of the files that they are named by. With ``elsewhere`` what the targets bring
    about in other files is reported too. ``past`` is what the input had before, of which something can be gone.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        progress = progress or Progress()
        loaded = load_applied(_inputs(found, stdin_name), settings.limits, stdin_name, texts, progress)
        return _judge(found, loaded, settings, catalog, jobs, stdin_name, progress, elsewhere, past)
    finally:
        if collecting:
            gc.enable()


def _inputs(found: Discovered, stdin_name: str) -> list[str]:
    """Return what to read, in order. Standard input stands for the file that it is called by.

    Without a name it is what another program made of files, and those are not beside it in a cluster.
    """
    known = found.known
    if found.targets == [STDIN] and stdin_name == STDIN_NAME:
        known = []
    elif STDIN in found.targets:
        known = [path for path in known if path != shown(stdin_name)]
    paths = [*found.targets, *known]
    # What stands above the working directory comes where it comes from the project's folder.
    above = any(path.startswith("..") for path in paths)

    def order(path: str) -> str:
        path = stdin_name if path == STDIN else path
        return os.path.abspath(path) if above else path

    return sorted(paths, key=order)


def _judge(
    found: Discovered,
    loaded: Loaded,
    settings: Settings,
    catalog: Catalog,
    jobs: int,
    stdin_name: str,
    progress: Progress,
    elsewhere: bool,
    past: Past,
) -> Outcome:
    files = {stdin_name if path == STDIN else path for path in found.targets}
    targets = [resource for resource in loaded.resources if resource.file in files]
    inventory = _inventory(loaded, settings, past)
    executor = Executor(catalog, settings.selection, inventory)
    court = apiserver.Court(catalog, settings, loaded.resources)

    def work(resources: Sequence[Resource]) -> list[tuple[list[Finding], set[Silence]]]:
        progress.begin("judging objects", len(resources))
        results: list[Finding] = []
        for resource in resources:
            said = executor.run((resource,))
            results += said
            results += court.judge(resource, said, executor)
            progress.step()
        return [(results, inventory.silences)]

    pieces = spread(work, targets, jobs)
    findings = [item for found, _ in pieces for item in found]
    silences = set[Silence]().union(*(asked for _, asked in pieces))
    if elsewhere:
        findings += caused(targets, loaded.resources, executor, jobs, progress)
    findings += [_flaw(flaw, catalog) for flaw in loaded.flaws if flaw.source.name in files]
    findings = _adjusted(findings, settings)
    active = settings.selection.codes

    def is_on(file: str, code: str) -> bool:
        return code in active and settings.adjust(file, code)[0]

    reported = files | {item.place.file for item in findings}
    findings, suppressed = suppress.apply(findings, loaded, reported, catalog, is_on)
    if reported != files:
        findings = [item for item in findings if item.place.file in files or item.code not in suppress.OWN]
    # Once more for what is said of the suppressions.
    findings = _adjusted(findings, settings)
    findings = sorted((item for item in findings if item.code in active), key=lambda item: item.order)
    findings, suppressed = with_fingerprints(findings, suppressed, loaded)
    report = Report(
        __version__,
        f"1.{settings.minors[0]}",
        tuple(findings),
        tuple(sorted(suppressed, key=lambda item: item.finding.order)),
        tuple(sorted(item for item in loaded.skipped if item.file in files and not item.unjudged)),
        len(files),
        len(targets),
        not_judged(loaded, files, silences, lambda name: _application(loaded, name), catalog),
        tuple(sorted({resource.file for resource in targets})),
    )
    crashed = any(item.code == "KW003" for item in findings)
    past = Past(tuple(loaded.resources), inventory.generated)
    return Outcome(report, loaded.sources, crashed, past, tuple(sorted(loaded.probed.items())))


def _inventory(loaded: Loaded, settings: Settings, past: Past) -> Inventory:
    return Inventory(
        loaded.resources,
        settings.minors[0],
        {_application(loaded, name) for name in loaded.unreadable},
        settings.complete,
        settings.external,
        [pair for item in loaded.kustomizations for pair in generated_by(item.data)],
        variables=[name for item in loaded.kustomizations for name in variables_of(item.data)],
        past=past,
    )


def _application(loaded: Loaded, name: str) -> int:
    """Return the number of the application that a file belongs to, which may hold no object."""
    folder = os.path.dirname(os.path.abspath(name))
    while folder not in loaded.folders:
        parent = os.path.dirname(folder)
        if parent == folder:
            return 0
        folder = parent
    return loaded.folders[folder]


def _flaw(flaw: Flaw, catalog: Catalog) -> Finding:
    facts = next(facts for facts in catalog if facts.name == flaw.rule)
    related = tuple(
        Related(place(flaw.source, start, end), flaw.path, message) for start, end, message in flaw.related
    )
    return Finding(
        facts.code,
        facts.name,
        facts.severity,
        facts.refused,
        flaw.message,
        place(flaw.source, flaw.start, flaw.end),
        flaw.path,
        flaw.resource.ref if flaw.resource is not None else None,
        related,
        flaw.offer or _offer(flaw),
    )


def _offer(flaw: Flaw) -> FixOffer | None:
    return (
        offer(flaw.resource, flaw.fix, True) if flaw.resource is not None and flaw.fix is not None else None
    )


def _adjusted(findings: list[Finding], settings: Settings) -> list[Finding]:
    severities = settings.selection.severities
    if not settings.per_path:
        return (
            [_with_severity(item, severities.get(item.code)) for item in findings] if severities else findings
        )
    kept: list[Finding] = []
    for item in findings:
        on, severity = settings.adjust(item.place.file, item.code)
        if on:
            kept.append(_with_severity(item, severity or severities.get(item.code)))
    return kept


def _with_severity(finding: Finding, severity: str | None) -> Finding:
    return finding if severity is None else finding._replace(severity=severity)

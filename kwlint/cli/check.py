"""The command ``check``: runs, fixes, baselines and revisions, and the exit code that they come to."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from kwlint.cli.exits import EXIT_FAILED, EXIT_FINDINGS, EXIT_USAGE, say
from kwlint.errors import KwlintError

if TYPE_CHECKING:
    from kwlint.cli.options import Arguments
    from kwlint.diagnostics.finding import Report
    from kwlint.engine.cache import CachedOutcome
    from kwlint.engine.filters.baseline import Entry
    from kwlint.engine.session import Before, Session
    from kwlint.util.progress import Progress

BASELINE = "kwlint-baseline.txt"
_RANK = {"error": 0, "warning": 1, "advice": 2, "never": -1}


def check(paths: list[str], options: Arguments) -> int:
    """Run ``check`` and return its exit code. Raises KwlintError for what can't be meant."""
    from kwlint.cli.outputs import pairs
    from kwlint.engine.session import open_session
    from kwlint.util.progress import Progress

    formats = pairs(options.formats, options.outputs, options.order)
    if paths and not os.path.lexists(paths[0]) and paths[0] != "-":
        _refuse_near_command(paths[0])
    if "-" in paths and sys.stdin is None:
        raise KwlintError("standard input is closed", "pipe something into it, or name a file")
    overrides = {
        "select": options.select,
        "ignore": options.ignore,
        "preset": options.preset,
        "kubernetes-version": options.kubernetes_version,
        "fail-on": options.fail_on,
        "baseline": options.baseline,
    }
    session = open_session(
        paths or None,
        config=options.config_file,
        isolated=options.isolated,
        overrides={key: value for key, value in overrides.items() if value},
        is_compared=bool(options.since),
        project=options.project,
        jobs=options.jobs or os.cpu_count() or 1,
        stdin_name=options.stdin_filename,
        use_cache=not options.no_cache,
        only_discovered=options.force_exclude,
    )
    if not options.quiet:
        for note in [*session.config.notes, *(session.unmatched() if options.verbose else [])]:
            say(note)
    terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    progress = Progress(sys.stderr if terminal and not options.quiet else None)
    try:
        if options.fix or options.diff or options.unsafe_fixes:
            return _fix(session, formats, options, progress)
        before = _before(session, options, progress)
        outcome = session.outcome(progress, before.past if before is not None else None)
        progress.end()
        known = before.findings if before is not None else None
        for note in session.unread(outcome.report) if not options.quiet else []:
            progress.end()
            say(note)
        return _finish(session, _without_known(session, outcome, options, known), formats, options)
    finally:
        progress.end()


def _refuse_near_command(word: str) -> None:
    from kwlint.cli.options import COMMANDS
    from kwlint.util.spelling import near_miss

    miss = near_miss(word, COMMANDS)
    if miss is not None:
        raise KwlintError(
            f"{word}: there is no such command, file or folder", f"did you mean `kwlint {miss}`?"
        )


def _before(session: Session, options: Arguments, progress: Progress) -> Before | None:
    """Return what the project was at the revision that is asked for."""
    before = session.before(options.since, progress) if options.since else None
    progress.end()
    return before


def _without_known(
    session: Session, outcome: CachedOutcome, options: Arguments, known: list[Entry] | None
) -> CachedOutcome:
    """Write the baseline where that is asked for, and set aside what it, or a revision, had."""
    if session.baseline is None and not options.write_baseline and known is None:
        return outcome
    from kwlint.engine.filters import baseline
    from kwlint.report.wording import counted

    path, report, covers = session.baseline, outcome.report, session.coverage()

    def is_gone(entry: Entry) -> bool:
        return covers(entry.file) and session.may_run(entry.code)

    if options.write_baseline:
        path = path or BASELINE
        session.check_baseline(path)
        kept: list[Entry] = []
        if os.path.exists(path):
            _, left = baseline.set_aside(report, baseline.read(path), "", covers)
            kept = [entry for entry in left if not is_gone(entry)]
        baseline.write(path, report.findings, kept)
        what = f"{counted(len(report.findings), 'finding')} to {path}"
        what += f" and kept {len(kept)} that are not of this run" if kept else ""
        use = (
            ""
            if session.baseline
            else f"; use it with --baseline {path}, or `baseline: {path}` in the configuration"
        )
        say(f"wrote {what}{use}")
    if path is not None:
        report, left = baseline.set_aside(report, baseline.read(path), baseline.REASON, covers)
        gone = [entry for entry in left if is_gone(entry)]
        if gone and not options.quiet:
            are = "is" if len(gone) == 1 else "are"
            say(f"{path}: {len(gone)} of its findings {are} gone; --write-baseline drops them")
    if known is not None:
        report, _ = baseline.set_aside(report, known, f"there at {options.since}", covers)
    return outcome._replace(report=report)


def _finish(
    session: Session, outcome: CachedOutcome, formats: list[tuple[str, str | None]], options: Arguments
) -> int:
    from kwlint.cli.outputs import write

    for name, path in formats:
        write(name, path, outcome, session.catalog, options)
    if outcome.crashed:
        return EXIT_FAILED
    least = _RANK[session.config["fail-on"]]
    worst = min((_RANK[finding.severity] for finding in outcome.report.findings), default=9)
    empty = _say_nothing(session, outcome.report, options)
    return EXIT_FINDINGS if worst <= least else empty


def _say_nothing(session: Session, report: Report, options: Arguments) -> int:
    """Say where nothing could be judged, and return the exit code for that: of a run with objects, or that may have none, 0."""
    # With objects in it the only path needs no look.
    if options.allow_empty or (report.objects and len(session.paths) == 1):
        return 0
    from kwlint.cli.nothing import nothing_judged

    found = nothing_judged(session.paths, session.stdin_name, report)
    if report.objects:
        for name, hint in () if options.quiet else found:
            say(f"{name}: nothing in it could be judged ({hint})")
        return 0
    for name, hint in found:
        say(f"{name}: nothing in it could be judged ({hint}); --allow-empty permits that")
    return EXIT_USAGE if found else 0


def _fix(
    session: Session, formats: list[tuple[str, str | None]], options: Arguments, progress: Progress
) -> int:
    from kwlint.engine.cache import CachedOutcome
    from kwlint.engine.fixing.fix import fix
    from kwlint.engine.fixing.write import for_terminal, unified, write
    from kwlint.sources.discover import STDIN

    if STDIN in session.paths:
        raise KwlintError("standard input cannot be fixed", "name the file")
    for path in session.paths:
        # A pipe can be read only once.
        if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
            raise KwlintError(f"{path} is no file that can be fixed")
    before = _before(session, options, progress)
    known = before.findings if before is not None else None

    def fresh(report: Report) -> Report:
        from kwlint.engine.filters import baseline

        covers = session.coverage()
        if session.baseline is not None and os.path.exists(session.baseline):
            report, _ = baseline.set_aside(report, baseline.read(session.baseline), "", covers)
        return baseline.set_aside(report, known, "", covers)[0] if known is not None else report

    unsafe = options.unsafe_fixes
    fixed = fix(session.files(), session.settings, session.catalog, unsafe, session.jobs, progress, fresh)
    progress.end()
    if options.diff:
        from kwlint.cli.outputs import print_text

        for note in fixed.declined:
            say(note)
        diff = unified(fixed)
        print_text(for_terminal(diff) if sys.stdout is not None and sys.stdout.isatty() else diff)
        return EXIT_FINDINGS if fixed.after else _say_nothing(session, fixed.outcome.report, options)
    left = write(fixed, session.project)
    for file, reason in left.items():
        say(f"{file}: not written: {reason}")
    if not options.quiet:
        from kwlint.report.wording import counted

        number = sum(count for file, count in fixed.applied.items() if file not in left)
        say(f"fixed {counted(number, 'finding')} in {counted(len(fixed.after) - len(left), 'file')}")
    # What was not written is still to be found.
    last = fixed.outcome
    outcome = session.outcome(progress) if left else CachedOutcome(last.report, last.sources, last.crashed)
    return _finish(session, _without_known(session, outcome, options, known), formats, options)

"""The command line: the only place that prints errors and exits."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from kwlint.arguments import plain
from kwlint.errors import KwlintError

if TYPE_CHECKING:
    from kwlint.engine.baseline import Entry
    from kwlint.engine.cache import CachedOutcome
    from kwlint.engine.progress import Progress
    from kwlint.engine.session import Before, Session
    from kwlint.findings import Report

EXIT_FINDINGS, EXIT_USAGE, EXIT_FAILED, EXIT_INTERRUPTED = 1, 2, 3, 130
BASELINE = "kwlint-baseline.txt"
# Set by the shell while it completes a command line.
_COMPLETION = "_KWLINT_COMPLETE"
_RANK = {"error": 0, "warning": 1, "advice": 2, "never": -1}


def check(paths: list[str], options: dict[str, Any]) -> int:
    """Run ``check`` and return its exit code. Raises KwlintError for what can't be meant."""
    from kwlint.engine.progress import Progress
    from kwlint.engine.session import open_session
    from kwlint.report.outputs import pairs

    formats = pairs(list(options["formats"]), list(options["outputs"]), options["order"])
    if paths and not os.path.lexists(paths[0]) and paths[0] != "-":
        _refuse_near_command(paths[0])
    session = open_session(paths, options)
    terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    progress = Progress(sys.stderr if terminal and not options["quiet"] else None)
    try:
        if options["fix"] or options["diff"] or options["unsafe_fixes"]:
            return _fix(session, formats, options, progress)
        before = _before(session, options, progress)
        outcome = session.outcome(progress, before.past if before is not None else None)
        known = before.findings if before is not None else None
        return _finish(session, _without_known(session, outcome, options, known), formats, options)
    finally:
        progress.end()


def _refuse_near_command(word: str) -> None:
    from kwlint.arguments import COMMANDS
    from kwlint.model.near import near_miss

    miss = near_miss(word, COMMANDS)
    if miss is not None:
        raise KwlintError(
            f"{word}: there is no such command, file or folder", f"did you mean `kwlint {miss}`?"
        )


def _before(session: Session, options: dict[str, Any], progress: Progress) -> Before | None:
    """Return what the project was at the revision that is asked for."""
    before = session.before(options["since"], progress) if options["since"] else None
    progress.end()
    return before


def _without_known(
    session: Session, outcome: CachedOutcome, options: dict[str, Any], known: list[Entry] | None
) -> CachedOutcome:
    """Write the baseline where that is asked for, and set aside what it, or a revision, had."""
    if session.baseline is None and not options["write_baseline"] and known is None:
        return outcome
    from kwlint.engine import baseline
    from kwlint.report.wording import counted

    path, report, covers = session.baseline, outcome.report, session.coverage()

    def is_gone(entry: Entry) -> bool:
        return covers(entry.file) and session.may_run(entry.code)

    if options["write_baseline"]:
        path = path or BASELINE
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
        _say(f"wrote {what}{use}")
    if path is not None:
        report, left = baseline.set_aside(report, baseline.read(path), "in the baseline", covers)
        gone = [entry for entry in left if is_gone(entry)]
        if gone and not options["quiet"]:
            are = "is" if len(gone) == 1 else "are"
            _say(f"{path}: {len(gone)} of its findings {are} gone; --write-baseline drops them")
    if known is not None:
        report, _ = baseline.set_aside(report, known, f"there at {options['since']}", covers)
    return outcome._replace(report=report)


def _finish(
    session: Session, outcome: CachedOutcome, formats: list[tuple[str, str | None]], options: dict[str, Any]
) -> int:
    from kwlint.report.outputs import write

    for name, path in formats:
        write(name, path, outcome, session.catalog, options)
    if outcome.crashed:
        return EXIT_FAILED
    least = _RANK[session.config["fail-on"]]
    worst = min((_RANK[finding.severity] for finding in outcome.report.findings), default=9)
    return EXIT_FINDINGS if worst <= least else 0


def _fix(
    session: Session, formats: list[tuple[str, str | None]], options: dict[str, Any], progress: Progress
) -> int:
    from kwlint.engine.cache import CachedOutcome
    from kwlint.engine.discover import STDIN
    from kwlint.engine.fix import fix
    from kwlint.engine.written import unified, write

    if STDIN in session.paths:
        raise KwlintError("standard input cannot be fixed", "name the file")
    for path in session.paths:
        # A pipe can be read only once.
        if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
            raise KwlintError(f"{path} is no file that can be fixed")
    before = _before(session, options, progress)
    known = before.findings if before is not None else None

    def fresh(report: Report) -> Report:
        from kwlint.engine import baseline

        covers = session.coverage()
        if session.baseline is not None and os.path.exists(session.baseline):
            report, _ = baseline.set_aside(report, baseline.read(session.baseline), "", covers)
        return baseline.set_aside(report, known, "", covers)[0] if known is not None else report

    unsafe = options["unsafe_fixes"]
    fixed = fix(session.files(), session.settings, session.catalog, unsafe, session.jobs, progress, fresh)
    progress.end()
    if options["diff"]:
        from kwlint.report.outputs import print_text

        for note in fixed.declined:
            _say(note)
        print_text(unified(fixed))
        return EXIT_FINDINGS if fixed.after else 0
    left = write(fixed, session.project or os.getcwd())
    for file, reason in left.items():
        _say(f"{file}: not written: {reason}")
    if not options["quiet"]:
        from kwlint.report.wording import counted

        number = sum(count for file, count in fixed.applied.items() if file not in left)
        _say(f"fixed {counted(number, 'finding')} in {counted(len(fixed.after) - len(left), 'file')}")
    # What was not written is still to be found.
    last = fixed.outcome
    outcome = session.outcome(progress) if left else CachedOutcome(last.report, last.sources, last.crashed)
    return _finish(session, _without_known(session, outcome, options, known), formats, options)


def main() -> NoReturn:
    """Run the command line; errors are one line each, and the exit code tells what happened."""
    try:
        parsed = plain(sys.argv[1:]) if _COMPLETION not in os.environ else None
        if parsed is not None:
            sys.exit(check(*parsed))
        from kwlint.commands import run

        sys.exit(run())
    except KwlintError as error:
        _fail(str(error), EXIT_USAGE)
    except KeyboardInterrupt:
        _fail("interrupted", EXIT_INTERRUPTED)
    except Exception as error:
        if os.environ.get("KWLINT_DEBUG"):
            raise
        _fail(
            f"kwlint itself failed with {type(error).__name__}: {error}; this is a bug (KWLINT_DEBUG=1 shows where)",
            EXIT_FAILED,
        )


def _say(message: str) -> None:
    from kwlint.characters import one_line

    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"kwlint: {one_line(message)}\n")
        sys.stderr.flush()
    except OSError:  # nobody reads it any more, and the interpreter would flush it once more at its exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _fail(message: str, code: int) -> NoReturn:
    _say(message)
    sys.exit(code)

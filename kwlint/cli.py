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
# Of a process that a signal ends, to this its number is added.
_EXIT_SIGNAL = 128
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
    if "-" in paths and sys.stdin is None:
        raise KwlintError("standard input is closed", "pipe something into it, or name a file")
    session = open_session(paths, options)
    if not options["quiet"]:
        for note in [*session.config.notes, *(session.unmatched() if options["verbose"] else [])]:
            _say(note)
    terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    progress = Progress(sys.stderr if terminal and not options["quiet"] else None)
    try:
        if options["fix"] or options["diff"] or options["unsafe_fixes"]:
            return _fix(session, formats, options, progress)
        before = _before(session, options, progress)
        outcome = session.outcome(progress, before.past if before is not None else None)
        progress.end()
        known = before.findings if before is not None else None
        for note in session.unread(outcome.report) if not options["quiet"] else []:
            progress.end()
            _say(note)
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
    empty = _say_nothing(session, outcome.report, options)
    return EXIT_FINDINGS if worst <= least else empty


def _say_nothing(session: Session, report: Report, options: dict[str, Any]) -> int:
    """Say where nothing could be judged, and return the exit code for that: of a run with objects, or that may have none, 0."""
    # With objects in it the only path needs no look.
    if options["allow_empty"] or (report.objects and len(session.paths) == 1):
        return 0
    from kwlint.report.nothing import nothing_judged

    found = nothing_judged(session.paths, session.stdin_name, report)
    if report.objects:
        for name, hint in () if options["quiet"] else found:
            _say(f"{name}: nothing in it could be judged ({hint})")
        return 0
    for name, hint in found:
        _say(f"{name}: nothing in it could be judged ({hint}); --allow-empty permits that")
    return EXIT_USAGE if found else 0


def _fix(
    session: Session, formats: list[tuple[str, str | None]], options: dict[str, Any], progress: Progress
) -> int:
    from kwlint.engine.cache import CachedOutcome
    from kwlint.engine.discover import STDIN
    from kwlint.engine.fix import fix
    from kwlint.engine.written import for_terminal, unified, write

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
        diff = unified(fixed)
        print_text(for_terminal(diff) if sys.stdout is not None and sys.stdout.isatty() else diff)
        return EXIT_FINDINGS if fixed.after else _say_nothing(session, fixed.outcome.report, options)
    left = write(fixed, session.project)
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
        _end_in_order()
        _refuse_file_names(sys.argv[1:])
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
        _fail(*_explained(error))


def _end_in_order() -> None:
    """Let what ends a process end it by an exception, so that it takes away what it has made: files, and processes."""
    import signal

    def end(number: int, _: object) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(_EXIT_SIGNAL + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


def _refuse_file_names(arguments: list[str]) -> None:
    """Raise KwlintError for an option that is a file's name too: a hook or a shell's `*` may have meant the file."""
    for word in arguments:
        if word == "--":
            return
        if word.startswith("-") and word != "-" and os.path.lexists(word):
            raise KwlintError(
                f"{word} is an option, and a file has this name",
                f"write ./{word} for the file, or -- before the paths; else rename the file",
            )


def _explained(error: Exception) -> tuple[str, int]:
    """Return what to say of an exception that nobody expected, and the exit code."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this run (run over fewer files, or with --jobs 1)", EXIT_FAILED
    if isinstance(error, RecursionError):
        return "something in the input is nested deeper than can be followed", EXIT_FAILED
    if isinstance(error, OSError):
        import errno

        if error.errno in (errno.EMFILE, errno.ENFILE):
            return "too many files are open (raise the limit, as with `ulimit -n 256`)", EXIT_USAGE
        try:
            os.getcwd()
        except OSError:
            return "the working directory is gone (change to another)", EXIT_USAGE
    return (
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

"""The command line: the only place that prints errors and exits."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from kwlint.cli.check import check
from kwlint.cli.exits import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_SIGNAL, EXIT_USAGE, say
from kwlint.cli.options import plain
from kwlint.errors import KwlintError

# Set by the shell while it completes a command line.
_COMPLETION = "_KWLINT_COMPLETE"


def main() -> NoReturn:
    """Run the command line; errors are one line each, and the exit code tells what happened."""
    try:
        _end_in_order()
        _refuse_file_names(sys.argv[1:])
        parsed = plain(sys.argv[1:]) if _COMPLETION not in os.environ else None
        if parsed is not None:
            sys.exit(check(*parsed))
        from kwlint.cli.parser import run

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
        raise SystemExit(EXIT_SIGNAL + number)

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


def _fail(message: str, code: int) -> NoReturn:
    say(message)
    sys.exit(code)

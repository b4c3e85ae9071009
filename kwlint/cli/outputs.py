"""Outputs: which format goes where, and the streams that the writers write to."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any, BinaryIO, TextIO

from kwlint.catalog.catalog import Catalog
from kwlint.cli.options import Arguments
from kwlint.engine.cache import CachedOutcome
from kwlint.errors import KwlintError
from kwlint.report import writer
from kwlint.report.options import Options
from kwlint.report.repo_paths import rooted
from kwlint.util.files import replace_file

_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF)


def pairs(
    formats: tuple[str, ...], outputs: tuple[str, ...], order: tuple[str, ...]
) -> list[tuple[str, str | None]]:
    """Return each format with its file, None for standard output. Raises KwlintError where they don't pair up.

    ``order`` has ``formats`` and ``outputs`` as they follow each other on the command line.
    """
    if not formats:
        formats = ("github",) if os.environ.get("GITHUB_ACTIONS") == "true" else ("text",)
    if len(outputs) > len(formats):
        raise KwlintError("there are more --output than --format", "give each --output its --format")
    followed = [True] * len(formats)
    if 0 < len(outputs) < len(formats):
        followed = [
            following == "outputs"
            for key, following in zip(order, (*order[1:], ""), strict=True)
            if key == "formats"
        ]
        if sum(followed) != len(outputs):
            raise KwlintError(
                "it is not clear which --output belongs to which --format", "write each after its --format"
            )
    files = iter(outputs)
    found = [(name, next(files, "-") if has else "-") for name, has in zip(formats, followed, strict=True)]
    if sum(path == "-" for _, path in found) > 1:
        raise KwlintError("only one format can go to standard output", "give the others an --output each")
    written = [os.path.realpath(path) for _, path in found if path != "-"]
    for path in written:
        if written.count(path) > 1 and (os.path.isfile(path) or not os.path.exists(path)):
            raise KwlintError(f"{os.path.relpath(path)}: two formats cannot go to one file")
    return [(name, None if path == "-" else path) for name, path in found]


def write(name: str, path: str | None, outcome: CachedOutcome, catalog: Catalog, options: Arguments) -> None:
    """Write a report to a file or, without a path, to standard output; who closes that early has read enough.

    ``options`` are those of the command line. Raises KwlintError for a file that cannot be written.
    """
    if path is None:
        _to_standard_output(name, outcome, catalog, options)
        return

    def report(binary: BinaryIO) -> None:
        stream = TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace", newline="\n")
        writer(name)(rooted(outcome.report, name), stream, options_of(outcome, catalog, options, False))
        stream.flush()
        stream.detach()

    try:
        replace_file(path, report)
    except OSError as error:
        raise KwlintError(
            f"{path}: the report cannot be written: {(error.strerror or str(error)).lower()}"
        ) from None


def _to_standard_output(name: str, outcome: CachedOutcome, catalog: Catalog, options: Arguments) -> None:
    def report(stream: TextIO) -> None:
        shown = rooted(outcome.report, name)
        writer(name)(shown, stream, options_of(outcome, catalog, options, stream.isatty()))

    _printed(report)


def print_text(text: str) -> None:
    """Write a text to standard output; who closes that early has read enough."""
    _printed(lambda stream: stream.write(text))


def failed_to_print(error: OSError) -> KwlintError | None:
    """Return what to say of an error if standard output could not be written, None if it came from elsewhere."""
    # Errors of writing alone; where a file could not be written, the error names it.
    if sys.stdout is None or error.filename is not None or error.errno not in _OF_WRITING:
        return None
    _give_up(sys.stdout)
    return _unwritten(error)


def _unwritten(error: OSError) -> KwlintError:
    reason = (error.strerror or str(error)).lower()
    return KwlintError(f"standard output cannot be written: {reason}")


def _printed(act: Callable[[TextIO], object]) -> None:
    stream: TextIO | None = sys.stdout
    if stream is None:  # the process was started with it closed
        return
    try:
        # This writes what waits to be written.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        act(stream)
        stream.flush()
    except BrokenPipeError:
        _give_up(stream)
    except OSError as error:
        _give_up(stream)
        raise _unwritten(error) from None


def _give_up(stream: TextIO) -> None:
    # The interpreter flushes it once more at its exit, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def wants_color(terminal: bool) -> bool:
    """Return whether a stream gets colours where nobody says it does; ``terminal`` is whether it is one."""
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def options_of(outcome: CachedOutcome, catalog: Catalog, options: Arguments, terminal: bool) -> Options:
    """Return what the writers ask for, from the options of the command line; ``terminal`` is whether the stream is one."""
    color = options.color
    wanted = color == "always" or (color == "auto" and wants_color(terminal))

    def explain(code: str) -> dict[str, Any]:
        from kwlint.catalog.catalog import page

        facts = catalog.rules[code]
        return {**page(facts), "name": facts.name, "severity": facts.severity}

    return Options(
        wanted, outcome.source, options.show_suppressed, options.statistics, options.quiet, explain
    )

"""How a run ends: its exit codes, and the one line that says why on standard error."""

from __future__ import annotations

import os
import sys

EXIT_FINDINGS, EXIT_USAGE, EXIT_FAILED, EXIT_INTERRUPTED = 1, 2, 3, 130
# Of a process that a signal ends, to this its number is added.
EXIT_SIGNAL = 128


def say(message: str) -> None:
    """Print a line to standard error, with what is foreign in it escaped; nobody has to read it."""
    from kwlint.util.characters import one_line

    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"kwlint: {one_line(message)}\n")
        sys.stderr.flush()
    except OSError:  # nobody reads it any more, and the interpreter would flush it once more at its exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())

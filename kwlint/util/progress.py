"""Progress: how far a long run is, on the standard error of a terminal."""

from __future__ import annotations

import os
from time import monotonic
from typing import TextIO

# Seconds before anything is shown, and between two changes of it.
PATIENCE, PACE = 1.0, 0.1
_ERASE = "\r\x1b[K"


class Progress:
    """Draws one line, which each change and the end erase; a run that takes less than PATIENCE shows nothing.

    Without a stream nothing is ever drawn, nor is it by the processes that a run forks.
    """

    __slots__ = ("_done", "_drawn", "_next", "_owner", "_stream", "_total", "_what")

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._owner = os.getpid()
        self._next = monotonic() + PATIENCE
        self._drawn = False
        self._what = ""
        self._done = self._total = 0

    def begin(self, what: str, total: int) -> None:
        """Start a part of the run that takes so many steps."""
        self._what, self._done, self._total = what, 0, total

    def step(self) -> None:
        """Say that one more step is done."""
        self._done += 1
        if self._stream is not None and monotonic() >= self._next:
            self._draw(self._stream)

    def _draw(self, stream: TextIO) -> None:
        if os.getpid() != self._owner:
            return
        self._next = monotonic() + PACE
        percent = 100 * self._done // max(self._total, 1)
        stream.write(f"{_ERASE}kwlint: {self._what}, {percent} %")
        stream.flush()
        self._drawn = True

    def end(self) -> None:
        """Erase what is drawn."""
        if self._drawn and self._stream is not None:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._drawn = False

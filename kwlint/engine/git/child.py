"""A child process: what it prints is read as it comes, within bounds, and it has ended when its block has."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from kwlint.errors import KwlintError
from kwlint.util.characters import one_line

# How long a child may be silent, in seconds.
PATIENCE = 60.0
# What it may hold of memory besides the files that it maps.
_MEMORY = 1024 * 1024 * 1024
# How much is read of what it says on its standard error.
_SAID = 64 * 1024


class FailedError(KwlintError):
    """The child failed; ``said`` is what it printed on its standard error."""

    def __init__(self, called: str, said: str) -> None:
        super().__init__(f"{called} failed")
        self.said = said


@contextmanager
def running(
    called: str, command: list[str], text: bytes, folder: str, environment: dict[str, str]
) -> Iterator[Output]:
    """Run a command in a folder, with a text as its standard input, and give what it prints.

    ``command`` begins with an absolute path, the environment is no more than what is given, and ``called`` is what errors
    call the command. Raises FailedError where it fails, KwlintError where it cannot be run or is silent for too long.
    """
    with tempfile.TemporaryFile(dir=folder) as asked, tempfile.TemporaryFile(dir=folder) as said:
        asked.write(text)
        asked.seek(0)
        with _started(called, command, folder, environment, asked, said) as process:
            assert process.stdout is not None
            try:
                _limit_memory(process.pid)
                yield Output(process.stdout.fileno(), called)
                code = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                raise _too_slow(called) from None
            finally:
                if process.poll() is None:
                    # With what it has started itself.
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
        if code:
            said.seek(0)
            raise FailedError(called, said.read(_SAID).decode("utf-8", "replace"))


def _started(
    called: str,
    command: list[str],
    folder: str,
    environment: dict[str, str],
    asked: IO[bytes],
    said: IO[bytes],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=folder,
            env=environment,
            process_group=0,
        )
    except OSError as error:
        raise KwlintError(f"{called} cannot be run as {one_line(command[0])}: {error.strerror}") from None


class Output:
    """What a child prints, as it comes; one that falls silent is an error."""

    __slots__ = ("_at", "_buffer", "_called", "_handle", "_poll")

    def __init__(self, handle: int, called: str) -> None:
        self._handle, self._called = handle, called
        self._buffer, self._at = b"", 0
        self._poll = select.poll()
        self._poll.register(handle, select.POLLIN)

    def _more(self) -> bytes:
        """Return what comes next; nothing at the end."""
        until = time.monotonic() + PATIENCE
        while not self._poll.poll(max(until - time.monotonic(), 0) * 1000):
            if time.monotonic() >= until:
                raise _too_slow(self._called)
        return os.read(self._handle, 1024 * 1024)

    def take(self, size: int) -> bytes:
        """Return that many bytes, fewer only at the end."""
        parts: list[bytes] = []
        while size > 0:
            if self._at == len(self._buffer):
                self._buffer, self._at = self._more(), 0
                if not self._buffer:
                    break
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def line(self) -> bytes:
        """Return a line without its end."""
        parts: list[bytes] = []
        while True:
            end = self._buffer.find(b"\n", self._at)
            if end >= 0:
                parts.append(self._buffer[self._at : end])
                self._at = end + 1
                return b"".join(parts)
            parts.append(self._buffer[self._at :])
            self._buffer, self._at = self._more(), 0
            if not self._buffer:
                return b"".join(parts)

    def rest(self, limit: int) -> bytes:
        """Return everything that is left. Raises KwlintError for more than ``limit`` bytes."""
        found = self.take(limit + 1)
        if len(found) > limit:
            raise KwlintError(f"{self._called} has more to say than the limit of {limit:,} bytes")
        return found


def _too_slow(called: str) -> KwlintError:
    return KwlintError(f"{called} gave no answer within {PATIENCE:g} seconds")


def _limit_memory(process: int) -> None:
    if sys.platform == "linux":
        import resource

        with suppress(OSError, ValueError):
            _, most = resource.prlimit(process, resource.RLIMIT_DATA)
            limit = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)
            resource.prlimit(process, resource.RLIMIT_DATA, (limit, limit))

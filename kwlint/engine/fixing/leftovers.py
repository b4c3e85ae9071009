"""Leftovers: what a killed run leaves beside manifests, taken away by a process that outlives it, or by a later run."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OWN_PREFIX = ".kwlint-"
# The names that are given to new content for the moment between its linking and its renaming.
_OWN_NAME = re.compile(r"\.kwlint-([1-9][0-9]{0,9})-[0-9a-f]{16}")
# A process of another container has a number that says nothing here.
_LEFT_BEHIND = 3600.0


@contextmanager
def cleared() -> Iterator[Callable[[str], None]]:
    """Yield what is told a path before there is a file of it that must not outlive this process, however that ends.

    A child waits for the end of this process, which closes the pipe between them, and removes the last path that it was
    told. Where no child can be had nothing is removed.
    """
    if not hasattr(os, "fork"):
        yield lambda path: None
        return
    waiting, telling = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(waiting)
        os.close(telling)
        yield lambda path: None
        return
    if child == 0:
        os.close(telling)
        _outlive(waiting)
    os.close(waiting)
    try:
        yield lambda path: _tell(telling, path)
    finally:
        os.close(telling)
        os.waitpid(child, 0)


def _tell(pipe: int, path: str) -> None:
    try:
        os.write(pipe, os.fsencode(path) + b"\0")
    except OSError:  # the child is gone
        return


def _outlive(pipe: int) -> None:
    """Wait for the other end of a pipe to be closed, remove the last path that came through it, and end."""
    import signal

    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        told = b""
        while piece := os.read(pipe, 65536):
            told = b"\0".join((told + piece).split(b"\0")[-2:])
        os.unlink(told.rpartition(b"\0")[0].rpartition(b"\0")[2])
    except (OSError, ValueError):
        pass
    finally:
        os._exit(0)


def sweep(folder: str) -> None:
    """Remove what a killed run left in a folder: files of this user with a name of ours whose process is gone."""
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.startswith(".kwlint-")]
    except OSError:
        return
    for entry in entries:
        match = _OWN_NAME.fullmatch(entry.name)
        try:
            if match is None or not entry.is_file(follow_symlinks=False):
                continue
            status = entry.stat(follow_symlinks=False)
            old = time.time() - status.st_mtime > _LEFT_BEHIND
            if status.st_uid == os.geteuid() and old and not _is_running(int(match[1])):
                os.unlink(entry.path)
        except OSError:
            continue


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True

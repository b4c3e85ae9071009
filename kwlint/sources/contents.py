"""Contents: reads the files of a run and standard input, within limits, and says in words why one can't be read."""

from __future__ import annotations

import errno
import os
import stat
import sys

from kwlint.sources.discover import IGNORE_FILE, IGNORE_LIMIT, STDIN
from kwlint.util.files import read_file
from kwlint.util.record import Record


class Unread(Record):
    """Why a file is not read: a rule's name and a sentence; without a rule it is skipped, ``missed`` if it may hold objects."""

    rule: str
    message: str
    missed: bool = True


def content_of(path: str, limit: int) -> bytes:
    """Return what a file, or standard input (``-``), holds. Raises OSError for what can't be read or is over the limit."""
    if path == STDIN:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "it is closed")
        content = sys.stdin.buffer.read(limit + 1)
    elif _is_handed(path):
        with open(path, "rb") as stream:
            content = stream.read(limit + 1)
    else:
        # One that discovery could not read for its size is no other file here.
        return read_file(path, IGNORE_LIMIT if os.path.basename(path) == IGNORE_FILE else limit)
    return _bounded(content, path, limit)


def within(text: str, path: str, limit: int) -> bytes:
    """Return what a file would hold that a text stands for. Raises OSError for what is over the limit."""
    return _bounded(text.encode("utf-8", "surrogatepass"), path, limit)


def _bounded(content: bytes, path: str, limit: int) -> bytes:
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"it is larger than the limit of {limit:,} bytes", path)
    return content


def _is_handed(path: str) -> bool:
    """Return whether a path is a pipe that the shell has opened for this process, as it does for ``<(COMMAND)``."""
    absolute = os.path.abspath(path)
    if os.path.dirname(absolute) not in ("/dev/fd", "/proc/self/fd") and absolute != "/dev/stdin":
        return False
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def why_unread(path: str, error: OSError) -> Unread:
    """Return what is to be said of a path that could not be read."""
    reason = _worded(error)
    linked = os.path.islink(path)
    if os.path.basename(path) == IGNORE_FILE:
        return Unread("syntax-error", f"the ignore patterns cannot be read: {reason}")
    if linked and not os.path.exists(path):
        return Unread("", "a symbolic link that leads nowhere")
    if os.path.isdir(path):
        if linked:
            return Unread("", "a symbolic link to a folder, which is not followed", False)
        return Unread("syntax-error", f"the folder cannot be listed: {_why_unlisted(path)}")
    what = "standard input" if path == STDIN else "the file"
    if error.errno == errno.EFBIG:
        return Unread("limits-exceeded", f"{what} is not read: {reason}")
    return Unread("syntax-error", f"{what} cannot be read: {reason}")


def _worded(error: OSError) -> str:
    reason = error.strerror or str(error)
    return reason[:1].lower() + reason[1:]


def _why_unlisted(path: str) -> str:
    try:
        os.scandir(path).close()
    except OSError as error:
        return _worded(error)
    return "permission denied"

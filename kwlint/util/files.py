"""Files: reads regular files only and only up to a limit, since a path of a project can name a device, a pipe or no end.

Writes them in one step, so that a full disk or a run that is ended leaves what was there.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from typing import BinaryIO

# More than any file that a person writes; what one file may take of a run's memory.
LIMIT = 64 * 1024 * 1024
_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a pipe, and no file"),
    (stat.S_ISSOCK, "it is a socket, and no file"),
    (stat.S_ISCHR, "it is a device, and no file"),
    (stat.S_ISBLK, "it is a device, and no file"),
)


class IrregularFileError(OSError):
    """A path that is no regular file, or names one that is larger than the limit; ``strerror`` says which, in words."""


def read_file(path: str, limit: int = LIMIT) -> bytes:
    """Return the content of a regular file.

    Opening a pipe or device neither waits nor takes hold of it. Raises OSError for what can't be read: IrregularFileError
    for anything but a regular file and for more than ``limit`` bytes.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except ValueError:
        raise IrregularFileError(errno.EINVAL, "a NUL cannot be part of a path", path) from None
    except OSError as error:
        if error.errno == errno.ENXIO:  # what a socket, and a device that is not there, cannot be opened with
            raise IrregularFileError(errno.EINVAL, _reason(os.stat(path).st_mode), path) from None
        raise
    try:
        with open(handle, "rb", closefd=False) as stream:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise IrregularFileError(errno.EINVAL, _reason(status.st_mode), path)
            # A file of /proc says that it has no size; one that is being written can outgrow what it said. Room is made for
            # as much as is asked for.
            content = b"" if status.st_size > limit else _read(stream, status.st_size + 1, path)
            if len(content) > status.st_size:
                content += _read(stream, limit + 1 - len(content), path)
            if status.st_size > limit or len(content) > limit:
                raise IrregularFileError(errno.EFBIG, f"it is larger than the limit of {limit:,} bytes", path)
    finally:
        os.close(handle)
    return content


def _read(stream: BinaryIO, size: int, path: str) -> bytes:
    content: bytes | None = stream.read(size)
    if content is None:  # as /proc/kmsg answers, which has no size and waits for more
        raise IrregularFileError(errno.EAGAIN, "it has no end yet", path)
    return content


def _reason(mode: int) -> str:
    return next((words for test, words in _KINDS if test(mode)), "it is no regular file")


def replace_file(path: str, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` write the new content of a file, which takes the place of the old one once it is complete.

    The mode is kept, and a link stays a link. What cannot be replaced, a device or a pipe, a file in a folder that may
    not be written or on a mount of its own, is written as it is. Raises OSError, with the file as it was.
    """
    real = os.path.realpath(path)
    try:
        status: os.stat_result | None = os.stat(real)
    except FileNotFoundError:
        status = None
    # Such a name is that of an open file, which the caller goes on to use.
    is_open = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    if is_open or (status is not None and not stat.S_ISREG(status.st_mode)):
        with open(path, "wb") as stream:
            write(stream)
        return
    if status is not None and not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    temporary = os.path.join(os.path.dirname(real), f".kwlint-{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(temporary, flags, 0o666)
    except PermissionError:
        if status is None:
            raise
        with open(real, "wb") as stream:
            write(stream)
        return
    try:
        with open(handle, "wb") as stream:
            write(stream)
            if status is not None:
                own = os.fstat(handle)
                if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
                    os.fchown(handle, status.st_uid, status.st_gid)
                os.fchmod(handle, stat.S_IMODE(status.st_mode))
            stream.flush()
            os.fsync(handle)
        os.replace(temporary, real)
    except OSError as error:
        # Another's file keeps its owner, and one that is mounted its place.
        if error.errno not in (errno.EPERM, errno.EBUSY) or status is None:
            os.unlink(temporary)
            raise
        with open(temporary, "rb") as done, open(real, "wb") as stream:
            stream.write(done.read())
        os.unlink(temporary)
    except BaseException:
        os.unlink(temporary)
        raise


def leads_out(path: str, root: str) -> bool:
    """Return whether a path that stands below a folder is, or is below, a link that leads out of it."""
    inside = os.path.join(os.path.abspath(root), "")
    real = os.path.join(os.path.realpath(root), "")
    return os.path.abspath(path).startswith(inside) and not os.path.realpath(path).startswith(real)

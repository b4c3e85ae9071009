"""Files: reads regular files only and only up to a limit, since a path of a project can name a device, a pipe or no end."""

from __future__ import annotations

import errno
import os
import stat

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
    with open(handle, "rb") as stream:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise IrregularFileError(errno.EINVAL, _reason(status.st_mode), path)
        # A file of /proc says that it has no size; one that is being written can outgrow what it said.
        content = b"" if status.st_size > limit else stream.read(limit + 1)
        if status.st_size > limit or len(content) > limit:
            raise IrregularFileError(errno.EFBIG, f"it is larger than the limit of {limit:,} bytes", path)
    return content


def _reason(mode: int) -> str:
    return next((words for test, words in _KINDS if test(mode)), "it is no regular file")

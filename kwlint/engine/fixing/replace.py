"""Replacing: a file's content is exchanged in one step, and no kill leaves anything beside it."""

from __future__ import annotations

import os
import secrets
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kwlint.engine.fixing.leftovers import OWN_PREFIX


def _to_nobody(path: str) -> None:
    """Tell nobody."""


def replace(
    path: str, old: bytes, new: bytes, status: os.stat_result, announce: Callable[[str], None] = _to_nobody
) -> bool:
    """Replace the content ``old`` of a regular file; return False where it is no longer the file of ``status``.

    The file keeps its mode, owner, extended attributes and names. Where a copy could not keep them, and where it has
    several names (hard links), it is written in place, so that a kill in the midst of that single write can tear
    it; otherwise it holds the old content or the new one at any time. The new content has no name until it is
    whole, where the file system knows such files (O_TMPFILE), so that a kill leaves nothing but between two
    system calls; the name that it has then is told to ``announce`` before. Raises OSError.
    """
    own = os.path.join(os.path.dirname(path), f"{OWN_PREFIX}{os.getpid()}-{secrets.token_hex(8)}")
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        announce(own)
        if status.st_nlink == 1 and _exchange(
            folder, os.path.basename(path), os.path.basename(own), new, status
        ):
            return True
        return _overwrite(folder, os.path.basename(path), old, new, status)
    finally:
        os.close(folder)


def _exchange(folder: int, name: str, own: str, new: bytes, status: os.stat_result) -> bool:
    """Put a new file in the place of the old one; return False where it would not keep what belongs to the old one."""
    handle = _nameless(folder)
    named = handle is None
    if handle is None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(own, flags, 0o600, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(new)
            stream.flush()
            if not _dress(handle, folder, name, status):
                return False
            os.fsync(handle)
            with _undisturbed():
                if not _is_same(folder, name, status):
                    return False
                if not named:
                    _link(handle, folder, own)
                    named = True
                os.rename(own, name, src_dir_fd=folder, dst_dir_fd=folder)
                named = False
        return True
    finally:
        if named:
            os.unlink(own, dir_fd=folder)


def _nameless(folder: int) -> int | None:
    """Return a new file of a folder that has no name, None where there is no such thing or it could not get one."""
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir("/proc/self/fd"):
        return None
    try:
        return os.open(".", os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600, dir_fd=folder)
    except OSError:
        return None


def _link(handle: int, folder: int, name: str) -> None:
    # As open(2) says: with AT_SYMLINK_FOLLOW, which Python passes where a folder's handle is given.
    os.link(f"/proc/self/fd/{handle}", name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)


def _dress(handle: int, folder: int, name: str, status: os.stat_result) -> bool:
    """Give a new file the owner, mode and extended attributes of the old one; say whether it could be done."""
    try:
        own = os.fstat(handle)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            os.fchown(handle, status.st_uid, status.st_gid)
        os.fchmod(handle, stat.S_IMODE(status.st_mode))
        if hasattr(os, "listxattr"):
            old = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            try:
                for attribute in _attributes(old):
                    value = os.getxattr(old, attribute)
                    if attribute not in _attributes(handle) or os.getxattr(handle, attribute) != value:
                        os.setxattr(handle, attribute, value)
            finally:
                os.close(old)
    except OSError:
        return False
    return True


def _attributes(handle: int) -> list[str]:
    try:
        return os.listxattr(handle)
    except OSError:  # the file system has none
        return []


def _overwrite(folder: int, name: str, old: bytes, new: bytes, status: os.stat_result) -> bool:
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    handle = os.open(name, flags, dir_fd=folder)
    try:
        with _undisturbed():
            if not _is_same(folder, name, status) or os.pread(handle, len(old) + 1, 0) != old:
                return False
            try:
                _write_all(handle, new)
            except OSError:
                # The old content has its place on the disk already.
                _write_all(handle, old)
                raise
        os.fsync(handle)
    finally:
        os.close(handle)
    return True


def _write_all(handle: int, content: bytes) -> None:
    done = 0
    while done < len(content):
        done += os.pwrite(handle, content[done:], done)
    os.ftruncate(handle, len(content))


def _is_same(folder: int, name: str, status: os.stat_result) -> bool:
    now = os.stat(name, dir_fd=folder, follow_symlinks=False)
    return (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) == (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back what would end the process."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    endings = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

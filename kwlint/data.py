"""Where the rule catalogue and the schemas are, in a checkout and in an installed wheel alike, and where caches go."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable

try:
    # hashlib loads OpenSSL, which takes longer than all else that a cached run does.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

# What a file of the cache begins with, and how long the digest after it is.
_MARK, _DIGITS = b"kwlint cache 1\n", 40
# How the names of the cache's files begin, and those of files that are being written.
_ENTRIES, _TEMPORARY = ("catalog-", "config-", "run-"), ".kwlint-"
_HOUR, _DAY, _MONTH = 3600, 24 * 3600, 30 * 24 * 3600
# Bytes of the largest entry, and of all of them together once they are pruned.
_LARGEST, _MOST = 64 * 1024 * 1024, 256 * 1024 * 1024
# Of 256 times that something is written the cache is pruned so often.
_OCCASIONS = 8
_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def _folder(name: str) -> str:
    installed = os.path.join(_PACKAGE, name)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(_PACKAGE), name)


RULES = _folder("rules")
SCHEMAS = _folder("schemas")


def schema_text(name: str) -> str:
    """Return the text of a file of schemas/kubernetes/."""
    with open(os.path.join(SCHEMAS, "kubernetes", name), encoding="utf-8") as stream:
        return stream.read()


def digest(content: bytes) -> str:
    """Return a digest of 40 hexadecimal digits that nobody can find another content for."""
    return blake2b(content, digest_size=20).hexdigest()


def cache_folder() -> str | None:
    """Return the folder for what can be made again: $KWLINT_CACHE_DIR, else kwlint below the user's cache folder.

    None where the user has none. A path that is not absolute is no user's folder, but lies wherever a run is started
    (https://specifications.freedesktop.org/basedir-spec/latest/).
    """
    explicit = os.environ.get("KWLINT_CACHE_DIR")
    if explicit:
        return explicit
    parent = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(parent):
        parent = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(parent, "kwlint") if os.path.isabs(parent) else None


def read_cached(name: str) -> bytes | None:
    """Return the content of a cache file, or None where there is none that can be read and believed.

    Believed is what the same user wrote under this name: a regular file of that user, which nobody else may write, in
    a folder of that user.
    """
    try:
        folder = _opened_folder()
    except OSError:
        return None
    try:
        handle = os.open(
            name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder
        )
    except OSError:
        return None
    finally:
        os.close(folder)
    try:
        with open(handle, "rb") as stream:
            status = os.fstat(handle)
            if not _is_own(status, stat.S_ISREG) or status.st_mode & 0o022 or status.st_size > _LARGEST:
                return None
            found = stream.read(_LARGEST + 1)
            if time.time() - status.st_mtime > _DAY:
                os.utime(handle)  # so that what is in use is not pruned
    except OSError:
        return None
    content = found[len(_MARK) + _DIGITS :]
    return content if found.startswith(_head(name, content)) else None


def write_cached(name: str, content: bytes) -> None:
    """Write a cache file in one step; a folder that can't be written, or is somebody else's, is no error."""
    folder = cache_folder()
    if folder is None or len(content) > _LARGEST:
        return
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        opened = _opened_folder()
    except OSError:
        return
    chance = os.urandom(8)
    temporary = f"{_TEMPORARY}{chance.hex()}"
    try:
        handle = os.open(
            temporary,
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
            0o600,
            dir_fd=opened,
        )
        try:
            with open(handle, "wb") as stream:
                stream.write(_head(name, content) + content)
            os.replace(temporary, name, src_dir_fd=opened, dst_dir_fd=opened)
        except BaseException:
            os.unlink(temporary, dir_fd=opened)
            raise
        if chance[0] < _OCCASIONS:
            _prune(opened)
    except OSError:
        return
    finally:
        os.close(opened)


def _head(name: str, content: bytes) -> bytes:
    # With the name, so that no entry passes for another.
    return _MARK + digest(name.encode() + b"\0" + content).encode()


def _opened_folder() -> int:
    """Return the open cache folder. Raises OSError for one that is not there, or not this user's."""
    path = cache_folder()
    if path is None:
        raise FileNotFoundError
    # A link that this user has made is followed, and no other.
    if not _is_own(os.lstat(path)):
        raise PermissionError
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    if not _is_own(os.fstat(handle)):
        os.close(handle)
        raise PermissionError
    return handle


def _is_own(status: os.stat_result, is_kind: Callable[[int], bool] = lambda mode: True) -> bool:
    return status.st_uid == os.geteuid() and is_kind(status.st_mode)


def _prune(folder: int) -> None:
    """Remove what was not used for a month, the oldest of what is too much, and what a killed run left."""
    now = time.time()
    entries: list[tuple[float, int, str]] = []
    with os.scandir(folder) as found:
        for entry in found:
            if entry.name.startswith((*_ENTRIES, _TEMPORARY)) and entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                entries.append((status.st_mtime, status.st_size, entry.name))
    taken = 0
    for written, size, name in sorted(entries, reverse=True):
        taken += size
        if taken > _MOST or now - written > (_HOUR if name.startswith(_TEMPORARY) else _MONTH):
            os.unlink(name, dir_fd=folder)

"""A checkout: the files of a revision that a run reads, written to a folder that nothing in the revision leads out of.

A tree is data that anybody can have made: names such as ``..``, a link with a folder of its name, one blob a billion times.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from contextlib import closing

from kwlint.engine.git.located import at
from kwlint.engine.git.repository import Repository
from kwlint.errors import KwlintError
from kwlint.sources.discover import SUFFIXES
from kwlint.util.files import LIMIT
from kwlint.util.record import Record

_SUBMODULE, _LINK = "160000", "120000"
# What discovery reads besides: which files are ignored, and which folders hold Go modules of others.
_OF_DISCOVERY = frozenset({".gitignore", "modules.txt"})
# More than any repository of people has: bytes of the list of its files, files and folders to write, bytes in them.
_MOST_LISTED, _MOST_WRITTEN, _MOST_BYTES = 128 * 1024 * 1024, 1_000_000, 16 * LIMIT
# What Linux follows (https://man7.org/linux/man-pages/man7/path_resolution.7.html), and how long a path can be.
_MOST_LINKS, _LONGEST = 40, 4096
_NO_ROOM = frozenset({errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EILSEQ})


class _Entry(Record):
    """A file or link of a tree: whose object it is, and the object's id."""

    repository: Repository
    object_id: str
    is_link: bool


def check_out(repository: Repository, commit: str, folder: str, named: frozenset[str], modules: str) -> None:
    """Write the files of a commit that a run reads to a folder, and those of its submodules as far as they are there.

    ``named`` are absolute paths that are read whatever they are called; repositories of submodules are made in ``modules``.
    What no file system or no git would have out of the tree is left out. A file that is too large to be read is as large
    in the folder, and empty. Raises KwlintError for objects that are missing, and for more than a run can take.
    """
    entries = _listed(repository, commit, modules)
    top = repository.located.top
    wanted = {
        path
        for path in entries
        if path.endswith(SUFFIXES)
        or os.path.basename(path) in _OF_DISCOVERY
        or os.path.join(top, path) in named
    }
    links = {}
    if any(entries[path].is_link for path in wanted):
        targets = _targets({path: entry for path, entry in entries.items() if entry.is_link})
        reached = {path: _reached(path, targets) for path in wanted if entries[path].is_link}
        links = {path: found for path, found in reached.items() if found is not None}
        # A link may lead to a file of any name.
        wanted.update(found for found in links.values() if found in entries)
    files = {path: entries[path] for path in sorted(wanted) if not entries[path].is_link}
    writer = _Writer(folder)
    writer.write(files)
    # Last, so that nothing is written through one; and to what they reach, so that none depends on another.
    for path, found in sorted(links.items()):
        writer.link(path, os.path.relpath(found or ".", os.path.dirname(path) or "."))


def _listed(repository: Repository, commit: str, modules: str) -> dict[str, _Entry]:
    """Return the files and links of a commit and of its submodules, by their paths."""
    entries: dict[str, _Entry] = {}
    waiting = deque([("", repository, commit)])
    listed = found = 0
    while waiting:
        prefix, of, revision = waiting.popleft()
        content = of.listing(revision, _MOST_LISTED - listed)
        listed += len(content)
        for line in content.split(b"\0")[:-1]:
            about, _, raw = line.partition(b"\t")
            mode, _, object_id = about.decode().split()
            name = os.fsdecode(raw)
            if not _is_usable(name):
                continue
            path = prefix + name
            if mode != _SUBMODULE:
                # Of two of one name git takes the first.
                entries.setdefault(path, _Entry(of, object_id, mode == _LINK))
            else:
                found += 1
                inner = _submodule(repository, path, object_id, os.path.join(modules, str(found)))
                if inner is not None:
                    waiting.append((f"{path}/", inner, object_id))
    return entries


def _is_usable(path: str) -> bool:
    """Return whether git itself would check a path out (verify_path in git's read-cache.c)."""
    return not any(part in ("", ".", "..") or part.lower() == ".git" for part in path.split("/"))


def _submodule(outer: Repository, path: str, commit: str, folder: str) -> Repository | None:
    """Return the repository of a submodule if it is there and has the commit."""
    below = os.path.join(outer.located.top, path)
    # Not another's, by a link.
    if os.path.realpath(below) != below or not os.path.lexists(os.path.join(below, ".git")):
        return None
    try:
        located = at(below)
        inner = outer.like(located, folder) if located is not None else None
        return inner if inner is not None and inner.has(commit) else None
    except KwlintError:
        return None


def _targets(links: dict[str, _Entry]) -> dict[str, str]:
    """Return where links lead to, as they say it; nothing for one that says more than a path can be."""
    by_object = _by_object(links)
    targets: dict[str, str] = {}
    for repository, paths in by_object:
        short = [each for each, size in repository.sizes(list(paths)).items() if size < _LONGEST]
        with closing(repository.blobs(short)) as blobs:
            for object_id, content in blobs:
                targets.update(dict.fromkeys(paths[object_id], os.fsdecode(content)))
    return targets


def _by_object(entries: dict[str, _Entry]) -> list[tuple[Repository, dict[str, list[str]]]]:
    """Return the paths of each object, by repository."""
    found: dict[int, tuple[Repository, dict[str, list[str]]]] = {}
    for path, entry in entries.items():
        _, paths = found.setdefault(id(entry.repository), (entry.repository, {}))
        paths.setdefault(entry.object_id, []).append(path)
    return list(found.values())


def _reached(path: str, targets: dict[str, str]) -> str | None:
    """Return the path that a link leads to in the end, None where it leads out of the tree or round in a circle."""
    walked: list[str] = []
    ahead = path.split("/")[::-1]
    followed = 0
    while ahead:
        part = ahead.pop()
        if part == "..":
            if not walked:
                return None
            walked.pop()
        elif part not in ("", "."):
            walked.append(part)
            target = targets.get("/".join(walked))
            if target is not None:
                followed += 1
                if followed > _MOST_LINKS or target.startswith("/") or "\0" in target:
                    return None
                walked.pop()
                ahead.extend(target.split("/")[::-1])
    return "/".join(walked)


class _Writer:
    """Writes files and links below a folder, each only where nothing is yet."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._folders = {""}
        self._bytes = self._number = 0

    def write(self, files: dict[str, _Entry]) -> None:
        """Write files by their paths. Raises KwlintError for more than a run can take, before it writes any."""
        by_object = [(of, paths, of.sizes(list(paths))) for of, paths in _by_object(files)]
        for _, paths, sizes in by_object:
            self._bytes += sum(size * len(paths[each]) for each, size in sizes.items() if size <= LIMIT)
        if self._bytes > _MOST_BYTES:
            raise KwlintError(f"--since: the files of then have more than the limit of {_MOST_BYTES:,} bytes")
        for of, paths, sizes in by_object:
            for each, size in sizes.items():
                if size > LIMIT:
                    self._write(paths[each], b"", LIMIT + 1)
            with closing(of.blobs([each for each, size in sizes.items() if size <= LIMIT])) as blobs:
                for each, content in blobs:
                    self._write(paths[each], content, len(content))

    def _write(self, paths: list[str], content: bytes, size: int) -> None:
        for path in paths:
            if not self._has_room(path):
                continue
            try:
                handle = os.open(self._at(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            except OSError as error:
                _refuse_others(error)
                continue
            with open(handle, "wb") as stream:
                stream.write(content)
                if size > len(content):
                    stream.truncate(size)

    def link(self, path: str, target: str) -> None:
        """Write a link."""
        if self._has_room(path):
            try:
                os.symlink(target, self._at(path))
            except OSError as error:
                _refuse_others(error)

    def _has_room(self, path: str) -> bool:
        """Make the folders that a path is in; say whether that was possible."""
        if len(path) > _LONGEST:
            return False
        self._count()
        lacking = []
        folder = os.path.dirname(path)
        while folder not in self._folders:
            lacking.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(lacking):
            try:
                os.mkdir(self._at(folder), 0o700)
            except OSError as error:
                _refuse_others(error)
                # What is there may be a file, or a folder that differs in case.
                if os.path.islink(self._at(folder)) or not os.path.isdir(self._at(folder)):
                    return False
            self._folders.add(folder)
            self._count()
        return True

    def _count(self) -> None:
        self._number += 1
        if self._number > _MOST_WRITTEN:
            raise KwlintError(f"--since: the revision has more than the limit of {_MOST_WRITTEN:,} files")

    def _at(self, path: str) -> str:
        return os.path.join(self._folder, path)


def _refuse_others(error: OSError) -> None:
    """Raise an error again unless it says that a path cannot be had beside the others, or not at all."""
    if error.errno not in _NO_ROOM:
        raise error

"""Where a repository is: by the ``.git`` of a folder alone, and read as data."""

from __future__ import annotations

import os

from kwlint.errors import KwlintError
from kwlint.util.characters import one_line
from kwlint.util.files import read_file
from kwlint.util.record import Record

# What a file of one line may have, such as HEAD.
_SHORT = 64 * 1024


class Located(Record):
    """A repository: its working tree, its git directory, and the one that its worktrees share."""

    top: str
    own: str
    common: str


def at(top: str) -> Located | None:
    """Return the repository whose working tree begins in a folder, or None.

    Only a ``.git`` makes one, which no commit can hold: git itself also takes a folder of committed files for a repository
    (https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository). Raises KwlintError for a
    ``.git`` file that does not lead to one.
    """
    own = os.path.join(top, ".git")
    is_file = os.path.lexists(own) and not os.path.isdir(own)
    if is_file:
        # https://git-scm.com/docs/gitrepository-layout
        label, _, path = line_of(own).partition("gitdir: ")
        if label or not path:
            raise KwlintError(f"--since: {one_line(own)} is no file of git")
        own = os.path.join(top, path)
    common = own
    if os.path.lexists(os.path.join(own, "commondir")):
        common = os.path.join(own, line_of(os.path.join(own, "commondir")))
    has_all = os.path.isdir(os.path.join(common, "objects")) and os.path.isdir(os.path.join(common, "refs"))
    if has_all and os.path.lexists(os.path.join(own, "HEAD")):
        return Located(top, os.path.realpath(own), os.path.realpath(common))
    if is_file:
        raise KwlintError(f"--since: {one_line(os.path.join(top, '.git'))} leads to no repository")
    return None


def around(start: str) -> Located | None:
    """Return the repository that a real, absolute path is in the working tree of, or None. Raises KwlintError."""
    folder = start
    while True:
        found = at(folder)
        if found is not None or folder == os.path.dirname(folder):
            return found
        folder = os.path.dirname(folder)


def is_in(path: str, folder: str) -> bool:
    """Return whether an absolute path is a folder or below it."""
    return os.path.commonpath([path, folder]) == folder


def line_of(path: str) -> str:
    """Return the content of a short file without the line break at its end. Raises KwlintError."""
    try:
        return os.fsdecode(read_file(path, _SHORT)).rstrip("\r\n")
    except OSError as error:
        raise KwlintError(f"--since: {one_line(path)}: {error.strerror}") from None

"""What a git revision had: the project as it was then is judged too, so that only what the change brought is left."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from kwlint.engine.git.checkout import check_out
from kwlint.engine.git.located import around, is_in
from kwlint.engine.git.repository import Repository, program
from kwlint.errors import KwlintError
from kwlint.util.characters import one_line

Judged = TypeVar("Judged")


def judged_at(revision: str, paths: list[str], judge: Callable[[], Judged]) -> Judged | None:
    """Return what ``judge`` says of the repository at a revision; None of one without any commit.

    ``judge`` is called in a copy of the revision's tree, in the folder that corresponds to the working directory, which
    ``paths`` are relative to. Raises KwlintError where git does not know the revision, what it had is not all there, or
    not all paths are in the repository of the first.
    """
    here = os.path.realpath(os.getcwd())
    named = {path: os.path.normpath(os.path.join(here, path)) for path in paths}
    start = named[paths[0]]
    located = around(start)
    if located is None:
        raise KwlintError(f"--since: {one_line(start)} is not in a git repository")
    top = located.top
    if not is_in(here, top):
        raise KwlintError(
            "--since needs a working directory inside of the repository", f"change to {one_line(top)}"
        )
    for path, absolute in named.items():
        if not is_in(absolute, top):
            raise KwlintError(f"--since: {one_line(path)} is outside of the repository {one_line(top)}")
    git = program(top)
    with _folder() as folder:
        tree = os.path.join(folder, "tree")
        then = os.path.join(tree, os.path.relpath(here, top))
        try:
            repository = Repository(located, os.path.join(folder, "git"), git)
            commit = repository.commit(revision)
            if commit is None:
                return None
            # By the first discovery knows where the repository begins; the other may be a new one, or was a file.
            os.makedirs(os.path.join(tree, ".git"))
            _make_folders(then)
            check_out(repository, commit, tree, frozenset(named.values()), os.path.join(folder, "modules"))
            os.chdir(then)
        except OSError as error:
            reason = error.strerror or str(error)
            raise KwlintError(
                f"--since: the files of then cannot be laid out in {folder}: {reason}"
            ) from None
        try:
            return judge()
        finally:
            os.chdir(here)


@contextmanager
def _folder() -> Iterator[str]:
    """Make a folder that only this user can enter; it is gone when the block has ended, however it did."""
    try:
        folder = tempfile.mkdtemp(prefix="kwlint-")
    except OSError as error:
        raise KwlintError(f"--since needs a temporary folder: {error.strerror}") from None
    try:
        yield folder
    finally:
        try:
            _remove(folder)
        except BaseException:  # a signal: it waits
            _remove(folder)
            raise


def _remove(folder: str) -> None:
    """Remove a folder with everything in it, however deep that is."""
    folders = [folder]
    for each in folders:
        with suppress(OSError):
            with os.scandir(each) as found:
                entries = list(found)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    os.unlink(entry.path)
    for each in reversed(folders):
        with suppress(OSError):
            os.rmdir(each)


def _make_folders(path: str) -> None:
    lacking = []
    while not os.path.isdir(path):
        lacking.append(path)
        path = os.path.dirname(path)
    for each in reversed(lacking):
        os.mkdir(each)


def relative(path: str) -> str:
    """Return a path relative to the working directory without the links that lead to it, as ``judged_at`` wants it."""
    folder, name = (path, "") if os.path.isdir(path) else os.path.split(path)
    return os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(os.getcwd()))

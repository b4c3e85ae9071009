"""What a git revision had: the project as it was then is judged too, so that only what the change brought is left."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from typing import TypeVar

from kwlint.engine.discover import SUFFIXES
from kwlint.errors import KwlintError

Judged = TypeVar("Judged")
_SUBMODULE, _LINK = "160000", "120000"
# What a hook is started with: it is about the commit that is being made, and relative to another folder.
_OF_A_HOOK = frozenset({"GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"})


def judged_at(revision: str, paths: list[str], judge: Callable[[], Judged]) -> Judged | None:
    """Return what ``judge`` says of the repository at a revision; None of one without any commit.

    ``judge`` is called in a copy of the revision's tree, in the folder that corresponds to the working directory, which
    ``paths`` are relative to. Raises KwlintError where git does not know the revision, or not all paths are in the
    repository of the first.
    """
    start = paths[0]
    top = os.path.realpath(os.fsdecode(_git(["rev-parse", "--show-toplevel"], start)).removesuffix("\n"))
    commit = _commit(revision, start)
    if commit is None:
        return None
    here = os.path.realpath(os.getcwd())
    if not _is_in(here, top):
        raise KwlintError("--since needs a working directory inside of the repository", f"change to {top}")
    named = {path: os.path.normpath(os.path.join(here, path)) for path in paths}
    for path, absolute in named.items():
        if not _is_in(absolute, top):
            raise KwlintError(f"--since: {path} is outside of the repository {top}")
    with tempfile.TemporaryDirectory(prefix="kwlint-") as folder:
        # By this folder discovery knows where the repository begins.
        os.mkdir(os.path.join(folder, ".git"))
        _check_out(top, commit, folder, os.path.join(folder, ".git", "index"), frozenset(named.values()))
        then = os.path.join(folder, os.path.relpath(here, top))
        os.makedirs(then, exist_ok=True)
        os.chdir(then)
        try:
            return judge()
        finally:
            os.chdir(here)


def relative(path: str) -> str:
    """Return a path relative to the working directory without the links that lead to it, as ``judged_at`` wants it."""
    folder, name = (path, "") if os.path.isdir(path) else os.path.split(path)
    return os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(os.getcwd()))


def _is_in(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def _check_out(top: str, commit: str, folder: str, index: str, named: frozenset[str]) -> None:
    """Write the files of a commit that a run reads to a folder, and those of its submodules as far as they are there."""
    # By an index of its own rather than `git archive`, which leaves out what attributes keep from archives.
    environment = {"GIT_INDEX_FILE": index}
    _git(["read-tree", commit], top, environment)
    wanted: list[str] = []
    has_links = False
    for line in os.fsdecode(_git(["ls-files", "--stage", "-z"], top, environment)).split("\0")[:-1]:
        about, _, name = line.partition("\t")
        mode, inner, _ = about.split()
        below = os.path.join(top, name)
        if mode == _SUBMODULE:
            if os.path.exists(os.path.join(below, ".git")) and _commit(inner, below, True) is not None:
                _check_out(below, inner, os.path.join(folder, name), f"{index}-{inner}", named)
        elif name.endswith(SUFFIXES) or os.path.basename(name) == ".gitignore" or below in named:
            wanted.append(name)
            has_links = has_links or mode == _LINK
    # A link may lead to a file of any name.
    which = ["--all"] if has_links else ["-z", "--stdin"]
    files = None if has_links else os.fsencode("".join(f"{name}\0" for name in wanted))
    _git(["checkout-index", "--force", f"--prefix={folder}{os.sep}", *which], top, environment, files)


def _commit(revision: str, start: str, is_optional: bool = False) -> str | None:
    """Return the commit of a revision; None for HEAD before the first commit, and for an optional one that is not there."""
    try:
        return _git(["rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], start).decode().strip()
    except KwlintError:
        if is_optional or revision == "HEAD":
            return None
        shallow = _git(["rev-parse", "--is-shallow-repository"], start).startswith(b"true")
        hint = "this clone is shallow; fetch its history, as with `git fetch --unshallow`" if shallow else ""
        raise KwlintError(f"--since: git knows no revision `{revision}`", hint) from None


def _git(
    arguments: list[str], folder: str, environment: dict[str, str] | None = None, text: bytes | None = None
) -> bytes:
    where = folder if os.path.isdir(folder) else os.path.dirname(folder) or "."
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    try:
        done = subprocess.run(
            ["git", "-C", where, *arguments],
            input=text,
            capture_output=True,
            check=False,
            env={**inherited, **(environment or {})},
        )
    except FileNotFoundError:
        raise KwlintError("--since needs git, which is not installed") from None
    if done.returncode:
        raise KwlintError(f"--since: {done.stderr.decode('utf-8', 'replace').strip() or 'git failed'}")
    return done.stdout

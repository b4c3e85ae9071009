"""Discovery: which files a run reads, and which of them it reports on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kwlint.errors import KwlintError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".yaml", ".yml", ".json")
STDIN = "-"
# Folders that never hold a project's own manifests.
_NEVER = frozenset(
    {".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", ".terraform", "__pycache__"}
)
CONFIG_NAMES = ("kwlint.yaml", ".kwlint.yaml", "pyproject.toml")


class Discovered:
    """The files of a run in order: those to report on, and those that are known besides."""

    __slots__ = ("known", "targets")

    def __init__(self, targets: list[str], known: list[str]) -> None:
        self.targets = targets
        self.known = known


def project_root(start: str) -> str | None:
    """Return the nearest folder from ``start`` upward that has a kwlint config or .git, or None."""
    folder = os.path.abspath(start)
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    while True:
        if os.path.exists(os.path.join(folder, ".git")) or any(
            os.path.exists(os.path.join(folder, name)) for name in CONFIG_NAMES[:2]
        ):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def discover(paths: list[str], exclude: list[str], project: str | None) -> Discovered:
    """Return the files below ``paths`` and those of the project folder besides them.

    Paths are shown relative to the working directory. A file that is named is taken whatever it is called or ignored by.
    Raises KwlintError for a path that does not exist.
    """
    targets: dict[str, None] = {}
    for path in paths:
        if path == STDIN:
            targets[path] = None
        elif os.path.isdir(path):
            targets.update(dict.fromkeys(_files(path, exclude)))
        elif os.path.exists(path):
            targets[shown(path)] = None
        else:
            raise KwlintError(f"{path}: there is no such file or folder")
    known: list[str] = []
    if project is not None:
        here = os.path.realpath(project)
        if not any(
            path != STDIN and os.path.isdir(path) and os.path.realpath(path) == here for path in paths
        ):
            known = [path for path in _files(project, exclude) if path not in targets]
    return Discovered(sorted(targets), sorted(known))


def shown(path: str) -> str:
    """Return a path as reports show it: relative to the working directory, with forward steps only where possible."""
    return os.path.relpath(path) if os.path.isabs(path) else os.path.normpath(path)


def _files(folder: str, exclude: list[str]) -> Iterator[str]:
    root = _ignore_root(folder)
    specs: list[tuple[str, GitIgnoreSpec]] = []
    if root is not None:
        for parent in _between(root, os.path.abspath(folder)):
            specs.extend(_ignored_in(parent))
    if exclude:
        from pathspec import GitIgnoreSpec

        specs.append((os.getcwd(), GitIgnoreSpec.from_lines(exclude)))
    yield from _walk(folder, specs, root is not None)


def _walk(folder: str, specs: list[tuple[str, GitIgnoreSpec]], heed: bool) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    if heed and any(entry.name == ".gitignore" for entry in entries):
        specs = specs + _ignored_in(os.path.abspath(folder), specs)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _NEVER and not _is_ignored(entry.path, specs, True):
                yield from _walk(entry.path, specs, heed)
        elif entry.name.endswith(SUFFIXES) and entry.is_file() and not _is_ignored(entry.path, specs, False):
            yield shown(entry.path)


def _ignore_root(folder: str) -> str | None:
    path = os.path.abspath(folder)
    while True:
        if os.path.exists(os.path.join(path, ".git")):
            return path
        parent = os.path.dirname(path)
        if parent == path:
            # Outside a repository the ignore files of the folder itself still say what is not source.
            return os.path.abspath(folder)
        path = parent


def _between(root: str, folder: str) -> list[str]:
    found = [folder]
    while found[-1] != root and os.path.dirname(found[-1]) != found[-1]:
        found.append(os.path.dirname(found[-1]))
    return found[1:][::-1]


def _ignored_in(
    folder: str, already: list[tuple[str, GitIgnoreSpec]] | None = None
) -> list[tuple[str, GitIgnoreSpec]]:
    path = os.path.join(folder, ".gitignore")
    if already and any(base == folder for base, _ in already):
        return []
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return []
    from pathspec import GitIgnoreSpec

    return [(folder, GitIgnoreSpec.from_lines(lines))]


def _is_ignored(path: str, specs: list[tuple[str, GitIgnoreSpec]], folder: bool) -> bool:
    if not specs:
        return False
    absolute = os.path.abspath(path)
    ignored = False
    for base, spec in specs:
        relative = os.path.relpath(absolute, base)
        if relative.startswith(".."):
            continue
        result = spec.check_file(relative + ("/" if folder else ""))
        if result.include is not None:
            ignored = result.include
    return ignored

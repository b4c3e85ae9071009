"""Discovery: which files a run reads, and which of them it reports on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from kwlint.config.files import in_folder
from kwlint.config.ignore import Ignores
from kwlint.errors import KwlintError
from kwlint.util.files import leads_out, read_file
from kwlint.util.record import Record

# How the names of files that may hold manifests end, and that of a kustomization without an ending.
SUFFIXES = (".yaml", ".yml", ".json", "Kustomization")
STDIN = "-"
IGNORE_FILE = ".gitignore"
# More than the ignore file of any project; git itself reads none of more than 100 MiB.
IGNORE_LIMIT = 1024 * 1024
# What standard input is called where nobody says which file it is.
STDIN_NAME = "<stdin>"
ABSENT, FILE, FOLDER = range(3)
# Folders that never hold a project's own manifests.
_NEVER = frozenset(
    {".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", ".terraform", "__pycache__"}
)


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
        if os.path.exists(os.path.join(folder, ".git")) or in_folder(folder) is not None:
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def discover(
    paths: list[str],
    exclude: list[str],
    project: str | None,
    exclude_from: str | None = None,
    only_discovered: bool = False,
) -> Discovered:
    """Return the files below ``paths`` and those of the project folder besides them.

    ``exclude`` are patterns of .gitignore, relative to ``exclude_from`` (default: the working directory). Paths are
    shown relative to the working directory. A file that is named is taken whatever it is called or ignored by, with
    ``only_discovered`` only if a run over the project would find it. Raises KwlintError for a path that does not exist.
    """
    excluded = _patterns(exclude, exclude_from or os.getcwd()) if exclude else []
    targets: dict[str, None] = {}
    for path in paths:
        if path == STDIN:
            targets[path] = None
        elif os.path.isdir(path):
            root = project or os.getcwd()
            if leads_out(path, root):
                # Who commits a link does not say what else of the machine is read.
                raise KwlintError(
                    f"{path}: this link leads out of {root}", "name the folder that it leads to"
                )
            targets.update(dict.fromkeys(_files(path, excluded)))
        elif os.path.exists(path):
            targets[shown(path)] = None
        else:
            raise KwlintError(f"{path}: there is no such file or folder")
    if only_discovered:
        found = set(_files(project or ".", excluded))
        targets = {path: None for path in targets if path == STDIN or path in found}
    known: list[str] = []
    if project is not None:
        here = os.path.realpath(project)
        if not any(
            path != STDIN and os.path.isdir(path) and os.path.realpath(path) == here for path in paths
        ):
            known = [path for path in _files(project, excluded) if path not in targets]
    return Discovered(sorted(targets), sorted(known))


def with_texts(found: Discovered, texts: Mapping[str, str]) -> tuple[Discovered, dict[str, str]]:
    """Return the files of a run that is handed texts, which are targets, and the texts by the names of the files.

    A text stands for the file that it is named by, under the name which that has in the run: another link can lead to it.
    Raises KwlintError for a name that no file can have.
    """
    names = {*found.targets, *found.known}
    by_real_path: dict[str, str] = {}
    named: dict[str, str] = {}
    for path, text in texts.items():
        name = shown(path)
        if os.path.isdir(name):
            raise KwlintError(f"{path or name}: this is a folder, and no text stands for one", "name a file")
        if name not in names and os.path.lexists(name):
            if not by_real_path:
                # Of several names the one that is no link, and of those the first.
                ordered = sorted(names, key=lambda other: (os.path.islink(other), other), reverse=True)
                by_real_path = {os.path.realpath(other): other for other in ordered}
            name = by_real_path.get(os.path.realpath(name), name)
        if name in named:
            raise KwlintError(f"{name}: two texts stand for this file")
        named[name] = text
    known = [path for path in found.known if path not in named]
    return Discovered(sorted({*found.targets, *named}), known), named


def shown(path: str) -> str:
    """Return a path as reports show it: relative to the working directory, each file with one name."""
    return os.path.relpath(path) if os.path.isabs(path) or ".." in path else os.path.normpath(path)


def probe(path: str) -> int:
    """Return what stands at a path: ABSENT, FILE (all that is no folder) or FOLDER."""
    return FOLDER if os.path.isdir(path) else FILE if os.path.exists(path) else ABSENT


def chart_folders(paths: list[str]) -> frozenset[str]:
    """Return the absolute paths of the folders that are Helm charts, looking from the files upward."""
    seen: dict[str, bool] = {}
    for folder in {os.path.dirname(path) for path in paths}:
        folder = os.path.abspath(folder)
        while folder not in seen:
            seen[folder] = os.path.isfile(os.path.join(folder, "Chart.yaml"))
            folder = os.path.dirname(folder)
    return frozenset(folder for folder, chart in seen.items() if chart)


class _Patterns(Record):
    """Patterns of .gitignore; ``base`` is the absolute folder that they are relative to, with a separator at its end."""

    base: str
    ignores: Ignores


def _files(folder: str, excluded: list[_Patterns]) -> Iterator[str]:
    absolute = os.path.abspath(folder)
    ignored: list[_Patterns] = []
    for parent in _between(_ignore_root(absolute), absolute):
        yield from _add_ignores(parent, parent, ignored)
    # A folder that is named is taken even if it, or a folder above it, is ignored.
    yield from _walk(
        folder,
        absolute,
        [] if _is_excluded(absolute, ignored) else ignored,
        [] if _is_excluded(absolute, excluded) else excluded,
    )


def _walk(folder: str, absolute: str, ignored: list[_Patterns], excluded: list[_Patterns]) -> Iterator[str]:
    # Not by recursion, since folders can nest deeper than Python's calls.
    waiting = [(folder, absolute, ignored)]
    while waiting:
        folder, absolute, ignored = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except (OSError, ValueError):
            yield shown(folder)  # loading it says that it cannot be read
            continue
        if any(entry.name == IGNORE_FILE for entry in entries):
            ignored = list(ignored)
            yield from _add_ignores(folder, absolute, ignored)
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                below = os.path.join(absolute, name)
                if not (
                    name in _NEVER
                    or _is_vendored(entry)
                    or _matches(below, True, ignored)
                    or _matches(below, True, excluded)
                ):
                    waiting.append((entry.path, below, ignored))
            elif name.endswith(SUFFIXES) or _is_linked_folder(entry):
                path = os.path.join(absolute, name) if ignored or excluded else ""
                if not (_matches(path, False, ignored) or _matches(path, False, excluded)):
                    # What is no file but called as one is taken too: loading it says what it is.
                    yield shown(entry.path)


def _is_vendored(entry: os.DirEntry[str]) -> bool:
    """Return whether a folder holds the Go modules that a project uses (https://go.dev/ref/mod#vendoring)."""
    return entry.name == "vendor" and os.path.isfile(os.path.join(entry.path, "modules.txt"))


def _is_linked_folder(entry: os.DirEntry[str]) -> bool:
    return entry.name not in _NEVER and entry.is_symlink() and os.path.isdir(entry.path)


def _ignore_root(folder: str) -> str:
    path = folder
    while not os.path.exists(os.path.join(path, ".git")):
        parent = os.path.dirname(path)
        if parent == path:
            # Outside a repository the ignore files of the folder itself still say what is not source.
            return folder
        path = parent
    return path


def _between(root: str, folder: str) -> list[str]:
    found = [folder]
    while found[-1] != root:
        found.append(os.path.dirname(found[-1]))
    return found[1:][::-1]


def _add_ignores(folder: str, absolute: str, ignored: list[_Patterns]) -> Iterator[str]:
    """Add the patterns of a folder's ignore file; yield its path where it is there and can't be read."""
    path = os.path.join(folder, IGNORE_FILE)
    # git follows no link of this name (https://git-scm.com/docs/gitignore#_notes).
    if os.path.islink(path) or not os.path.lexists(path):
        return
    try:
        content = read_file(path, IGNORE_LIMIT)
    except OSError:
        yield shown(path)  # loading it says that it cannot be read
        return
    lines = content.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n").split("\n")
    ignored += _patterns(lines, absolute)


def _patterns(lines: Iterable[str], folder: str) -> list[_Patterns]:
    return [_Patterns(os.path.join(os.path.abspath(folder), ""), Ignores(lines))]


def _matches(absolute: str, folder: bool, patterns: list[_Patterns]) -> bool:
    """Return whether the last pattern that matches an absolute path excludes it."""
    for base, ignores in reversed(patterns):
        if absolute.startswith(base):
            verdict = ignores.verdict(absolute[len(base) :].replace(os.sep, "/"), folder)
            if verdict is not None:
                return verdict
    return False


def _is_excluded(absolute: str, patterns: list[_Patterns]) -> bool:
    """Return whether a folder, or one above it, is excluded."""
    parent = os.path.dirname(absolute)
    while not _matches(absolute, True, patterns):
        if parent == absolute:
            return False
        absolute, parent = parent, os.path.dirname(parent)
    return True

"""Config files: which file is the configuration of a folder, which ones are not read, and what a file holds.

What a project brings can be meant to harm: a link is not followed out of the project, since an error would show what it
leads to, and no file outside of the repository is obeyed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from kwlint.errors import ConfigError, KwlintError
from kwlint.util.files import leads_out, read_file

FILE_NAMES = ("kwlint.yaml", ".kwlint.yaml", "kwlint.yml", ".kwlint.yml")
_PYPROJECT = "pyproject.toml"
# Bytes of a file, which is many thousand rules, patterns and objects.
_LIMIT = 1024 * 1024


def find(start: str) -> str | None:
    """Return the config file that counts for a folder: one of FILE_NAMES or [tool.kwlint], nearest first.

    It is looked for upward as far as the root of the repository, where there is one.
    """
    for folder in _upward(start):
        path = in_folder(folder)
        if path is not None:
            return os.path.relpath(path)
    return None


def in_folder(folder: str) -> str | None:
    """Return the path of the config file that stands in a folder, or None. Raises KwlintError for a broken pyproject.toml."""
    return next(_yaml_in(folder), None) or next(_pyproject_in(folder), None)


def unread(start: str, path: str | None) -> list[str]:
    """Return what a person may take for the configuration of a folder beside ``path``, the file that is: a sentence each."""
    if path is not None:
        folder = os.path.dirname(os.path.abspath(path))
        others = [os.path.relpath(other) for other in (*_yaml_in(folder), *_pyproject_in(folder, True))]
        return [f"{other} is not read, since {path} is" for other in others if other != os.path.relpath(path)]
    top = [*_upward(start)][-1]
    for folder in _above(os.path.dirname(top)) if top != os.path.dirname(top) else ():
        for name in FILE_NAMES:
            other = os.path.join(folder, name)
            if os.path.isfile(other):
                return [
                    f"{other} is not read, since it stands outside of the repository; --config {os.path.relpath(other)} reads it"
                ]
    return []


def repository_of(folder: str) -> str | None:
    """Return the nearest folder upward that has .git, or None."""
    return next((above for above in _above(os.path.abspath(folder)) if _is_root(above)), None)


def _is_root(folder: str) -> bool:
    return os.path.lexists(os.path.join(folder, ".git"))


def _above(folder: str) -> Iterator[str]:
    """Yield a folder and those above it."""
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _upward(start: str) -> Iterator[str]:
    folder = os.path.abspath(start)
    for above in _above(folder if os.path.isdir(folder) else os.path.dirname(folder)):
        yield above
        if _is_root(above):
            return


def _yaml_in(folder: str) -> Iterator[str]:
    for name in FILE_NAMES:
        path = os.path.join(folder, name)
        # A link that leads nowhere is said where it is read.
        if os.path.lexists(path) and not os.path.isdir(path):
            yield path


def _pyproject_in(folder: str, is_optional: bool = False) -> Iterator[str]:
    """Yield the pyproject.toml of a folder if it has [tool.kwlint]. Raises KwlintError for a broken one that isn't optional."""
    path = os.path.join(folder, _PYPROJECT)
    if os.path.isfile(path) and os.access(path, os.R_OK):
        try:
            if table(path) is not None:
                yield path
        except KwlintError:
            if not is_optional:
                raise


def content(path: str, named: bool = False) -> bytes:
    """Return what a config file holds. Raises KwlintError for one that can't be read, or is a link out of the project.

    The project is the repository, else the folder of the file; of a file that is ``named``, the working directory.
    """
    found = _read(path)
    _refuse_link(path, named)
    return found


def _read(path: str) -> bytes:
    try:
        return read_file(path, _LIMIT)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise KwlintError(f"{path}: the configuration cannot be read: {reason}") from None


def _refuse_link(path: str, named: bool) -> None:
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    root = repository_of(folder) or (os.getcwd() if named else folder)
    if leads_out(os.path.join(folder, os.path.basename(path)), root):
        raise ConfigError(
            path, "this is a link out of the project, which is not followed", "put a file in its place"
        )


def table(path: str, named: bool = False) -> dict[str, Any] | None:
    """Return the table [tool.kwlint] of a file, None where there is none. Raises KwlintError for one that can't be read."""
    shown, hint = os.path.relpath(path), "mend it, or name the configuration with --config"
    found = _read(shown)
    # Without the NULs of UTF-16, in which no TOML is written.
    if b"kwlint" not in found.replace(b"\0", b""):
        return None
    _refuse_link(shown, named)
    import tomllib

    try:
        tool = tomllib.loads(found.decode()).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(shown, f"this is not TOML: {error}", hint) from None
    except ValueError:
        raise ConfigError(shown, "a number of it has too many digits", hint) from None
    except RecursionError:
        raise ConfigError(shown, "its values are nested too deeply", hint) from None
    if not isinstance(tool, dict) or "kwlint" not in tool:
        return None
    if not isinstance(tool["kwlint"], dict):
        raise ConfigError(shown, "`tool.kwlint` must be a table", "begin it with a line [tool.kwlint]")
    return tool["kwlint"]

"""Where the rule catalogue and the schemas are, in a checkout and in an installed wheel alike, and where caches go."""

from __future__ import annotations

import os

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


def cache_folder() -> str:
    """Return the folder for what can be made again: $KWLINT_CACHE_DIR, else kwlint below the user's cache folder."""
    explicit = os.environ.get("KWLINT_CACHE_DIR")
    if explicit:
        return explicit
    parent = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(parent, "kwlint")


def read_cached(name: str) -> bytes | None:
    """Return the content of a cache file, or None where there is none that can be read."""
    try:
        with open(os.path.join(cache_folder(), name), "rb") as stream:
            return stream.read()
    except OSError:
        return None


def write_cached(name: str, content: bytes) -> None:
    """Write a cache file in one step; a folder that can't be written is no error."""
    folder = cache_folder()
    temporary = os.path.join(folder, f"{name}.{os.getpid()}")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(temporary, "wb") as stream:
            stream.write(content)
        os.replace(temporary, os.path.join(folder, name))
    except OSError:
        return

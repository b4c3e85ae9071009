"""Hostile caches: planted entries, links, pipes and devices in the folder, and results that are no longer true."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import DEPLOYMENT, text_of

_CACHE = {"KWLINT_CACHE_DIR": "{root}/home/.cache"}
_ENTRIES: dict[str, bytes] = {
    "nothing": b"",
    "garbage": bytes(range(256)),
    "text": b"hello",
    "none": marshal.dumps(None),
    "a number": marshal.dumps(5),
    "a list": marshal.dumps([]),
    "tuples": marshal.dumps(((((),),),)),
    "nones": marshal.dumps((None,) * 7),
    "texts": marshal.dumps(("x",) * 7),
    "numbers": marshal.dumps((1,) * 12),
    "code": marshal.dumps(compile("import os; os.system('touch $MARK')", "x", "exec")),
    "a long text": b"s\xff\xff\xff\x7f",
    "a negative length": b"s\xff\xff\xff\xff",
    "a bad reference": b"r\xff\xff\x00\x00",
    "a long number": b"l\xff\xff\xff\x7f",
    "depth": b")\x01" * 100_000,
    "a hundred megabytes": marshal.dumps("x" * 100_000_000),
    "valid": b"valid",
}


def _filled(folder: Path) -> list[Path]:
    """Run kwlint once with the cache and return the entries that it made."""
    text_of(DEPLOYMENT)(folder)
    (folder / "kwlint.yaml").write_text("preset: default\n")
    cache = folder.parent / "home" / ".cache"
    environment = {**os.environ, "KWLINT_CACHE_DIR": str(cache)}
    subprocess.run(
        [sys.executable, "-m", "kwlint", "."], cwd=folder, env=environment, capture_output=True, check=False
    )
    return sorted(path for path in cache.rglob("*") if path.is_file())


def _planted(change: Callable[[Path], Any], which: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for entry in _filled(folder):
            if which in entry.name:
                change(entry)

    return make


def _to_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _to_link(target: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return change


def _altered(path: Path) -> None:
    """Change each text and number of an entry by a little, keeping its shape."""

    def other(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(map(other, value))
        if isinstance(value, dict):
            return {key: other(item) for key, item in value.items()}
        if isinstance(value, str):
            return value + "\x1b[31m/../x"
        return -value if isinstance(value, int) and not isinstance(value, bool) else value

    try:
        path.write_bytes(marshal.dumps(other(marshal.loads(path.read_bytes()))))
    except (ValueError, EOFError, TypeError):
        return


def cases() -> Iterator[Case]:
    """Yield the cases of caches."""
    changes: dict[str, Callable[[Path], Any]] = {
        **{name: lambda path, data=content: path.write_bytes(data) for name, content in _ENTRIES.items()},  # type: ignore[misc]
        "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        "altered": _altered,
        "a pipe": _to_pipe,
        "a folder": _to_folder,
        "a link to a device": _to_link("/dev/zero"),
        "a link to a victim": _to_link("../../work/a.yaml"),
        "a link to nothing": _to_link("/nowhere"),
    }
    for which in ("", "catalog", "run", "config"):
        for name, change in changes.items():
            for form in ("text", "sarif"):
                yield Case(
                    "caches",
                    f"{which or 'each'} entry: {name}, {form}",
                    _planted(change, which),
                    ("--format", form, "."),
                    environment=_CACHE,
                    exits=frozenset({1}),
                    isolated=False,
                    cached=True,
                    as_nobody=False,
                )
    yield Case(
        "caches",
        "the folder is a file",
        lambda folder: (text_of(DEPLOYMENT)(folder), (folder.parent / "home" / ".cache").write_text("x")),
        environment=_CACHE,
        exits=frozenset({1}),
        cached=True,
        as_nobody=False,
    )
    yield Case(
        "caches",
        "the folder is a device",
        text_of(DEPLOYMENT),
        environment={"KWLINT_CACHE_DIR": "/dev/null"},
        exits=frozenset({1}),
        cached=True,
        as_nobody=False,
    )

"""Hostile entries of folders: links, pipes, devices, sockets, permissions, names and depth."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

from kwlint.dev.hostile.case import Case, Make
from kwlint.dev.hostile.pieces import CONFIG_MAP, DEPLOYMENT, FORMATS, NAMES, also, named, text_of, tree_of


def link(target: str, name: str) -> Make:
    """Return what makes a symbolic link."""
    return lambda folder: os.symlink(target, folder / name)


def pipe(name: str) -> Make:
    """Return what makes a pipe that nobody writes to."""
    return lambda folder: os.mkfifo(folder / name)


def _socket(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{handle}/a.yaml")
    os.close(handle)


def _nested(depth: int) -> Make:
    def make(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        for _ in range(depth):
            os.mkdir("d", dir_fd=handle)
            below = os.open("d", os.O_RDONLY, dir_fd=handle)
            os.close(handle)
            handle = below
        inner = os.open("a.yaml", os.O_CREAT | os.O_WRONLY, dir_fd=handle)
        os.write(inner, CONFIG_MAP.encode())
        os.close(inner)
        os.close(handle)

    return make


def _mode(name: str, mode: int) -> Make:
    return lambda folder: os.chmod(folder / name, mode)


def cases() -> Iterator[Case]:
    """Yield the cases of entries."""
    good = text_of(DEPLOYMENT, "good.yaml")
    devices = (
        "/dev/zero",
        "/dev/urandom",
        "/dev/full",
        "/dev/null",
        "/dev/kmsg",
        "/dev/tty",
        "/dev/stdin",
        "/proc/kmsg",
        "/proc/self/mem",
        "/proc/self/environ",
        "/etc/passwd",
        "/etc/shadow",
        "/",
        "/nowhere",
        "a.yaml",
        ".",
    )
    for target in devices:
        # What root may read of the machine, nobody may not.
        yield Case(
            "links",
            f"a manifest to {target}",
            also(good, link(target, "a.yaml")),
            as_nobody=target not in ("/etc/shadow", "/dev/kmsg", "/proc/kmsg"),
        )
        yield Case(
            "links",
            f"a named manifest to {target}",
            also(good, link(target, "a.yaml")),
            ("a.yaml", "good.yaml"),
            as_nobody=False,
        )
        for name in (".gitignore", "kwlint.yaml", "pyproject.toml", "kustomization.yaml", "Chart.yaml"):
            yield Case(
                "links",
                f"{name} to {target}",
                also(good, link(target, name)),
                isolated=name == ".gitignore",
                check=_shows_nothing,
                as_nobody=False,
            )
        yield Case(
            "links",
            f"a baseline to {target}",
            also(good, link(target, "b.txt")),
            ("--baseline", "b.txt", "."),
            check=_shows_nothing,
            as_nobody=False,
        )
        if target.startswith(("/dev", "/proc")):
            yield Case("devices", f"{target} as a path", good, (target, "good.yaml"), as_nobody=False)
            yield Case(
                "devices",
                f"{target} as a configuration",
                good,
                ("--config", target, "."),
                isolated=False,
                as_nobody=False,
            )
            yield Case(
                "devices", f"{target} as a baseline", good, ("--baseline", target, "."), as_nobody=False
            )
            yield Case(
                "devices",
                f"{target} as standard input",
                good,
                ("-",),
                stdin=target
                if target not in ("/dev/stdin", "/dev/tty", "/proc/self/mem", "/dev/kmsg", "/proc/kmsg")
                else "/dev/null",
                as_nobody=False,
            )
            yield Case("devices", f"{target} with --fix", good, ("--fix", target), as_nobody=False)
    for name in ("a.yaml", ".gitignore", "kwlint.yaml", "pyproject.toml", "kustomization.yaml", "Chart.yaml"):
        yield Case("pipes", name, also(good, pipe(name)), isolated=name == ".gitignore")
        yield Case(
            "pipes",
            f"{name} with --fix",
            also(good, pipe(name)),
            ("--fix", "."),
            may_change=("good.yaml",),
            isolated=name == ".gitignore",
        )
    yield Case("pipes", "a named manifest", also(good, pipe("a.yaml")), ("a.yaml", "good.yaml"))
    yield Case("pipes", "a baseline", also(good, pipe("b.txt")), ("--baseline", "b.txt", "."))
    yield Case(
        "pipes", "a configuration", also(good, pipe("c.yaml")), ("--config", "c.yaml", "."), isolated=False
    )
    yield Case("sockets", "a manifest", also(good, _socket))
    yield Case("sockets", "a named manifest", also(good, _socket), ("a.yaml",))
    for depth in (90, 500, 1500, 3000):
        yield Case("depth", f"{depth} folders", _nested(depth), as_nobody=False)
        yield Case(
            "depth",
            f"{depth} folders with --fix",
            also(good, _nested(depth)),
            ("--fix", "."),
            may_change=("good.yaml",),
            as_nobody=False,
        )
    yield Case("loops", "a folder in itself", also(good, link(".", "self"), link("..", "up")))
    yield Case(
        "permissions",
        "a file that may not be read",
        also(good, text_of(CONFIG_MAP), _mode("a.yaml", 0)),
        as_nobody=False,
    )
    yield Case(
        "permissions",
        "a folder that may not be read",
        also(good, tree_of({"d/a.yaml": CONFIG_MAP}), _mode("d", 0)),
        as_nobody=False,
    )
    yield Case(
        "permissions",
        "a file that may not be written",
        also(text_of(DEPLOYMENT), _mode("a.yaml", 0o444)),
        ("--fix", "."),
        may_change=("a.yaml",),
        as_nobody=False,
    )
    for key, path in NAMES.items():
        for suffix in (b".yaml", b"/a.yaml"):
            make = named(path + suffix, DEPLOYMENT)
            kind = "a folder" if b"/" in suffix else "a file"
            for each in FORMATS:
                yield Case(
                    "names",
                    f"{kind} {key} as {each}",
                    make,
                    ("--format", each, "."),
                    exits=frozenset({1}),
                    as_nobody=False,
                )
            yield Case(
                "names",
                f"{kind} {key} in --diff",
                make,
                ("--diff", "."),
                exits=frozenset({1}),
                raw_content=True,
                as_nobody=False,
            )
            yield Case(
                "names", f"{kind} {key} in --fix", make, ("--fix", "."), may_change=("*",), as_nobody=False
            )
            yield Case(
                "names",
                f"{kind} {key} on a runner",
                make,
                ("--format", "concise", "."),
                environment={"GITHUB_ACTIONS": "true"},
                exits=frozenset({1}),
                as_nobody=False,
            )


def _shows_nothing(out: str, err: str) -> list[str]:
    return ["LEAK"] if "root:" in out + err or "nobody:" in out + err else []

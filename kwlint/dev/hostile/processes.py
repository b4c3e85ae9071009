"""Hostile surroundings of the process: streams, environment, limits, signals, and what happens to the folder meanwhile."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import Popen

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import DEPLOYMENT, FORMATS, TEXTS, deployment, text_of, tree_of

_MANY: dict[str, str | bytes] = {f"f{i:04}.yaml": DEPLOYMENT.replace("web", f"w{i}") for i in range(300)}


def _closed(*streams: int) -> Callable[[], None]:
    def before() -> None:
        for stream in streams:
            os.close(stream)

    return before


def _full(stream: int) -> Callable[[], None]:
    def before() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), stream)

    return before


def _few(files: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _small_files(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _gone() -> None:
    here = os.getcwd()
    os.mkdir("gone")
    os.chdir("gone")
    os.rmdir(os.path.join(here, "gone"))


def killed(number: int, after: float) -> Callable[[Popen[bytes], Path], None]:
    """Return what sends a signal to a run after some seconds."""

    def around(process: Popen[bytes], folder: Path) -> None:
        time.sleep(after)
        process.send_signal(number)

    return around


def cases() -> Iterator[Case]:
    """Yield the cases of surroundings."""
    arguments: tuple[str, ...]
    one = text_of(DEPLOYMENT)
    for name, streams in {
        "input": (0,),
        "output": (1,),
        "error": (2,),
        "output and error": (1, 2),
        "all": (0, 1, 2),
    }.items():
        for arguments in ((".",), ("-",), ("--fix", "."), ("--diff", "."), ("nowhere",)):
            yield Case(
                "streams",
                f"{name} closed, {' '.join(arguments)}",
                one,
                arguments,
                before=_closed(*streams),
                may_change=("a.yaml",) if "--fix" in arguments else (),
                as_nobody=False,
            )
    for stream, name in ((1, "output"), (2, "error")):
        for arguments in ((".",), ("--diff", "."), ("nowhere",), ("--format", "json", ".")):
            yield Case(
                "streams",
                f"{name} full, {' '.join(arguments)}",
                one,
                arguments,
                before=_full(stream),
                as_nobody=False,
            )
        for command in ("--help", "--version", "rules", "explain", "config"):
            words = (command, "STS002") if command == "explain" else (command,)
            yield Case(
                "streams",
                f"{name} full, {command}",
                one,
                words,
                before=_full(stream),
                isolated=False,
                cached=True,
                as_nobody=False,
            )
    for name in FORMATS:
        yield Case(
            "streams",
            f"{name} to an output that is full",
            one,
            ("--format", name, "--output", "/dev/full", "."),
            as_nobody=False,
        )
    for files in (5, 6, 8, 10, 12, 16, 24):
        yield Case(
            "limits",
            f"{files} file descriptors",
            tree_of(_MANY),
            before=_few(files),
            as_nobody=False,
            exits=frozenset({1, 2, 127} if files < 8 else {1, 2}),
        )
    for megabytes in (0, 1, 8):
        yield Case(
            "limits",
            f"files of at most {megabytes} MB",
            tree_of(_MANY),
            ("--fix", "."),
            before=partial(_small_files, megabytes * 2**20),
            may_change=("*.yaml",),
            as_nobody=False,
        )
    yield Case(
        "limits",
        "no more processes",
        tree_of(_MANY),
        before=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (0, 0)),
        as_nobody=False,
    )
    for arguments in (
        (".",),
        ("nowhere.yaml",),
        ("/nowhere.yaml",),
        ("-",),
        ("--fix", "."),
        ("--since", "HEAD", "."),
    ):
        yield Case(
            "surroundings",
            f"the working directory is gone, {' '.join(arguments)}",
            one,
            arguments,
            before=_gone,
            as_nobody=False,
        )
    for key in (
        "HOME",
        "XDG_CACHE_HOME",
        "KWLINT_CACHE_DIR",
        "TMPDIR",
        "COLUMNS",
        "TERM",
        "LC_ALL",
        "PYTHONIOENCODING",
        "PYTHONWARNINGS",
        "GITHUB_WORKSPACE",
        "CI_PROJECT_DIR",
        "_KWLINT_COMPLETE",
        "KWLINT_DEBUG",
        "GITHUB_ACTIONS",
        "NO_COLOR",
        "FORCE_COLOR",
    ):
        for value in ("", "x", "/nowhere", "/dev/null", "."):
            if (
                (key, value)
                in {
                    ("PYTHONWARNINGS", "x"),
                    ("PYTHONIOENCODING", "x"),
                    ("PYTHONIOENCODING", "/nowhere"),
                    ("PYTHONIOENCODING", "/dev/null"),
                    ("PYTHONIOENCODING", "."),
                }
                or key == "KWLINT_DEBUG"
                or (key == "PYTHONWARNINGS" and value)
            ):
                continue  # the interpreter itself says that it does not take it
            yield Case(
                "environment",
                f"{key}={value}",
                one,
                environment={key: value},
                cached=True,
                exits=frozenset({0, 1, 2}),
                may_change=("*",),
                as_nobody=False,
            )
    for key, text in TEXTS.items():
        for variable in ("GITHUB_WORKSPACE", "KWLINT_CACHE_DIR", "COLUMNS", "TERM"):
            yield Case(
                "environment",
                f"{variable} with {key}",
                one,
                ("--format", "github", "."),
                environment={variable: text.replace("\0", "")},
                cached=True,
                may_change=("*",),
                as_nobody=False,
            )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        for after in (0.3, 0.4, 0.6, 1.0):
            for arguments in (("--jobs", "2", "."), ("--fix", "--jobs", "2", ".")):
                yield Case(
                    "signals",
                    f"{number.name} after {after} s, {' '.join(arguments)}",
                    tree_of(_MANY),
                    arguments,
                    around=killed(number, after),
                    may_change=("*.yaml",),
                    exits=frozenset({1, 130, 143, 129, -number}),
                )
    for size in (0, 1, 100):
        given = "".join(f"---\n{deployment(f'w{i}')}" for i in range(size)).encode()
        yield Case("standard input", f"{size} Deployments", one, ("-",), stdin=given, as_nobody=False)
        yield Case(
            "standard input",
            f"{size} Deployments and a folder",
            one,
            ("-", "."),
            stdin=given,
            as_nobody=False,
        )
    yield Case("standard input", "without end", one, ("-",), stdin="/dev/zero", as_nobody=False)
    yield Case(
        "standard input", "without end and a folder", one, ("-", "."), stdin="/dev/urandom", as_nobody=False
    )
    yield Case("standard input", "twice", one, ("-", "-"), stdin=DEPLOYMENT.encode(), as_nobody=False)

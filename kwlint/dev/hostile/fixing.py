"""Hostile runs of --fix and --diff: documents that a second loader does not take, and files that change meanwhile."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import CONFIG_MAP, DEPLOYMENT, also, deployment, text_of, tree_of

_MANY: dict[str, str | bytes] = {f"f{i:04}.yaml": DEPLOYMENT.replace("web", f"w{i}") for i in range(400)}
_FIXABLE = f"{CONFIG_MAP}data: {{n: 5}}\n"
_DOCUMENTS = {
    "a tag on a key": DEPLOYMENT.replace("{app: web}", "{app: web, !!bool foo: bar}", 1),
    "complex keys": f"{DEPLOYMENT}...\n---\nx:\n " + "? " * 30 + "a\n",
    "complex keys within": f"{DEPLOYMENT}x:\n  " + "? " * 25 + "a\n",
    "two anchors of one name": f"{DEPLOYMENT}x: [&a 1, &a 2]\n",
    "300 brackets": f"{DEPLOYMENT}x: {'[' * 300}{']' * 300}\n",
    "90 brackets": f"{DEPLOYMENT}x: {'[' * 90}{']' * 90}\n",
    "merges": f"{DEPLOYMENT}x: {{<<: [&m {{a: b}}, *m]}}\n",
    "a set": f"{DEPLOYMENT}x: !!set {{a, b}}\n",
    "an ordered map": f"{DEPLOYMENT}x: !!omap [a: b]\n",
    "a timestamp": f"{DEPLOYMENT}x: 2001-99-99\ny: !!timestamp z\n",
    "a long number": f"{DEPLOYMENT}x: {'9' * 6000}\n",
    "sexagesimals": f"{DEPLOYMENT}x: 1:20:30\ny: 190:20:30.15\n",
    "directives": f"%YAML 1.1\n---\n{DEPLOYMENT}",
    "directives of version 1.2": f"%YAML 1.2\n---\n{DEPLOYMENT}",
    "another tag": f"%TAG ! tag:x,2000:\n---\n{DEPLOYMENT}x: !y z\n",
    "tabs": DEPLOYMENT.replace("replicas: ", "replicas:\t"),
    "no line end": DEPLOYMENT.rstrip(),
    "carriage returns": DEPLOYMENT.replace("\n", "\r\n"),
    "old line ends": DEPLOYMENT.replace("\n", "\r"),
    "next lines": DEPLOYMENT.replace("example.com/web:1.0\n", "example.com/web:1.0 # a\x85b\u2028c\n"),
    "an escape in a comment": f"{DEPLOYMENT}# \x1b[31mred\n",
    "an escape in a value": f'{DEPLOYMENT}# x\n---\n{CONFIG_MAP}data: {{n: 5, e: "\\e[31m"}}\n',
    "a mark of byte order": "\ufeff" + DEPLOYMENT,
    "a missing separator": f"{deployment('a')}{deployment('b')}",
    "a missing separator, equal in part": f"{CONFIG_MAP}data: {{a: b}}\n{CONFIG_MAP}data: {{c: d}}\n",
    "three documents in one": f"{CONFIG_MAP}data: {{a: b}}\n{DEPLOYMENT}{CONFIG_MAP}data: {{a: b}}\n",
    "equal keys with comments": f"{CONFIG_MAP}data:\n  a: b # one\n  # two\n  a: b # three\n",
    "equal keys of mappings": f"{CONFIG_MAP}data:\n  a: b\ndata:\n  a: b\n",
    "equal keys with an anchor": f"{CONFIG_MAP}data:\n  a: &x b\n  a: b\n  c: *x\n",
    "equal keys, other text": f"{CONFIG_MAP}data:\n  a: b\n  a: 'b'\n",
    "equal keys in braces": f"{CONFIG_MAP}data: {{a: b, a: b, a: b}}\n",
}


def _soon(act: Callable[[Path], object], after: float) -> Callable[[Popen[bytes], Path], None]:
    def around(process: Popen[bytes], folder: Path) -> None:
        time.sleep(after)
        try:
            act(folder / "f0001.yaml")
        except OSError:
            return

    return around


def _while_writing(number: int) -> Callable[[Popen[bytes], Path], None]:
    """Return what sends a signal as soon as the first file has been written."""

    def around(process: Popen[bytes], folder: Path) -> None:
        first = folder / "f0000.yaml"
        size = first.stat().st_size
        deadline = time.monotonic() + 15
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if first.stat().st_size != size:
                    break
            except OSError:
                break
            time.sleep(0.001)
        time.sleep(0.01)
        process.send_signal(number)

    return around


def _to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _to_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _to_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


_ACTS: dict[str, Callable[[Path], object]] = {
    "vanishes": lambda path: path.unlink(),
    "is truncated": lambda path: path.write_text(""),
    "grows": lambda path: path.open("a").write("x: y\n"),
    "becomes a folder": _to_folder,
    "becomes a pipe": _to_pipe,
    "becomes a link": _to_link,
    "may not be written": lambda path: path.chmod(0o444),
}


def _two_names(folder: Path) -> None:
    text_of(DEPLOYMENT)(folder)
    os.link(folder / "a.yaml", folder / "b.yaml")


def cases() -> Iterator[Case]:
    """Yield the cases of fixing."""
    for name, text in _DOCUMENTS.items():
        for options in (("--fix",), ("--fix", "--unsafe-fixes"), ("--diff",), ("--diff", "--unsafe-fixes")):
            change = ("*.yaml",) if "--fix" in options else ()
            yield Case(
                "fixes",
                f"{name} {' '.join(options)}",
                tree_of({"a.yaml": text, "other.yaml": _FIXABLE}),
                (*options, "."),
                may_change=change,
                raw_content=True,
            )
    for name, act in _ACTS.items():
        for option in ("--fix", "--diff"):
            for after in (0.15, 0.5, 0.9):
                yield Case(
                    "changes meanwhile",
                    f"a file {name} after {after} s, {option}",
                    tree_of(_MANY),
                    (option, "--jobs", "1", "."),
                    around=_soon(act, after),
                    may_change=("*.yaml",),
                )
        yield Case(
            "changes meanwhile",
            f"a file {name}, no fix",
            tree_of(_MANY),
            ("--jobs", "1", "."),
            around=_soon(act, 0.15),
            may_change=("f0001.yaml",),
        )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL, signal.SIGHUP):
        for turn in range(4):
            yield Case(
                "killed",
                f"{number.name} while files are written, {turn}",
                tree_of(_MANY),
                ("--fix", "--jobs", "2", "."),
                around=_while_writing(number),
                may_change=("*.yaml",),
                exits=frozenset({0, 1, 129, 130, 143, -number}),
            )
    yield Case("links", "a file with two names", _two_names, ("--fix", "."), may_change=("*.yaml",))
    yield Case(
        "links",
        "a link out of the project",
        also(
            text_of(DEPLOYMENT, "../home/outside.yaml"),
            lambda folder: os.symlink("../home/outside.yaml", folder / "a.yaml"),
        ),
        ("--fix", "."),
        as_nobody=False,
    )
    yield Case(
        "links",
        "a folder out of the project",
        also(
            text_of(DEPLOYMENT, "../home/outside.yaml"), lambda folder: os.symlink("../home", folder / "sub")
        ),
        ("--fix", "sub", "."),
        as_nobody=False,
    )
    yield Case(
        "links",
        "a link out, named",
        also(
            text_of(DEPLOYMENT, "../home/outside.yaml"),
            lambda folder: os.symlink("../home/outside.yaml", folder / "a.yaml"),
        ),
        ("--fix", "a.yaml"),
        as_nobody=False,
    )

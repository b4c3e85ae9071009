"""Files are replaced in one step: an old one stays as it was until the new one is complete."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from kwlint.util.files import leads_out, read_file, replace_file


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def new(stream: BinaryIO) -> None:
    stream.write(b"new")


def broken(stream: BinaryIO) -> None:
    stream.write(b"half")
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_mode_and_links_are_kept(mode: int) -> None:
    path = Path("file")
    path.write_text("old")
    path.chmod(mode)
    Path("link").symlink_to("file")
    replace_file("link", new)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)
    assert Path("link").is_symlink()
    assert sorted(os.listdir()) == ["file", "link"]


def test_a_new_file_has_the_mode_of_any_other() -> None:
    replace_file("file", new)
    Path("other").touch()
    assert Path("file").stat().st_mode == Path("other").stat().st_mode


@pytest.mark.parametrize("error", [broken, lambda stream: (_ for _ in ()).throw(SystemExit(143))])
def test_what_fails_leaves_the_old_file(error: object) -> None:
    Path("file").write_text("old")
    with pytest.raises((OSError, SystemExit)):
        replace_file("file", error)  # type: ignore[arg-type]
    assert Path("file").read_text() == "old"
    with pytest.raises((OSError, SystemExit)):
        replace_file("none", error)  # type: ignore[arg-type]
    assert os.listdir() == ["file"]


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EPERM])
def test_a_file_that_cannot_be_replaced_is_written(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    Path("file").write_text("old and longer")

    def refuse(*_: object) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(os, "replace", refuse)
    replace_file("file", new)
    assert Path("file").read_text() == "new"
    assert os.listdir() == ["file"]


def test_pipes_and_devices_are_written_as_they_are() -> None:
    os.mkfifo("pipe")
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(Path("pipe").read_text()))
    reader.start()
    replace_file("pipe", new)
    reader.join(20)
    assert found == ["new"]
    replace_file("/dev/null", new)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert os.listdir() == ["pipe"]


def test_an_open_file_is_written_as_it_is() -> None:
    with open("file", "wb") as stream:
        inode = os.stat("file").st_ino
        replace_file(f"/dev/fd/{stream.fileno()}", new)
    assert (Path("file").read_text(), os.stat("file").st_ino) == ("new", inode)


@pytest.mark.parametrize(
    ("path", "out"),
    [
        ("root/a", False),
        ("root/in", False),
        ("root/out", True),
        ("root/folder/a", True),
        ("elsewhere/a", False),
    ],
)
def test_links_that_lead_out(path: str, out: bool) -> None:
    os.makedirs("root")
    os.makedirs("elsewhere")
    Path("root/in").symlink_to("a")
    Path("root/out").symlink_to("../elsewhere/a")
    Path("root/folder").symlink_to("../elsewhere")
    assert leads_out(path, "root") is out


@pytest.mark.parametrize(("size", "limit", "fits"), [(0, 5, True), (5, 5, True), (6, 5, False)])
def test_the_limit(size: int, limit: int, fits: bool) -> None:
    Path("file").write_bytes(b"x" * size)
    if fits:
        assert read_file("file", limit) == b"x" * size
    else:
        with pytest.raises(OSError, match="larger than the limit"):
            read_file("file", limit)
    if Path("/proc/self/status").exists():
        assert len(read_file("/proc/self/status", 100_000)) > 100


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: Path(path).write_bytes(b"123456")])
def test_nothing_stays_open(make: Callable[[str], object]) -> None:
    make("odd")
    before = os.open(os.devnull, os.O_RDONLY)
    os.close(before)
    with pytest.raises(OSError, match=r"odd|directory"):
        read_file("odd", 5)
    after = os.open(os.devnull, os.O_RDONLY)
    os.close(after)
    assert before == after

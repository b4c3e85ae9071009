"""``--since`` on trees that no git would write and git directories that are broken: bounded, within its folder, one line."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import kwlint.engine.git.checkout
import kwlint.engine.git.child
from kwlint.engine.filters.since import judged_at
from kwlint.errors import KwlintError
from kwlint.util.files import LIMIT

from .repository import KWLINT, Repository, workload

FILE, LINK, FOLDER, SUBMODULE = "100644", "120000", "40000", "160000"
NOWHERE = "1234567890123456789012345678901234567890"


@pytest.fixture
def past(repository: Repository) -> Repository:
    repository.write(old=workload("old", tag="latest"))
    repository.commit("the past")
    repository.write(new=workload("new", tag="latest"))
    return repository


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def store(repository: Repository, content: bytes, kind: str = "blob") -> str:
    """Return the id of an object, which git does not check."""
    command = ["git", "hash-object", "-t", kind, "-w", "--literally", "--stdin"]
    done = subprocess.run(command, cwd=repository.folder, input=content, capture_output=True, check=True)
    return done.stdout.decode().strip()


def tree(repository: Repository, *entries: tuple[str, str, str]) -> str:
    """Return the id of a tree of (mode, name, id)."""
    raw = b"".join(
        f"{mode} {name}".encode() + b"\0" + bytes.fromhex(object_id) for mode, name, object_id in entries
    )
    return store(repository, raw, "tree")


def committed(repository: Repository, *entries: tuple[str, str, str]) -> str:
    return repository.git("commit-tree", "-m", "hostile", tree(repository, *entries))


def files() -> dict[str, str]:
    """Return what stands in the working directory: the beginnings of files, and where links lead."""
    found: dict[str, str] = {}
    for folder, folders, names in os.walk("."):
        for name in [*names, *folders]:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                found[os.path.relpath(path)] = f"-> {os.readlink(path)}"
            elif os.path.isfile(path):
                found[os.path.relpath(path)] = Path(path).read_bytes()[:20].decode()
    return found


def files_at(revision: str) -> dict[str, str]:
    return judged_at(revision, ["."], files) or {}


def climbing(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    inner = tree(repository, (FILE, "evil.yaml", blob))
    return [(FOLDER, "..", inner), (FILE, "../evil.yaml", blob), (FILE, "/evil.yaml", blob)]


def of_git(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    inner = tree(repository, (FILE, "config.yaml", blob))
    return [(FOLDER, ".git", inner), (FOLDER, ".GIT", inner), (FOLDER, ".", inner)]


def through_a_link(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    out = store(repository, str(repository.folder.parent / "outside").encode())
    up = store(repository, b"../../..")
    inner = tree(repository, (FILE, "evil.yaml", blob))
    return [
        (LINK, "a", out),
        (FOLDER, "a", inner),
        (LINK, "b.yaml", up),
        (FOLDER, "b.yaml", inner),
        (LINK, "b.yaml/x.yaml", out),
    ]


def links_out(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    def link(name: str, to: str) -> tuple[str, str, str]:
        return (LINK, name, store(repository, to.encode()))

    inner = tree(repository, link("up", ".."), link("twice.yaml", "up/../outside/x.yaml"))
    return [
        link("absolute.yaml", "/etc/passwd"),
        link("above.yaml", "../outside/x.yaml"),
        link("circle.yaml", "circle.yaml"),
        link("in.yaml", "d/up/d/../text"),
        (FOLDER, "d", inner),
        (FILE, "text", blob),
    ]


def gitignores(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    return [(LINK, ".gitignore", store(repository, b"/dev/zero")), (FILE, "a.yaml", blob)]


def submodules(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    head = repository.git("rev-parse", "HEAD")
    return [(SUBMODULE, "../evil", head), (SUBMODULE, "nothing", NOWHERE), (FILE, "a.yaml", blob)]


def twins(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    other = store(repository, b"other: 1\n")
    inner = tree(repository, (FILE, "b.yaml", other))
    return [(FILE, "a.yaml", blob), (FILE, "a.yaml", other), (FOLDER, "a.yaml", inner)]


def long_names(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    return [(FILE, "x" * 300 + ".yaml", blob), (FILE, "a.yaml", blob)]


def of_other_kinds(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    return [(FILE, "folder.yaml", tree(repository)), (FILE, "a.yaml", blob)]


def odd_names(repository: Repository, blob: str) -> list[tuple[str, str, str]]:
    return [(FILE, "-x.yaml", blob), (FILE, "a\nb\t\x1b.yaml", blob), (FILE, "--help.yaml", blob)]


EVIL = "evil: 1\n"


@pytest.mark.parametrize(
    ("entries", "there"),
    [
        (climbing, {}),
        (of_git, {}),
        (through_a_link, {"a/evil.yaml": EVIL, "b.yaml/evil.yaml": EVIL}),
        (links_out, {"in.yaml": "-> text", "text": EVIL}),
        (gitignores, {"a.yaml": EVIL}),
        (submodules, {"a.yaml": EVIL}),
        (twins, {"a.yaml": EVIL}),
        (long_names, {"a.yaml": EVIL}),
        (of_other_kinds, {"a.yaml": EVIL}),
        (odd_names, {"-x.yaml": EVIL, "a\nb\t\x1b.yaml": EVIL, "--help.yaml": EVIL}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_hostile_trees(
    past: Repository,
    tmp_path: Path,
    temporary: Path,
    entries: Callable[[Repository, str], list[tuple[str, str, str]]],
    there: dict[str, str],
) -> None:
    (tmp_path / "outside").mkdir()
    commit = committed(past, *entries(past, store(past, EVIL.encode())))
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*") if temporary not in path.parents}
    before.pop(temporary)
    assert files_at(commit) == there
    assert not list(temporary.iterdir())
    after = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    after.pop(temporary)
    assert after == before


def test_a_deep_tree(past: Repository, temporary: Path) -> None:
    levels = 1500
    inner = tree(past, (FILE, "a.yaml", store(past, EVIL.encode())))
    for _ in range(levels):
        raw = f"{FOLDER} d".encode() + b"\0" + bytes.fromhex(inner)
        inner = _quickly(past, raw)
    commit = past.git("commit-tree", "-m", "deep", inner)

    def depth() -> int:
        path, count = "d", 0
        while os.path.isdir(path):
            path, count = f"{path}/d", count + 1
        return count

    assert judged_at(commit, ["."], depth) == levels
    assert not list(temporary.iterdir())


def _quickly(repository: Repository, raw: bytes) -> str:
    """Store a tree without a process."""
    import hashlib
    import zlib

    whole = f"tree {len(raw)}".encode() + b"\0" + raw
    object_id = hashlib.sha1(whole).hexdigest()
    path = repository.folder / ".git" / "objects" / object_id[:2] / object_id[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(whole, 1))
    return object_id


def test_a_large_file_is_as_large_and_empty(past: Repository) -> None:
    commit = committed(past, (FILE, "a.yaml", store(past, b"a" * (LIMIT + 1000))))

    def judge() -> tuple[int, int]:
        status = os.stat("a.yaml")
        return status.st_size, status.st_blocks

    size, blocks = judged_at(commit, ["."], judge) or (0, 0)
    assert size == LIMIT + 1
    assert blocks < 100, "it takes no room"


@pytest.mark.parametrize("limit", ["_MOST_LISTED", "_MOST_WRITTEN", "_MOST_BYTES"])
def test_more_than_a_run_can_take(
    past: Repository, temporary: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    # One blob in 10,000 files, by five objects.
    inner, mode = store(past, EVIL.encode()), FILE
    for _ in range(4):
        inner = tree(past, *((mode, f"{number}.yaml", inner) for number in range(10)))
        mode = FOLDER
    commit = past.git("commit-tree", "-m", "bomb", inner)
    assert len(files_at(commit)) == 10_000
    monkeypatch.setattr(kwlint.engine.git.checkout, limit, 5_000)
    with pytest.raises(KwlintError, match=r"^--since: .* than the limit of 5,000 (bytes|files)$"):
        files_at(commit)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("error", [KwlintError("no"), RecursionError(), KeyboardInterrupt(), SystemExit()])
def test_an_error_leaves_nothing_behind(past: Repository, temporary: Path, error: BaseException) -> None:
    here = os.getcwd()

    def judge() -> None:
        (folder,) = temporary.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        raise error

    with pytest.raises(type(error)):
        judged_at("HEAD", ["."], judge)
    assert not list(temporary.iterdir())
    assert os.getcwd() == here


REVISIONS = [
    "--help", "-x", "--all", "--stdin", "HEAD@{99999}", "HEAD@{999999999999}", ":/no such message", ":old.yaml", "refs/*",
    "HEAD..HEAD", "^HEAD", "HEAD HEAD", "HEAD^{tree}", "HEAD:old.yaml", "HEAD^{/[}", "@{upstream}", "no/such@{u}", "@{-1}",
    "HEAD~99999999999999999999", "a\nb", "\x1b[31m", "HEAD;true", "$(true)", NOWHERE, "x" * 5000, "é", "..", ".", "/",
]  # fmt: skip


def test_revisions_that_are_none(past: Repository, temporary: Path) -> None:
    for revision in REVISIONS:
        with pytest.raises(KwlintError) as caught:
            judged_at(revision, ["."], files)
        said = str(caught.value)
        assert said.startswith("--since: ") and said.isprintable(), (revision, said)
    assert not list(temporary.iterdir())


def test_revisions_that_are_some(past: Repository, tmp_path: Path) -> None:
    second = past.commit("another one")
    past.git("branch", "other", "HEAD~1")
    past.git("pack-refs", "--all")
    past.git("clone", "--quiet", str(past.folder), str(tmp_path / "clone"))
    clone = Repository(tmp_path / "clone")
    os.chdir(clone.folder)
    clone.git("fetch", "--quiet", "origin", "other")
    one, both = ["old.yaml"], ["new.yaml", "old.yaml"]
    for revision, expected in (
        ("HEAD", both), ("@", both), (second, both), (second[:8], both), ("main", both), ("HEAD^{/another}", both),
        ("@{upstream}", both), ("main@{0}", both), ("HEAD^{commit}", both), ("HEAD@{0}", both), ("@{push}", both),
        ("HEAD~1", one), ("origin/other", one), ("FETCH_HEAD", one), ("HEAD^{/past}", one),
    ):  # fmt: skip
        assert sorted(files_at(revision)) == expected, revision


@pytest.mark.parametrize("how", ["--shared", "--reference"])
def test_objects_of_another_repository(past: Repository, tmp_path: Path, how: str) -> None:
    options = [how] if how == "--shared" else [how, str(past.folder)]
    past.git("clone", "--quiet", *options, str(past.folder), str(tmp_path / "clone"))
    alternates = tmp_path / "clone" / ".git" / "objects" / "info" / "alternates"
    assert alternates.exists()
    os.chdir(tmp_path / "clone")
    assert files_at("HEAD")
    alternates.write_text("../../../repository/.git/objects\n")
    assert files_at("HEAD")


def test_other_object_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    monkeypatch.chdir(folder)
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    made.write(old=workload("old"))
    made.commit()
    assert sorted(files_at("HEAD")) == ["old.yaml"]


def test_a_partial_clone(past: Repository, tmp_path: Path) -> None:
    past.git("config", "uploadpack.allowFilter", "true")
    for what, asked in (("blob:none", "the object"), ("tree:0", "the files of")):
        clone = tmp_path / what
        past.git("clone", "--quiet", "--no-checkout", f"--filter={what}", past.folder.as_uri(), str(clone))
        os.chdir(clone)
        with pytest.raises(KwlintError) as caught:
            files_at("HEAD")
        said = str(caught.value)
        assert said.startswith(f"--since: {asked}") and said.count("\n") == 0
        assert said.endswith(
            "(this clone is partial; fetch the rest, as with `git fetch --refetch --no-filter`)"
        )
        Repository(clone).git("fetch", "--quiet", "--refetch", "--no-filter")
        assert sorted(files_at("HEAD")) == ["old.yaml"]


@pytest.mark.parametrize("kind", ["blob", "tree", "commit"])
def test_objects_that_are_gone(past: Repository, kind: str) -> None:
    name = {"blob": "HEAD:old.yaml", "tree": "HEAD^{tree}", "commit": "HEAD"}[kind]
    object_id = past.git("rev-parse", name)
    (past.folder / ".git" / "objects" / object_id[:2] / object_id[2:]).unlink()
    with pytest.raises(KwlintError, match=r"^--since: .*`git fsck` says what is missing\)$"):
        files_at("HEAD")


def gitfile(content: bytes) -> Callable[[Path], None]:
    def spoil(git: Path) -> None:
        git.rename(git.parent / "elsewhere")
        git.write_bytes(content)

    return spoil


def replaced(name: str, content: bytes) -> Callable[[Path], None]:
    def spoil(git: Path) -> None:
        (git / name).unlink(missing_ok=True)
        (git / name).parent.mkdir(exist_ok=True)
        (git / name).write_bytes(content)

    return spoil


def linked(name: str, to: str) -> Callable[[Path], None]:
    def spoil(git: Path) -> None:
        (git / name).unlink(missing_ok=True)
        (git / name).symlink_to(to)

    return spoil


def pipe(name: str) -> Callable[[Path], None]:
    def spoil(git: Path) -> None:
        (git / name).unlink(missing_ok=True)
        os.mkfifo(git / name)

    return spoil


def a_device(git: Path) -> None:
    git.rename(git.parent / "elsewhere")
    git.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    "spoil",
    [
        gitfile(b""), gitfile(b"garbage\0\xff\n"), gitfile(b"gitdir: /dev/zero"), gitfile(b"gitdir: \0"), gitfile(b"gitdir: .git"),
        gitfile(b"gitdir: ../nothing\x1b[31m"), gitfile(b"gitdir: x" * 100_000), a_device,
        replaced("HEAD", b"garbage"), replaced("HEAD", b""), replaced("HEAD", b"ref: ../../x"), linked("HEAD", "/dev/zero"), pipe("HEAD"),
        replaced("HEAD", b"ref: refs/heads/../../../x"), replaced("config", b"[garbage"), linked("config", "/dev/zero"), pipe("config"),
        replaced("commondir", b"\0"), replaced("commondir", b"/dev"), linked("commondir", "/dev/zero"),
        replaced("refs/heads/main", b"garbage"), pipe("refs/heads/main"), linked("refs/heads/main", "main"),
    ],
)  # fmt: skip
def test_a_git_directory_that_is_broken(
    past: Repository, temporary: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(kwlint.engine.git.child, "PATIENCE", 0.5)
    spoil(past.folder / ".git")
    with pytest.raises(KwlintError) as caught:
        judged_at("HEAD", ["."], files)
    said = str(caught.value)
    assert said.startswith("--since: ") and said.isprintable() and len(said) < 1000, said
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    "spoil",
    [linked("packed-refs", "/dev/zero"), linked("shallow", "/dev/zero"), pipe("shallow"), linked("FETCH_HEAD", "/dev/zero")],
)  # fmt: skip
def test_a_git_directory_that_is_broken_elsewhere(past: Repository, spoil: Callable[[Path], None]) -> None:
    spoil(past.folder / ".git")
    assert sorted(files_at("HEAD")) == ["old.yaml"]


@pytest.mark.skipif(sys.platform != "linux", reason="memory of another process is limited there only")
def test_memory_has_a_limit(past: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kwlint.engine.git.child, "_MEMORY", 64 * 1024 * 1024)
    linked("refs/heads/main", "/dev/zero")(past.folder / ".git")
    with pytest.raises(KwlintError, match=r"(?i)out of memory"):
        files_at("HEAD")


SLOW = '#!/bin/sh\necho $$ > "{0}"\n{1} 60 &\necho $! >> "{0}"\nwait\n'


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git that never ends; the file has the ids of its processes when it has begun."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(SLOW.format(tmp_path / "started", shutil.which("sleep")))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "started"


def assert_ended(started: Path) -> None:
    for process in started.read_text().split():
        until = time.monotonic() + 20
        while _is_running(process):
            assert time.monotonic() < until
            time.sleep(0.02)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    # Where nobody waits for orphans they stay as zombies.
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_git_that_hangs(
    past: Repository, slow: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kwlint.engine.git.child, "PATIENCE", 1.0)
    with pytest.raises(KwlintError) as caught:
        files_at("HEAD")
    assert str(caught.value) == "--since: git gave no answer within 1 seconds"
    assert_ended(slow)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT])
def test_a_signal_leaves_nothing_behind(
    past: Repository, slow: Path, temporary: Path, number: signal.Signals
) -> None:
    command = [*KWLINT, "--since", "HEAD"]
    with subprocess.Popen(command, cwd=past.folder, stderr=subprocess.PIPE) as process:
        while len(slow.read_text().split() if slow.exists() else "") < 2:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        process.communicate()
    assert process.returncode == 130
    assert_ended(slow)
    assert not list(temporary.iterdir())

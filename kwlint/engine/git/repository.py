"""Git: reads revisions and objects of a repository by a git that sees nothing of what the repository configures.

The configuration and the hooks of a checkout name programs in dozens of places, and a new git brings new ones, so none
is forbidden by name. Git is run in a repository of our own, which borrows the other's refs and objects by links and takes
over the few keys of its configuration that say how those are written. The user's and the system's configuration are not
read, and of the environment next to nothing is passed on. As nothing is obeyed, it does not matter whose the repository is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from contextlib import AbstractContextManager, suppress

from kwlint.engine.git.child import FailedError, Output, running
from kwlint.engine.git.located import Located, is_in, line_of
from kwlint.errors import KwlintError
from kwlint.util.characters import one_line
from kwlint.util.files import LIMIT, read_file

# How much of a configuration is read, and of a list of what was fetched.
_CONFIGURATION = 8 * 1024 * 1024
# Without them some installations do not find their own libraries.
_INHERITED = ("LD_LIBRARY_PATH", "DEVELOPER_DIR", "SYSTEMROOT")
_ENVIRONMENT = {
    # No configuration but that of the repository; before 2.32 git finds the user's by HOME alone.
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    # Nothing is fetched: by a git that knows the first, and by one that fetches only over the protocols that it may.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_CONFIG = "[core]\n\trepositoryformatversion = {version}\n\tbare = true\n\thooksPath = {devnull}\n\tfsmonitor = false\n"
# The keys that are taken over: how objects and refs are written, and what `@{upstream}` and `@{push}` mean.
_FORMATS = {"extensions.objectformat": ("sha1", "sha256"), "extensions.refstorage": ("files", "reftable")}
_MEANINGS = re.compile(
    r"branch\..*\.(?:remote|merge|pushremote)|remote\..*\.(?:fetch|push)|remote\.pushdefault|push\.default",
    re.S,
)
_PARTIAL = re.compile(r"extensions\.partialclone|remote\..*\.promisor", re.S)
# HEAD, FETCH_HEAD and the like.
_HEAD = re.compile(r"ref:\s*refs/|[0-9a-f]{40}")
_HEADS = re.compile(r"(?:[A-Z]+_)*HEAD")
_UNSHALLOW = "this clone is shallow; fetch its history, as with `git fetch --unshallow`"
_OBJECT_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?\n")
_INTRODUCTION = re.compile(r"(?:fatal|error): *")


class Repository:
    """A repository of our own, in a folder of our own, that has the refs and objects of another."""

    __slots__ = ("_environment", "_folder", "_git", "_program", "is_partial", "is_shallow", "located")

    def __init__(self, located: Located, folder: str, program: str) -> None:
        """Make it in a folder that does not exist yet. Raises KwlintError for one that cannot be read."""
        self.located = located
        self._folder, self._git, self._program = folder, os.path.join(folder, "own"), program
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._environment = {
            **inherited,
            **_ENVIRONMENT,
            "PATH": os.path.dirname(program),
            "HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "GIT_DIR": self._git,
        }
        self._borrow(_CONFIG.format(version=0, devnull=os.devnull))
        self.is_shallow = os.path.lexists(os.path.join(located.common, "shallow"))
        entries = self._configuration()
        self.is_partial = any(_PARTIAL.fullmatch(key) for key, _ in entries)
        self._configure(entries)

    def like(self, located: Located, folder: str) -> Repository:
        """Return one that has the refs and objects of another repository. Raises KwlintError."""
        return Repository(located, folder, self._program)

    def _borrow(self, config: str) -> None:
        """Lay out the repository: what git follows is linked, what it reads as a whole is copied within limits."""
        own, common = self.located.own, self.located.common
        shared = os.path.join(self._folder, "common")
        os.makedirs(self._git)
        os.mkdir(shared)
        for name in ("refs", "logs", "reftable"):
            _link(os.path.join(own, name), os.path.join(self._git, name))
        for name in ("refs", "logs", "reftable", "packed-refs", "objects", "shallow"):
            _link(os.path.join(common, name), os.path.join(shared, name))
        try:
            names = [name for name in os.listdir(own) if _HEADS.fullmatch(name)]
        except OSError as error:
            raise KwlintError(f"--since: {one_line(own)}: {error.strerror}") from None
        for name in names:
            head = os.path.join(own, name)
            if name != "HEAD":
                with suppress(OSError):
                    _write(os.path.join(self._git, name), os.fsdecode(read_file(head, _CONFIGURATION)))
                continue
            # A link as git wrote it when it was young.
            target = os.readlink(head) if os.path.islink(head) else ""
            content = f"ref: {target}" if target.startswith("refs/") else line_of(head)
            if not _HEAD.match(content):
                raise KwlintError(f"--since: {one_line(head)} is no file of git")
            _write(os.path.join(self._git, name), content)
        _write(os.path.join(self._git, "commondir"), os.path.join(os.pardir, "common"))
        _write(os.path.join(shared, "config"), config)

    def _configuration(self) -> list[tuple[str, str]]:
        """Return the keys and values of the other repository's configuration, in order, without what it includes."""
        path = os.path.join(self.located.common, "config")
        try:
            text = read_file(path, _CONFIGURATION)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise KwlintError(f"--since: {one_line(path)}: {error.strerror}") from None
        try:
            listed = self.output(["config", "--file", "-", "--no-includes", "--null", "--list"], text)
        except FailedError as error:
            raise KwlintError(f"--since: {one_line(path)} cannot be read: {_first_line(error)}") from None
        entries = [entry.partition("\n") for entry in os.fsdecode(listed).split("\0")[:-1]]
        return [(key, value) for key, _, value in entries]

    def _configure(self, entries: list[tuple[str, str]]) -> None:
        kept = [
            (key, value)
            for key, value in entries
            if value in _FORMATS.get(key, ()) or _MEANINGS.fullmatch(key)
        ]
        version = int(any(key in _FORMATS for key, _ in kept))
        lines = [_CONFIG.format(version=version, devnull=os.devnull)]
        for key, value in kept:
            section, _, rest = key.partition(".")
            inner, _, name = rest.rpartition(".")
            head = f"[{section} {_quoted(inner)}]" if inner else f"[{section}]"
            lines.append(f"{head}\n\t{name} = {_quoted(value)}\n")
        _write(os.path.join(self._folder, "common", "config"), "".join(lines))

    def commit(self, revision: str) -> str | None:
        """Return the id of a revision's commit, or None for HEAD before the first. Raises KwlintError for no revision."""
        # What begins with a hyphen is an option to git, and no name of a ref.
        if revision.startswith("-"):
            raise self._unknown(revision, "")
        commit, said = self._parsed(f"{revision}^{{commit}}")
        if commit is not None:
            return commit
        without_commit, reason = self._parsed(revision)
        if without_commit is not None and said:
            raise KwlintError(f"--since: `{one_line(revision)}` is no commit")
        # Git takes the word of a whole id.
        if without_commit not in (None, revision):
            raise self.missing(f"the commit of `{one_line(revision)}` is missing")
        if revision == "HEAD" and self._is_unborn():
            return None
        raise self._unknown(revision, reason)

    def has(self, commit: str) -> bool:
        """Return whether the object of a commit's id is there."""
        return self._parsed(f"{commit}^{{commit}}")[0] is not None

    def _parsed(self, expression: str) -> tuple[str | None, str]:
        """Return the id that an expression stands for, or None and what git says of it, if anything."""
        try:
            found = self.output(["rev-parse", "--verify", "--quiet", expression])
        except FailedError as error:
            return None, _first_line(error)
        # A range is more than one line, or negated.
        return (found.decode().strip(), "") if _OBJECT_ID.fullmatch(found) else (None, "")

    def _is_unborn(self) -> bool:
        try:
            self.output(["symbolic-ref", "--quiet", "HEAD"])
        except FailedError:
            return False
        return True

    def _unknown(self, revision: str, reason: str) -> KwlintError:
        hint = _UNSHALLOW if self.is_shallow else reason
        return KwlintError(f"--since: git knows no revision `{one_line(revision)}`", hint)

    def missing(self, message: str) -> KwlintError:
        """Return the error for objects that are not in the repository, with what fetches them."""
        hint = "`git fsck` says what is missing"
        if self.is_partial:
            hint = "this clone is partial; fetch the rest, as with `git fetch --refetch --no-filter`"
        elif self.is_shallow:
            hint = _UNSHALLOW
        return KwlintError(f"--since: {message}", hint)

    def listing(self, commit: str, limit: int) -> bytes:
        """Return what ``git ls-tree -r -z`` prints of a commit, at most ``limit`` bytes. Raises KwlintError."""
        try:
            return self.output(["ls-tree", "-r", "-z", "--full-tree", commit], limit=limit)
        except FailedError as error:
            raise self.missing(f"the files of {commit[:12]} cannot be listed: {_first_line(error)}") from None

    def sizes(self, ids: list[str]) -> dict[str, int]:
        """Return the sizes of those objects that are blobs. Raises KwlintError for objects that are not there."""
        if not ids:
            return {}
        found: dict[str, int] = {}
        try:
            listed = self.output(["cat-file", "--batch-check", "--buffer"], _lines(ids))
        except FailedError as error:
            raise self.missing(f"objects cannot be read: {_first_line(error)}") from None
        for line in listed.decode().splitlines():
            name, kind, *size = line.split(" ")
            if kind == "missing":
                raise self.missing(f"the object {name[:12]} is missing")
            if kind == "blob":
                found[name] = int(size[0])
        return found

    def blobs(self, ids: list[str]) -> Generator[tuple[str, bytes]]:
        """Yield the ids of blobs with their content, one after the other. Raises KwlintError for what is not there."""
        if not ids:
            return
        with self._running(["cat-file", "--batch", "--buffer"], _lines(ids)) as output:
            for each in ids:
                about = output.line().decode().split()
                if about[:2] != [each, "blob"]:
                    raise self.missing(f"the object {each[:12]} cannot be read")
                yield each, output.take(int(about[2]))
                output.take(1)
            output.rest(0)

    def output(self, arguments: list[str], text: bytes = b"", limit: int = LIMIT) -> bytes:
        """Return what a git command prints, at most ``limit`` bytes. Raises FailedError where it fails, else KwlintError."""
        with self._running(arguments, text) as output:
            return output.rest(limit)

    def _running(self, arguments: list[str], text: bytes) -> AbstractContextManager[Output]:
        return running("--since: git", [self._program, *arguments], text, self._folder, self._environment)


def program(top: str) -> str:
    """Return the path of git: the first on PATH that is absolute and not in a working tree, which may bring one of its own.

    Raises KwlintError where there is none.
    """
    for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(entry, "git")
        if os.path.isabs(entry) and os.path.isfile(path) and os.access(path, os.X_OK):
            places = (os.path.normpath(path), os.path.realpath(entry), os.path.realpath(path))
            if top == os.path.dirname(top) or not any(is_in(place, top) for place in places):
                return path
    raise KwlintError(
        "--since needs git, which is not installed", "it must be on PATH, outside of the repository"
    )


def _link(to: str, path: str) -> None:
    if os.path.isfile(to) or os.path.isdir(to):
        os.symlink(to, path)


def _write(path: str, text: str) -> None:
    with open(path, "wb") as stream:
        stream.write(os.fsencode(text))


def _lines(ids: list[str]) -> bytes:
    return "".join(f"{each}\n" for each in ids).encode()


def _quoted(text: str) -> str:
    """Return a value, or the middle part of a key, as git's configuration has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _first_line(error: FailedError) -> str:
    """Return the line that says why git failed; nothing where it keeps silent."""
    lines = [line.strip() for line in error.said.splitlines() if line.strip()]
    line = next((line for line in lines if _INTRODUCTION.match(line)), lines[0] if lines else "")
    return one_line(_INTRODUCTION.sub("", line, count=1))[:300]

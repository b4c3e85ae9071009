"""Runs cases: each in a fresh folder and process of its own, under limits of memory and time, and flags what went wrong."""

from __future__ import annotations

import fnmatch
import os
import re
import resource
import signal
import stat
import subprocess
import tempfile
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from kwlint.dev.hostile.case import Case, Result

_NOBODY = 65534
# Controls but line feed and tab, DEL, C1, separators of lines and paragraphs, overrides and isolates of direction.
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ANNOTATIONS = {"error", "warning", "notice", "group", "endgroup"}
_COMMAND = re.compile(r"\s*::([^\s:]+)[^:]*::(.*)")


class Harness:
    """Runs cases with one kwlint. ``memory`` is in MiB, ``seconds`` is the time that a run may take."""

    def __init__(self, kwlint: list[str], memory: int = 1024, seconds: float = 20) -> None:
        self.kwlint = kwlint
        self.memory = memory
        self.seconds = seconds
        # Only root can become nobody, and nobody may not reach a Python below root's home.
        self.asks_nobody = not os.geteuid() and _starts(kwlint)

    def run(self, case: Case) -> Result:
        """Run a case, and where this is root once more as nobody, whose answer must be the same."""
        result = self._run(case, None)
        if result.flags or not self.asks_nobody or not case.as_nobody or case.around is not None:
            return result
        other = self._run(case, _NOBODY)
        if other.flags:
            return replace(other, flags=tuple(f"{flag} as nobody" for flag in other.flags))
        if (other.exit, other.words) != (result.exit, result.words):
            return replace(result, flags=("NOBODY",), words=f"{result.words} / as nobody: {other.words}")
        return result

    def _run(self, case: Case, user: int | None) -> Result:
        root = Path(tempfile.mkdtemp(prefix="hostile-"))
        try:
            return self._run_in(case, root, user)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            return Result(case, ("NOT TRIED",), 0, 0.0, 0, f"{type(error).__name__}: {error}")
        finally:
            # Folders nest deeper here than Python's own functions go.
            subprocess.run(["chmod", "-R", "u+rwX", root], stderr=subprocess.DEVNULL, check=False)
            subprocess.run(["rm", "-rf", root], check=False)

    def _run_in(self, case: Case, root: Path, user: int | None) -> Result:
        work, scratch, home = root / "work", root / "tmp", root / "home"
        for folder in (root, work, scratch, home):
            folder.mkdir(exist_ok=True)
            os.chmod(folder, 0o755)
        mark = root / "EXECUTED"
        case.make(work)
        if user is not None:
            for folder in (work, scratch, home):
                _hand_over(folder, user)
        mark.unlink(missing_ok=True)
        before = _tree(root)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(scratch),
            "LC_ALL": "C.UTF-8",
            "MARK": str(mark),
            **{key: value.replace("{root}", str(root)) for key, value in case.environment.items()},
        }
        out_path, err_path = root / "out", root / "err"
        bound = self.memory * 1024 * 1024

        def prepare() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if case.before is not None:
                case.before()

        stdin = subprocess.PIPE if isinstance(case.stdin, bytes) else subprocess.DEVNULL
        source = open(case.stdin, "rb") if isinstance(case.stdin, str) else None  # noqa: SIM115
        start = time.monotonic()
        with open(out_path, "wb") as out, open(err_path, "wb") as err:
            process = subprocess.Popen(
                [*self.kwlint, *(word.replace("{root}", str(root)) for word in case.command)],
                stdin=source or stdin,
                stdout=out,
                stderr=err,
                env=environment,
                cwd=work,
                preexec_fn=prepare,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=[] if user is not None else None,
            )
            if case.around is not None:
                case.around(process, work)
            ended = True
            try:
                process.communicate(case.stdin if isinstance(case.stdin, bytes) else None, self.seconds)
            except subprocess.TimeoutExpired:
                ended = False
            except BrokenPipeError:
                process.wait(self.seconds)
        took = time.monotonic() - start
        left = _end(process.pid)
        process.wait()
        if case.around is not None:
            time.sleep(0.1)  # for a process that takes away what a killed one left
        if source is not None:
            source.close()
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        words_out, words_err = _read(out_path), _read(err_path)
        flags = [] if ended else ["HANG"]
        if left and ended:
            flags.append("PROCESS")
        flags += _said(case, process.returncode, words_out, words_err) if ended else []
        if mark.exists():
            flags.append("EXEC")
        flags += _touched(case, before, _tree(root))
        words = " ".join(
            _plain(line, root) for line in [*words_err.splitlines()[-1:], *words_out.splitlines()[-1:]]
        )
        return Result(case, tuple(flags), process.returncode, took, memory, words[:300])


def _starts(command: list[str]) -> bool:
    """Return whether nobody may start a command."""
    try:
        words = [*command, "--version"]
        done = subprocess.run(
            words, user=_NOBODY, group=_NOBODY, extra_groups=[], capture_output=True, cwd="/", check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def _plain(line: str, root: Path) -> str:
    return RAW.sub("?", line.replace(str(root), ""))


def _read(path: Path) -> str:
    with open(path, "rb") as stream:
        return stream.read(64 * 1024 * 1024).decode("utf-8", "surrogateescape")


def _hand_over(folder: Path, user: int) -> None:
    subprocess.run(["chown", "-hR", f"{user}:{user}", folder], check=True)


def _end(group: int) -> bool:
    """End what is left of a run's processes; return whether anything was."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            break
        if all(_is_zombie(group) for _ in (0,)):
            return False
        time.sleep(0.02)
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _is_zombie(group: int) -> bool:
    """Return whether only processes that have ended are left in a group."""
    for entry in os.scandir("/proc") if os.path.isdir("/proc") else ():
        if entry.name.isdecimal():
            try:
                with open(f"/proc/{entry.name}/stat", encoding="utf-8", errors="replace") as stream:
                    fields = stream.read().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[2] == str(group) and fields[0] != "Z":
                return False
    return True


def _said(case: Case, code: int, out: str, err: str) -> list[str]:
    flags = []
    if "kwlint itself failed" in err:
        flags.append("ITSELF")
    if "Traceback (most recent call last)" in err or "Exception ignored" in err:
        flags.append("TRACEBACK")
    if "KW003" in out and case.arguments[:1] not in (("rules",), ("explain",), ("config",)):
        flags.append("KW003")
    if code not in case.exits:
        flags.append(f"EXIT {code}")
    if RAW.search(err):
        flags.append("RAWERR")
    shown = (
        "\n".join(line for line in out.split("\n") if line[:3] in ("---", "+++")) if case.raw_content else out
    )
    if RAW.search(shown):
        flags.append("RAWOUT")
    if any(not line.startswith("kwlint: ") for line in err.splitlines()) and "usage:" not in err.lower():
        flags.append("LINES")
    if "github" in case.arguments or "GITHUB_ACTIONS" in case.environment:
        flags += forged(out)
        flags += forged(err)
    return flags + (case.check(out, err) if case.check is not None else [])


def forged(text: str) -> list[str]:
    """Return a flag where a runner of GitHub would find another command in a text than annotations and groups."""
    stopped = ""
    for line in text.split("\n"):
        match = _COMMAND.match(line)
        if stopped:
            stopped = "" if line.strip() == f"::{stopped}::" else stopped
        elif match is not None and match[1] == "stop-commands" and len(match[2]) > 15:
            stopped = match[2].strip()
        elif (match is not None and match[1] not in _ANNOTATIONS) or "##[" in line:
            return ["FORGED"]
    return []


def _tree(root: Path) -> dict[str, str]:
    """Return what stands below a folder by path: the kind of each entry, and the content of files."""
    found: dict[str, str] = {}
    for name in ("work", "tmp", "home"):
        waiting = [root / name]
        while waiting:
            folder = waiting.pop()
            try:
                entries = list(os.scandir(folder))
            except OSError:
                continue
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:  # deeper than paths go
                    continue
                kind = oct(stat.S_IFMT(status.st_mode))
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_symlink():
                    kind += os.readlink(entry.path)
                elif entry.is_file() and status.st_size < 32 * 1024 * 1024:
                    try:
                        kind += sha256(Path(entry.path).read_bytes()).hexdigest()
                    except OSError:
                        kind += str(status.st_size)
                found[os.path.relpath(entry.path, root)] = kind
    return found


def _touched(case: Case, before: dict[str, str], after: dict[str, str]) -> list[str]:
    flags = []
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path):
            continue
        inner = path.partition("/")[2]
        if path.startswith("tmp/") or ".kwlint-" in path:
            flags.append(f"TMPLEFT {inner}")
        elif path.startswith("home/"):
            if not inner.startswith(".cache"):
                flags.append(f"CHANGED {path}")
        elif not any(fnmatch.fnmatchcase(inner, pattern) for pattern in case.may_change):
            flags.append(f"CHANGED {inner}")
    return flags[:3]

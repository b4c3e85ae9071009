"""What a person at a terminal, or a shell, does to a run: interrupts, closed pipes, and waiting."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .repository import KWLINT, Repository, workload

# kwlint, with rules that take their time and workers for few objects.
SLOW = """\
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started with it ignored
from kwlint.engine import execute, parallel
from kwlint.util import progress
parallel.spread.__defaults__ = (2,)
progress.PATIENCE = 0.05
quick = execute.Executor.run
def slow(self, resources, scope=None):
    open(f"working-{__import__('os').getpid()}", "w").close()
    time.sleep(SECONDS)
    return quick(self, resources, scope)
execute.Executor.run = slow
from kwlint.cli.main import main
sys.argv = ["kwlint", *sys.argv[1:]]
main()
"""


def slow(seconds: float, *arguments: str) -> list[str]:
    return [sys.executable, "-c", SLOW.replace("SECONDS", str(seconds)), "--no-cache", *arguments]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def shop(repository: Repository) -> Repository:
    for number in range(8):
        repository.write(**{f"app{number}": workload(f"app{number}", tag="latest")})
    return repository


@pytest.mark.parametrize("group", [True, False], ids=["the terminal's processes", "the parent alone"])
@pytest.mark.parametrize("jobs", [1, 3])
def test_an_interrupt_ends_all_processes(shop: Repository, jobs: int, group: bool) -> None:
    with subprocess.Popen(
        slow(600, "--jobs", str(jobs)),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            while len(list(Path().glob("working-*"))) < jobs:
                assert process.poll() is None
                time.sleep(0.02)
            (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
            # Far less than what is left to do takes.
            stdout, stderr = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert stdout == ""
    assert stderr.split("\n") in (["kwlint: interrupted", ""], ["", "kwlint: interrupted", ""])
    workers = [int(path.name.partition("-")[2]) for path in Path().glob("working-*")]
    assert len(workers) == jobs
    assert not any(map(alive, workers))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_workers_end_with_their_parent(shop: Repository, number: signal.Signals) -> None:
    with subprocess.Popen(
        slow(600, "--jobs", "3"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            while len(list(Path().glob("working-*"))) < 3:
                assert process.poll() is None
                time.sleep(0.02)
            process.send_signal(number)
            process.wait(60)
        finally:
            process.kill()
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)
    workers = [int(path.name.partition("-")[2]) for path in Path().glob("working-*")]
    deadline = time.monotonic() + 60
    while any(map(running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(running, workers))


def running(pid: int) -> bool:
    """Return whether a process is alive and not only waited for, which nobody may do here."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return Path("/proc").exists() is False and alive(pid)


def drawn_on(master: int) -> str:
    """Return what a terminal was sent, all of it, and close it."""
    drawn = b""
    try:
        while chunk := os.read(master, 4096):
            drawn += chunk
    except OSError:  # the other end is closed
        pass
    os.close(master)
    return drawn.decode()


@pytest.mark.parametrize("jobs", [1, 3])
def test_progress_on_a_terminal_is_erased(shop: Repository, jobs: int) -> None:
    master, terminal = os.openpty()
    with subprocess.Popen(
        slow(0.1, "--jobs", str(jobs)),
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm"},
    ) as process:
        os.close(terminal)
        stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    text = drawn_on(master)
    assert text.endswith("\r\x1b[K"), "nothing is left of it"
    lines = text.split("\r\x1b[K")
    assert lines[0] == lines[-1] == ""
    assert all(re.fullmatch(r"kwlint: [a-z ]+, \d+ %", line) for line in lines[1:-1])
    percents = [int(line.split()[-2]) for line in lines[1:-1] if line.startswith("kwlint: judging objects, ")]
    assert percents == sorted(set(percents))
    assert len(percents) > 1
    assert b"kwlint: judging" not in stdout


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """Return what kwlint prints to standard output that is a terminal."""
    master, terminal = os.openpty()
    with subprocess.Popen(
        [*KWLINT, *arguments],
        stdout=terminal,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm", **environment},
    ) as process:
        os.close(terminal)
        drawn = drawn_on(master)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    return drawn.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("environment", "styled"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
@pytest.mark.parametrize("columns", [40, 72, 250])
def test_a_page_on_a_terminal(environment: dict[str, str], styled: bool, columns: int) -> None:
    shown = on_a_terminal("explain", "STS002", COLUMNS=str(columns), **environment)
    assert ("\x1b[" in shown) is styled
    assert shown.startswith("\x1b[1mSTS002 " if styled else "# STS002 ")
    assert "```" not in shown
    lines = re.sub(r"\x1b\[\d*m", "", shown).split("\n")
    longest = max(
        len(line) for line in lines if " " in line and "://" not in line and not line.startswith("    ")
    )
    assert min(columns, 100) * 0.7 < longest <= min(columns, 100)


def test_a_page_elsewhere_is_markdown(repository: Repository) -> None:
    shown = repository.kwlint("explain", "STS002", code=0).stdout
    assert shown.startswith("# STS002 service-not-headless\n")
    assert "\n## Why\n" in shown and "\n```yaml\n" in shown


@pytest.mark.parametrize(
    ("environment", "styled"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours(shop: Repository, environment: dict[str, str], styled: bool) -> None:
    assert ("\x1b[" in on_a_terminal("app0.yaml", **environment)) is styled


@pytest.mark.parametrize("arguments", [[], ["--quiet"], ["--since", "HEAD"]])
def test_no_progress_elsewhere(shop: Repository, arguments: list[str]) -> None:
    shop.commit()
    done = subprocess.run(slow(0.05, *arguments), capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_short_run_shows_nothing(shop: Repository) -> None:
    master, terminal = os.openpty()
    subprocess.run([*KWLINT, "--no-cache"], stdout=subprocess.DEVNULL, stderr=terminal, check=False)
    os.write(terminal, b"end")
    assert os.read(master, 100) == b"end"
    os.close(master)
    os.close(terminal)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--format", "json"], 1),
        (["--format", "sarif"], 1),
        (["--fail-on", "never"], 0),
        (["rules"], 0),
        (["explain", "STS002"], 0),
        (["config"], 0),
        (["--diff"], 0),
    ],
)
def test_a_closed_pipe_is_no_error(shop: Repository, arguments: list[str], code: int) -> None:
    for number in range(400):
        shop.write(**{f"more{number}": workload(f"more{number}", tag="latest")})
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*KWLINT, *arguments], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (code, "")


def test_standard_output_that_is_closed_from_the_start(shop: Repository) -> None:
    command = ["bash", "-c", '"$@" >&-', "bash", *KWLINT]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--write-baseline"], 0), (["no-such-file"], 2), (["--since", "none"], 2)]
)
def test_standard_error_that_nobody_reads(shop: Repository, arguments: list[str], code: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*KWLINT, *arguments], stderr=writer, stdout=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert done.returncode == code

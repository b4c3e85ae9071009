"""The edges of a process: streams that are closed or full, too few handles, signals, and names that look like options."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kwlint.cli import main
from tests.engine.running import write

ROOT = str(Path(__file__).parent.parent.parent)
WARNED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:latest'}]}\n"
)


def kwlint(
    *arguments: str, before: Callable[[], object] | None = None, redirect: str = "", **variables: str
) -> tuple[int, str, str]:
    """Run kwlint in a shell, which redirects its streams; return exit code, output and errors."""
    done = subprocess.run(
        ["bash", "-c", f'"$@" {redirect}', "bash", sys.executable, "-m", "kwlint", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, preexec_fn=before,
        env={**os.environ, "PYTHONPATH": ROOT, **variables},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr
    return done.returncode, done.stdout, done.stderr


FULL = "kwlint: standard output cannot be written: no space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "words", ["--help", "--version", "check --help", "rules", "config", "explain STS002", ""]
)
def test_a_full_device(words: str, unbuffered: str) -> None:
    write({"a.yaml": WARNED})
    said = kwlint(*words.split(), redirect=">/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert said == (2, "", FULL)


def test_completion_that_no_shell_asks_for() -> None:
    code, out, err = kwlint(_KWLINT_COMPLETE="x")
    assert (code, out) == (2, "")
    assert err.startswith("kwlint: _KWLINT_COMPLETE is `x` in the environment")
    assert kwlint(redirect=">/dev/full", _KWLINT_COMPLETE="bash_source") == (2, "", FULL)


@pytest.mark.parametrize("redirect", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(redirect: str) -> None:
    write({"a.yaml": WARNED})
    assert kwlint("a.yaml", redirect=redirect)[0] == 1
    assert kwlint("--help", redirect=redirect)[0] == 0


def test_a_standard_input_that_is_closed() -> None:
    message = "kwlint: standard input is closed (pipe something into it, or name a file)\n"
    assert kwlint("-", redirect="<&-") == (2, "", message)


@pytest.mark.parametrize("handles", [6, 8, 12])
def test_few_handles(handles: int) -> None:
    write({"a.yaml": WARNED})

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))

    assert kwlint("a.yaml", "--no-cache", before=limit)[0] == 1


def test_a_working_directory_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    for words in (["."], [], ["--format", "json", "-"], ["config"]):
        done = subprocess.run(
            ["bash", "-c", f'cd {gone} && rmdir {gone} && "$@"', "bash", sys.executable, "-m", "kwlint", *words],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": ROOT},
        )  # fmt: skip
        expected = "kwlint: the working directory is gone (change to another)\n"
        assert (done.returncode, done.stdout, done.stderr) == (2, "", expected), words
        gone.mkdir()


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (MemoryError(), 3, "there is not enough memory for this run"),
        (RecursionError(), 3, "nested deeper than can be followed"),
        (OSError(24, "Too many open files", "a"), 2, "too many files are open"),
    ],
)
def test_what_the_machine_has_not_is_no_bug(
    error: Exception,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("kwlint.engine.session.load", fail)
    monkeypatch.setattr(sys, "argv", ["kwlint"])
    with pytest.raises(SystemExit) as caught:
        main.main()
    said = capsys.readouterr().err
    assert caught.value.code == code
    assert words in said and "bug" not in said and said.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_ends_a_process_ends_it_in_order(number: signal.Signals, tmp_path: Path) -> None:
    script = (
        "import sys, tempfile, time\n"
        "from kwlint.engine import session\n"
        "def slow(*_):\n"
        "    with tempfile.TemporaryDirectory(dir='.'):\n"
        "        print('working', flush=True)\n"
        "        try: time.sleep(60)\n"
        "        except Exception: pass\n"
        "session.load = slow\n"
        "from kwlint.cli.main import main\n"
        "sys.argv = ['kwlint', '.']\n"
        "main()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": ROOT},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"working\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (128 + number, b"")
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("--config=off.yaml", ["--config=off.yaml", "a.yaml"], 2),
        ("--config=off.yaml", ["a.yaml", "--config=off.yaml"], 2),
        ("--fix", ["--fix"], 2),
        ("-q", ["check", "-q", "a.yaml"], 2),
        ("--config=off.yaml", ["--", "--config=off.yaml", "a.yaml"], 1),
        ("--config=off.yaml", ["./--config=off.yaml", "a.yaml"], 1),
        ("--config=off.yaml", ["-q", "a.yaml"], 1),
        ("--other", ["--config=off.yaml", "a.yaml"], 0),
    ],
)
def test_an_option_that_is_a_file_too(name: str, words: list[str], code: int) -> None:
    write({"a.yaml": WARNED, name: WARNED.replace("name: a}", "name: b}", 1), "off.yaml": "ignore: [all]\n"})
    found, _, err = kwlint(*words)
    assert found == code
    if code == 2:
        assert err.startswith(
            f"kwlint: {name} is an option, and a file has this name (write ./{name} for the file"
        )


def test_patterns_that_match_nothing_are_said() -> None:
    write({"a.yaml": WARNED, "b/c.yaml": WARNED.replace("{name: a}", "{name: b}", 1)})
    write({"kwlint.yaml": "exclude: [none.yaml, b/, '!b/d']\nper-path: {'/a.yaml': {}, 'd/**': {}}\n"})
    said = [
        f"kwlint: kwlint.yaml:{place}: the pattern `{text}` matches no file\n"
        for place, text in (("1:11", "none.yaml"), ("1:26", "!b/d"), ("2:27", "d/**"))
    ]
    for option in ("-v", "--verbose"):
        assert kwlint(option)[2] == "".join(said)
    assert kwlint()[2] == ""


def test_configurations_that_do_not_count_are_said() -> None:
    write({"a/kwlint.yaml": "preset: strict\n", "b/.kwlint.yml": "preset: strict\n", "c.yaml": WARNED})
    expected = (
        "kwlint: a/kwlint.yaml and 1 more are not read: a run has one configuration, which is found upward "
        "from its first path\n"
    )
    assert kwlint()[2] == expected
    assert kwlint("-q")[2] == kwlint("--isolated", ".")[2] == ""
    assert kwlint("a", ".")[2].startswith("kwlint: b/.kwlint.yml is not read: ")
    write({"kwlint.yml": "", ".kwlint.yml": ""})
    assert kwlint("config")[1].endswith("\n# .kwlint.yml is not read, since kwlint.yml is\n")

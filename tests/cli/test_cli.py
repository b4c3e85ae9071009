"""The command line: exit codes, usage errors, formats and outputs, and what happens when something goes wrong."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kwlint import __version__
from kwlint.cli import main
from tests.engine.running import write

ROOT = str(Path(main.__file__).parent.parent.parent)
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n"
WARNED = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx}]}\n"
REFUSED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\ndata: {a: b, a: c}\n"
TEXT_LINE = "w.yaml:4:38: warning WRK005"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="run")
def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kwlint", *arguments])
        with pytest.raises(SystemExit) as caught:
            main.main()
        out, err = capsys.readouterr()
        code = caught.value.code
        return (code if isinstance(code, int) else 0), out, err

    write({"g.yaml": GOOD, "w.yaml": WARNED, "e.yaml": REFUSED, "sub/g.yaml": GOOD.replace("good", "sub")})
    return run


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("g.yaml", 0),
        ("sub", 0),
        ("w.yaml", 1),
        ("e.yaml", 1),
        ("check w.yaml", 1),
        ("", 1),
        ("w.yaml --fail-on error", 0),
        ("e.yaml --fail-on error", 1),
        ("e.yaml --fail-on never", 0),
        ("w.yaml --fail-on advice", 1),
        ("w.yaml --ignore WRK005", 0),
        ("w.yaml --ignore wrk", 0),
        ("w.yaml --ignore latest-image,STS", 0),
        ("w.yaml --select STS", 0),
        ("--isolated w.yaml", 1),
        ("w.yaml --kubernetes-version 1.31", 1),
        ("w.yaml --jobs 2 --no-cache", 1),
        ("w.yaml --project sub", 1),
        ("--version", 0),
        ("--help", 0),
        ("-h", 0),
        ("check --help", 0),
        ("explain WRK005", 0),
        ("explain latest-image", 0),
        ("rules", 0),
        ("config", 0),
        ("nope.yaml", 2),
        ("--nope", 2),
        ("explain NOPE", 2),
        ("explain", 2),
        ("rules --select NOPE", 2),
        ("w.yaml --select NOPE", 2),
        ("w.yaml --preset NOPE", 2),
        ("w.yaml --format NOPE", 2),
        ("w.yaml --jobs 0", 2),
        ("w.yaml --kubernetes-version 9", 2),
        ("w.yaml --config nope.yaml", 2),
        ("w.yaml --project nope", 2),
        ("w.yaml --output", 2),
        ("w.yaml --format json --format text", 2),
        ("w.yaml --format json --output a --output b", 2),
        ("w.yaml --format json --output no/such/folder", 2),
    ],
)
def test_exit_codes(run: Run, arguments: str, code: int) -> None:
    found, out, err = run(*arguments.split())
    assert found == code, (out, err)
    if code == 2:
        assert out == ""
        assert err.startswith("kwlint: ")
        assert err.count("\n") == 1
        assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ("w.yaml --formt json", "--format"),
        ("--selct STS", "--select"),
        ("w.yaml --select latest-imag", "`latest-image`"),
        ("explain job-restart-polcy", "`job-restart-policy`"),
        ("w.yaml --ignore sts00l", "`STS001`"),
        ("nope.yaml", "there is no such file or folder"),
        ("w.yaml --format jsn", "json"),
        ("w.yaml --config nope.yaml", "no such file"),
        ("w.yaml --output a --format json --format text", "which --output belongs to which --format"),
        ("w.yaml --jobs 0", "'0' is not a whole number from 1 to 999,999,999"),
        ("w.yaml --jobs many", "'many' is not a whole number from 1 to 999,999,999"),
    ],
)
def test_usage_errors_say_what_was_meant(run: Run, arguments: str, hint: str) -> None:
    code, _, err = run(*arguments.split())
    assert code == 2
    assert hint in err


def test_a_first_word_that_is_no_command_is_a_path(run: Run) -> None:
    write({"rules/a.yaml": WARNED})
    assert run("w.yaml") == run("check", "w.yaml")
    assert run("--format", "concise", "w.yaml")[1].startswith("w.yaml:4:38")
    assert "WRK005" in run("rules")[1]
    assert run("rules")[1] != run("./rules")[1]
    assert "rules/a.yaml" in run("./rules")[1]


def test_version(run: Run) -> None:
    assert __version__ in run("--version")[1]


def test_formats_and_outputs_are_pairs(run: Run) -> None:
    code, out, _ = run("w.yaml", "--format", "json", "--output", "a.json", "--format", "sarif", "--output", "b.sarif", "--format", "concise")  # fmt: skip
    assert code == 1
    assert out.startswith("w.yaml:4:38")
    report = json.loads(Path("a.json").read_text("utf-8"))
    assert [item["code"] for item in report["findings"]] == ["WRK005"]
    assert json.loads(Path("b.sarif").read_text("utf-8"))["version"] == "2.1.0"
    code, out, _ = run("w.yaml", "--output", "c.txt")
    assert (code, out) == (1, "")
    assert "WRK005" in Path("c.txt").read_text("utf-8")


def test_github_is_chosen_by_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert "::warning " in run("w.yaml")[1]
    assert "::" not in run("w.yaml", "--format", "concise")[1]
    monkeypatch.setenv("GITHUB_ACTIONS", "false")
    assert "::warning " not in run("w.yaml")[1]


def test_color(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("w.yaml")[1]
    assert "\x1b[" in run("w.yaml", "--color", "always")[1]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[" in run("w.yaml")[1]
    assert "\x1b[" not in run("w.yaml", "--color", "never")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("w.yaml")[1]


def test_the_same_with_and_without_cache(run: Run) -> None:
    for name in ("text", "json", "concise", "sarif", "github", "gitlab", "junit", "markdown"):
        first = run(".", "--format", name, "--show-suppressed", "--statistics")
        assert run(".", "--format", name, "--show-suppressed", "--statistics") == first
        assert (
            run(".", "--format", name, "--show-suppressed", "--statistics", "--no-cache", "--jobs", "3")
            == first
        )


def test_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed() -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WARNED.encode())))

    feed()
    code, out, _ = run("-", "--format", "concise")
    assert (code, out.startswith("<stdin>:4:38")) == (1, True)
    feed()
    code, out, _ = run("-", "--format", "concise", "--stdin-filename", "pods/x.yaml")
    assert (code, out.startswith("pods/x.yaml:4:38")) == (1, True)


def test_standard_input_stands_for_a_file_or_for_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def piped(text: str, *arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return run("-", "--format", "concise", "-q", *arguments)[1].splitlines()

    write({"app/.git/HEAD": "", "app/w.yaml": WARNED, "app/templates/t.yaml": ""})
    monkeypatch.chdir("app")
    # An editor's buffer: what is on disk under its name is not there a second time, and its neighbours are known.
    (line,) = piped(WARNED, "--stdin-filename", "w.yaml")
    assert line.startswith("w.yaml:4:38: W WRK005")
    assert piped(WARNED, "--stdin-filename", "./w.yaml") == [f"./{line}"]
    assert any("WRK004" in found for found in piped(WARNED, "--stdin-filename", "new.yaml"))
    # What a program made of the files here is by itself.
    (line,) = piped(WARNED)
    assert line.startswith("<stdin>:4:38: W WRK005")
    write({"Chart.yaml": "name: x\n"})
    assert piped(WARNED, "--stdin-filename", "templates/t.yaml") == []
    monkeypatch.chdir("templates")
    assert len(piped(WARNED)) == 1


def test_config_is_read_and_isolated_does_not(run: Run) -> None:
    write({"kwlint.yaml": "ignore: [WRK005]\n", "strict.yaml": "preset: strict\n"})
    assert run("w.yaml")[0] == 0
    assert run("w.yaml", "--isolated")[0] == 1
    assert run("w.yaml", "--config", "strict.yaml")[0] == 1
    out = run("config")[1]
    assert "ignore" in out
    assert "# kwlint.yaml" in out
    assert "# default" in out


def test_the_project_is_known(run: Run) -> None:
    stateful = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n  serviceName: db\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: 'a:1'}]}}\n"  # fmt: skip
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 1}], selector: {a: b}}\n"
    )
    write({"app/.git/HEAD": "", "app/set.yaml": stateful, "app/service.yaml": service})
    assert "STS002" in run("app/set.yaml")[1]
    assert "STS002" not in run("app/set.yaml", "--isolated")[1]
    assert "STS002" in run("app/set.yaml", "--isolated", "--project", "app")[1]


def test_a_crash_of_a_rule(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.checks.workload import containers

    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(containers, "latest_image", fail)
    code, out, _ = run("w.yaml", "e.yaml", "--format", "concise", "--no-cache")
    assert code == 3
    assert "KW003" in out
    assert "YAML002" in out
    assert run("w.yaml", "--fail-on", "never", "--no-cache")[0] == 3
    assert run("g.yaml", "--no-cache")[0] == 0


def test_a_bug(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("kwlint.catalog.catalog.load", fail)
    monkeypatch.setattr("kwlint.engine.session.load", fail)
    code, out, err = run("w.yaml")
    assert (code, out) == (3, "")
    assert "RuntimeError: boom" in err
    assert "Traceback" not in err
    monkeypatch.setenv("KWLINT_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["kwlint", "w.yaml"])
    with pytest.raises(RuntimeError, match="boom"):
        main.main()


def test_interruption(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kwlint.engine.session.load", interrupt)
    code, _, err = run("w.yaml")
    assert code == 130
    assert "interrupted" in err


def started(*arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": ROOT, **variables}
    return subprocess.Popen(
        [sys.executable, "-m", "kwlint", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        # A job in the background is started with it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_ctrl_c() -> None:
    process = started("-")
    assert process.stdin is not None
    # More than a pipe holds: it is written once the process is at work and reads.
    process.stdin.write(b"#" * (1 << 22))
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert b"Traceback" not in err


def test_a_closed_pipe() -> None:
    write({"many.yaml": "---\n".join(WARNED.replace("name: a}", f"name: a{n}}}", 1) for n in range(1500))})
    process = started("many.yaml", "--format", "concise")
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"many.yaml:4:38")
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    # The findings count, whether they are read or not.
    assert process.wait(timeout=60) == 1


def test_names_that_are_not_utf8() -> None:
    with open(b"caf\xe9.yaml", "wb") as stream:
        stream.write(WARNED.encode())
    for name in ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"):
        process = started(".", "--format", name)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (1, b""), (name, err)
        assert b"WRK005" in out
        out.decode("utf-8")
    process = subprocess.Popen(
        [sys.executable.encode(), b"-m", b"kwlint", b"nop\xe9.yaml"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": ROOT},
    )
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2, err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    process = started(_KWLINT_COMPLETE=f"{shell}_source")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert b"_KWLINT_COMPLETE" in out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("kwlint ", ["check", "explain", "rules", "config"]),
        ("kwlint ex", ["explain"]),
        ("kwlint --for", ["--format"]),
        ("kwlint explain STS", ["STS001", "STS002"]),
        ("kwlint a.yaml --ignore latest", ["latest-image"]),
        ("kwlint --format js", ["json"]),
    ],
)
def test_completion(words: str, wanted: list[str]) -> None:
    process = started(
        COMP_WORDS=words, COMP_CWORD=str(len(words.split(" ")) - 1), _KWLINT_COMPLETE="bash_complete"
    )
    out, _ = process.communicate(timeout=60)
    assert set(wanted) <= {line.partition(",")[2] for line in out.decode().splitlines()}


def test_completion_of_files() -> None:
    process = started(COMP_WORDS="kwlint man", COMP_CWORD="1", _KWLINT_COMPLETE="bash_complete")
    out, _ = process.communicate(timeout=60)
    assert out.decode().splitlines() == ["file,man"]

"""Shell scripts: which commands they have, which of those stand in loops, and which loops end by themselves."""

from __future__ import annotations

import time

import pytest

from kwlint.model.scripts.shell import commands, inline_script, program


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("nc -z a 1; sleep 2", ["nc -z a 1", "sleep 2"]),
        ("nc -z a 1 && echo ok || exit 1", ["nc -z a 1", "echo ok", "exit 1"]),
        ("echo hi # nc -z a 1\nls", ["echo hi", "ls"]),
        ("echo a#b", ["echo a#b"]),
        ("echo 'nc -z a 1; ls' \"x y\"z", ["echo nc -z a 1; ls x yz"]),
        ("a \\\n  b", ["a b"]),
        ("if ! nc -z a 1; then exit 1; fi", ["nc -z a 1", "exit 1"]),
        ("a >/dev/null 2>&1 <x", ["a"]),
        ("a &>/dev/null", ["a"]),
        ('[ "$(curl -s http://a)" = ok ]', ["curl -s http://a", "[ $() = ok ]"]),
        ("x=`nslookup a`; y", ["nslookup a", "x=$()", "y"]),
        ("a <<EOF\nnc -z b 1\nEOF\nc", ["a", "c"]),
        ("a <<-'X'\n\tb\n\tX\nc", ["a", "c"]),
        ("(a; (b)); c", ["a", "b", "c"]),
        ("a $((1 + 2)) ${B:-c d}", ["a $((1 + 2)) ${B:-c d}"]),
        ("diff <(a x) <(b y)", ["a x", "b y", "diff"]),
        ("", []),
        ("# only", []),
    ],
)
def test_words(script: str, words: list[str]) -> None:
    assert [" ".join(command.words) for command in commands(script) if command.words] == words


def test_redirects() -> None:
    (command,) = commands("exec 3<>/dev/tcp/db/5432 2>/dev/null")
    assert command.words == ("exec",)
    assert command.redirects == ("/dev/tcp/db/5432", "/dev/null")


@pytest.mark.parametrize(
    ("script", "bounded"),
    [
        ("X", None),
        ("until X; do sleep 1; done", False),
        ("while ! X; do sleep 1; done", False),
        ("while true; do X && break; sleep 1; done", False),
        ("while true; do if X; then exit 0; fi; done", False),
        ("until X; do [ $? -ne 0 ] && sleep 1; done", False),
        ("until X; do [ $code -eq 200 ] || sleep 1; done", False),
        ("for ((;;)); do X && break; done", False),
        ("for i in 1 2 3; do X && break; done", True),
        ("for i in $(seq 9); do X && break; done", True),
        ("for ((i = 0; i < 9; i++)); do X && break; done", True),
        ("until X; do n=$((n+1)); [ $n -ge 9 ] && exit 1; done", True),
        ("until X; do [ $n -eq 30 ] && break; done", True),
        ("until X || [ $SECONDS -gt 60 ]; do sleep 1; done", True),
        ("until X; do fail && exit 1; done", True),
        ("cat x | while read -r line; do X; done", True),
        ("for i in 1 2; do until X; do sleep 1; done; done", False),
        ("until a; do sleep 1; done; X", None),
    ],
)
def test_loops(script: str, bounded: bool | None) -> None:
    loop = next(command.loop for command in commands(script) if command.words == ("X",))
    assert (loop.bounded if loop is not None else None) is bounded


@pytest.mark.parametrize(
    "script", ["'", '"', "`", "$(", "${", "((", "$((", "<<", "<<X", "\\", "a <", ")", "done", "&&"]
)
def test_what_is_no_script_does_no_harm(script: str) -> None:
    commands(script)
    commands(f"a {script}\nb")


@pytest.mark.parametrize("part", ["$(", "`", '"$(', "(", "<(", "while ", "a;", "'", "$((", "<<A\n", "\\"])
def test_cost_is_linear(part: str) -> None:
    start = time.process_time()
    commands(part * 20_000)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("words", "name", "timed"),
    [
        ("nc -z a 1", "nc", False),
        ("/usr/bin/nc -z a 1", "nc", False),
        ("timeout 5 nc", "nc", True),
        ("timeout -s KILL 5 nc", "nc", True),
        ("PGPASSWORD=x exec env A=b psql", "psql", False),
        ("busybox nc", "nc", False),
        ("A=b", None, False),
        ("timeout 5", None, False),
    ],
)
def test_program(words: str, name: str | None, timed: bool) -> None:
    found = program(words.split())
    assert (found and found.name) == name
    assert found is None or found.timed is timed


@pytest.mark.parametrize(
    ("words", "script"),
    [
        ("sh -c X", "X"),
        ("/bin/bash -ec X", "X"),
        ("bash -c -e X", "X"),
        ("bash -o pipefail -c X", "X"),
        ("bash -euo pipefail -c X", "X"),
        ("bash -ceuo pipefail X", "X"),
        ("bash --login -c X y", "X"),
        ("sh -e x.sh -c", None),
        ("sh x.sh", None),
        ("nc -c X", None),
        ("sh -c", None),
    ],
)
def test_inline_script(words: str, script: str | None) -> None:
    listed = words.split()
    at = inline_script(listed, 0)
    assert (None if at is None else listed[at]) == script

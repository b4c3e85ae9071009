"""Shell scripts as lists of simple commands with the loops that they stand in.

Words lose their quotes; expansions stay as written, and the commands of a substitution are commands of their own.
Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

from __future__ import annotations

import re
from functools import lru_cache

from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "ksh", "zsh"})
_OPENERS = frozenset({"if", "then", "elif", "else", "do", "!", "{", "time"})
_CLOSERS = frozenset({"fi", "}", "esac"})
_META = frozenset(" \t\r\n;&|()<>")
_COUNTING = frozenset({"-lt", "-le", "-gt", "-ge"})
# Substitutions nested deeper than any person writes them are read as text.
_DEPTH = 20
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
# Programs that run the program named after them, with their options that take a value.
_WRAPPERS = {
    "exec": "a",
    "command": "",
    "env": "uCS",
    "sudo": "ugCDhpRT",
    "nohup": "",
    "nice": "n",
    "busybox": "",
    "timeout": "sk",
    "tini": "gp",
    "dumb-init": "",
}


class Loop:
    """A loop of a script; ``bounded`` says that it ends by itself, by counting, a clock or an exit with failure."""

    __slots__ = ("bounded", "parent")

    def __init__(self, parent: Loop | None, bounded: bool) -> None:
        self.parent = parent
        self.bounded = bounded


class Command(Record):
    """A simple command: its words, the targets of its redirections, and the innermost loop around it."""

    words: tuple[str, ...]
    redirects: tuple[str, ...]
    loop: Loop | None


class Program(Record):
    """What a command runs once wrappers are taken off; ``at`` is the index of its name, ``timed`` a `timeout` before it."""

    name: str
    at: int
    timed: bool


def program(words: tuple[str, ...] | list[str]) -> Program | None:
    """Return the program that words run, behind assignments and wrappers such as `timeout 5` and `exec`."""
    at, timed = 0, False
    while at < len(words):
        word = words[at]
        name = word.rsplit("/", 1)[-1]
        if _ASSIGNMENT.match(word):
            at += 1
            continue
        if name not in _WRAPPERS:
            return Program(name, at, timed)
        valued = _WRAPPERS[name]
        at += 1
        while at < len(words) and words[at].startswith("-"):
            takes_value = len(words[at]) == 2 and words[at][1] in valued
            if words[at] == "--":
                at += 1
                break
            at += 2 if takes_value else 1
        if name == "timeout":
            timed = True
            at += 1
    return None


def inline_script(words: tuple[str, ...] | list[str], at: int) -> int | None:
    """Return the index of the script that a shell at ``at`` is given with `-c`, or None where it is no such call."""
    if words[at].rsplit("/", 1)[-1] not in _SHELLS:
        return None
    index, given = at + 1, False
    while index < len(words):
        word = words[index]
        if len(word) < 2 or word[0] not in "-+":
            # The script is the first operand behind all options (`sh -c -e SCRIPT`).
            return index if given else None
        if not word.startswith("--"):
            given = given or (word[0] == "-" and "c" in word)
            index += word.endswith("o")
        index += 1
    return None


@lru_cache(maxsize=256)
def commands(script: str) -> tuple[Command, ...]:
    """Return the simple commands of a script in order; what is no proper shell gives what can be made of it."""
    reader = _Reader(script)
    reader.read("")
    return tuple(reader.commands)


class _Reader:
    def __init__(self, script: str, at: int = 0, outer: _Reader | None = None) -> None:
        self.script = script
        self.at = at
        self.commands: list[Command] = [] if outer is None else outer.commands
        self.loop: Loop | None = None if outer is None else outer.loop
        self.pending: list[str] = []
        self.stop = ""
        self.depth: int = 0 if outer is None else outer.depth + 1

    def read(self, stop: str) -> None:
        """Read commands up to ``stop``, a closing parenthesis or backtick, or to the end."""
        self.stop = stop
        words: list[str] = []
        redirects: list[str] = []
        target, depth = False, 0
        script = self.script
        while self.at < len(script):
            char = script[self.at]
            if char == "\\" and script.startswith("\\\n", self.at):
                self.at += 2
            elif char in " \t\r":
                self.at += 1
            elif char == "#":
                end = script.find("\n", self.at)
                self.at = len(script) if end < 0 else end
            elif char == stop and depth == 0:
                self.at += 1
                break
            elif script.startswith("((", self.at) and words in ([], ["for"]):
                words.append(self._through("))"))
            elif char in "<>" or script.startswith("&>", self.at):
                target = self._redirect()
            elif char in "\n;&|()":
                depth += (char == "(") - (char == ")")
                self._finish(words, redirects)
                words, redirects, target = [], [], False
                self.at += 1
                if char == "\n":
                    self._skip_here_documents()
            else:
                word = self._word()
                if target:
                    redirects.append(word)
                    target = False
                elif not (word.isdigit() and self.at < len(script) and script[self.at] in "<>"):
                    words.append(word)
                    if len(words) == 1 and self._keyword(word):
                        words = []
        self._finish(words, redirects)

    def _keyword(self, word: str) -> bool:
        if word in ("while", "until"):
            self.loop = Loop(self.loop, bounded=False)
        elif word in ("for", "select"):
            endless = re.compile(r"\s*\(\(\s*;\s*;").match(self.script, self.at) is not None
            self.loop = Loop(self.loop, bounded=not endless)
            return False
        elif word == "done":
            self.loop = self.loop.parent if self.loop is not None else None
        elif word not in _OPENERS and word not in _CLOSERS:
            return False
        return True

    def _finish(self, words: list[str], redirects: list[str]) -> None:
        if not words and not redirects:
            return
        self.commands.append(Command(tuple(words), tuple(redirects), self.loop))
        if self.loop is not None and _limits(words):
            self.loop.bounded = True

    def _redirect(self) -> bool:
        """Step over a redirection operator; say whether a target follows."""
        script = self.script
        start = self.at
        while self.at < len(script) and script[self.at] in "<>&|-":
            self.at += 1
        operator = script[start : self.at]
        if operator in ("<<", "<<-"):
            while self.at < len(script) and script[self.at] in " \t":
                self.at += 1
            self.pending.append(self._word())
            return False
        if script.startswith("(", self.at) and self.depth < _DEPTH:
            inner = _Reader(script, self.at + 1, self)
            inner.read(")")
            self.at = inner.at
            return False
        return not operator.endswith("-")

    def _skip_here_documents(self) -> None:
        for mark in self.pending:
            while self.at < len(self.script):
                end = self.script.find("\n", self.at)
                end = len(self.script) if end < 0 else end
                line = self.script[self.at : end]
                self.at = end + 1
                if line.strip("\t\r ") == mark:
                    break
        self.pending = []

    def _through(self, end: str) -> str:
        start = self.at
        found = self.script.find(end, start)
        self.at = len(self.script) if found < 0 else found + len(end)
        return self.script[start : self.at]

    def _word(self) -> str:
        script, parts = self.script, [""]
        quoted = False
        while self.at < len(script):
            char = script[self.at]
            if char == '"':
                quoted = not quoted
                self.at += 1
            elif char == "'" and not quoted:
                end = script.find("'", self.at + 1)
                end = len(script) if end < 0 else end
                parts.append(script[self.at + 1 : end])
                self.at = end + 1
            elif char == "\\":
                if not script.startswith("\\\n", self.at):
                    parts.append(script[self.at + 1 : self.at + 2])
                self.at += 2
            elif char == "$" and script.startswith("$((", self.at):
                parts.append(self._through("))"))
            elif char == "$" and script.startswith("${", self.at):
                parts.append(self._through("}"))
            elif char == self.stop and not quoted:
                break
            elif (char == "`" or script.startswith("$(", self.at)) and self.depth < _DEPTH:
                self.at += 1 if char == "`" else 2
                inner = _Reader(script, self.at, self)
                inner.read("`" if char == "`" else ")")
                self.at = inner.at
                parts.append("$()")
            elif char in _META and not quoted:
                break
            else:
                parts.append(char)
                self.at += 1
        return "".join(parts)


def _limits(words: list[str]) -> bool:
    """Return whether a command is how loops are limited: it fails for good, counts, compares a count, or reads its input."""
    if not words or words[0] == "for":
        return False
    if words[0] in ("exit", "return"):
        return words[1:2] != ["0"]
    if (
        words[0] in ("let", "expr", "seq")
        or "read" in words[:2]
        or any(word in _COUNTING or "((" in word or "SECONDS" in word for word in words)
    ):
        return True
    # `[ $tries -eq 30 ]` counts; `[ $? -eq 0 ]` and `[ $code -eq 200 ]` look at a status.
    if "-eq" in words[1:-1]:
        at = words.index("-eq", 1)
        number = words[at + 1]
        return words[at - 1] != "$?" and number.isdecimal() and len(number) < 3 and int(number) > 1
    return False

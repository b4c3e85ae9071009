"""Ignore patterns: reads the patterns of .gitignore and says which paths they exclude.

Read as git reads them (https://git-scm.com/docs/gitignore, dir.c and wildmatch.c of git), since every run in a
repository needs them before anything else, and a library for them takes longer to import than a small run takes.
Matching takes at most the length of the pattern times that of the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kwlint.util.lazyre import pattern

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \t",
    "cntrl": "\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \t-\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_NAMED_CLASS = pattern(r"\[:(\w*):\]")
_SPECIAL = frozenset("*?[\\")
# What the pieces of a pattern are besides the expression of one character: any characters of a name, any folders, all that
# is left, and nothing at all.
_STAR, _FOLDERS, _REST, _NOTHING = "[^/]*", "(?:[^/]*/)*", ".+", "(?!)"
# No system opens a longer path; a pattern that asks for more characters matches none.
_LONGEST_PATH = 32767


class _Line:
    """A pattern: whether it excludes, whether it is for folders only, and what it matches."""

    __slots__ = ("_by_name", "_glob", "_literal", "excludes", "folders", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.excludes = not text.startswith("!")
        text = text.removeprefix("!")
        self.folders = text.endswith("/")
        text = text.removesuffix("/")
        # Without a slash it is the last part of a path that must match, at any depth.
        self._by_name = "/" not in text
        text = text.removeprefix("/")
        self._literal = text
        self._glob = (
            None if _SPECIAL.isdisjoint(text) else re.compile(_expression(list(_parts(text))), re.DOTALL)
        )

    def matches(self, path: str, name: str, folder: bool) -> bool:
        if self.folders and not folder:
            return False
        subject = name if self._by_name else path
        if self._glob is None:
            return subject == self._literal
        return self._glob.fullmatch(subject) is not None


class Ignores:
    """Patterns in their order; the last one that matches a path decides."""

    def __init__(self, lines: Iterable[str]) -> None:
        # The last one first.
        self._lines = [_Line(line) for line in map(_trimmed, lines) if line.strip("/!") and line[0] != "#"]
        self._lines.reverse()
        self._excluded: dict[str, bool] = {}

    def verdict(self, path: str, folder: bool) -> bool | None:
        """Return whether a path itself is excluded (True), taken (False), or neither (None).

        ``path`` is relative to where the patterns stand, with ``/`` between its parts and none at its end.
        """
        name = path.rpartition("/")[2]
        for line in self._lines:
            if line.matches(path, name, folder):
                return line.excludes
        return None

    def excludes(self, path: str) -> bool:
        """Return whether a file, or a folder above it, is excluded: what is below an excluded folder cannot be taken."""
        excluded = self._excluded.get(path)
        if excluded is None:
            above = (path[:at] for at, character in enumerate(path) if character == "/")
            excluded = any(self.verdict(parent, True) for parent in above) or bool(self.verdict(path, False))
            self._excluded[path] = excluded
        return excluded

    def __str__(self) -> str:
        return "\n".join(line.text for line in self._lines)


def _trimmed(line: str) -> str:
    """Return a line without its trailing spaces, but for one that a backslash keeps."""
    kept = line.rstrip(" ")
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return kept + " " if backslashes % 2 and len(kept) < len(line) else kept


def _expression(parts: list[str]) -> str:
    """Return the regular expression of the pieces of a pattern.

    What stands between two wildcards is looked for from the left, and where it is found first is never given up again
    (``(?>…)``): no later place leaves more to what follows. Only what stands after the last wildcard of a name, or of the
    path, is tried at every place, so that there is nothing to try in combination.
    """
    if len(parts) - parts.count(_STAR) > _LONGEST_PATH:
        return _NOTHING
    first, *others = _split(parts, _FOLDERS)
    blocks = [_names(first)]
    while others:
        block = others.pop(0)
        if others:
            blocks.append(f"(?>{_FOLDERS}?{_names(block)})" if block else "")
        else:
            blocks.append(f"{_FOLDERS}?{_names(block)}")
    return "".join(blocks)


def _names(parts: list[str]) -> str:
    return "/".join(map(_name, _split(parts, "/")))


def _name(parts: list[str]) -> str:
    first, *others = _split(parts, _STAR)
    return "".join(
        [
            *first,
            *(f"(?>{_STAR}?{''.join(literal)})" for literal in others[:-1]),
            *(_STAR + "".join(literal) for literal in others[-1:]),
        ]
    )


def _split(parts: list[str], separator: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for part in parts:
        if part == separator:
            found.append([])
        else:
            found[-1].append(part)
    return found


def _parts(text: str) -> Iterator[str]:
    """Yield the pieces of a pattern: an expression for each character, and those that stand for several."""
    at, end = 0, len(text)
    while at < end:
        character = text[at]
        if character == "*":
            stop = at
            while text[stop : stop + 1] == "*":
                stop += 1
            whole = stop - at >= 2 and (at == 0 or text[at - 1] == "/")
            if whole and text[stop : stop + 1] == "/":
                yield _FOLDERS
                stop += 1
            elif whole and stop == end and at:
                yield _REST
            else:
                yield _STAR
            at = stop
        elif character == "?":
            yield "[^/]"
            at += 1
        elif character == "[":
            stop, piece = _bracket(text, at)
            yield piece
            at = stop
        elif character == "\\":
            yield re.escape(text[at + 1]) if at + 1 < end else _NOTHING
            at += 2
        else:
            yield re.escape(character)
            at += 1


def _bracket(text: str, start: int) -> tuple[int, str]:
    """Return where a bracket expression ends and what it stands for; one that is not closed matches nothing."""
    at = start + 1
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    items, first = [], True
    while at < len(text) and (first or text[at] != "]"):
        first = False
        named = _NAMED_CLASS.match(text, at)
        if named is not None:
            if named[1] not in _CLASSES:
                break
            items.append(_CLASSES[named[1]])
            at = named.end()
            continue
        at, low = _member(text, at)
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("", "]"):
            at, high = _member(text, at + 1)
            if low < high:
                items.append(f"{re.escape(low)}-{re.escape(high)}")
        # The lower end matches even where the range runs backwards.
        items.append(re.escape(low))
    if text[at : at + 1] != "]":
        return len(text), _NOTHING
    return at + 1, f"(?!/)[{'^' if negated else ''}{''.join(items)}]"


def _member(text: str, at: int) -> tuple[int, str]:
    if text[at] == "\\" and at + 1 < len(text):
        at += 1
    return at + 1, text[at]

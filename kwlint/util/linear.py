"""Linear patterns: regular expressions that come from outside, run by RE2, whose time grows with the text alone.

RE2 is what Go's ``regexp`` implements, so a pattern means here what it means to the API server and to kustomize.
https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from kwlint.util.lazyre import pattern

# What a compiled pattern may take of memory, and how long its text may be; RE2 refuses the one itself, and reads some
# texts in time that grows with the square.
_MEMORY = 2 * 1024 * 1024
_LENGTH = 32 * 1024
# What a search may cost: characters of the text times instructions of the pattern, a second of the slowest.
_STEPS = 200_000_000
# Where RE2's own dialect is wider than Go's: a count that no number type holds is text to it, and it has a limit of
# nesting of its own. Escapes, quoted text and classes are passed over. https://pkg.go.dev/regexp/syntax
_token = pattern(
    r"\\Q(?:(?!\\E).)*+(?:\\E)?|\\."
    r"|\[\^?\]?(?:\[:\^?[a-z]{1,10}:\]|\\.|[^\]])*+\]?"
    r"|\{[0-9]{9,}(?:,[0-9]*)?\}|\{[0-9]+,[0-9]{9,}\}"
    r"|\(\?[a-zA-Z-]*:|[()]",
    re.DOTALL,
).finditer
_DEPTH = 1000
# How much of a pattern a message repeats.
_SHOWN = 80


class PatternError(ValueError):
    """A text that is no pattern to Go; the message says why."""


class LargePatternError(PatternError):
    """A pattern that takes more memory or time here than it may, though Go may take it."""


def compiled(text: str) -> Any:
    """Return the compiled pattern, with ``search``, ``match`` and ``fullmatch`` of ``re``. Raises PatternError."""
    matcher = _compiled(text)
    if isinstance(matcher, PatternError):
        raise matcher.with_traceback(None)
    return matcher


@lru_cache(maxsize=256)
def _compiled(text: str) -> Any:
    """Return the compiled pattern, or the PatternError that it is."""
    if len(text) > _LENGTH:
        return LargePatternError(f"a pattern of {len(text):,} characters is too long to be read")
    reason = _fault(text)
    if reason:
        return PatternError(reason)
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "not a valid pattern"
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        large = reason.startswith("pattern too large")
        return (LargePatternError if large else PatternError)(reason[:_SHOWN])
    except UnicodeEncodeError:
        return PatternError("it has a character that is no Unicode text")


def found(text: str, within: str) -> bool:
    """Return whether a pattern is found anywhere in a text, a lone surrogate in which is U+FFFD. Raises PatternError."""
    matcher = compiled(text)
    if len(within) * matcher.programsize > _STEPS:
        raise LargePatternError("the pattern and the text are too large for each other")
    try:
        return matcher.search(within) is not None
    except UnicodeEncodeError:
        return (
            matcher.search(within.encode("utf-16", "surrogatepass").decode("utf-16", "replace")) is not None
        )


def _fault(text: str) -> str:
    """Return why Go does not take a pattern that RE2 may take; empty where there is no such reason."""
    # A group that captures nothing is no level of its own in Go.
    open_groups: list[bool] = []
    depth = 0
    for match in _token(text):
        token = match[0]
        if token[0] == "{":
            return f"invalid repeat count: {token[:_SHOWN]}"
        if token == "\\C":
            return "invalid escape sequence: \\C"
        if token == ")" and open_groups:
            depth -= open_groups.pop()
        elif token[0] == "(":
            open_groups.append(token == "(")
            depth += open_groups[-1]
            if depth > _DEPTH:
                return "expression nests too deeply"
    return ""

"""JSON's escapes in surrogate pairs, which YAML does not have, on their way through the YAML parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from kwlint.patterns import pattern

_ESCAPE = pattern(
    r"\\(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)",
    re.DOTALL,
)
# Noncharacters, of the same width as escapes: they stand for the two halves until the parser has read them.
_STAND_INS, _WRITTEN = "\ufdd0\ufdd1", "\\ufdd0\\ufdd1"


def has_surrogates(text: str) -> bool:
    """Say whether a text is JSON, as kubectl tells it (by the brace it starts with), and has surrogate escapes."""
    return ("\\ud" in text or "\\uD" in text) and text.lstrip()[:1] == "{" and "\ufdd0" not in text


def hide(text: str) -> tuple[str, list[str]]:
    """Return the text with a stand-in for each pair, no offset changed, and the characters they stand for.

    A surrogate without its other half becomes U+FFFD, as encoding/json has it.
    """
    characters: list[str] = []

    def replacement(match: re.Match[str]) -> str:
        if match["high"]:
            high, low = int(match["high"], 16), int(match["low"], 16)
            characters.append(chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00))
            return _WRITTEN
        return "\\ufffd" if len(match[0]) > 2 else match[0]

    return _ESCAPE.sub(replacement, text), characters


def revealing(get_event: Callable[[], Any], characters: list[str]) -> Callable[[], Any]:
    """Return a source of events that puts the characters back where their stand-ins are."""
    waiting = iter(characters)

    def revealed() -> Any:
        event = get_event()
        if event.__class__ is yaml.ScalarEvent and _STAND_INS in event.value:
            first, *rest = event.value.split(_STAND_INS)
            event.value = first + "".join(next(waiting) + piece for piece in rest)
        return event

    return revealed

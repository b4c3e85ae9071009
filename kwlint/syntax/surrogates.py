"""JSON's escapes of surrogates, which YAML does not have, on their way through the YAML parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

_ESCAPE = pattern(
    r"\\(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)",
    re.DOTALL,
)
# Noncharacters, written and escaped: one of them that a text lacks stands for a surrogate until the parser has read it.
_NONCHARACTERS = [chr(code) for code in range(0xFDD0, 0xFDF0)]
_NONCHARACTER = pattern(r"([\ufdd0-\ufdef])|\\(?:u|U0000)([fF][dD][dDeE][0-9a-fA-F])")


class _Hidden(Record):
    """An escape that the parser does not get to see: where it stands, how it is written, and what it means."""

    offset: int
    written: str
    character: str


class Hiding:
    """A text with a stand-in for each escape of a surrogate, no offset changed, and what puts them back."""

    __slots__ = ("_hidden", "_stand_in", "text")

    def __init__(self, text: str, stand_in: str) -> None:
        self._stand_in = stand_in
        self._hidden: list[_Hidden] = []
        escaped = f"\\u{ord(stand_in):04x}"

        def replacement(match: re.Match[str]) -> str:
            written = match[0]
            if len(written) == 2:
                return written
            # A surrogate without its other half becomes U+FFFD, as encoding/json has it.
            character = "\N{REPLACEMENT CHARACTER}"
            if match["high"]:
                high, low = int(match["high"], 16), int(match["low"], 16)
                character = chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
            self._hidden.append(_Hidden(match.start(), written, character))
            return escaped * (len(written) // len(escaped))

        self.text = _ESCAPE.sub(replacement, text)

    def revealing(self, get_event: Callable[[], Any]) -> Callable[[], Any]:
        """Return a source of events that puts back what is hidden: the characters, or the text where `\\` is no escape."""
        hidden, stand_in = self._hidden, self._stand_in
        scalar: Any = yaml.ScalarEvent
        at = 0

        def revealed() -> Any:
            nonlocal at
            event = get_event()
            if event.__class__ is not scalar:
                return event
            while at < len(hidden) and hidden[at].offset < event.start_mark.index:
                at += 1  # in a comment
            pieces: list[str] = []
            value, done = event.value, 0
            escapes = event.style == '"'
            while at < len(hidden) and hidden[at].offset < event.end_mark.index:
                item = hidden[at]
                at += 1
                width = len(item.written) // 6 if escapes else len(item.written)
                found = value.find(stand_in if escapes else f"\\u{ord(stand_in):04x}", done)
                if found >= 0:
                    pieces += value[done:found], item.character if escapes else item.written
                    done = found + width
            if pieces:
                event.value = "".join(pieces) + value[done:]
            return event

        return revealed


def hiding(text: str) -> Hiding | None:
    """Return what hides the escapes of surrogates in a text that is JSON, as kubectl tells it (by the brace it starts with).

    None is for a text without any, and for one that uses every stand-in that there is.
    """
    if ("\\ud" not in text and "\\uD" not in text) or text.lstrip()[:1] != "{":
        return None
    used = {raw or chr(int(code, 16)) for raw, code in _NONCHARACTER.findall(text)}
    stand_in = next((character for character in _NONCHARACTERS if character not in used), None)
    return Hiding(text, stand_in) if stand_in is not None else None

"""Names and values that reach for what reads a report: a terminal, a runner, a renderer, a parser; and how those read."""

from __future__ import annotations

import re
import unicodedata

HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m",
    "title of the window": "\x1b]0;title\x07",
    "C1": "a\x9b31mb\x9d0;t\x9c\x85c",
    "delete and backspace": "a\x08\x08\x7fb",
    "NUL": "a\x00b",
    "line break": "a\nb",
    "carriage return": "a\rb\r\nc",
    "other line breaks": "a\x0b\x0c\x1c\x1d\x1e\u2028b\u2029c",
    "bidi": "\u202eadmin\u202c \u2066a\u2069 \u200f\u200e\u061c",
    "zero width": "a\u200bb\u2060c\ufeffd\u00ade\u180ef",
    "tags": "a\U000e0041\U000e0042\U000e007fb",
    "fillers": "a\u3164b\uffa0c\u115f\u1160",
    "half of a pair": "bad\udc80\udcff",
    "noncharacters": "a\ufffe\uffff\ufdd0\U0001fffe\U0010ffffb",
    "command": "::error::pwn",
    "command after blanks": " \u00a0\u3000::stop-commands::token",
    "command after what is not seen": "\u200d\ufe0f::add-mask::pwn",
    "command with what is not seen": ":\u200c:set-output name=a::pwn",
    "command on the next line": "a\n::error::pwn\r\n::set-env name=A::pwn",
    "command in percent signs": "%0A::error::pwn%0D%250A",
    "old command": "a ##[error]pwn",
    "old command with what is not seen": "#\u200d##\u200c[set-env name=A]pwn",
    "old command after a backslash": "\\##[add-path]pwn",
    "command of another system": "##vso[task.setvariable variable=A]pwn ##TeamCity[message text='pwn']",
    "property": "a,line=7,file=b:1::c",
    "link": "[a](http://example.com) ![b](javascript:c) \\[d](1)",
    "open bracket": "a [b",
    "bare addresses": "http://example.com www.example.com me@example.com",
    "mention": "@org/team #12 org/repo#12 $x$",
    "mention with a pipe": "@org/team|`http://example.com",
    "HTML": "<img src=x onerror=y></code></details><!-- &lt;script>",
    "table": "a|b\\|c",
    "backticks": "`a` ``` `b",
    "XML": "]]></failure><failure>&#27;&amp;",
    "JSON": '"},{"a":"\\u001b\\',
    "headings": "# a\n## b\n---",
}
# What people write, and no report changes.
HARMLESS = (
    "naïve",
    "数据",
    "می‌خواهم",
    "क्‍ष",
    "👩‍👩‍👧",
    "葛\U000e0100",
    "a\u00a0b",
    "\ue000",
    "a: b # c",
    "[0]",
)

# The commands of GitHub's runner (src/Runner.Worker/ActionCommandManager.cs of actions/runner).
_COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip
_UNSEEN = ("Cc", "Cf", "Mn")


def raw(text: str) -> list[str]:
    """Return the characters of a text, line feeds aside, that a terminal must not get."""
    return [
        char
        for char in text
        if char not in "\n\u200c\u200d"
        and (unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or ord(char) & 0xFFFE == 0xFFFE)
    ]


def commands(log: str) -> list[tuple[str, dict[str, str], str]]:
    """Return what GitHub's runner takes for commands: name, properties and data (ActionCommand.cs of actions/runner).

    Its comparisons pass over characters that are not seen, as those of .NET with ICU do.
    """
    found = []
    for line in re.split("\r\n|\r|\n", log):
        plain = seen(line)
        match = re.match(r"\s*::([^ :]*)(?: (.*?))?::(.*)", plain) or re.search(
            r"##\[([^] ]*)(?: ([^]]*))?\](.*)", plain
        )
        if match is not None and match[1].lower() in _COMMANDS:
            pairs = [item.split("=", 1) for item in (match[2] or "").split(",") if "=" in item]
            found.append((match[1], {key: _unescaped(value) for key, value in pairs}, _unescaped(match[3])))
    return found


def seen(text: str) -> str:
    """Return a text without the characters that the runner's comparisons pass over."""
    return "".join(char for char in text if unicodedata.category(char) not in _UNSEEN)


def _unescaped(text: str) -> str:
    for escaped, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, char)
    return text

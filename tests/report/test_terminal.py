"""Rules' pages on a terminal: nothing of the text is lost, and lines fit."""

from __future__ import annotations

import re

import pytest

from kwlint.catalog.catalog import load, page
from kwlint.cli.pages import show
from kwlint.cli.terminal import rendered

PAGES = [show(facts, page(facts)) for facts in load()]


def words(text: str) -> list[str]:
    text = re.sub(r"(?m)^```\w*$", "", re.sub(r"\x1b\[\d*m", "", text))
    return text.replace("`", "").replace("#", "").split()


@pytest.mark.parametrize("color", [True, False])
@pytest.mark.parametrize("columns", [1, 50, 100])
def test_every_page(columns: int, color: bool) -> None:
    for markdown in PAGES:
        shown = rendered(markdown, columns, color)
        assert words(shown) == words(markdown)
        for line in re.sub(r"\x1b\[\d*m", "", shown).split("\n"):
            is_prose = " " in line.strip() and not line.startswith(("    ", "- http"))
            assert not is_prose or color or len(line) <= max(columns, 20), line


@pytest.mark.parametrize(
    ("markdown", "plain", "colored"),
    [
        ("# A\n\n## B\n", "# A\n\n## B\n", "\x1b[1mA\x1b[0m\n\n\x1b[1mB\x1b[0m\n"),
        ("one `two\nthree` four\n", "one `two three` four\n", "one \x1b[36mtwo three\x1b[0m four\n"),
        ("```yaml\na: `x`\n\n# b\n```\n", "    a: `x`\n\n    # b\n", "    a: `x`\n\n    # b\n"),
        ("text:\n\n    code  here\n", "text:\n\n    code  here\n", "text:\n\n    code  here\n"),
        (
            "- one two three four five\n- six\n",
            "- one two three four\n  five\n- six\n",
            "- one two three four\n  five\n- six\n",
        ),
    ],
)
def test_parts(markdown: str, plain: str, colored: str) -> None:
    assert rendered(markdown, 20, False) == plain
    assert rendered(markdown, 20, True) == colored

"""What the documentation derives is fresh."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from kwlint.dev.docs import EXAMPLES, INDEX, OUTPUT, PICTURE, README, derived
from kwlint.dev.picture import COLUMNS, svg
from kwlint.report import FORMATS

FILES = [INDEX, README, PICTURE, *(OUTPUT / file for file in EXAMPLES.values())]


@pytest.fixture(scope="module")
def fresh() -> dict[Path, str]:
    return derived()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_fresh(path: Path, fresh: dict[Path, str]) -> None:
    assert path.read_text(encoding="utf-8") == fresh[path], "run `python -m kwlint.dev.docs`"


def test_every_format_has_an_example_that_is_linked() -> None:
    text = README.read_text(encoding="utf-8")
    assert set(EXAMPLES) == set(FORMATS)
    assert {path.name for path in OUTPUT.iterdir()} == set(EXAMPLES.values())
    assert [name for name, file in EXAMPLES.items() if f"](docs/output/{file})" not in text] == []
    assert "](docs/kwlint.svg)" in text
    assert "<!-- output: kwlint " in text


def texts(picture: str) -> list[tuple[float, float, str, str]]:
    root = ElementTree.fromstring(picture)
    return [
        (float(item.attrib["x"]), float(item.attrib["y"]), item.attrib.get("class", ""), item.text or "")
        for item in root.iter("{http://www.w3.org/2000/svg}text")
    ]


def test_a_picture_has_each_run_at_its_column() -> None:
    drawn = texts(svg("kwlint <x>", "\x1b[1;31merror\x1b[0m  a < b & c\n\n\x1b[34m   3 |\x1b[0m kind: Pod\n"))
    assert [(style, text) for _, _, style, text in drawn] == [
        ("f", "$ "),
        ("b", "kwlint <x>"),
        ("b r", "error"),
        ("", "  a < b & c"),
        ("l", "   3 |"),
        ("", " kind: Pod"),
    ]
    prompt, command, error, message, gutter, _ = drawn
    cell = (command[0] - prompt[0]) / 2
    assert round((message[0] - error[0]) / cell) == len("error")
    assert prompt[1] == command[1] < error[1] == message[1] < gutter[1]


@pytest.mark.parametrize("blank", [" ", "x"])
def test_a_picture_breaks_what_is_too_long(blank: str) -> None:
    line = blank.join(["y" * 49] * 3)
    drawn = [text for _, _, _, text in texts(svg("c", f"\x1b[1m{line}\x1b[0m"))][2:]
    assert len(drawn) == 2
    assert max(map(len, drawn)) == (99 if blank == " " else COLUMNS)
    assert (blank if blank == " " else "").join(drawn) == line

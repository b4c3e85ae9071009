"""What the documentation derives is fresh."""

from __future__ import annotations

from kwlint.catalog import load
from kwlint.dev.docs import INDEX, README, index, readme


def test_index_of_rules_is_fresh() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(load()), "run `python -m kwlint.dev.docs`"


def test_output_in_the_readme_is_fresh() -> None:
    text = README.read_text(encoding="utf-8")
    assert "<!-- output: kwlint " in text
    assert readme(text) == text, "run `python -m kwlint.dev.docs`"

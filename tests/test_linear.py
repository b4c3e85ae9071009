"""Patterns from outside: what Go takes for one, what it matches, and that no pattern takes long."""

from __future__ import annotations

import pytest

from kwlint.util.linear import LargePatternError, PatternError, compiled, found


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a.c", "xabcx", True),
        ("^a.c$", "xabcx", False),
        (r"\d", "٣", False),
        (r"^\pL+$", "é", True),
        ("(?i)web", "WEB", True),
        ("^.$", "\ud800", True),
        ("^(a+)+$", "a" * 100_000 + "X", False),
        ("a*b", "a" * 100_000, False),
        (r"^[{99999999999}]+\{999999999\}\Q{1,99999999999}\E$", "9{999999999}{1,99999999999}", True),
        ("(?:" * 1500 + "a" + ")" * 1500, "a", True),
        ("(" * 900 + "a" + ")" * 900, "a", True),
    ],
)
def test_found(pattern: str, text: str, expected: bool) -> None:
    assert found(pattern, text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "a**",
        "(?=a)",
        "a{1001}",
        "a{99999999999}",
        "a{1,99999999999}",
        "[a]{99999999999,}",
        r"\C",
        r"\Z",
        "(" * 1100 + ")" * 1100,
        "[" * 30_000,
        "\ud800",
    ],
)
def test_what_go_takes_for_none(pattern: str) -> None:
    for _ in range(2):
        with pytest.raises(PatternError) as raised:
            compiled(pattern)
        assert not isinstance(raised.value, LargePatternError)
        assert len(str(raised.value)) < 120


@pytest.mark.parametrize("pattern", [r"\pL{1000}", "[[:a" * 100_000, "a" * 1_000_000])
def test_what_is_too_large_to_tell(pattern: str) -> None:
    with pytest.raises(LargePatternError):
        compiled(pattern)


def test_a_search_that_would_take_minutes_is_not_begun() -> None:
    with pytest.raises(LargePatternError):
        found("(.?){500}(.*x){300}", "ab" * 500_000)

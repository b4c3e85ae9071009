"""Near misses: which known name was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from kwlint.patterns import pattern

_DIGITS = pattern(r"\d+")
_JOINT = pattern(r"[-_./:]+")


def near_miss(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that ``name`` nearly is, or None.

    Near are names that differ in letter case or joints (``-``, ``_``), and names that are off by letters in
    proportion to their length: one from 4 characters on, two from 8, three from 14. Names that differ in digits
    alone, or in a part of one or two characters (``web-a``, ``web-b``), are siblings, not misses.
    """
    return _nearest(name, candidates, None)


def near_name(name: str, candidates: Iterable[str]) -> str | None:
    """Return what ``near_miss`` does, for names of objects: each word that is off must be near by its own length.

    `app-config` and `api-config` are two things, `app-config` and `app-confg` are one.
    """
    return _nearest(name, candidates, _word_by_word)


def _nearest(name: str, candidates: Iterable[str], accepts: Callable[[str, str], bool] | None) -> str | None:
    """Return the candidate with the fewest letters off of those that ``accepts``, the costliest look last."""
    best: tuple[int, str] | None = None
    length, folded, letters = _traits(name)
    for candidate in candidates:
        if candidate == name:
            continue
        other_length, other_folded, other_letters = _traits(candidate)
        off = 0
        if other_folded != folded:
            allowed = _allowance(min(length, other_length))
            # One change of a letter takes one away and brings one: more letters apart are more changes apart.
            if (
                abs(length - other_length) > allowed
                or (letters ^ other_letters).bit_count() > 2 * allowed
                or _siblings(name, candidate)
            ):
                continue
            if accepts is not None and not accepts(name, candidate):
                continue
            off = distance(name.lower(), candidate.lower(), allowed)
            if off > allowed:
                continue
        if best is None or (off, candidate) < best:
            best = (off, candidate)
    return best[1] if best else None


def _word_by_word(one: str, other: str) -> bool:
    ones, others = _JOINT.split(one), _JOINT.split(other)
    return (
        _fold(one) == _fold(other)
        or len(ones) != len(others)
        or all(a == b or _near_words(a.lower(), b.lower()) for a, b in zip(ones, others, strict=True))
    )


def _near_words(one: str, other: str) -> bool:
    """Say whether one word is a slip of the other; a short one has a letter dropped or two swapped, but none changed."""
    length = min(len(one), len(other))
    if length >= 4:
        return distance(one, other, _allowance(length)) <= _allowance(length)
    slip = len(one) != len(other) or sorted(one) == sorted(other)
    return length > 1 and one[0] == other[0] and slip and distance(one, other, 1) <= 1


@lru_cache(maxsize=1 << 16)
def _fold(name: str) -> str:
    return _JOINT.sub("", name).lower()


@lru_cache(maxsize=1 << 16)
def _traits(name: str) -> tuple[int, str, int]:
    """Return the length of a name, its letters without case and joints, and which letters it has, a bit each."""
    letters = 0
    for letter in name.lower():
        letters |= 1 << (ord(letter) & 127)
    return len(name), _fold(name), letters


@lru_cache(maxsize=1 << 16)
def _without_digits(name: str) -> str:
    return _DIGITS.sub("", name)


def _allowance(length: int) -> int:
    return 0 if length < 4 else 1 if length < 8 else 2 if length < 14 else 3


def _siblings(one: str, other: str) -> bool:
    if _without_digits(one) == _without_digits(other):
        return True
    ones, others = _JOINT.split(one), _JOINT.split(other)
    if len(ones) != len(others):
        return False
    apart = [(a, b) for a, b in zip(ones, others, strict=True) if a != b]
    return len(apart) == 1 and max(map(len, apart[0])) <= 2 and len(ones) > 1


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters must be added, dropped, changed or swapped with their neighbour; past ``limit`` limit + 1."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        previous, row = row, [i]
        for j, against in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before = previous
    return min(row[-1], limit + 1)

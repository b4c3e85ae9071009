"""Near misses: which known name was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from kwlint.util.lazyre import pattern

_DIGITS = pattern(r"\d+")
_JOINT = pattern(r"[-_./:]+")
# No name of Kubernetes is longer, and a text that is longer is no misspelt one.
_LONGEST = 253
# As many candidates are looked at one by one; more are indexed once for all names that are asked for.
_FEW = 64
# What an index takes: letters of all names for the look-up of one letter off, names that share a remainder there, and
# for names further off how many of about the same length, and of about the same letters, are compared at all.
_LETTERS, _SHARERS, _SCANNED, _COMPARED = 200_000, 64, 2000, 200

Accepts = Callable[[str, str], bool]


def near_miss(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that ``name`` nearly is, or None.

    Near are names that differ in letter case or joints (``-``, ``_``), and names that are off by letters in
    proportion to their length: one from 4 characters on, two from 8, three from 14. Names that differ in digits
    alone, or in a part of one or two characters (``web-a``, ``web-b``), are siblings, not misses. Among thousands
    of names that are much alike, only one that is a single letter off tells.
    """
    return _nearest(name, candidates, None)


def near_name(name: str, candidates: Iterable[str]) -> str | None:
    """Return what ``near_miss`` does, for names of objects: each word that is off must be near by its own length.

    `app-config` and `api-config` are two things, `app-config` and `app-confg` are one.
    """
    return _nearest(name, candidates, _word_by_word)


def _nearest(name: str, candidates: Iterable[str], accepts: Accepts | None) -> str | None:
    if len(name) > _LONGEST:
        return None
    if isinstance(candidates, Names):
        return candidates.nearest(name, accepts)
    known = tuple(candidates)
    return _best(name, known, accepts, 3)[1] if len(known) <= _FEW else _indexed(known).nearest(name, accepts)


@lru_cache(maxsize=64)
def _indexed(known: tuple[str, ...]) -> Names:
    return Names(known)


class Names:
    """Many names, indexed when they are first asked for; `near_miss` and `near_name` take it as their candidates."""

    __slots__ = ("_by_fold", "_by_length", "_names", "_neighbours")

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [name for name in dict.fromkeys(names) if len(name) <= _LONGEST]
        self._by_fold: dict[str, list[str]] = {}
        self._by_length: dict[int, list[str]] = {}
        self._neighbours: Neighbours | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def nearest(self, name: str, accepts: Accepts | None) -> str | None:
        """Return the nearest name that ``accepts``, looking where the nearest ones are first."""
        if self._neighbours is None:
            for known in self._names:
                self._by_fold.setdefault(_fold(known), []).append(known)
                self._by_length.setdefault(len(known), []).append(known)
            self._neighbours = Neighbours(self._names)
        equal = [known for known in self._by_fold.get(_fold(name), ()) if known != name]
        if equal:
            return min(equal)
        allowed = _allowance(len(name))
        near = _best(name, self._neighbours.of(name), accepts, 1)[1] if allowed else None
        if near is not None or allowed < 2:
            return near
        lengths = range(len(name) - allowed, len(name) + allowed + 1)
        alike = [self._by_length[length] for length in lengths if length in self._by_length]
        if sum(map(len, alike)) > _SCANNED:
            return None
        return _best(name, (known for group in alike for known in group), accepts, 3, _COMPARED)[1]


def _best(
    name: str, candidates: Iterable[str], accepts: Accepts | None, most: int, compared: int = _SCANNED
) -> tuple[int, str | None]:
    """Return the candidate with the fewest letters off, at most so many, and how many; the costliest look comes last.

    There is none where more than ``compared`` candidates take that look.
    """
    best: tuple[int, str] | None = None
    length, folded, letters = _traits(name)
    for candidate in candidates:
        if candidate == name or len(candidate) > _LONGEST:
            continue
        other_length, other_folded, other_letters = _traits(candidate)
        off = 0
        if other_folded != folded:
            allowed = min(_allowance(min(length, other_length)), most)
            # One change of a letter takes one away and brings one: more letters apart are more changes apart.
            if (
                abs(length - other_length) > allowed
                or (letters ^ other_letters).bit_count() > 2 * allowed
                or _siblings(name, candidate)
            ):
                continue
            if accepts is not None and not accepts(name, candidate):
                continue
            compared -= 1
            if compared < 0:
                return most + 1, None
            off = distance(name.lower(), candidate.lower(), allowed)
            if off > allowed:
                continue
        if best is None or (off, candidate) < best:
            best = (off, candidate)
    return best or (most + 1, None)


class Neighbours:
    """Finds names that are one letter off, in any letter case, by what is left of both without a letter."""

    __slots__ = ("_by_rest",)

    def __init__(self, names: Iterable[str]) -> None:
        self._by_rest: dict[int, list[str]] = {}
        names = list(names)
        if sum(map(len, names)) > _LETTERS:
            return
        for name in names:
            for rest in _rests(name):
                sharers = self._by_rest.setdefault(rest, [])
                if len(sharers) < _SHARERS:
                    sharers.append(name)

    def of(self, name: str) -> list[str]:
        """Return the names that may be one letter off: all that are, and some that are not."""
        if not self._by_rest or len(name) > _LONGEST:
            return []
        return list(dict.fromkeys(found for rest in _rests(name) for found in self._by_rest.get(rest, ())))


def _rests(name: str) -> Iterator[int]:
    """Yield the hashes, which take less memory, of a name in lower case and of what is left of it without a letter."""
    lowered = name.lower()
    yield hash(lowered)
    for at, letter in enumerate(lowered):
        # Of equal letters side by side, any leaves the same.
        if at == 0 or letter != lowered[at - 1]:
            yield hash(lowered[:at] + lowered[at + 1 :])


def _word_by_word(one: str, other: str) -> bool:
    ones, others = _JOINT.split(one), _JOINT.split(other)
    return (
        _fold(one) == _fold(other)
        or len(ones) != len(others)
        or all(a == b or _near_words(a.lower(), b.lower()) for a, b in zip(ones, others, strict=True))
    )


def _near_words(one: str, other: str) -> bool:
    """Return whether one word is a slip of the other; a short one has a letter dropped or two swapped, but none changed."""
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
    shorter = min(len(one), len(other))
    start = end = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        # What is further from the diagonal than the limit is past it.
        first, last = max(i - limit, 1), min(i + limit, len(other))
        previous, row = row, [limit + 1] * (len(other) + 1)
        row[0] = i
        for j in range(first, last + 1):
            against = other[j - 1]
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        if min(row) > limit:
            return limit + 1
        before = previous
    return min(row[-1], limit + 1)

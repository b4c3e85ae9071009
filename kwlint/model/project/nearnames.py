"""Names: of very many those that a wrong one can be a slip of, so that each slip is not held against all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

# So many are all looked at; of more the neighbours in each order.
_FEW, _BESIDE = 256, 16


class Names:
    """Names that are known, each once, in the order in which they were given."""

    __slots__ = ("_backwards", "_folded", "_names", "_sorted")

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._sorted: list[str] = []
        self._backwards: list[str] = []
        self._folded: dict[str, str] = {}

    @property
    def all(self) -> list[str]:
        """All names."""
        return self._names

    def around(self, name: str) -> list[str]:
        """Return the names that ``name`` can be a slip of: all of a few.

        Of many those that begin or end most like it, and those that differ in letter case and joints alone.
        """
        if len(self._names) <= _FEW:
            return self._names
        if not self._sorted:
            self._sorted = sorted(self._names)
            self._backwards = sorted(known[::-1] for known in self._names)
            self._folded = {_fold(known): known for known in reversed(self._names)}
        found = [
            *_beside(self._sorted, name),
            *(known[::-1] for known in _beside(self._backwards, name[::-1])),
        ]
        if _fold(name) in self._folded:
            found.append(self._folded[_fold(name)])
        return list(dict.fromkeys(found))


def _beside(names: list[str], name: str) -> list[str]:
    at = bisect_left(names, name)
    return names[max(at - _BESIDE, 0) : at + _BESIDE]


def _fold(name: str) -> str:
    return name.translate(_JOINTS).lower()


_JOINTS = {ord(joint): None for joint in "-_./:"}

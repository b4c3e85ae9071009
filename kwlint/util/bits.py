"""Bits: sets of positions as whole numbers, which are joined and cut a machine word at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import TypeVar

_Item = TypeVar("_Item")
# Makes a zero of the digit 0, which compress takes for a no.
_TRUTH = bytes.maketrans(b"0", b"\0")


def mask(positions: Iterable[int], size: int) -> int:
    """Return the number whose bits at these positions, all below ``size``, are set."""
    found = bytearray(size // 8 + 1)
    for position in positions:
        found[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(found, "little")


def chosen(items: Sequence[_Item], bits: int) -> Iterator[_Item]:
    """Return the items at whose positions a bit is set, in order."""
    return compress(items, bin(bits)[:1:-1].encode().translate(_TRUTH))

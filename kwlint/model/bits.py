"""Bits: sets of positions as whole numbers, which are joined and cut a machine word at a time."""

from __future__ import annotations

from collections.abc import Iterable


def mask(positions: Iterable[int], size: int) -> int:
    """Return the number whose bits at these positions, all below ``size``, are set."""
    found = bytearray(size // 8 + 1)
    for position in positions:
        found[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(found, "little")


def positions(bits: int) -> list[int]:
    """Return the positions of the bits that are set, in ascending order."""
    written = bin(bits)[:1:-1]
    found: list[int] = []
    at = written.find("1")
    while at >= 0:
        found.append(at)
        at = written.find("1", at + 1)
    return found

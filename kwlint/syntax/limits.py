"""How large a document may be before it is no longer read, and how much of them a run may hold."""

from __future__ import annotations

from kwlint.util.record import Record

# What a node, and besides a document with its object, take in memory until they are judged, in bytes: measured, rounded up.
NODE, DOCUMENT = 180, 6_000


class Limits(Record):
    """Characters, levels of nesting, and nodes once a document's aliases are expanded; bytes of a file.

    ``memory`` is how many MiB the documents of a run may take, 0 for as many as there are.
    """

    size: int = 10 * 1024 * 1024
    depth: int = 100
    nodes: int = 100_000
    file: int = 64 * 1024 * 1024
    memory: int = 0


class Budget:
    """The bytes that the documents of a run may still take, as far as nodes and characters tell; ``left`` can fall below 0."""

    __slots__ = ("left", "memory")

    def __init__(self, memory: int = 0) -> None:
        self.memory = memory
        self.left = memory * 1024 * 1024 or 1 << 62

    @property
    def nodes(self) -> int:
        """How many nodes a document may still have."""
        return max(self.left - DOCUMENT, 0) // NODE

    def take(self, size: int) -> None:
        """Note that something of this size is held from now on."""
        self.left -= size

    def __str__(self) -> str:
        return f"the limit of {self.memory:,} MiB for the documents of one run (`limits.memory`)"


DEFAULT_LIMITS = Limits()

"""How large a document may be before it is no longer read."""

from __future__ import annotations

from kwlint.records import Record


class Limits(Record):
    """Characters, levels of nesting, and nodes once a document's aliases are expanded."""

    size: int = 10 * 1024 * 1024
    depth: int = 100
    nodes: int = 100_000


DEFAULT_LIMITS = Limits()

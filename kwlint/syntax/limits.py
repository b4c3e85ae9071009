"""How large a document may be before it is no longer read."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Characters, levels of nesting, and nodes once a document's aliases are expanded."""

    size: int = 10 * 1024 * 1024
    depth: int = 100
    nodes: int = 100_000


DEFAULT_LIMITS = Limits()

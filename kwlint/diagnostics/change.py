"""Changes: what is to become of a field, before it is known how the text says it."""

from __future__ import annotations

from typing import Any

from kwlint.util.record import Record

SET, RENAME, REMOVE, QUOTE, UNQUOTE = "set", "rename", "remove", "quote", "unquote"


class Change(Record):
    """``set`` a field to a value (a new key goes after the key ``after``), ``rename`` its key, or ``remove`` it; ``quote``
    or ``unquote`` its scalar as it is written.

    ``value`` is the new value, or the new key.
    """

    action: str
    path: str
    value: Any = None
    after: str = ""

"""The proof of a fix: an independent loader must see the same data but for the fields changed, and the same comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

Step = str | int


# Suppressions are the only comments that a fix may change.
_OWN_COMMENT = "kwlint:"


def difference(
    before: str, after: str, changed: set[tuple[Step, ...]], suppressions: bool = False
) -> str | None:
    """Return what a rewritten text has changed beyond the paths ``changed``, or None where the rewrite is proven.

    With ``suppressions`` the comments that suppress findings may change too. A path starts with the document's index in the stream. Both texts are loaded round-trip by ruamel.yaml.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    loader = YAML(typ="rt")
    loader.allow_duplicate_keys = True
    try:
        one, other = list(loader.load_all(before)), list(loader.load_all(after))
    except (YAMLError, ValueError, AssertionError, NotImplementedError) as error:
        return f"the text cannot be loaded again ({type(error).__name__})"
    if len(one) != len(other):
        return "the number of documents has changed"
    for index, (old, new) in enumerate(zip(one, other, strict=True)):
        place = _differs(old, new, (index,), changed)
        if place is not None:
            return f"`{'.'.join(map(str, place[1:])) or 'the document'}` would change too"
    kept, found = (
        Counter(text for text in _comments(side) if not (suppressions and _OWN_COMMENT in text))
        for side in (one, other)
    )
    if kept != found:
        return "a comment would be lost"
    return None


def _differs(
    old: Any, new: Any, path: tuple[Step, ...], changed: set[tuple[Step, ...]]
) -> tuple[Step, ...] | None:
    if path in changed:
        return None
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            below = (*path, str(key))
            if below in changed:
                continue
            if key not in old or key not in new:
                return below
            place = _differs(old[key], new[key], below, changed)
            if place is not None:
                return place
        return None
    if isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            removed = sorted(step for *head, step in changed if tuple(head) == path and isinstance(step, int))
            old = [item for index, item in enumerate(old) if index not in removed]
            if len(old) != len(new):
                return path
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            place = _differs(left, right, (*path, index), changed)
            if place is not None:
                return place
        return None
    return None if type(old) is type(new) and old == new else path


def _comments(documents: list[Any]) -> Iterator[str]:
    waiting: list[Any] = list(documents)
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        else:
            continue
        attached = getattr(node, "ca", None)
        if attached is not None:
            yield from _texts([attached.comment, list(attached.items.values()), attached.end])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif value is not None and hasattr(value, "value"):
        for line in str(value.value).splitlines():
            if line.strip().startswith("#"):
                yield line.strip()

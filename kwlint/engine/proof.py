"""The proof of a fix: an independent loader must see the same data but for the fields changed, and the same comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from kwlint.findings import FixOffer
from kwlint.patterns import pattern
from kwlint.syntax.comments import comments_with
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read

Step = str | int
Path = tuple[Step, ...]

# Suppressions are the only comments that a fix may change.
_OWN_COMMENT = pattern(r"\s*#\s*kwlint:.*")
_SEPARATOR = pattern(r"^---(?=\s|$)", re.MULTILINE)
# A directive, the end mark of a document, and line breaks that only YAML knows: with them a line `---` does not tell all.
_INSEPARABLE = pattern(r"^(?:%|\.\.\.)|\r(?!\n)|[\x85\u2028\u2029]", re.MULTILINE)


class _UnreadableError(ValueError):
    """A text that the independent loader does not read; the message says why."""


def separable(text: str) -> list[int]:
    """Return where the stretches of a text start that have one document at most and can be read by themselves."""
    if _INSEPARABLE.search(text):
        return [0]
    return sorted({0, *(match.start() for match in _SEPARATOR.finditer(text))})


def difference(
    before: str, after: str, offers: list[FixOffer], suppressions: bool = False, document: int | None = None
) -> str | None:
    """Return what a rewritten text has changed beyond what fixes announce, or None where the rewrite is proven.

    With ``suppressions`` the comments that suppress findings may change too. ``document`` is the index of the only
    document of the text where that is a part of a file. Both texts are loaded round-trip by ruamel.yaml.
    """
    try:
        one, other = _load(before), _load(after)
    except _UnreadableError as error:
        return str(error)
    if len(one) != len(other) or (document is not None and len(one) > 1):
        return "the number of documents would change"
    changed = {path for offer in offers for path in offer.fields}
    renames = {path: key for offer in offers for path, key in offer.renames}
    for index, (old, new) in enumerate(zip(one, other, strict=True), document or 0):
        place = _differs(old, new, (index,), changed, renames)
        if place is not None:
            return f"`{'.'.join(map(str, place[1:])) or 'the document'}` would change too"
    # Inside of brackets the loader keeps a comment in some layouts and not in others.
    lost = _counted(_comments(one), suppressions) - _counted(_comments(other), suppressions)
    kept, found = (_counted(_written_comments(text), suppressions) for text in (before, after))
    if lost or kept != found:
        return "a comment would be lost"
    return None


def _counted(comments: Iterator[str], suppressions: bool) -> Counter[str]:
    return Counter(filter(None, (_without_own(text) if suppressions else text for text in comments)))


def _written_comments(text: str) -> Iterator[str]:
    source = Source("", text)
    documents = [item for item in read(source) if isinstance(item, Document)]
    return (comment.text for comment in comments_with(source, documents, "#"))


def _without_own(comment: str) -> str:
    return _OWN_COMMENT.sub("", comment)


# A text is often loaded again in the next round.
@lru_cache(maxsize=256)
def _load(text: str) -> list[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    loader = YAML(typ="rt")
    loader.allow_duplicate_keys = True
    try:
        return list(loader.load_all(text))
    except (YAMLError, ValueError, AssertionError, NotImplementedError) as error:
        raise _UnreadableError(
            f"the text cannot be read by a second loader ({type(error).__name__})"
        ) from None


def _differs(old: Any, new: Any, path: Path, changed: set[Path], renames: dict[Path, str]) -> Path | None:
    """Return the first place where data differ that no fix names, by its path in the old data."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = {renames.get((*path, str(key)), str(key)): str(key) for key in old}
        before, after = ({str(key): value for key, value in side.items()} for side in (old, new))
        if len(before) != len(old) or len(after) != len(new):
            return path
        for key in {**keys, **after}:
            below = (*path, keys.get(key, key))
            if below in changed:
                continue
            if key not in keys or key not in after:
                return below
            place = _differs(before[keys[key]], after[key], below, changed, renames)
            if place is not None:
                return place
        return None
    if isinstance(old, list) and isinstance(new, list):
        here = range(len(old))
        if len(old) != len(new):
            here = [index for index in here if (*path, index) not in changed]  # type: ignore[assignment]
        if len(here) != len(new):
            return path
        for index, item in zip(here, new, strict=True):
            below = (*path, index)
            place = None if below in changed else _differs(old[index], item, below, changed, renames)
            if place is not None:
                return place
        return None
    return None if type(old) is type(new) and _value(old) == _value(new) else path


def _value(scalar: Any) -> Any:
    # A scalar with a tag that the loader does not resolve equals none other.
    return (str(scalar.tag), scalar.value) if hasattr(scalar, "tag") else scalar


def _comments(documents: list[Any]) -> Iterator[str]:
    waiting: list[Any] = list(documents)
    seen: set[int] = set()
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
            yield from _texts([attached.comment, list(attached.items.values()), attached.end], seen)


def _texts(value: Any, seen: set[int]) -> Iterator[str]:
    # One comment can be attached to a key and to the mapping below it.
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, seen)
    elif value is not None and hasattr(value, "value") and id(value) not in seen:
        seen.add(id(value))
        for line in str(value.value).splitlines():
            if line.strip().startswith("#"):
                yield line.strip()

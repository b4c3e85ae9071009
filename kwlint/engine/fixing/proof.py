"""The proof of a fix: an independent loader must see the same data but for the fields changed, and the same comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from kwlint.diagnostics.finding import FixOffer
from kwlint.engine.filters.suppress import ANNOTATION
from kwlint.engine.fixing.second import UnprovableError, bounded, events, loaded, signature
from kwlint.syntax.comments import comments_with
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read
from kwlint.util.lazyre import pattern

Step = str | int
Path = tuple[Step, ...]

# Suppressions are the only comments that a fix may change.
_OWN_COMMENT = pattern(r"\s*#\s*kwlint:.*")
# What parts documents or begins a directive, at the start of a line, with the line breaks that only YAML knows.
_MARK = pattern(r"(?:^|(?<=[\r\x85\u2028\u2029]))(?:%|(?:---|\.\.\.)(?=\s|\Z))", re.MULTILINE)
_LINE_BREAK = pattern(r"\r\n|[\n\r\x85\u2028\u2029]")
# Steps of comparison that a character is worth: only aliases in aliases take more.
_STEPS = 20


def separable(text: str) -> list[int]:
    """Return where the stretches of a text start that have one document at most and can be read by themselves."""
    cuts = {0}
    # Directives belong to the document that follows; they stand before the first one or after a line `...`.
    directives: int | None = None
    ended = True
    for match in _MARK.finditer(text):
        if match[0] == "%":
            if ended and directives is None:
                directives = match.start()
            continue
        ended = match[0] == "..."
        if not ended:
            cuts.add(match.start() if directives is None else directives)
        elif (following := _LINE_BREAK.search(text, match.end())) is not None and following.end() < len(text):
            cuts.add(following.end())
        directives = None
    return sorted(cuts)


def difference(
    before: str,
    after: str,
    offers: list[FixOffer],
    suppressions: bool = False,
    document: int | None = None,
    start: int = 0,
) -> str | None:
    """Return what a rewritten text has changed beyond what fixes announce, or None where the rewrite is proven.

    With ``suppressions`` the comments that suppress findings may change too. ``document`` is the index of the only
    document of the text where that is a part of a file, ``start`` its offset there. Both texts are loaded round-trip
    by ruamel.yaml, for no longer than their length is worth. Nothing that a text holds raises.
    """
    try:
        with bounded(len(before) + len(after)):
            return _difference(before, after, offers, suppressions, document, start)
    except UnprovableError as error:
        return str(error)
    except Exception as error:  # what a second loader makes of a text is its own; one text holds up no other
        return f"its proof failed with {type(error).__name__}"


def _difference(
    before: str, after: str, offers: list[FixOffer], suppressions: bool, document: int | None, start: int
) -> str | None:
    one, other = loaded(before), loaded(after)
    own = [_own(text) for text in (before, after)]
    added = sum(offer.parts - 1 for offer in offers)
    if document is not None and len(one) > 1:
        return "the number of documents would change"
    for old, new in ((one, other), own):
        if len(new) != len(old) + added:
            return "the number of documents would change"
        if _objects(new) != _objects(old) + added:
            return "the number of objects would change"
    kept, found = (_counted(_written_comments(text), suppressions) for text in (before, after))
    if kept != found:
        return "a comment would be lost"
    if added:
        if not _is_parted(before, after, added):
            return "more than lines `---` would be written"
        if any(_whole(new) != _whole(old) + added for old, new in ((one, other), own)):
            return "what would be parted are no whole objects"
        return None
    changed = {path for offer in offers for path in offer.fields}
    renames = {path: key for offer in offers for path, key in offer.renames}
    steps = 200_000 + _STEPS * (len(before) + len(after))
    place = _differs(one, other, document or 0, changed, renames, steps)
    if place is not None:
        return f"`{'.'.join(map(str, place[1:])) or 'the document'}` would change too"
    for offer in offers:
        if offer.safe and (lost := _lost(offer, one, other, document or 0)) is not None:
            return f"`{'.'.join(map(str, lost[1:]))}` would be lost, and no safe fix takes away what stands nowhere else"
        if offer.safe and not suppressions and not all(_stands_still(offer, before, after, start)):
            return "words would be lost that stand nowhere else"
    # Inside of brackets the loader keeps a comment in some layouts and not in others.
    if _counted(_comments(one), suppressions) - _counted(_comments(other), suppressions):
        return "a comment would be lost"
    return None


def _own(text: str) -> list[Any]:
    return [item.root for item in read(Source("", text)) if isinstance(item, Document)]


def _objects(documents: list[Any]) -> int:
    """Return how many objects documents hold, those of lists too; an object is what has an apiVersion or a kind."""
    waiting, seen, count = list(documents), set(), 0
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict) or id(node) in seen or not ("apiVersion" in node or "kind" in node):
            continue
        seen.add(id(node))
        items = node.get("items")
        if isinstance(items, list) and str(node.get("kind")).endswith("List"):
            waiting.extend(items)
        else:
            count += 1
    return count


def _whole(documents: list[Any]) -> int:
    """Return how many documents have all that an object must have."""
    return sum(
        isinstance(item, dict) and {"apiVersion", "kind", "metadata"} <= item.keys() for item in documents
    )


def _is_parted(before: str, after: str, added: int) -> bool:
    """Return whether both parsers see the same in both texts, but for so many mappings that end and begin anew."""
    from yaml import CLoader, parse

    for old, new in (
        ([signature(event) for event in parse(text, Loader=CLoader)] for text in (before, after)),
        (events(text) for text in (before, after)),
    ):
        seam = ["MappingEndEvent", "DocumentEndEvent", "DocumentStartEvent", "MappingStartEvent"]
        at = parted = 0
        for event in old:
            if new[at] != event:
                between = new[at : at + 4]
                if [item[0] for item in between] != seam or any(item[1] for item in between):
                    return False
                at, parted = at + 4, parted + 1
            if at >= len(new) or new[at] != event:
                return False
            at += 1
        if at != len(new) or parted != added:
            return False
    return True


def _lost(offer: FixOffer, one: list[Any], other: list[Any], first: int) -> Path | None:
    """Return the first field of a fix that is there before and not afterwards, unless the fix sets it elsewhere."""
    for path in offer.fields:
        there, old = _at(one, path, first)
        present, _ = _at(other, path, first)
        if there and isinstance(path[-1], int):
            present = len(_at(other, path[:-1], first)[1] or ()) >= len(_at(one, path[:-1], first)[1])
        if not there or present or path[-1] == ANNOTATION:
            continue
        if isinstance(old, dict) and list(old) == [ANNOTATION]:
            continue
        moved = (_at(other, new, first) for new in offer.fields if new[-1] == path[-1] and new != path)
        if not any(found and type(value) is type(old) and value == old for found, value in moved):
            return path
    return None


def _at(documents: list[Any], path: Path, first: int) -> tuple[bool, Any]:
    """Return whether a path leads to something in documents of which the first one has this index, and to what."""
    node: Any = documents
    for number, step in enumerate(path):
        if isinstance(node, list) and isinstance(step, int):
            step -= 0 if number else first
            if not 0 <= step < len(node):
                return False, None
            node = node[step]
        elif isinstance(node, dict) and step in node:
            node = node[step]
        else:
            return False, None
    return True, node


def _stands_still(offer: FixOffer, before: str, after: str, start: int) -> Iterator[bool]:
    """Say of each stretch that a fix only takes away whether it stands in the new text, as it was written.

    What is set elsewhere may be written otherwise there.
    """
    if any(item.text for item in offer.replacements):
        return
    for item in offer.replacements:
        yield before[item.start - start : item.end - start].strip(" \t\r\n,") in after


def _counted(comments: Iterator[str], suppressions: bool) -> Counter[str]:
    return Counter(filter(None, (_without_own(text) if suppressions else text for text in comments)))


def _written_comments(text: str) -> Iterator[str]:
    source = Source("", text)
    documents = [item for item in read(source) if isinstance(item, Document)]
    return (comment.text for comment in comments_with(source, documents, "#"))


def _without_own(comment: str) -> str:
    return _OWN_COMMENT.sub("", comment)


def _differs(
    one: list[Any], other: list[Any], first: int, changed: set[Path], renames: dict[Path, str], steps: int
) -> Path | None:
    """Return the first place where documents differ that no fix names, by its path in the old data.

    ``first`` is the index of the first document. Raises UnprovableError where more steps would be needed.
    """
    waiting: list[tuple[Any, Any, Path]] = [
        (old, new, (index,)) for index, (old, new) in enumerate(zip(one, other, strict=True), first)
    ]
    waiting.reverse()
    while waiting:
        old, new, path = waiting.pop()
        steps -= 1
        if steps < 0:
            raise UnprovableError("aliases of aliases make too much of the text to compare")
        if isinstance(old, dict) and isinstance(new, dict):
            keys = {renames.get((*path, str(key)), str(key)): str(key) for key in old}
            before, after = ({str(key): value for key, value in side.items()} for side in (old, new))
            if len(before) != len(old) or len(after) != len(new):
                return path
            below = []
            for key in {**keys, **after}:
                place = (*path, keys.get(key, key))
                if place in changed:
                    continue
                if key not in keys or key not in after:
                    return place
                below.append((before[keys[key]], after[key], place))
        elif isinstance(old, list) and isinstance(new, list):
            here: Iterable[int] = range(len(old))
            if len(old) != len(new):
                here = [index for index in here if (*path, index) not in changed]
                if len(here) != len(new):
                    return path
            below = [
                (old[index], item, (*path, index))
                for index, item in zip(here, new, strict=True)
                if (*path, index) not in changed
            ]
        elif type(old) is type(new) and _value(old) == _value(new):
            continue
        else:
            return path
        steps -= len(below)
        waiting += reversed(below)
    return None


def _value(scalar: Any) -> Any:
    # A scalar with a tag that the loader does not resolve equals none other; a set (`!!set`) is compared as one.
    return (str(scalar.tag), getattr(scalar, "value", scalar)) if hasattr(scalar, "tag") else scalar


def _comments(documents: list[Any]) -> Iterator[str]:
    waiting: list[Any] = list(documents)
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        waiting.extend(node.values() if isinstance(node, dict) else node)
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

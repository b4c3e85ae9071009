"""Duplicate keys: what loading says of keys that stand twice, and of documents that lack the line between them."""

from __future__ import annotations

from bisect import bisect_right

from kwlint.diagnostics.change import REMOVE, Change
from kwlint.diagnostics.finding import FixOffer
from kwlint.model.resources import Fix, Resource
from kwlint.sources.joined import Joined, joined, parting
from kwlint.sources.loaded import Flaw, Loaded
from kwlint.syntax.nodes import Document, Mapping, Repeated
from kwlint.syntax.path import below, paths_to

# What an object has once, at its top.
_OBJECT_KEYS = ("apiVersion", "kind")
# How many of its keys that stand twice are told of a mapping one by one.
_MOST_REPEATED = 20


def report_repeated(document: Document, loaded: Loaded, resources: list[Resource]) -> None:
    """Note a finding for each key that stands twice in a mapping, and one for documents that are joined.

    ``resources`` are the objects of the document, in the order of the text.
    """
    mappings: dict[int, list[Repeated]] = {}
    for repeated in document.repeated:
        mappings.setdefault(id(repeated.mapping), []).append(repeated)
    whole = joined(document)
    if whole is not None:
        # What else stands twice there does so because it belongs to two objects.
        del mappings[id(document.root)]
        _report_joined(document, loaded, whole, _owner(document, resources, whole.repeated))
    owners = {number: _owner(document, resources, found[0]) for number, found in mappings.items()}
    owned: dict[Resource, list[Mapping]] = {}
    for number, owner in owners.items():
        if owner is not None:
            owned.setdefault(owner, []).append(mappings[number][0].mapping)
    paths: dict[int, str] = {}
    for owner, found in owned.items():
        paths |= paths_to(owner.data, found)
    for number, told in mappings.items():
        # Between items of a list a dash may be missing; what is equal in two objects is not there twice.
        fixable = whole is None and not any(item.key in _OBJECT_KEYS for item in told)
        for index, repeated in enumerate(told[: _MOST_REPEATED + 1]):
            more = len(told) - index - 1 if index == _MOST_REPEATED else 0
            _report_key(document, loaded, repeated, owners[number], paths.get(number), fixable, more)


def _owner(document: Document, resources: list[Resource], repeated: Repeated) -> Resource | None:
    # The items of a list stand in the order of the text.
    again = document.starts[repeated.again]
    at = bisect_right(resources, again, key=lambda item: document.starts[item.data.ordinal])
    return resources[at - 1] if at else None


def _report_joined(document: Document, loaded: Loaded, whole: Joined, owner: Resource | None) -> None:
    """Note once that lines `---` are missing."""
    key = whole.repeated.key
    message = f"`{key}` stands twice: a line `---` is missing between two documents"
    if whole.times > 2:
        message = (
            f"`{key}` stands {whole.times} times: lines `---` are missing between {whole.times} documents"
        )
    offer = parting(document, whole.edits)
    loaded.flaws.append(_repetition(document, message, whole.repeated, owner, key, None, offer))


def _report_key(
    document: Document,
    loaded: Loaded,
    repeated: Repeated,
    owner: Resource | None,
    path: str | None,
    fixable: bool,
    more: int,
) -> None:
    """Note that a key stands twice in the mapping at ``path``; ``more`` that stand twice there are told of with it."""
    key = repeated.key
    message = f"the key `{key}` stands twice in this mapping, and the later one wins"
    if more:
        message += f"; so do {more:,} more keys of it" if more > 1 else "; so does one more key of it"
    path = below(path, key) if path is not None else None
    # A path leads to the last of several equal keys.
    last = repeated.again == repeated.mapping.keys_at[key]
    fix = (
        Fix("remove the later one, which is equal", (Change(REMOVE, path),))
        if repeated.equal and last and path is not None and fixable and not more
        else None
    )
    loaded.flaws.append(_repetition(document, message, repeated, owner, path or key, fix))


def _repetition(
    document: Document,
    message: str,
    repeated: Repeated,
    owner: Resource | None,
    path: str,
    fix: Fix | None,
    offer: FixOffer | None = None,
) -> Flaw:
    first, again = document.span(repeated.first), document.span(repeated.again)
    note = (first.start, first.end, f"the first `{repeated.key}`")
    return Flaw(
        "duplicate-key", message, document.source, again.start, again.end, owner, (note,), path, fix, offer
    )

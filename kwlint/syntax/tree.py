"""Trees: YAML text becomes plain dicts, lists and scalars that remember where they stand.

Positions are kept beside the data, not in it: each event of a document has an ordinal, two arrays hold where
an ordinal starts and ends, and a container knows the ordinals of its keys or items. The value of a key
always has the ordinal after the key's.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import yaml
from yaml._yaml import CParser

from kwlint.patterns import pattern
from kwlint.records import Record
from kwlint.syntax.defects import Defect, defect_of
from kwlint.syntax.limits import DEFAULT_LIMITS, Limits
from kwlint.syntax.scalars import HINTS, ScalarError, resolve, resolve_key, resolve_tagged
from kwlint.syntax.source import Source, Span
from kwlint.syntax.surrogates import has_surrogates, hide, revealing

_SEPARATOR = pattern(r"^---(?=[\s]|$)", re.MULTILINE)
_PROPERTIES = pattern(r"(?:[&!]\S*(?:\s+(?:#.*)?)*)+")


class Mapping(dict[str, Any]):
    """A mapping: a dict that knows its ordinal, the ordinals of its keys, and which keys a merge brought.

    The ordinal of a merged key is the one it has in the mapping that it was merged from.
    """

    __slots__ = ("keys_at", "merged", "ordinal")

    def __init__(self, ordinal: int) -> None:
        super().__init__()
        self.ordinal = ordinal
        self.keys_at: dict[str, int] = {}
        self.merged: set[str] | None = None


class Sequence(list[Any]):
    """A sequence: a list that knows its ordinal and those of its items."""

    __slots__ = ("items_at", "ordinal")

    def __init__(self, ordinal: int) -> None:
        super().__init__()
        self.ordinal = ordinal
        self.items_at: list[int] = []


class Repeated(Record):
    """A key that stands twice in one mapping: the ordinals of both keys, and whether their values are equal."""

    mapping: Mapping
    key: str
    first: int
    again: int
    equal: bool


class Document:
    """One document of a source; ``root`` is its data, ``repeated`` its duplicate keys (the last one counts)."""

    __slots__ = ("_again", "_layouts", "ends", "index", "repeated", "root", "source", "start", "starts")

    def __init__(self, source: Source, index: int, start: int) -> None:
        self.source = source
        self.index = index
        self.start = start
        self.root: Any = None
        self.starts = array("Q")
        self.ends = array("Q")
        self.repeated: list[Repeated] = []
        self._again: dict[int, Repeated] | None = None
        self._layouts: dict[int, list[int]] = {}

    @property
    def again(self) -> dict[int, Repeated]:
        """The duplicate keys by the ordinals of the later ones."""
        if self._again is None:
            self._again = {item.again: item for item in self.repeated}
        return self._again

    def entries(self, parent: Mapping | Sequence) -> list[int]:
        """Return the offsets at which the entries of a collection start, in order, with those of duplicate keys."""
        found = self._layouts.get(parent.ordinal)
        if found is None:
            ordinals = set(parent.keys_at.values() if isinstance(parent, Mapping) else parent.items_at)
            # Each duplicate leads to the one before it.
            for ordinal in list(ordinals):
                while (item := self.again.get(ordinal)) is not None:
                    ordinal = item.first
                    ordinals.add(ordinal)
            first = self.starts[parent.ordinal]
            found = sorted({self.starts[item] for item in ordinals if self.starts[item] >= first})
            self._layouts[parent.ordinal] = found
        return found

    def span(self, ordinal: int) -> Span:
        """Return where the node with this ordinal stands; a block collection ends with its last content."""
        return Span(self.starts[ordinal], self.ends[ordinal])


class _RefusedError(Exception):
    def __init__(self, rule: str, message: str, offset: int) -> None:
        super().__init__(message)
        self.defect = Defect(rule, message, offset)


def read(source: Source, limits: Limits = DEFAULT_LIMITS) -> Iterator[Document | Defect]:
    """Yield the documents of a source in order, and a Defect for each one that can't be read.

    After a defect, reading goes on at the next line that starts with ``---``, as kubectl splits a stream.
    Empty documents are left out.
    """
    text = source.text
    index = 0
    pieces = [(0, len(text))] if len(text) <= limits.size else _pieces(text, 0, len(text))
    waiting = pieces[::-1]
    while waiting:
        start, end = waiting.pop()
        if end - start > limits.size:
            yield Defect(
                "limits-exceeded",
                f"the document has {end - start:,} characters, more than the limit of {limits.size:,}",
                start,
            )
            continue
        try:
            reader = _Reader(source, text[start:end], start, limits)
            while (document := reader.document(index)) is not None:
                index += 1
                if document.root is not None:
                    yield document
            continue
        except _RefusedError as error:
            defect = error.defect
        except yaml.YAMLError as error:
            defect = defect_of(error, text, start)
        yield defect
        following = _SEPARATOR.search(text, max(defect.offset, start + 1), end)
        if following is not None:
            waiting += _pieces(text, following.start(), end)[::-1]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    # Each document by itself, so that a stream with many defects is read once and not once a defect.
    cuts = [start, *(match.start() for match in _SEPARATOR.finditer(text, start, end)), end]
    return [(first, last) for first, last in pairwise(cuts) if last > first]


class _Reader:
    """Builds the documents of one text from libyaml's events."""

    def __init__(self, source: Source, text: str, shift: int, limits: Limits) -> None:
        self.source = source
        self.shift = shift
        self.limits = limits
        characters: list[str] = []
        if has_surrogates(text):
            text, characters = hide(text)
        self.text = text
        parser = CParser(text)
        self.get_event: Callable[[], Any] = (
            revealing(parser.get_event, characters) if characters else parser.get_event
        )
        self.get_event()

    def document(self, index: int) -> Document | None:
        """Return the next document, or None at the end of the stream."""
        event = self.get_event()
        document_start: Any = yaml.DocumentStartEvent
        if event.__class__ is not document_start:
            return None
        document = Document(self.source, index, event.start_mark.index + self.shift)
        self._fill(document)
        return document

    def _fill(self, document: Document) -> None:
        get_event = self.get_event
        scalar_event, mapping_event = yaml.ScalarEvent, yaml.MappingStartEvent
        sequence_event, alias_event = yaml.SequenceStartEvent, yaml.AliasEvent
        document_end = yaml.DocumentEndEvent
        shift = self.shift
        starts, ends = document.starts, document.ends
        append_start, append_end = starts.append, ends.append
        anchors: dict[str, tuple[Any, int]] = {}
        open_anchors: set[str] = set()
        # One entry for each open container: itself, its pending key, its anchor, its size with aliases expanded so far.
        stack: list[tuple[Any, str | None, int, str | None, int]] = []
        container: Any = None
        key: str | None = None
        key_at = 0
        expecting_key = False
        expanded = brought = 0
        ordinal = at = -1
        last_end = document.start
        while True:
            event = get_event()
            kind = event.__class__
            if kind is scalar_event:
                ordinal += 1
                expanded += 1
                start = event.start_mark.index + shift
                last_end = event.end_mark.index + shift
                anchor, tag = event.anchor, event.tag
                if anchor is not None or tag is not None:
                    start = self._after_properties(start, last_end)
                append_start(start)
                append_end(last_end)
                text = event.value
                if expecting_key:
                    plain = event.implicit[0]
                    if (plain and text[:1] in HINTS) or not text:
                        try:
                            key = resolve_key(text, plain)
                        except ScalarError as error:
                            raise _RefusedError("syntax-error", str(error), start) from None
                    else:
                        key = text
                    if text == "<<" and plain:
                        key = None
                    key_at = ordinal
                    expecting_key = False
                    if anchor is not None:
                        anchors[anchor] = (text, 1)
                    continue
                at = ordinal
                if event.implicit[0]:
                    value: Any = text
                    if (text[:1] in HINTS or not text) and tag is None:
                        try:
                            value = resolve(text)
                        except ScalarError as error:
                            raise _RefusedError("syntax-error", str(error), start) from None
                elif tag is not None:
                    try:
                        value = resolve_tagged(text, tag)
                    except ScalarError as error:
                        raise _RefusedError("syntax-error", str(error), start) from None
                else:
                    value = text
                if anchor is not None:
                    anchors[anchor] = (value, 1)
            elif kind is mapping_event or kind is sequence_event:
                ordinal += 1
                expanded += 1
                start = event.start_mark.index + shift
                if expecting_key:
                    raise _RefusedError(
                        "syntax-error", "a key must be a single value, not a list or mapping", start
                    )
                anchor = event.anchor
                if anchor is not None or event.tag is not None:
                    # The event ends after the bracket or brace, or where the block's first entry starts.
                    start = event.end_mark.index + shift - (event.flow_style or 0)
                append_start(start)
                append_end(start)
                if len(stack) >= self.limits.depth:
                    raise _RefusedError(
                        "limits-exceeded",
                        f"the document nests deeper than the limit of {self.limits.depth} levels",
                        start,
                    )
                stack.append((container, key, key_at, anchor, expanded))
                if anchor is not None:
                    open_anchors.add(anchor)
                if kind is mapping_event:
                    container = Mapping(ordinal)
                    expecting_key = True
                else:
                    container = Sequence(ordinal)
                    expecting_key = False
                continue
            elif kind is alias_event:
                ordinal += 1
                start = event.start_mark.index + shift
                append_start(start)
                last_end = event.end_mark.index + shift
                append_end(last_end)
                name = event.anchor
                if name in open_anchors:
                    raise _RefusedError(
                        "syntax-error", f"the value of anchor `{name}` contains itself", start
                    )
                if name not in anchors:
                    raise _RefusedError(
                        "syntax-error", f"no anchor `&{name}` stands before this alias", start
                    )
                value, size = anchors[name]
                expanded += size
                brought += size
                if brought > self.limits.nodes and size > 1:
                    raise _RefusedError(
                        "limits-exceeded",
                        f"aliases expand the document to more than the limit of {self.limits.nodes:,} nodes",
                        start,
                    )
                at = ordinal
                if expecting_key:
                    if isinstance(value, dict | list) or value is None:
                        raise _RefusedError(
                            "syntax-error", "a key must be a single value that is not null", start
                        )
                    key = (
                        resolve_key(value, False)
                        if isinstance(value, str)
                        else resolve_key(str(value).lower(), True)
                    )
                    key_at = ordinal
                    expecting_key = False
                    continue
            elif kind is document_end:
                return
            else:  # the end of a mapping or sequence
                value = container
                if event.end_mark.index > event.start_mark.index:
                    last_end = event.end_mark.index + shift
                at = value.ordinal
                ends[at] = max(last_end, starts[at])
                container, key, key_at, anchor, before = stack.pop()
                if anchor is not None:
                    open_anchors.discard(anchor)
                    anchors[anchor] = (value, expanded - before + 1)
            # A value is complete: put it where it belongs.
            if container is None:
                document.root = value
            elif container.__class__ is Mapping:
                expecting_key = True
                if key is None:
                    _merge(container, value, starts[key_at])
                    continue
                if key in container:
                    if container.merged and key in container.merged:
                        container.merged.remove(key)
                    else:
                        equal = _same(value, container[key])
                        document.repeated.append(
                            Repeated(container, key, container.keys_at[key], key_at, equal)
                        )
                container.keys_at[key] = key_at
                container[key] = value
            else:
                expecting_key = False
                container.items_at.append(at)
                container.append(value)

    def _after_properties(self, start: int, end: int) -> int:
        # A scalar's anchor and tag are not the scalar.
        match = _PROPERTIES.match(self.text, start - self.shift)
        return min(match.end() + self.shift, end) if match else start


def _same(one: Any, other: Any) -> bool:
    """Say whether two values are the same in JSON, where a boolean is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)


def _merge(container: Mapping, value: Any, offset: int) -> None:
    # goyaml.v2 merges where the `<<` stands: it overrides keys before it, and keys after it override it. Of several
    # mappings the earlier ones take precedence.
    if isinstance(value, Sequence):
        for item in reversed(value):
            if not isinstance(item, Mapping):
                break
            _merge(container, item, offset)
        else:
            return
    elif isinstance(value, Mapping):
        if container.merged is None:
            container.merged = set()
        container.update(value)
        container.keys_at.update(value.keys_at)
        container.merged.update(value)
        return
    raise _RefusedError("syntax-error", "a merge key `<<` needs a mapping or a list of mappings", offset)

"""Trees: reads YAML text into documents, whose data are plain dicts, lists and scalars that remember where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from sys import intern
from typing import Any

import yaml
from yaml._yaml import CParser

from kwlint.syntax.defects import Defect, defect_of, defect_of_kwlint
from kwlint.syntax.limits import DEFAULT_LIMITS, DOCUMENT, NODE, Budget, Limits
from kwlint.syntax.nodes import Document, Mapping, Repeated, Sequence, is_same
from kwlint.syntax.scalars import HINTS, Scalar, ScalarError, resolve, resolve_key, resolve_tagged
from kwlint.syntax.source import Source
from kwlint.syntax.surrogates import hiding
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

__all__ = ["Document", "Mapping", "Repeated", "Sequence", "read"]

# How many characters of an anchor's name a message has.
_SHOWN = 60
_SEPARATOR = pattern(r"^---(?=[\s]|$)", re.MULTILINE)
_PROPERTIES = pattern(r"(?:[&!]\S*(?:\s+(?:#.*)?)*)+")


class _Anchored(Record):
    """A scalar that has an anchor, as it is written."""

    text: str
    plain: bool
    tag: str | None


class _RefusedError(Exception):
    def __init__(self, rule: str, message: str, offset: int) -> None:
        super().__init__(message)
        self.defect = Defect(rule, message, offset)


def read(
    source: Source, limits: Limits = DEFAULT_LIMITS, budget: Budget | None = None
) -> Iterator[Document | Defect]:
    """Yield the documents of a source in order, and a Defect for each one that can't be read.

    After a defect, reading goes on at the next line that starts with ``---``, as kubectl splits a stream; where
    ``budget`` is spent it ends with a Defect that says so. Empty documents are left out.
    """
    budget = budget or Budget()
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
        reader: _Reader | None = None
        resume = start + 1
        try:
            reader = _Reader(source, text[start:end], start, limits, budget)
            while (document := reader.document(index)) is not None:
                index += 1
                if document.root is not None:
                    yield document
            continue
        except _RefusedError as error:
            defect = error.defect
        except yaml.YAMLError as error:
            defect = defect_of(error, text, start)
        except Exception as error:
            begun = reader.begun if reader is not None else start
            defect, resume = defect_of_kwlint(error, begun), begun + 1
        yield defect
        if budget.left <= 0:
            return
        following = _SEPARATOR.search(text, max(defect.offset, resume), end)
        if following is not None:
            waiting += _pieces(text, following.start(), end)[::-1]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    # Each document by itself, so that a stream with many defects is read once and not once a defect.
    cuts = [start, *(match.start() for match in _SEPARATOR.finditer(text, start, end)), end]
    return [(first, last) for first, last in pairwise(cuts) if last > first]


class _Reader:
    """Builds the documents of one text from libyaml's events."""

    def __init__(self, source: Source, text: str, shift: int, limits: Limits, budget: Budget) -> None:
        self.source = source
        self.budget = budget
        self.shift = shift
        self.limits = limits
        # Where the document that is being read begins.
        self.begun = shift
        hidden = hiding(text)
        self.text = hidden.text if hidden is not None else text
        get_event = CParser(self.text).get_event
        self.get_event: Callable[[], Any] = hidden.revealing(get_event) if hidden is not None else get_event
        self.get_event()

    def document(self, index: int) -> Document | None:
        """Return the next document, or None at the end of the stream."""
        event = self.get_event()
        document_start: Any = yaml.DocumentStartEvent
        if event.__class__ is not document_start:
            return None
        self.begun = event.start_mark.index + self.shift
        document = Document(self.source, index, self.begun)
        self._fill(document)
        self.budget.take(DOCUMENT + NODE * len(document.starts))
        return document

    def _fill(self, document: Document) -> None:
        get_event = self.get_event
        scalar_event, mapping_event = yaml.ScalarEvent, yaml.MappingStartEvent
        sequence_event, alias_event = yaml.SequenceStartEvent, yaml.AliasEvent
        document_end = yaml.DocumentEndEvent
        shift = self.shift
        starts, ends = document.starts, document.ends
        following = document.following
        append_start, append_end, append_following = starts.append, ends.append, following.append
        # A collection with its size, or a scalar as it is written: as a key it can be another text than as a value.
        anchors: dict[str, _Anchored | tuple[Any, int]] = {}
        open_anchors: set[str] = set()
        # One entry for each open container: itself, its pending key, its anchor, its size with aliases expanded so far.
        stack: list[tuple[Any, str | None, int, str | None, int]] = []
        container: Any = None
        key: str | None = None
        key_at = 0
        expecting_key = False
        expanded = brought = 0
        ordinal = at = -1
        most = self.budget.nodes
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
                append_following(ordinal + 1)
                text = event.value
                plain = event.implicit[0]
                # Only what is written without quotes, or has a tag, can be anything but its text.
                telling = tag is not None or (plain and (not text or text[0] in HINTS))
                if expecting_key:
                    key = self._resolved(resolve_key, text, plain, tag, start) if telling else text
                    key = intern(key)
                    if text == "<<" and plain:
                        key = None
                    key_at = ordinal
                    expecting_key = False
                    if anchor is not None:
                        anchors[anchor] = _Anchored(text, plain, tag)
                    continue
                at = ordinal
                value: Any = self._resolved(_value, text, plain, tag, start) if telling else text
                if anchor is not None:
                    anchors[anchor] = _Anchored(text, plain, tag)
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
                append_following(0)
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
                    container = Mapping(ordinal, following)
                    expecting_key = True
                else:
                    container = Sequence(ordinal, following)
                    expecting_key = False
                continue
            elif kind is alias_event:
                ordinal += 1
                start = event.start_mark.index + shift
                append_start(start)
                last_end = event.end_mark.index + shift
                append_end(last_end)
                append_following(ordinal + 1)
                name = event.anchor
                named = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
                if name in open_anchors:
                    raise _RefusedError(
                        "syntax-error", f"the value of anchor `{named}` contains itself", start
                    )
                if name not in anchors:
                    raise _RefusedError(
                        "syntax-error", f"no anchor `&{named}` stands before this alias", start
                    )
                anchored = anchors[name]
                scalar = anchored if isinstance(anchored, _Anchored) else None
                value, size = (None, 1) if isinstance(anchored, _Anchored) else anchored
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
                    if scalar is None:
                        raise _RefusedError(
                            "syntax-error", "a key must be a single value, not a list or mapping", start
                        )
                    key = self._resolved(resolve_key, *scalar, start)
                    key_at = ordinal
                    expecting_key = False
                    continue
                if scalar is not None:
                    value = self._resolved(_value, *scalar, start)
            elif kind is document_end:
                return
            else:  # the end of a mapping or sequence
                value = container
                if event.end_mark.index > event.start_mark.index:
                    last_end = event.end_mark.index + shift
                at = value.ordinal
                ends[at] = max(last_end, starts[at])
                following[at] = ordinal + 1
                container, key, key_at, anchor, before = stack.pop()
                if anchor is not None:
                    open_anchors.discard(anchor)
                    anchors[anchor] = (value, expanded - before + 1)
            if ordinal > most:
                self.budget.left = 0
                raise _RefusedError(
                    "limits-exceeded",
                    f"the document, and what follows in the file, is not read: it would exceed {self.budget}",
                    document.start,
                )
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
                        equal = is_same(value, container[key])
                        document.repeated.append(
                            Repeated(container, key, container.keys_at[key], key_at, equal)
                        )
                    # From here on the keys are no longer the text's in their order, and are noted one by one.
                    container.note()[key] = key_at
                elif container.noted is not None:
                    container.noted[key] = key_at
                container[key] = value
            else:
                expecting_key = False
                container.append(value)

    def _resolved(
        self, means: Callable[..., Any], text: str, plain: bool, tag: str | None, start: int
    ) -> Any:
        try:
            return means(text, plain, tag)
        except ScalarError as error:
            raise _RefusedError("syntax-error", str(error), start) from None

    def _after_properties(self, start: int, end: int) -> int:
        # A scalar's anchor and tag are not the scalar.
        match = _PROPERTIES.match(self.text, start - self.shift)
        return min(match.end() + self.shift, end) if match else start


def _value(text: str, plain: bool, tag: str | None) -> Scalar:
    if tag is not None:
        return resolve_tagged(text, tag)
    return resolve(text) if plain else text


def _merge(container: Mapping, value: Any, offset: int) -> None:
    container.note()  # since the key `<<` is none of the keys
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
        container.note().update(value.keys_at)
        container.update(value)
        container.merged.update(value)
        return
    raise _RefusedError("syntax-error", "a merge key `<<` needs a mapping or a list of mappings", offset)

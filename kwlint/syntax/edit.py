"""Edits: changes to fields become replacements of text spans; every byte outside them stays."""

from __future__ import annotations

import json
from bisect import bisect_left
from itertools import pairwise
from typing import Any

from kwlint.diagnostics.change import QUOTE, REMOVE, RENAME, SET, UNQUOTE, Change
from kwlint.syntax.path import steps
from kwlint.syntax.scalars import ScalarError, resolve
from kwlint.syntax.tree import Document, Mapping, Sequence
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

# A number that starts with a zero would be octal.
_NUMBER_OR_WORD = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|true|false")
_PROPERTIES = pattern(r"(?:^|[\s\[{,])[&!][^\s,\[\]{}]*\s+\Z")
_COMMA = pattern(r"\s*,\s*")
_COMMA_BEFORE = pattern(r",\s*\Z")
# What may follow an entry of a flow mapping that is alone on its line.
_REST_OF_LINE = pattern(r"[ \t]*(,?)[ \t]*(?:#.*)?")
_PLAIN = pattern(r"[A-Za-z0-9_./](?:[\w ./@%+=~-]*[\w/.%])?")


class TextEdit(Record):
    """A replacement of the text between two offsets."""

    start: int
    end: int
    text: str


class UneditableError(ValueError):
    """A change that can't be made here without touching more than it says; the message says why."""


class _Target(Record):
    parent: Any
    step: str
    present: bool


def edits_for(document: Document, root: Any, changes: tuple[Change, ...]) -> list[TextEdit]:
    """Return the edits that make changes to fields of ``root``, in order of their place.

    Raises UneditableError where an anchor, alias or merge would carry a change to another place, or where
    the surroundings leave no sure way to write it.
    """
    targets = [_find(document, root, change.path) for change in changes]
    swapped = _swap(document, targets, changes)
    edits = swapped or sorted(
        _edit(document, target, change) for target, change in zip(targets, changes, strict=True)
    )
    if any(first.end > second.start for first, second in pairwise(edits)):
        raise UneditableError("two changes touch the same text")
    return edits


def _edit(document: Document, target: _Target, change: Change) -> TextEdit:
    if change.action == RENAME:
        return _rename(document, target, change)
    if change.action == REMOVE:
        return _remove(document, target)
    if target.present or change.action in (QUOTE, UNQUOTE):
        return _replace(document, target, change)
    return _insert(document, target, change)


def _swap(document: Document, targets: list[_Target], changes: tuple[Change, ...]) -> list[TextEdit]:
    """Return the edit that puts a new entry in the place of the only one of a mapping, where the changes come to that."""
    actions = [(change.action, target.present) for change, target in zip(changes, targets, strict=True)]
    if sorted(actions) != [(REMOVE, True), (SET, False)] or targets[0].parent is not targets[1].parent:
        return []
    parent = targets[0].parent
    if len(parent) != 1 or not isinstance(parent, Mapping):
        return []
    removed, added = targets if actions[0][0] == REMOVE else targets[::-1]
    value = next(change.value for change in changes if change.action == SET)
    key = parent.keys_at[removed.step]
    start = document.starts[key]
    text = document.source.text[start : max(document.ends[key], document.ends[key + 1])]
    return [TextEdit(start, start + len(text.rstrip()), _entry(document, added, value))]


def _find(document: Document, root: Any, path: str) -> _Target:
    found = steps(path)
    node = root
    _check_own(document, node, node.ordinal)
    for step in found[:-1]:
        node, ordinal = _child(node, step)
        _check_own(document, node, ordinal)
    last = found[-1]
    if isinstance(node, Mapping):
        if node.merged and last in node.merged:
            raise UneditableError("the field comes from a merge")
        return _Target(node, last, last in node)
    if isinstance(node, Sequence):
        if not last.isdecimal() or int(last) >= len(node):
            raise UneditableError("there is no such list item")
        return _Target(node, last, True)
    raise UneditableError("the field's parent is not there")


def _child(node: Any, step: str) -> tuple[Any, int]:
    if isinstance(node, Mapping) and step in node:
        if node.merged and step in node.merged:
            raise UneditableError("the field comes from a merge")
        return node[step], node.keys_at[step] + 1
    if isinstance(node, Sequence) and step.isdecimal() and int(step) < len(node):
        return node[int(step)], node.items_at[int(step)]
    raise UneditableError("the field's parent is not there")


def _check_own(document: Document, node: Any, ordinal: int) -> None:
    start, text = document.starts[ordinal], document.source.text
    if text[start : start + 1] == "*":
        raise UneditableError("the field is shared through an alias")
    if _properties(text, start):
        raise UneditableError("the field is part of a value with an anchor or tag")


def _properties(text: str, start: int) -> bool:
    """Return whether an anchor or tag stands before the node at an offset; its span leaves them out."""
    return _PROPERTIES.search(text, max(0, start - 500), start) is not None


def _replace(document: Document, target: _Target, change: Change) -> TextEdit:
    _, ordinal = _child(target.parent, target.step)
    start, end = document.span(ordinal)
    text = document.source.text
    old = text[start:end]
    if old[:1] == "*" or _properties(text, start):
        raise UneditableError("the value has an anchor, alias or tag")
    value, _ = _child(target.parent, target.step)
    if isinstance(value, Mapping | Sequence) or old[:1] in ("|", ">"):
        raise UneditableError("the value is not a plain or quoted scalar")
    if "\n" in old:
        raise UneditableError("the value goes over more than one line")
    if change.action == QUOTE:
        if old[:1] in ("'", '"') or not old:
            raise UneditableError("the value is quoted already")
        return TextEdit(start, end, json.dumps(old, ensure_ascii=False))
    if change.action == UNQUOTE:
        if not isinstance(value, str) or old[:1] not in ("'", '"') or not _NUMBER_OR_WORD.fullmatch(value):
            raise UneditableError("the value cannot stand without quotes")
        return TextEdit(start, end, value)
    quote = old[:1] if old[:1] in ("'", '"') else _quote_of_key(document, target)
    new = scalar(change.value, quote)
    if start == end:  # an empty value: the space after the colon or dash is missing
        if text[start - 1 : start] not in (":", "-", " "):
            raise UneditableError("the key has no colon")
        new = new if text[start - 1 : start] == " " else " " + new
    return TextEdit(start, end, new)


def _quote_of_key(document: Document, target: _Target) -> str:
    # What is empty, and a list, goes by the document.
    node = target.parent if isinstance(target.parent, Mapping) and target.parent else document.root
    if not isinstance(node, Mapping) or not node.keys_at:
        return ""
    key = next(iter(node.keys_at.values()))
    character = document.source.text[document.starts[key]]
    return character if character == '"' else ""


def scalar(value: Any, quote: str = "") -> str:
    """Return a scalar, or a mapping of scalars in flow style, as YAML text.

    A string is written in the quotes given, or plain where that means the same.
    """
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{scalar(key, quote)}: {scalar(item, quote)}" for key, item in value.items())
            + "}"
        )
    if not isinstance(value, str):
        return json.dumps(value)
    if quote == "'":
        return "'" + value.replace("'", "''") + "'"
    if quote == '"':
        return json.dumps(value, ensure_ascii=False)
    try:
        plain = (
            _PLAIN.fullmatch(value) is not None
            and resolve(value) == value
            and isinstance(resolve(value), str)
        )
    except ScalarError:
        plain = False
    return value if plain else json.dumps(value, ensure_ascii=False)


def _rename(document: Document, target: _Target, change: Change) -> TextEdit:
    if not isinstance(target.parent, Mapping) or not target.present:
        raise UneditableError("the key is not there")
    if change.value in target.parent:
        raise UneditableError(f"`{change.value}` is there already")
    start, end = document.span(target.parent.keys_at[target.step])
    old = document.source.text[start:end]
    if old[:1] == "*" or _properties(document.source.text, start):
        raise UneditableError("the key has an anchor, alias or tag")
    return TextEdit(start, end, scalar(change.value, old[:1] if old[:1] in ("'", '"') else ""))


def _insert(document: Document, target: _Target, change: Change) -> TextEdit:
    parent, text = target.parent, document.source.text
    if not isinstance(parent, Mapping):
        raise UneditableError("a list item cannot be added")
    start, end = document.span(parent.ordinal)
    entry = _entry(document, target, change.value)
    if text[start : start + 1] == "{":
        own = [key for key in parent.keys_at if not (parent.merged and key in parent.merged)]
        if not own:
            if text[start:end].replace(" ", "") != "{}":
                raise UneditableError("the mapping is empty but for comments")
            return TextEdit(start, end, "{" + entry + "}")
        after = change.after if change.after in own else own[0]
        return _insert_in_flow(document, parent.keys_at[after], entry)
    at = _sibling(document, parent, change.after)
    if at is not None:
        indent = " " * (document.starts[at] - _line_start(text, document.starts[at]))
        place = _line_end(text, max(document.ends[at + 1], document.ends[at]))
    else:
        indent, place = _before_first(text, start)
    return TextEdit(place, place, _newline(text, place) + indent + entry)


def _insert_in_flow(document: Document, key: int, entry: str) -> TextEdit:
    """Write an entry after the one of a key: on a line of its own where that one is alone on its line."""
    text, place = document.source.text, document.ends[key + 1]
    indent = text[_line_start(text, document.starts[key]) : document.starts[key]]
    stop = _line_end(text, place)
    rest = _REST_OF_LINE.fullmatch(text, place, stop)
    if indent.strip() or rest is None:
        compact = document.ends[key] + 1 == document.starts[key + 1]
        return TextEdit(place, place, ("," if compact else ", ") + entry)
    line = _newline(text, place) + indent + entry
    if rest[1]:
        return TextEdit(stop, stop, line + ",")
    return TextEdit(place, stop, "," + rest[0] + line)


def _entry(document: Document, target: _Target, value: Any) -> str:
    quote, parent = _quote_of_key(document, target), target.parent
    key = next(iter(parent.keys_at.values()), None)
    # JSON without spaces stays so.
    compact = key is not None and quote == '"' and document.ends[key] + 1 == document.starts[key + 1]
    return f"{scalar(target.step, quote)}{':' if compact else ': '}{scalar(value, quote)}"


def _newline(text: str, place: int) -> str:
    """Return the line break of the line that an offset is in, or of the one before the last."""
    end = text.find("\n", place)
    if end < 0:
        end = text.rfind("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def _sibling(document: Document, parent: Mapping, wanted: str) -> int | None:
    """Return the ordinal of the key that a new one is written after: one whose value is a scalar on the key's line."""

    def single(key: str) -> bool:
        ordinal = parent.keys_at[key]
        start, end = document.starts[ordinal], document.ends[ordinal + 1]
        value = document.source.text[document.starts[ordinal + 1] : document.starts[ordinal + 1] + 1]
        return "\n" not in document.source.text[start:end] and value not in ("|", ">")

    own = [key for key in parent.keys_at if not (parent.merged and key in parent.merged)]
    if wanted in own and single(wanted):
        return parent.keys_at[wanted]
    return next((parent.keys_at[key] for key in own if single(key)), None)


def _before_first(text: str, start: int) -> tuple[str, int]:
    """Return the indentation of a block mapping and the end of the line that opens it, where a first key can go."""
    line = _line_start(text, start)
    indent = text[line:start]
    if indent.strip():
        raise UneditableError("no neighbouring key is on a line of its own")
    while line > 0:
        before = _line_start(text, line - 1)
        content = text[before : line - 1].strip()
        if content and not content.startswith("#"):
            if content.startswith("---") or not content.partition(" #")[0].rstrip().endswith(":"):
                break
            return indent, _line_end(text, before)
        line = before
    raise UneditableError("no neighbouring key is on a line of its own")


def _remove(document: Document, target: _Target) -> TextEdit:
    parent, text = target.parent, document.source.text
    if not target.present:
        raise UneditableError("the field is not there")
    starts = document.entries(parent)
    if len(starts) == 1:
        raise UneditableError("it is the only entry")
    ordinal = (
        parent.keys_at[target.step] if isinstance(parent, Mapping) else parent.items_at[int(target.step)]
    )
    start = document.starts[ordinal]
    last = ordinal + 1 if isinstance(parent, Mapping) else ordinal
    end = max(document.ends[last], document.ends[ordinal])
    place = bisect_left(starts, start)
    line = _line_start(text, start)
    if not text[line:start].strip() and text[_line_start(text, line - 1) : line].lstrip().startswith("#"):
        raise UneditableError("the comment above it would be left behind")
    if text[document.starts[parent.ordinal]] in "{[":
        # Between two entries there may be comments, and what belongs to the next one.
        if place + 1 < len(starts):
            if not _COMMA.fullmatch(text, end, starts[place + 1]):
                raise UneditableError("more than a comma parts it from the next entry")
            return TextEdit(start, starts[place + 1], "")
        comma = _COMMA_BEFORE.search(text, document.starts[parent.ordinal], start)
        if comma is None:
            raise UneditableError("more than a comma parts it from the entry before")
        return TextEdit(comma.start(), end, "")
    if isinstance(parent, Mapping) and text[line:start].strip():
        # The first key of a list item shares its line with the dash: the next key moves up.
        if place + 1 >= len(starts):
            raise UneditableError("it is the only entry")
        return TextEdit(start, starts[place + 1], "")
    stop = _line_end(text, end) if text[end - 1 : end] != "\n" else end
    if text[stop : stop + 2] == "\r\n":
        stop += 2
    elif text[stop : stop + 1] == "\n" and text[end - 1 : end] != "\n":
        stop += 1
    if stop == len(text) and not text.endswith("\n") and line > 0:
        # The last line has no line break; then the one before it shall have none either.
        line -= 2 if text[line - 2 : line] == "\r\n" else 1
    return TextEdit(line, stop, "")


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def apply(text: str, edits: list[TextEdit]) -> str:
    """Return the text with edits applied. Raises ValueError where two overlap."""
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        if edit.start < done:
            raise ValueError("edits overlap")
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*parts, text[done:]])

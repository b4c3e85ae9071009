"""Field paths: from the API server's notation to steps, and from steps to a span of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kwlint.patterns import pattern
from kwlint.syntax.source import Span
from kwlint.syntax.tree import Document, Mapping, Sequence

_STEP = pattern(r"\.?([^.\[\]]+)|\[(.*?)\](?=[.\[]|$)")


def steps(path: str) -> list[str]:
    """Return the steps of a field path: ``spec.ports[0].name`` is spec, ports, 0, name.

    What stands in brackets is one step, dots included (``metadata.labels[app.kubernetes.io/name]``).
    """
    return [dotted or bracketed for dotted, bracketed in _STEP.findall(path)]


def child(path: str, key: str) -> str:
    """Return the path of a field below ``path``."""
    return f"{path}.{key}" if path else key


def path_to(root: Any, mapping: Mapping, key: str) -> str | None:
    """Return the path of a key of a mapping that stands somewhere below ``root``, or None where it does not."""
    waiting: list[tuple[Any, str]] = [(root, "")]
    while waiting:
        node, path = waiting.pop()
        if node is mapping:
            return _below(path, key)
        if isinstance(node, Mapping):
            waiting.extend((value, _below(path, name)) for name, value in node.items())
        elif isinstance(node, Sequence):
            waiting.extend((value, f"{path}[{index}]") for index, value in enumerate(node))
    return None


def _below(path: str, key: str) -> str:
    if "." in key or "[" in key or "]" in key:
        return f"{path}[{key}]"
    return child(path, key)


def locate(document: Document, root: Any, path: str, on_key: bool = False) -> Span:
    """Return where a field of ``root`` (an object in the document) stands.

    A scalar or flow collection is its own place, a block collection or an empty value is the place of its key, and a
    list item in block style the first entry of the item. A field that is absent has the place of its nearest
    present parent's key. With ``on_key`` the place is the key itself.
    """
    return locate_steps(document, root, steps(path), on_key)


def locate_steps(document: Document, root: Any, way: Iterable[str], on_key: bool = False) -> Span:
    """Return what ``locate`` does for a path that is given by its steps."""
    node: Any = root
    ordinal = root.ordinal if isinstance(root, Mapping | Sequence) else 0
    key_ordinal: int | None = None
    present = True
    for step in way:
        if isinstance(node, Mapping) and step in node:
            key_ordinal = node.keys_at[step]
            ordinal = key_ordinal + 1
            node = node[step]
        elif isinstance(node, Sequence) and step.isdecimal() and int(step) < len(node):
            ordinal = node.items_at[int(step)]
            key_ordinal = None
            node = node[int(step)]
        else:
            present = False
            break
    if key_ordinal is not None and (on_key or not present or _is_block(document, ordinal, node)):
        return document.span(key_ordinal)
    if isinstance(node, Mapping | Sequence) and (not present or _is_block(document, ordinal, node)):
        return _first_entry(document, node, ordinal)
    return document.span(ordinal)


def _is_block(document: Document, ordinal: int, node: Any) -> bool:
    start, end = document.span(ordinal)
    if start == end:
        return True
    return isinstance(node, Mapping | Sequence) and document.source.text[start] not in "{[*"


def _first_entry(document: Document, node: Mapping | Sequence, ordinal: int) -> Span:
    start, end = document.span(ordinal)
    if isinstance(node, Mapping) and node and document.source.text[start] not in "{*":
        key = node.ordinal + 1  # not the least of `keys_at`, which has merged keys too
        start = document.starts[key]
        end = max(document.ends[key + 1], document.ends[key])
    elif isinstance(node, Sequence) and node and document.source.text[start] not in "[*":
        start, end = document.span(node.items_at[0])
    return Span(start, start + len(document.source.text[start:end].partition("\n")[0].rstrip("\r")))

"""Field paths: from the API server's notation to steps, and from steps to a span of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kwlint.syntax.source import Span
from kwlint.syntax.tree import Document, Mapping, Sequence
from kwlint.util.lazyre import pattern

_STEP = pattern(r"\.?([^.\[\]]+)|\[(.*?)\](?=[.\[]|$)")


def steps(path: str) -> list[str]:
    """Return the steps of a field path: ``spec.ports[0].name`` is spec, ports, 0, name.

    What stands in brackets is one step, dots included (``metadata.labels[app.kubernetes.io/name]``).
    """
    return [dotted or bracketed for dotted, bracketed in _STEP.findall(path)]


def child(path: str, key: str) -> str:
    """Return the path of a field below ``path``."""
    return f"{path}.{key}" if path else key


def paths_to(root: Any, mappings: Iterable[Mapping]) -> dict[int, str]:
    """Return the paths of those of some mappings that stand somewhere below ``root``, by the mappings' identities."""
    wanted = set(map(id, mappings))
    found: dict[int, str] = {}
    # The way to a node is its last step and the way to its parent: few of the paths are ever written.
    waiting: list[tuple[Any, Any]] = [(root, None)]
    while waiting and wanted:
        node, way = waiting.pop()
        if id(node) in wanted:
            found[id(node)] = _written(way)
            wanted.discard(id(node))
        if isinstance(node, Mapping | Sequence):
            entries = node.items() if isinstance(node, Mapping) else enumerate(node)
            waiting.extend(
                (value, (step, way)) for step, value in entries if isinstance(value, Mapping | Sequence)
            )
    return found


def _written(way: Any) -> str:
    steps_back: list[str | int] = []
    while way is not None:
        step, way = way
        steps_back.append(step)
    path = ""
    for step in reversed(steps_back):
        path = f"{path}[{step}]" if isinstance(step, int) else below(path, step)
    return path


def below(path: str, key: str) -> str:
    """Return the path of a key below ``path``, in brackets where it is no plain step."""
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

"""Kustomize's patches: documents that are no objects, and which fields of the objects they may set.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kwlint.diagnostics.finding import Skipped
from kwlint.kustomize.transform import components, folders_of, inputs, reached
from kwlint.model.resources import ANY_FIELD
from kwlint.sources.classify import PATCH, is_called_patch
from kwlint.sources.discover import shown
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text, texts

if TYPE_CHECKING:
    from kwlint.sources.loaded import Kustomization, Loaded

_FIELDS = (
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "transformers",
    "generators",
    "configurations",
)


class _Patch(Record):
    """What a patch changes: the kind and name that it is for (patterns; empty: any), and the keys and texts in it."""

    kind: str
    name: str
    keys: frozenset[str]


def drop_patches(loaded: Loaded) -> None:
    """Take out the documents that are patches: named as such by a kustomization, or called so near one that does not take them in."""
    patches: set[str] = set()
    taken: set[str] = set()
    folders: set[str] = set()
    for kustomization in loaded.kustomizations:
        folder = kustomization.folder
        folders.add(os.path.abspath(folder))
        taken.update(inputs(kustomization))
        for field in _FIELDS:
            for entry in sequence(kustomization.data.get(field)):
                path = entry if isinstance(entry, str) else text(mapping(entry).get("path"))
                if path and "\n" not in path:
                    patches.add(os.path.abspath(os.path.join(folder, path)))
    absolute = {file: os.path.abspath(file) for file in loaded.documents}
    names = {absolute[item.file] for item in loaded.resources}
    for name in names - taken - patches:
        folder = os.path.dirname(name)
        if is_called_patch(name) and not folders.isdisjoint((folder, os.path.dirname(folder))):
            patches.add(name)
    _tell(loaded, absolute)
    dropped = names & (patches - taken)
    if not dropped:
        return
    loaded.resources = [item for item in loaded.resources if absolute[item.file] not in dropped]
    for number, item in enumerate(loaded.resources):
        item.number = number
    loaded.flaws = [
        flaw
        for flaw in loaded.flaws
        if os.path.abspath(flaw.source.name) not in dropped or flaw.rule != "duplicate-key"
    ]
    already = {skipped.file for skipped in loaded.skipped}
    for file, name in sorted(absolute.items(), key=lambda item: item[1]):
        if name in dropped and file not in already:
            loaded.skipped.append(Skipped(file, 0, PATCH))


def _tell(loaded: Loaded, absolute: dict[str, str]) -> None:
    """Tell each resource the keys and texts in patches, and the fields of replacements, of the kustomizations above it."""
    by_folder = folders_of(loaded)
    found: dict[str, list[_Patch]] = {}
    for kustomization in loaded.kustomizations:
        patches = list(_patches(kustomization, loaded))
        for component in components(kustomization, by_folder):
            patches += _patches(component, loaded)
        if patches:
            for file in reached(kustomization, by_folder):
                found.setdefault(file, []).extend(patches)
    for resource in loaded.resources:
        keys = [
            patch.keys
            for patch in found.get(absolute[resource.file], ())
            if _fits(patch.kind, resource.kind) and _fits(patch.name, resource.name)
        ]
        if keys:
            resource.patched = frozenset().union(*keys)


def _fits(pattern: str, value: str) -> bool:
    """Return whether a target's pattern may be for a value: one that is none, or too large to run, may be for any.

    Source: anchorRegex in https://github.com/kubernetes-sigs/kustomize/blob/master/api/types/selector.go
    """
    if not pattern or pattern == value:
        return True
    # Most are names, which spares a run the import of RE2.
    if pattern.replace("-", "").isalnum():
        return False
    from kwlint.util.linear import PatternError, found

    try:
        return found(f"^(?:{pattern})$", value)
    except PatternError:
        return True


def _patches(kustomization: Kustomization, loaded: Loaded) -> Iterator[_Patch]:
    data = kustomization.data
    for replacement in map(mapping, sequence(data.get("replacements"))):
        for target in map(mapping, sequence(replacement.get("targets"))):
            select = mapping(target.get("select"))
            fields = ".".join(texts(target.get("fieldPaths"))).split(".")
            yield _Patch(text(select.get("kind")), text(select.get("name")), frozenset(fields))
    for field in _FIELDS[:3]:
        for entry in sequence(data.get(field)):
            target = mapping(mapping(entry).get("target"))
            if _is_unknown(entry, kustomization.folder, loaded):
                yield _Patch(text(target.get("kind")), text(target.get("name")), frozenset({ANY_FIELD}))
            for root in _roots(entry, kustomization.folder, loaded):
                kind = text(target.get("kind")) or text(mapping(root).get("kind"))
                name = text(target.get("name")) or text(
                    mapping(mapping(root).get("metadata")).get("name") if not target else ""
                )
                yield _Patch(kind, name, frozenset(_keys(root)))


def _file(entry: Any, folder: str) -> str:
    """Return the file, as reports show it, that a patch stands in; empty for one that is written where it is named."""
    path = entry if isinstance(entry, str) else text(mapping(entry).get("path"))
    return shown(os.path.abspath(os.path.join(folder, path))) if path and "\n" not in path else ""


def _is_unknown(entry: Any, folder: str, loaded: Loaded) -> bool:
    """Return whether a patch stands in a file that is not there, or could not be read."""
    name = _file(entry, folder)
    return bool(name) and (name not in loaded.sources or os.path.abspath(name) in loaded.unread)


def _roots(entry: Any, folder: str, loaded: Loaded) -> Iterator[Any]:
    """Yield the documents of a patch, which stands in a file or in the kustomization."""
    written = text(mapping(entry).get("patch"))
    if isinstance(entry, str) and "\n" in entry:
        written = entry
    name = _file(entry, folder)
    if written:
        found: Any = read(Source("patch", written))
    elif name in loaded.documents:
        found = loaded.documents[name]
    else:
        # Of a patch in JSON's way nothing is loaded, as it is no object.
        found = read(loaded.sources[name]) if name in loaded.sources else ()
    for item in found:
        if isinstance(item, Document):
            yield item.root


def _keys(node: Any) -> Iterator[str]:
    """Yield the keys and texts in a strategic merge patch, or in the paths and values of a JSON patch."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            if key == "path" and isinstance(value, str):
                # Source: https://datatracker.ietf.org/doc/html/rfc6901#section-3
                yield from (step.replace("~1", "/").replace("~0", "~") for step in value.split("/"))
            yield from _keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from _keys(value)

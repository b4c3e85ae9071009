"""What kustomizations set in the objects that they take in: namespaces and labels.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ and kustomize's
api/internal/konfig/builtinpluginconsts (the fields that a namespace and common labels are written to).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kwlint.model.kinds import SCALABLE
from kwlint.model.plain import mapping, sequence, strings, text
from kwlint.model.resources import Resource

if TYPE_CHECKING:
    from kwlint.engine.load import Kustomization, Loaded

# An absent namespace is this one to kustomize, where it compares.
_DEFAULT = "default"
_INPUTS = ("resources", "bases", "components")
# Kinds whose selector must be set: common labels make one.
_SELECTING = SCALABLE - {"ReplicationController"} | {"DaemonSet"}


class _Effects:
    """What the kustomizations above a file set: namespaces (empty: none), labels of pods, and those in selectors too."""

    __slots__ = ("labels", "namespaces", "selected")

    def __init__(self) -> None:
        self.namespaces: set[str] = set()
        self.labels: dict[str, str] = {}
        self.selected: dict[str, str] = {}


def reached(kustomization: Kustomization, by_folder: dict[str, Kustomization], seen: set[str]) -> set[str]:
    """Return the files that a kustomization takes in, those of the kustomizations below it included."""
    folder = os.path.normpath(kustomization.folder)
    if folder in seen:
        return set()
    seen.add(folder)
    found: set[str] = set()
    for path in inputs(kustomization):
        below = by_folder.get(path)
        found |= reached(below, by_folder, seen) if below is not None else {path}
    return found


def folders_of(loaded: Loaded) -> dict[str, Kustomization]:
    """Return the kustomizations by their folders."""
    return {os.path.normpath(item.folder): item for item in loaded.kustomizations}


def transform(loaded: Loaded) -> None:
    """Give each resource the namespace and the pods' labels that the kustomizations above it set.

    A namespace that they do not agree on is left as it is written, but for what must have one.
    """
    if not any(_sets_something(item.data) for item in loaded.kustomizations):
        return
    by_folder = folders_of(loaded)
    below = {path for item in loaded.kustomizations for path in inputs(item)}
    effects: dict[str, _Effects] = {}
    for folder, kustomization in by_folder.items():
        if folder not in below:
            _descend(kustomization, by_folder, effects, "", {}, {}, ())
    placed: list[tuple[Resource, _Effects]] = []
    for resource in loaded.resources:
        file = os.path.normpath(resource.file)
        # What no kustomization takes in goes by the one beside it.
        found = effects.get(file) or effects.get(os.path.dirname(file) or ".")
        if found is not None:
            placed.append((resource, found))
    accounts = {
        (resource.name, resource.namespace or _DEFAULT, space)
        for resource, found in placed
        if resource.kind == "ServiceAccount"
        for space in found.namespaces
    }
    for resource, found in placed:
        applied = _applied(resource, found, accounts)
        if applied is not resource.data:
            resource.apply(applied)


def _sets_something(data: dict[str, Any]) -> bool:
    return any(data.get(field) for field in ("namespace", "commonLabels", "labels"))


def inputs(kustomization: Kustomization) -> Iterator[str]:
    """Yield the paths of what a kustomization names as its resources, bases and components."""
    folder = os.path.normpath(kustomization.folder)
    for field in _INPUTS:
        for entry in sequence(kustomization.data.get(field)):
            yield os.path.normpath(os.path.join(folder, text(entry)))


def _descend(
    kustomization: Kustomization,
    by_folder: dict[str, Kustomization],
    effects: dict[str, _Effects],
    namespace: str,
    labels: dict[str, str],
    selected: dict[str, str],
    above: tuple[str, ...],
) -> None:
    """Note what a kustomization and those above it do to the files below; what stands further out wins."""
    folder = os.path.normpath(kustomization.folder)
    if folder in above:
        return
    data = kustomization.data
    namespace = namespace or text(data.get("namespace"))
    common = strings(data.get("commonLabels"))
    labels, selected = {**common, **labels}, {**common, **selected}
    for entry in map(mapping, sequence(data.get("labels"))):
        pairs = strings(entry.get("pairs"))
        if entry.get("includeSelectors") is True:
            selected = {**pairs, **selected}
        if entry.get("includeSelectors") is True or entry.get("includeTemplates") is True:
            labels = {**pairs, **labels}
    for path in (folder, *inputs(kustomization)):
        below = by_folder.get(path) if path != folder else None
        if below is not None:
            _descend(below, by_folder, effects, namespace, labels, selected, (*above, folder))
            continue
        found = effects.setdefault(path, _Effects())
        found.namespaces.add(namespace)
        found.labels.update(labels)
        found.selected.update(selected)


def _applied(resource: Resource, effects: _Effects, accounts: set[tuple[str, str, str]]) -> dict[str, Any]:
    """Return the data of a resource as it is applied; what it shares with that of the file stays the same object.

    ``accounts`` are the names of ServiceAccounts with the namespace that is written and the one that is set.
    """
    data: dict[str, Any] = resource.data
    known = len(effects.namespaces) == 1
    named = sorted(effects.namespaces - {""})
    if named:
        metadata = mapping(data.get("metadata"))
        if resource.kind == "Namespace":
            data = {**data, "metadata": {**metadata, "name": named[0]}}
        elif known and (resource.builtin is None or resource.builtin.namespaced):
            data = {**data, "metadata": {**metadata, "namespace": named[0]}}
        if resource.kind in ("RoleBinding", "ClusterRoleBinding"):
            data = {**data, "subjects": _subjects(data.get("subjects"), named[0], accounts)}
    kind = resource.builtin
    if resource.kind == "Service" and effects.selected and not resource.spec.get("selector"):
        return _with(data, ["spec", "selector"], effects.selected)
    if not effects.labels or kind is None or not kind.template:
        return data
    data = _with(data, f"{kind.template}.metadata.labels".split("."), effects.labels)
    if resource.kind in _SELECTING and effects.selected:
        selector = mapping(resource.spec.get("selector"))
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            data = _with(data, ["spec", "selector", "matchLabels"], effects.selected)
    return data


def _subjects(subjects: Any, namespace: str, accounts: set[tuple[str, str, str]]) -> Any:
    if not isinstance(subjects, list):
        return subjects
    return [
        {**subject, "namespace": namespace}
        if isinstance(subject, dict)
        and subject.get("kind") == "ServiceAccount"
        and (
            not subject.get("namespace")
            or (text(subject.get("name")), text(subject["namespace"]), namespace) in accounts
        )
        else subject
        for subject in subjects
    ]


def _with(data: dict[str, Any], steps: list[str], pairs: dict[str, str]) -> dict[str, Any]:
    """Return a mapping with pairs added to the one that steps lead to; what stands there already stays.

    A value that common labels replace is replaced in selectors too, so that neither makes a difference.
    """
    if not steps:
        return {**pairs, **data}
    below = data.get(steps[0])
    if below is not None and not isinstance(below, dict):
        return data
    return {**data, steps[0]: _with(below or {}, steps[1:], pairs)}

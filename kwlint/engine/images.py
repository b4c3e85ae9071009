"""Images that are set elsewhere: by a kustomization's `images:`, or by Skaffold, which builds and tags its artifacts.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/ and
https://skaffold.dev/docs/builders/
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kwlint.model.plain import dig, mapping, sequence, text

if TYPE_CHECKING:
    from kwlint.engine.load import Kustomization, Loaded


def pin(loaded: Loaded) -> None:
    """Tell each resource which image names get a tag or digest, or `latest`, from a kustomization or from Skaffold."""
    pinned: dict[str, set[str]] = {}
    loosened: dict[str, set[str]] = {}
    by_folder = {os.path.normpath(item.folder): item for item in loaded.kustomizations}
    for kustomization in loaded.kustomizations:
        images = [mapping(entry) for entry in sequence(kustomization.data.get("images"))]
        if not images:
            continue
        files = _reached(kustomization, by_folder, set())
        for image in images:
            name, tag = text(image.get("name")), text(image.get("newTag"))
            chosen = pinned if text(image.get("digest")) or tag not in ("", "latest") else loosened
            if tag or chosen is pinned:
                for file in files:
                    chosen.setdefault(file, set()).add(name)
    for resource in loaded.resources:
        file = os.path.normpath(resource.file)
        names = set(pinned.get(file, ()))
        for folder, built in loaded.built:
            if not folder or resource.file == folder or resource.file.startswith(folder + os.sep):
                names |= built
        resource.pinned_images = frozenset(names)
        resource.loosened_images = frozenset(loosened.get(file, set()) - names)


def _reached(kustomization: Kustomization, by_folder: dict[str, Kustomization], seen: set[str]) -> set[str]:
    """Return the files that a kustomization takes in, those of the kustomizations below it included."""
    folder = os.path.normpath(kustomization.folder)
    if folder in seen:
        return set()
    seen.add(folder)
    found: set[str] = set()
    for field in ("resources", "bases", "components"):
        for entry in sequence(kustomization.data.get(field)):
            path = os.path.normpath(os.path.join(folder, text(entry)))
            below = by_folder.get(path)
            found |= _reached(below, by_folder, seen) if below is not None else {path}
    return found


def built_by_skaffold(root: dict[str, Any]) -> set[str]:
    """Return the image names of the artifacts of a Skaffold configuration and its profiles."""
    return {
        text(mapping(entry).get("image"))
        for part in [root, *map(mapping, sequence(root.get("profiles")))]
        for entry in sequence(dig(part, "build", "artifacts"))
    }

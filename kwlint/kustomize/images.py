"""Images that are set elsewhere: by a kustomization's `images:`, or by Skaffold, which builds and tags its artifacts.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kwlint.kustomize.transform import components, folders_of, reached
from kwlint.util.values import mapping, sequence, text

if TYPE_CHECKING:
    from kwlint.sources.loaded import Loaded


def pin(loaded: Loaded) -> None:
    """Tell each resource which image names get a tag or digest, or `latest`, from a kustomization or from Skaffold."""
    pinned: dict[str, set[str]] = {}
    loosened: dict[str, set[str]] = {}
    renamed: dict[str, set[tuple[str, str]]] = {}
    by_folder = folders_of(loaded)
    for kustomization in loaded.kustomizations:
        images = [
            mapping(entry)
            for item in (kustomization, *components(kustomization, by_folder))
            for entry in sequence(item.data.get("images"))
        ]
        if not images:
            continue
        files = reached(kustomization, by_folder)
        for image in images:
            name, tag, new = text(image.get("name")), text(image.get("newTag")), text(image.get("newName"))
            chosen = pinned if text(image.get("digest")) or tag not in ("", "latest") else loosened
            for file in files:
                if tag or chosen is pinned:
                    chosen.setdefault(file, set()).add(name)
                if new:
                    renamed.setdefault(file, set()).add((name, new))
    for resource in loaded.resources:
        file = os.path.abspath(resource.file)
        names = set(pinned.get(file, ()))
        # What one kustomization renames, one further out may pin by its new name.
        names |= {name for name, new in renamed.get(file, ()) if new in names}
        for folder, built in loaded.built:
            if not folder or resource.file == folder or resource.file.startswith(folder + os.sep):
                names |= built
        resource.pinned_images = frozenset(names)
        resource.loosened_images = frozenset(loosened.get(file, set()) - names)

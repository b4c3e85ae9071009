"""Skaffold: the images that its configuration builds, and tags when they are applied (https://skaffold.dev/docs/builders/)."""

from __future__ import annotations

from typing import Any

from kwlint.util.values import dig, mapping, sequence, text


def built_by_skaffold(root: dict[str, Any]) -> set[str]:
    """Return the image names of the artifacts of a Skaffold configuration and its profiles."""
    return {
        text(mapping(entry).get("image"))
        for part in [root, *map(mapping, sequence(root.get("profiles")))]
        for entry in sequence(dig(part, "build", "artifacts"))
    }

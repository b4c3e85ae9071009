"""What is applied: the objects of a run's files as kustomizations and Skaffold change them, told apart by application."""

from __future__ import annotations

import os

from kwlint.model.project.applications import assign
from kwlint.sources.discover import STDIN_NAME
from kwlint.sources.load import load
from kwlint.sources.loaded import Loaded
from kwlint.syntax.limits import Limits
from kwlint.util.progress import Progress


def load_applied(
    paths: list[str],
    limits: Limits,
    stdin_name: str = STDIN_NAME,
    texts: dict[str, str] | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Return what the files hold (as ``load``), with what kustomizations make of it, and the numbers of its applications."""
    loaded = load(paths, limits, stdin_name, texts, progress)
    if loaded.kustomizations:
        from kwlint.kustomize.patches import drop_patches
        from kwlint.kustomize.transform import transform

        loaded.unread = {os.path.abspath(file): file for file in loaded.unreadable}
        drop_patches(loaded)
        transform(loaded)
    if loaded.kustomizations or loaded.built:
        from kwlint.kustomize.images import pin

        pin(loaded)
    loaded.folders = assign(loaded.resources, loaded.charts)
    return loaded

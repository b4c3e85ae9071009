"""Gaps: what kustomizations name and this run does not have, so that nothing can be said of what is missing beside it.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ and kustomize's api/types/kustomization.go.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from kwlint.sources.discover import FILE, FOLDER, probe
from kwlint.syntax.path import locate
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text

if TYPE_CHECKING:
    from kwlint.sources.loaded import Kustomization, Loaded

_INPUTS = ("resources", "bases", "components")
# Fields with patches, which are texts, paths, or mappings with either.
_PATCHES = ("patchesStrategicMerge", "patchesJson6902", "patches")
# Fields whose files say how to work, and hold nothing that an object can name.
_SETTINGS = ("crds", "configurations", "validators", "transformers", "openapi")
_GENERATORS = ("configMapGenerator", "secretGenerator")
# What makes objects in a way that is not followed here.
_CHART = "a chart of a kustomization, which is not rendered"
_MAKING = {
    "helmCharts": _CHART,
    "helmChartInflationGenerator": _CHART,
    "generators": "a generator of a kustomization, which is not run",
}
# An address, and not a path: `https://…`, `git@…:…`, `git::…`, `github.com/…`, `…?ref=v1`, `…//folder`.
# Source: kustomize's api/internal/git/repospec.go.
_REMOTE = pattern(
    r"^[a-z][a-z0-9+.-]*(?:://|::)|^[\w.-]+@[\w.-]+:|^(?:www\.)?(?:github|gitlab|bitbucket)\.\w+[/:]|[?&](?:ref|version)=|[^:/]//"
)


class Gap(Record):
    """An entry of a kustomization that leads to what the run does not have: its line and what is to be said of it.

    ``opens`` says that it may hold what is missing elsewhere. ``reason`` is empty where the file says it itself.
    """

    file: str
    line: int
    reason: str
    opens: bool


class _Entry(Record):
    field: str
    path: str
    name: str


def gaps_of(
    kustomization: Kustomization, folders: Container[str], loaded: Loaded, files: set[str]
) -> list[Gap]:
    """Return what a kustomization names and the run does not have.

    ``folders`` are the absolute paths of all kustomizations, ``files`` those of the files that could be read. Which paths
    were looked for on the disk is noted in ``loaded.probed``.
    """
    document, data = kustomization.document, kustomization.data
    found: list[Gap] = []

    def add(path: str, reason: str, opens: bool, file: str = "") -> None:
        line = 0 if file else document.source.position(locate(document, data, path).start).line
        found.append(Gap(file or document.source.name, line, reason, opens))

    for field, reason in _MAKING.items():
        for index in range(len(sequence(data.get(field)))):
            add(f"{field}[{index}]", reason, True)
    for field, path, name in _entries(kustomization):
        target = os.path.abspath(os.path.join(kustomization.folder, name))
        # What is called after custom resource definitions holds nothing that others name.
        opens = field not in _SETTINGS and "crd" not in target
        if target in files or (target in folders and field in _INPUTS):
            continue
        if target in loaded.unread:
            add(path, "", opens, loaded.unread[target])
            continue
        state = _probe(target, loaded)
        if state == FILE and field not in (*_INPUTS, *_PATCHES):
            continue
        if state == FOLDER:
            reason = "is a folder in which this run has no kustomization"
            add(path, f"`{name}`, which the kustomization names, {reason}", opens)
        elif state == FILE:
            add(path, "what a kustomization names, and is not among the files of this run", opens)
        elif _REMOTE.search(name):
            add(path, "what a kustomization takes from the network, which is not fetched", opens)
        else:
            add(path, f"`{name}`, which the kustomization names, is not there", opens)
    return found


def _probe(path: str, loaded: Loaded) -> int:
    """Return whether a path is there, and whether as a folder, and note the answer."""
    if path not in loaded.probed:
        loaded.probed[path] = probe(path)
    return loaded.probed[path]


def _entries(kustomization: Kustomization) -> Iterator[_Entry]:
    """Yield the paths that a kustomization names, with the field that each is for and the path of the entry."""
    data = kustomization.data
    for field in (*_INPUTS, *_SETTINGS):
        for index, entry in enumerate(sequence(data.get(field))):
            # Transformers may be written out where they are named.
            if isinstance(entry, str) and entry and "\n" not in entry:
                yield _Entry(field, f"{field}[{index}]", entry)
    for field in _PATCHES:
        for index, entry in enumerate(sequence(data.get(field))):
            below = "" if isinstance(entry, str) else ".path"
            name = entry if isinstance(entry, str) else text(mapping(entry).get("path"))
            if name and "\n" not in name:
                yield _Entry(field, f"{field}[{index}]{below}", name)
    for index, entry in enumerate(sequence(data.get("replacements"))):
        if name := text(mapping(entry).get("path")):
            yield _Entry("replacements", f"replacements[{index}].path", name)
    if name := text(mapping(data.get("openapi")).get("path")):
        yield _Entry("openapi", "openapi.path", name)
    for field in _GENERATORS:
        for index, entry in enumerate(sequence(data.get(field))):
            for key in ("files", "envs"):
                for number, item in enumerate(sequence(mapping(entry).get(key))):
                    # `key=path`, or the path alone, whose last part is the key then.
                    name = text(item).partition("=")[2] or text(item) if key == "files" else text(item)
                    if name:
                        yield _Entry(field, f"{field}[{index}].{key}[{number}]", name)
            if name := text(mapping(entry).get("env")):
                yield _Entry(field, f"{field}[{index}].env", name)

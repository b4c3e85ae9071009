"""Loading: files become resources, findings about what can't be read, and a list of what was skipped."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import Any

from kwlint.engine.discover import STDIN, STDIN_NAME, chart_folders
from kwlint.engine.manifests import (
    NO_OBJECT,
    declares_object,
    discreet,
    is_assertion,
    is_kustomization,
    is_list,
    is_template,
    mentions_object,
    reason_to_skip,
)
from kwlint.engine.progress import Progress
from kwlint.findings import Skipped
from kwlint.model.applications import assign
from kwlint.model.plain import mapping, sequence, text
from kwlint.model.resources import Fix, Resource
from kwlint.records import Record
from kwlint.syntax.change import REMOVE, Change
from kwlint.syntax.defects import Defect
from kwlint.syntax.limits import Limits
from kwlint.syntax.path import path_to
from kwlint.syntax.source import Source, UndecodableError, decode
from kwlint.syntax.tree import Document, read


class Flaw(Record):
    """A finding that loading makes: a rule's name, a sentence, and offsets into the source."""

    rule: str
    message: str
    source: Source
    start: int
    end: int
    resource: Resource | None = None
    related: tuple[tuple[int, int, str], ...] = ()
    path: str = ""
    fix: Fix | None = None


class Kustomization(Record):
    """A kustomization: its folder, its data and its document."""

    folder: str
    data: dict[str, Any]
    document: Document


class Loaded:
    """What the files of a run hold."""

    __slots__ = (
        "built",
        "documents",
        "files",
        "flaws",
        "folders",
        "kustomizations",
        "resources",
        "skipped",
        "sources",
        "unreadable",
    )

    def __init__(self) -> None:
        self.files: list[str] = []
        self.sources: dict[str, Source] = {}
        self.documents: dict[str, list[Document]] = {}
        self.resources: list[Resource] = []
        self.flaws: list[Flaw] = []
        self.skipped: list[Skipped] = []
        self.kustomizations: list[Kustomization] = []
        self.unreadable: list[str] = []
        self.built: list[tuple[str, set[str]]] = []
        self.folders: dict[str, int] = {}


def load(
    paths: list[str],
    limits: Limits,
    stdin_name: str = STDIN_NAME,
    texts: dict[str, str] | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Read files (``-`` is standard input). Nothing that a file holds raises; nothing is left out without a word.

    ``texts`` stand for the content of the files that they are named by.
    """
    loaded = Loaded()
    charts = chart_folders([stdin_name if path == STDIN else path for path in paths])
    progress = progress or Progress()
    progress.begin("reading files", len(paths))
    for path in paths:
        loaded.files.append(path)
        _load_file(path, loaded, limits, charts, stdin_name, texts or {})
        progress.step()
    if loaded.kustomizations:
        from kwlint.engine.kustomized import transform
        from kwlint.engine.patches import drop_patches

        drop_patches(loaded)
        transform(loaded)
    if loaded.kustomizations or loaded.built:
        from kwlint.engine.images import pin

        pin(loaded)
    loaded.folders = assign(loaded.resources, charts)
    return loaded


def _load_file(
    path: str, loaded: Loaded, limits: Limits, charts: frozenset[str], stdin_name: str, texts: dict[str, str]
) -> None:
    name = stdin_name if path == STDIN else path
    in_chart = _in_chart(name, charts) if name != STDIN_NAME else None
    no_manifest = in_chart or ("what a kuttl test expects, and no manifest" if is_assertion(name) else None)
    if no_manifest:
        loaded.skipped.append(Skipped(name, 0, no_manifest))
        return
    try:
        if path in texts:
            content = texts[path].encode()
        elif path == STDIN:
            content = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as stream:
                content = stream.read()
    except OSError as error:
        loaded.unreadable.append(name)
        if os.path.islink(path) and not os.path.exists(path):
            loaded.skipped.append(Skipped(name, 0, "a symbolic link that leads nowhere"))
            return
        what, reason = "the file cannot be read", (error.strerror or str(error)).lower()
        if os.path.isdir(path):
            what, reason = "the folder cannot be listed", "permission denied"
        loaded.flaws.append(Flaw("syntax-error", f"{what}: {reason}", Source(name, ""), 0, 0))
        return
    try:
        source = Source(name, decode(content))
    except UndecodableError as error:
        if b"\0" in content[:8192] and b"apiVersion" not in content:
            loaded.skipped.append(Skipped(name, 0, "a binary file"))
            return
        source = Source(name, content.decode("utf-8", "replace"))
        if not mentions_object(source.text.replace("\0", "")):
            loaded.skipped.append(Skipped(name, 0, f"{NO_OBJECT} (nor UTF-8)"))
            return
        offset = min(
            source.line_starts[min(error.line, len(source.line_starts)) - 1] + error.column - 1,
            len(source.text),
        )
        loaded.flaws.append(Flaw("not-utf8", str(error), source, offset, offset + 1))
        loaded.sources[name] = source
        loaded.unreadable.append(name)
        return
    loaded.sources[name] = source
    if not source.text.strip():
        loaded.skipped.append(Skipped(name, 0, "an empty file"))
        return
    kustomization = is_kustomization(name, None)
    if not kustomization and not mentions_object(source.text):
        loaded.skipped.append(Skipped(name, 0, NO_OBJECT))
        return
    _load_documents(source, loaded, limits)


def _load_documents(source: Source, loaded: Loaded, limits: Limits) -> None:
    name = source.name
    documents: list[Document] = []
    defects: list[Defect] = []
    for item in read(source, limits):
        if isinstance(item, Defect):
            defects.append(item)
        else:
            documents.append(item)
    if any(defect.rule == "syntax-error" for defect in defects) and is_template(source.text):
        loaded.skipped.append(Skipped(name, 0, "a template (its `{{ }}` must be rendered first)"))
        loaded.unreadable.append(name)
        return
    if any(defect.rule == "syntax-error" for defect in defects) and not (
        declares_object(source.text) or is_kustomization(name, None)
    ):
        loaded.skipped.append(Skipped(name, 0, f"{NO_OBJECT} (nor YAML)"))
        return
    for defect in defects:
        message = discreet(defect.message, source.text)
        loaded.flaws.append(Flaw(defect.rule, message, source, defect.offset, defect.offset + 1))
    if defects:
        loaded.unreadable.append(name)
    elif not documents:
        loaded.skipped.append(Skipped(name, 0, "nothing but comments"))
    loaded.documents[name] = documents
    for document in documents:
        _classify(document, loaded, whole=len(documents) == 1 and not defects)


def _classify(document: Document, loaded: Loaded, whole: bool) -> None:
    root, name = document.root, document.source.name
    line = 0 if whole else document.source.position(document.starts[0]).line
    if is_kustomization(name, root):
        folder = os.path.dirname(name)
        loaded.kustomizations.append(Kustomization(folder, mapping(root), document))
        loaded.skipped.append(Skipped(name, line, "a kustomization"))
        return
    before = len(loaded.resources)
    _add_objects(document, root, line, loaded)
    if document.repeated and len(loaded.resources) > before:
        _report_repeated(document, loaded, loaded.resources[before:])


def _add_objects(document: Document, data: Any, line: int, loaded: Loaded) -> None:
    """Add an object, or those of a list (of lists); what is none is skipped with its reason."""
    reason = reason_to_skip(data)
    if reason is None and is_list(data):
        items = sequence(data.get("items"))
        for item, ordinal in zip(items, getattr(items, "items_at", ()), strict=True):
            item_line = document.source.position(document.starts[ordinal]).line
            _add_objects(document, item, item_line, loaded)
        reason = None if items else "a list without items"
    elif reason is None:
        loaded.resources.append(Resource(document, data, len(loaded.resources)))
    if reason is not None:
        loaded.skipped.append(Skipped(document.source.name, line, reason))
        if "template" in reason:
            loaded.unreadable.append(document.source.name)
        if text(mapping(data).get("apiVersion")).startswith("skaffold/"):
            from kwlint.engine.images import built_by_skaffold

            loaded.built.append((os.path.dirname(document.source.name), built_by_skaffold(mapping(data))))


def _report_repeated(document: Document, loaded: Loaded, resources: list[Resource]) -> None:
    for repeated in document.repeated:
        first, again = document.span(repeated.first), document.span(repeated.again)
        key = repeated.key
        joined = repeated.mapping is document.root and key in ("apiVersion", "kind")
        if joined:
            message = f"`{key}` stands twice: a line `---` is missing between two documents"
        else:
            message = f"the key `{key}` stands twice in this mapping, and the later one wins"
        # The items of a list stand in the order of the text.
        owner = next(
            (item for item in reversed(resources) if document.starts[item.data.ordinal] <= again.start), None
        )
        note = (first.start, first.end, f"the first `{key}`")
        path = path_to(owner.data, repeated.mapping, key) if owner is not None else None
        # A path leads to the last of several equal keys.
        last = repeated.again == repeated.mapping.keys_at[key]
        fix = (
            Fix("remove the later one, which is equal", (Change(REMOVE, path),))
            if repeated.equal and last and path is not None and not joined
            else None
        )
        loaded.flaws.append(
            Flaw(
                "duplicate-key",
                message,
                document.source,
                again.start,
                again.end,
                owner,
                (note,),
                path or key,
                fix,
            )
        )


def _in_chart(path: str, charts: frozenset[str]) -> str | None:
    if not charts:
        return None
    below = _below_chart(os.path.dirname(os.path.abspath(path)), charts)
    if below is None:
        return None
    if below.split(os.sep)[0] == "templates":
        return "a template of a Helm chart"
    base = os.path.basename(path)
    if not below and (base in ("Chart.yaml", "requirements.yaml", "Chart.lock") or base.startswith("values")):
        return "a file of a Helm chart"
    return None


@lru_cache(maxsize=1024)
def _below_chart(folder: str, charts: frozenset[str]) -> str | None:
    """Return the path of a folder within the chart that it belongs to, None where it belongs to none."""
    below = ""
    while folder not in charts:
        parent, name = os.path.split(folder)
        if parent == folder:
            return None
        below = os.path.join(name, below) if below else name
        folder = parent
    return below

"""Loading: files become resources, findings about what can't be read, and a list of what was skipped."""

from __future__ import annotations

import os
import sys
from codecs import BOM_UTF8
from functools import lru_cache
from typing import Any

from kwlint.diagnostics.finding import Skipped
from kwlint.model.resources import Resource
from kwlint.sources.classify import (
    CHART_FILE,
    CHART_TEMPLATE,
    EMPTY,
    KUSTOMIZATION,
    NO_OBJECT,
    TEMPLATE,
    UNFILLED,
    declares_object,
    discreet,
    is_assertion,
    is_kustomization,
    is_list,
    mentions_object,
    reason_to_skip,
)
from kwlint.sources.contents import content_of, why_unread, within
from kwlint.sources.discover import STDIN, STDIN_NAME, chart_folders
from kwlint.sources.loaded import Flaw, Kustomization, Loaded
from kwlint.sources.repeated import report_repeated
from kwlint.syntax.defects import Defect, defect_of_kwlint
from kwlint.syntax.limits import Budget, Limits
from kwlint.syntax.source import Source, UndecodableError, decode
from kwlint.syntax.tree import Document, read
from kwlint.util.progress import Progress
from kwlint.util.values import mapping, sequence, text


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
    loaded.charts = charts = chart_folders([stdin_name if path == STDIN else path for path in paths])
    budget = Budget(limits.memory)
    progress = progress or Progress()
    progress.begin("reading files", len(paths))
    for path in paths:
        name = stdin_name if path == STDIN else path
        loaded.files.append(path)
        try:
            _load_file(path, name, loaded, limits, budget, charts, texts or {})
        except Exception as error:
            defect = defect_of_kwlint(error, 0, "file")
            _refuse(name, loaded, defect.rule, defect.message)
        progress.step()
    return loaded


def _load_file(
    path: str,
    name: str,
    loaded: Loaded,
    limits: Limits,
    budget: Budget,
    charts: frozenset[str],
    texts: dict[str, str],
) -> None:
    in_chart = _in_chart(name, charts) if name != STDIN_NAME else None
    no_manifest = in_chart or ("what a kuttl test expects, and no manifest" if is_assertion(name) else None)
    if no_manifest:
        loaded.skipped.append(Skipped(name, 0, no_manifest, no_manifest == CHART_TEMPLATE))
        return
    if budget.left <= 0:
        _refuse(name, loaded, "limits-exceeded", f"the file is not read: it would exceed {budget}")
        return
    try:
        content = within(texts[path], path, limits.file) if path in texts else content_of(path, limits.file)
    except OSError as error:
        unread = why_unread(path, error)
        if unread.rule:
            _refuse(name, loaded, unread.rule, unread.message)
            return
        loaded.skipped.append(Skipped(name, 0, unread.message, unread.missed))
        if unread.missed:
            loaded.unreadable.append(name)
        return
    _load_content(name, content, loaded, limits, budget)


def _refuse(name: str, loaded: Loaded, rule: str, message: str) -> None:
    """Note a finding on a file as a whole, of which nothing is known."""
    loaded.unreadable.append(name)
    loaded.flaws.append(Flaw(rule, message, Source(name, ""), 0, 0))


def _load_content(name: str, content: bytes, loaded: Loaded, limits: Limits, budget: Budget) -> None:
    # The bytes, their text, and what the parser makes of it.
    if 3 * len(content) > budget.left:
        _refuse(name, loaded, "limits-exceeded", f"the file is not read: it would exceed {budget}")
        return
    try:
        source = Source(name, decode(content), content.startswith(BOM_UTF8))
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
    budget.take(sys.getsizeof(source.text))
    if not source.text.strip():
        loaded.skipped.append(Skipped(name, 0, EMPTY))
        return
    kustomization = is_kustomization(name, None)
    if not kustomization and not mentions_object(source.text):
        loaded.skipped.append(Skipped(name, 0, NO_OBJECT))
        return
    _load_documents(source, loaded, limits, budget)


def _load_documents(source: Source, loaded: Loaded, limits: Limits, budget: Budget) -> None:
    name = source.name
    documents: list[Document] = []
    defects: list[Defect] = []
    for item in read(source, limits, budget):
        if isinstance(item, Defect):
            defects.append(item)
        else:
            documents.append(item)
    if any(defect.rule == "syntax-error" for defect in defects):
        from kwlint.syntax.templates import is_template

        if any(is_template(source.text, item.offset) for item in defects if item.rule == "syntax-error"):
            loaded.skipped.append(Skipped(name, 0, TEMPLATE, True))
            loaded.unreadable.append(name)
            return
        if not (declares_object(source.text) or is_kustomization(name, None)):
            loaded.skipped.append(Skipped(name, 0, f"{NO_OBJECT} (nor YAML)"))
            return
    messages = discreet([defect.message for defect in defects], source.text)
    for defect, message in zip(defects, messages, strict=True):
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
        loaded.skipped.append(Skipped(name, line, KUSTOMIZATION))
        return
    before = len(loaded.resources)
    _add_objects(document, root, line, loaded)
    if document.repeated and len(loaded.resources) > before:
        report_repeated(document, loaded, loaded.resources[before:])


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
        unfilled = reason == UNFILLED
        loaded.skipped.append(Skipped(document.source.name, line, reason, unfilled))
        if unfilled:
            loaded.unreadable.append(document.source.name)
        if text(mapping(data).get("apiVersion")).startswith("skaffold/"):
            from kwlint.sources.skaffold import built_by_skaffold

            loaded.built.append((os.path.dirname(document.source.name), built_by_skaffold(mapping(data))))


def _in_chart(path: str, charts: frozenset[str]) -> str | None:
    if not charts:
        return None
    below = _below_chart(os.path.dirname(os.path.abspath(path)), charts)
    if below is None:
        return None
    if below.split(os.sep)[0] == "templates":
        return CHART_TEMPLATE
    base = os.path.basename(path)
    if not below and (base in ("Chart.yaml", "requirements.yaml", "Chart.lock") or base.startswith("values")):
        return CHART_FILE
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

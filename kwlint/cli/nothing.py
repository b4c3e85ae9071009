"""Where nothing could be judged: the folders, or the standard input, of a run without an object, and what to do about it."""

from __future__ import annotations

import os

from kwlint.diagnostics.finding import Report
from kwlint.sources.classify import (
    CHART_FILE,
    CHART_TEMPLATE,
    EMPTY,
    KUSTOMIZATION,
    PATCH,
    TEMPLATE,
    UNFILLED,
)
from kwlint.sources.discover import STDIN, STDIN_NAME
from kwlint.util.record import Record

_CHARTS = (CHART_TEMPLATE, CHART_FILE)
_TEMPLATES = frozenset({TEMPLATE, UNFILLED})


class Nothing(Record):
    """A folder, or standard input, in which nothing could be judged, as it is called, and what to do."""

    name: str
    hint: str


class _Held(Record):
    """What a folder holds: the files with objects, and the reasons of what was not judged or skipped, each with its first file."""

    judged: set[str]
    unjudged: dict[str, str]
    skipped: dict[str, str]


def nothing_judged(paths: list[str], stdin_name: str, report: Report) -> list[Nothing]:
    """Return the folders among the paths, and the standard input, in which no object could be judged.

    Files that are named may be no manifests, and so may standard input that is called by a file's name, unless it is
    empty.
    """
    named = {os.path.abspath(path): path for path in paths if path != STDIN and os.path.isdir(path)}
    held = {folder: _Held(set(), {}, {}) for folder in named}
    stdin = _Held(set(), {}, {})

    def holders(file: str) -> list[_Held]:
        if file == stdin_name and STDIN in paths:
            return [stdin]
        folder, found = os.path.abspath(file), []
        while True:
            if folder in held:
                found.append(held[folder])
            if folder == os.path.dirname(folder):
                return found
            folder = os.path.dirname(folder)

    for file in report.judged:
        for holder in holders(file):
            holder.judged.add(file)
    for item in report.not_judged:
        for holder in holders(item.file):
            holder.unjudged.setdefault(item.reason, item.file)
    for skipped in report.skipped:
        for holder in holders(skipped.file):
            holder.skipped.setdefault(skipped.reason, skipped.file)
    found = [
        Nothing(path, _folder_hint(path, held[folder]))
        for folder, path in named.items()
        if not held[folder].judged
    ]
    if STDIN in paths and not stdin.judged and (stdin_name == STDIN_NAME or EMPTY in stdin.skipped):
        name = "standard input" if stdin_name == STDIN_NAME else stdin_name
        found.append(Nothing(name, _stdin_hint(stdin)))
    return found


def _folder_hint(path: str, held: _Held) -> str:
    reasons = {**held.skipped, **held.unjudged}
    if not reasons:
        return "it has no YAML or JSON file that is not excluded or ignored by git; is it the right folder?"
    for reason in _CHARTS:
        if reason in reasons:
            return f"render the chart: `helm template {_word(_chart_of(reasons[reason], path))} | kwlint -`"
    if _TEMPLATES & reasons.keys():
        return "render its templates, and pass what comes of it to `kwlint -`"
    if KUSTOMIZATION in reasons:
        folder = _word(os.path.dirname(reasons[KUSTOMIZATION]) or ".")
        return f"build the kustomization: `kubectl kustomize {folder} | kwlint -`"
    if held.unjudged:
        return "what is in it cannot be read"
    if PATCH in reasons:
        return "its patches are judged with the folder of the kustomization that names them"
    return "none of its files is a manifest; is it the right folder?"


def _chart_of(file: str, path: str) -> str:
    """Return the folder of the chart that a file below a path belongs to."""
    folder = os.path.dirname(file)
    while folder and not os.path.isfile(os.path.join(folder, "Chart.yaml")):
        if folder == os.path.dirname(folder):
            return path
        folder = os.path.dirname(folder)
    return folder or path


def _word(text: str) -> str:
    """Return a path as a shell takes it for one word."""
    from shlex import quote

    return quote(text)


def _stdin_hint(held: _Held) -> str:
    reasons = {**held.skipped, **held.unjudged}
    if EMPTY in reasons or not reasons:
        return "it is empty; did the command before the pipe fail?"
    if _TEMPLATES & reasons.keys():
        return "it has templates; render them before the pipe"
    if KUSTOMIZATION in reasons:
        return "a kustomization makes no objects by itself; pass on what `kubectl kustomize` writes"
    if held.unjudged:
        return "it cannot be read"
    return "it has no manifest; did the command before the pipe write what it should?"

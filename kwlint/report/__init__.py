"""The writers of a run's report: a module a format, each with one function ``write``.

The stream that a writer is given encodes as UTF-8 with ``errors="backslashreplace"``: a file name that is
no text comes out as ``\\udc80``, which JSON reads back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from kwlint.diagnostics.finding import Report
from kwlint.report.options import Options

FORMATS: dict[str, str] = {
    "text": "kwlint.report.text",
    "concise": "kwlint.report.concise",
    "json": "kwlint.report.json",
    "sarif": "kwlint.report.sarif",
    "github": "kwlint.report.github",
    "gitlab": "kwlint.report.gitlab",
    "junit": "kwlint.report.junit",
    "markdown": "kwlint.report.markdown",
}


def writer(name: str) -> Callable[[Report, TextIO, Options], None]:
    """Return the function that writes a report in this format; raises KeyError for a name not in FORMATS."""
    from importlib import import_module

    write: Callable[[Report, TextIO, Options], None] = import_module(FORMATS[name]).write
    return write

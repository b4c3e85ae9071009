"""Rewrites the expected output that tests compare with; read the diff before you commit it.

usage: python -m kwlint.dev.snapshots [--corpus FOLDER]
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.data import RULES
from kwlint.diagnostics.finding import Report
from kwlint.engine.linter import run
from kwlint.report.concise import write
from kwlint.report.options import Options
from kwlint.sources.discover import discover

ROOT = Path(RULES).parent
PROJECTS = ROOT / "fixtures"
EXPECTED = "expected.txt"
CORPUS_FINDINGS = ROOT / "tests" / "projects" / "corpus-findings.txt"


def report_of(folder: Path, preset: str = "default") -> Report:
    """Return the report of a run over a folder, with paths relative to it."""
    here = Path.cwd()
    catalog = load()
    config = Config()
    config.override("preset", preset)
    os.chdir(folder)
    try:
        return run(discover(["."], [EXPECTED], None), resolve(config, catalog), catalog).report
    finally:
        os.chdir(here)


def projects() -> list[Path]:
    """Return the folders of fixtures/ that have expected output."""
    return sorted(path for path in PROJECTS.iterdir() if path.is_dir())


def rendered(report: Report) -> str:
    """Return a report in the concise format."""
    from io import StringIO

    stream = StringIO()
    write(report, stream, Options(False, lambda file: None, False, False, False, lambda code: {}))
    return stream.getvalue()


def places(report: Report) -> Iterator[str]:
    """Yield a line a finding that says where and what, without words that are the input's."""
    for finding in report.findings:
        place = finding.place
        yield f"{place.file}:{place.line}:{place.column} {finding.code} {finding.path}\n"
    for item in report.not_judged:
        line = f":{item.line}" if item.line else ""
        silenced = f" ({', '.join(item.silenced)})" if item.silenced else ""
        yield f"{item.file}{line} not judged: {item.reason}{silenced}\n"
    for skipped in report.skipped:
        line = f":{skipped.line}" if skipped.line else ""
        yield f"{skipped.file}{line} skipped: {skipped.reason}\n"


@click.command()
@click.option(
    "--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Real manifests."
)
def main(corpus: Path | None) -> None:
    """Write the expected output of every project, and of the corpus where it is given."""
    for project in projects():
        (project / EXPECTED).write_text(rendered(report_of(project)), encoding="utf-8")
    if corpus is not None:
        CORPUS_FINDINGS.write_text("".join(places(report_of(corpus))), encoding="utf-8")


if __name__ == "__main__":
    main()

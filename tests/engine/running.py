"""Runs over files written for a test, in its own folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import Settings, resolve
from kwlint.diagnostics.finding import Finding, NotJudged, Report, Skipped
from kwlint.engine.linter import Outcome, run
from kwlint.sources.discover import discover


def write(files: Mapping[str, str | bytes], folder: Path = Path()) -> None:
    """Write files, by name and content, below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def settings(**values: Any) -> Settings:
    """Return the settings of configuration values (``per_path`` is the key per-path)."""
    config = Config()
    for key, value in values.items():
        config.override(key.replace("_", "-"), value)
    return resolve(config, load())


def outcome(
    paths: Iterable[str] = (".",), project: str | None = None, jobs: int = 1, **values: Any
) -> Outcome:
    """Run over paths below the working directory."""
    found = settings(**values)
    return run(discover(list(paths), list(found.exclude), project, found.folder), found, load(), jobs)


def lint(paths: Iterable[str] = (".",), project: str | None = None, **values: Any) -> Report:
    """Return the report of a run."""
    return outcome(paths, project, **values).report


def lines(findings: Iterable[Finding]) -> list[str]:
    """Return findings as ``FILE:LINE:COLUMN CODE``."""
    return [f"{item.place.file}:{item.place.line}:{item.place.column} {item.code}" for item in findings]


def skipped(report: Report) -> dict[str, str]:
    """Return the reasons of what was skipped by ``FILE`` or ``FILE:LINE``."""
    return _reasons(report.skipped)


def unjudged(report: Report) -> dict[str, str]:
    """Return the reasons of what was not judged by ``FILE`` or ``FILE:LINE``."""
    return _reasons(report.not_judged)


def _reasons(items: Iterable[Skipped | NotJudged]) -> dict[str, str]:
    return {f"{item.file}:{item.line}" if item.line else item.file: item.reason for item in items}

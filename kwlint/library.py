"""The library: one function that lints for a program as the command line does for a person, and does nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from kwlint.diagnostics.finding import Report
from kwlint.engine.session import open_session
from kwlint.errors import KwlintError
from kwlint.sources.discover import STDIN, shown


def lint(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    config: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    project: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    jobs: int = 1,
    cache: bool = False,
) -> Report:
    """Lint files, folders and texts, and return what ``kwlint`` would report of them.

    Nothing is printed or written, and no process, signal handler or working directory is changed; a program that wants
    several processes or kept results says so. Nothing that is wrong with a manifest raises: it is a finding.

    Args:
        paths: files and folders to report on, relative to the working directory. Without paths and texts it is the
            project; of an empty list, nothing.
        texts: texts to report on by the names of their files. A text stands for what its file holds, as in an editor
            that has not saved; the file need not exist. It is judged as though it stood there, with the project beside it.
        config: a configuration file, or its keys (schemas/config.schema.json) as a mapping, whose paths and patterns are
            relative to the working directory. By default the file is used that is found upward from the first path.
        project: the folder that is known as a whole, though only paths and texts are reported on. By default the nearest
            one upward from the first path with a configuration or ``.git``.
        isolated: look for no configuration, and know nothing beyond the paths and texts.
        jobs: how many processes may be used. More than one forks this process, which is for programs without threads.
        cache: read and write results in the folder that the command line caches them in.

    Raises:
        KwlintError: a path does not exist, a configuration or baseline cannot be used, or a value cannot be meant. Its
            text is one line for a person.
        TypeError: an argument is of another type than the signature says.
    """
    if jobs < 1:
        raise KwlintError(f"jobs is {jobs}, and must be 1 or more")
    try:
        os.getcwd()
    except OSError:
        raise KwlintError("the working directory is gone", "change to another") from None
    named = _texts(texts) if texts is not None else None
    session = open_session(
        _paths(paths, named or {}) if paths is not None else None,
        texts=named,
        config=config if config is None or isinstance(config, Mapping) else os.fsdecode(config),
        isolated=isolated,
        project=os.fsdecode(project) if project is not None else None,
        jobs=jobs,
        use_cache=cache,
    )
    report = session.outcome().report
    if session.baseline is not None:
        from kwlint.engine.filters import baseline

        known = baseline.read(session.baseline)
        report, _ = baseline.set_aside(report, known, baseline.REASON, session.coverage())
    return report


def _paths(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], texts: Mapping[str, str]
) -> list[str]:
    """Return paths as strings, without those that texts stand for: such a file need not be there."""
    several = [paths] if isinstance(paths, str | os.PathLike) else paths
    found = [os.fsdecode(path) for path in several]
    _refuse_standard_input(found)
    names = {shown(name) for name in texts}
    return [path for path in found if shown(path) not in names]


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    named = {os.fsdecode(name): text for name, text in texts.items()}
    _refuse_standard_input(named)
    for name, text in named.items():
        if not isinstance(text, str):
            raise TypeError(f"the text of {name!r} is of type {type(text).__name__}, and must be a str")
    return named


def _refuse_standard_input(names: Iterable[str]) -> None:
    for name in names:
        if shown(name) == STDIN:
            raise KwlintError(
                f"{name}: standard input is not read", "read it, and hand its text over in `texts`"
            )

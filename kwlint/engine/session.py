"""A session: what the command line, the configuration and the project come to, and the runs made from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from kwlint.catalog.catalog import Catalog, load
from kwlint.config.config import Config, given
from kwlint.config.config import load as load_config
from kwlint.config.files import FILE_NAMES, repository_of
from kwlint.config.ignore import Ignores
from kwlint.config.settings import Settings, resolve
from kwlint.diagnostics.finding import Report
from kwlint.engine.cache import CachedOutcome, cached_run
from kwlint.engine.filters.baseline import Entry, entries_of
from kwlint.errors import ConfigError, KwlintError
from kwlint.sources.discover import STDIN, STDIN_NAME, Discovered, discover, project_root, with_texts
from kwlint.util.files import leads_out
from kwlint.util.progress import Progress
from kwlint.util.record import Record

if TYPE_CHECKING:
    from kwlint.model.project.past import Past


class Before(Record):
    """What a project was: the findings of then, and the objects."""

    findings: list[Entry]
    past: Past


class Session(Record):
    """What a run needs: the paths, the project folder, and the configuration resolved against the catalogue.

    ``texts`` are judged like the paths, each in place of the file that it is named by.
    """

    paths: list[str]
    texts: Mapping[str, str]
    project: str | None
    config: Config
    catalog: Catalog
    settings: Settings
    jobs: int
    stdin_name: str
    use_cache: bool
    only_discovered: bool

    def files(self) -> Discovered:
        """Return the files of the run. Raises KwlintError for a path that does not exist."""
        settings = self.settings
        found = discover(
            self.paths, list(settings.exclude), self.project, settings.folder, self.only_discovered
        )
        return with_texts(found, self.texts)[0] if self.texts else found

    def outcome(self, progress: Progress | None = None, past: Past | None = None) -> CachedOutcome:
        """Run, or return what the same run gave before. Raises KwlintError for a path that does not exist.

        ``past`` is what the project had before, so that it is known what is gone.
        """
        return cached_run(
            self.paths,
            self.settings,
            self.catalog,
            project=self.project,
            jobs=self.jobs,
            stdin_name=self.stdin_name,
            use_cache=self.use_cache,
            progress=progress,
            only_discovered=self.only_discovered,
            past=past,
            texts=self.texts,
        )

    @property
    def baseline(self) -> str | None:
        """The baseline file: relative to the config file where that names it, else to the working directory."""
        path = self.config["baseline"]
        if not path:
            return None
        named = self.config.origins["baseline"] != "command line"
        return os.path.relpath(os.path.join(self.config.folder, path)) if named else str(path)

    def check_baseline(self, path: str) -> None:
        """Raise KwlintError for a baseline that may not be written: the project, which may be anybody's, leads out of itself."""
        is_configured = bool(self.config["baseline"]) and self.config.origins["baseline"] != "command line"
        folder = self.config.folder if is_configured else os.getcwd()
        root = repository_of(folder) or folder
        outside = not os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), ""))
        if leads_out(path, root) or (is_configured and outside):
            raise KwlintError(
                f"{path}: the baseline leads out of {os.path.relpath(root)}, and is not written there",
                "name the file with --baseline",
            )

    def unmatched(self) -> list[str]:
        """Return which patterns of the configuration match no file that a run would read, a sentence each."""
        config, folder = self.config, self.settings.folder
        found = discover(self.paths, [], self.project, folder, self.only_discovered)
        paths = (os.path.relpath(path, folder) for path in (*found.targets, *found.known) if path != STDIN)
        files = [path.replace(os.sep, "/") for path in paths]
        patterns = [(config.place("exclude", index), text) for index, text in enumerate(config["exclude"])]
        patterns += [(config.place("per-path", text, on_key=True), text) for text in config["per-path"]]
        notes: list[str] = []
        for place, text in patterns:
            ignores = Ignores([text.removeprefix("!")])
            if not any(map(ignores.excludes, files)):
                notes.append(f"{place}: the pattern `{text}` matches no file")
        return notes

    def unread(self, report: Report) -> list[str]:
        """Return which files of a report are configurations that are not those of the run, as a sentence where there are any."""
        own = os.path.abspath(self.config.file) if self.config.file is not None else ""
        others = [
            item.file
            for item in report.skipped
            if os.path.basename(item.file) in FILE_NAMES
            and os.path.dirname(os.path.abspath(item.file)) != os.path.dirname(own)
        ]
        if not others or self.config.is_chosen:
            return []
        more = f" and {len(others) - 1} more are" if len(others) > 1 else " is"
        return [
            f"{others[0]}{more} not read: a run has one configuration, which is found upward from its first path"
        ]

    def coverage(self) -> Callable[[str], bool]:
        """Return what says whether a file is, or would be if it were there, among those that the run reports on."""
        named = {os.path.realpath(item) for item in (*self.paths, *self.texts) if item != STDIN}

        @cache
        def folder(path: str) -> tuple[str, bool]:
            real = os.path.realpath(path)
            return real, is_below(real)

        def is_below(path: str) -> bool:
            while path not in named:
                if path == os.path.dirname(path):
                    return False
                path = os.path.dirname(path)
            return True

        def covers(file: str) -> bool:
            if os.path.islink(file):
                return is_below(os.path.realpath(file))
            # A baseline can have very many files in few folders.
            above, name = os.path.split(file)
            real, is_covered = folder(above or os.curdir)
            return is_covered or os.path.normpath(os.path.join(real, name)) in named

        return covers

    def may_run(self, code: str) -> bool:
        """Return whether a rule is on, or the configuration and not the command line has turned it off."""
        chosen = any(self.config.origins[key] == "command line" for key in ("select", "ignore", "preset"))
        return not chosen or code in self.settings.selection.codes

    def before(self, revision: str, progress: Progress | None = None) -> Before:
        """Return what the whole project was at a git revision, judged with the settings of now. Raises KwlintError."""
        from kwlint.engine.filters.since import judged_at, relative
        from kwlint.engine.linter import run
        from kwlint.model.project.past import NO_PAST

        folder = relative(self.settings.folder)
        # The project too and not the paths alone, since files may have had other names.
        project = relative(self.project) if self.project is not None else None
        paths = [relative(path) for path in self.paths if path != STDIN]
        if project is not None and project not in paths:
            paths.insert(0, project)

        def judge() -> Before:
            there = [path for path in paths if os.path.lexists(path)]
            then = self._replace(
                paths=there,
                project=project if project in there else None,
                settings=self.settings._replace(folder=os.path.abspath(folder)),
                only_discovered=False,
            )
            outcome = run(then.files(), then.settings, self.catalog, self.jobs, progress=progress)
            return Before(entries_of(outcome.report), outcome.past)

        return judged_at(revision, paths or ["."], judge) or Before([], NO_PAST)


def _configured(config: Config) -> str:
    """Return the project folder that a configuration names. Raises ConfigError for one beyond its repository.

    Who writes the configuration of a repository does not say what else of the machine is read.
    """
    folder = os.path.join(config.folder, config["project"])
    real = os.path.join(os.path.realpath(folder), "")
    repository = repository_of(config.folder)
    if repository is not None and not real.startswith(os.path.join(os.path.realpath(repository), "")):
        reason = f"the project folder {folder} is outside of the repository {repository}"
        raise ConfigError(config.place("project"), reason, "name it with --project")
    if real == os.path.abspath(os.sep):
        reason = "the project folder is the root of the file system"
        raise ConfigError(config.place("project"), reason, "name the folder of the manifests")
    return folder


def open_session(
    paths: list[str] | None,
    *,
    texts: Mapping[str, str] | None = None,
    config: str | Mapping[str, Any] | None = None,
    isolated: bool = False,
    overrides: Mapping[str, Any] | None = None,
    is_compared: bool = False,
    project: str | None = None,
    jobs: int = 1,
    stdin_name: str = STDIN_NAME,
    use_cache: bool = True,
    only_discovered: bool = False,
) -> Session:
    """Return the session over paths and texts; without either (None), over the project.

    ``config`` is the configuration or its file, ``overrides`` are the command line's values of its keys, and ``isolated``
    says that nothing is looked for upward. Raises KwlintError for what can't be meant.
    """
    start = next((path for path in (*(paths or ()), *(texts or ())) if path != STDIN), ".")
    if isinstance(config, Mapping):
        effective = given(config)
    else:
        effective = load_config(config, start, isolated, use_cache)
    for key, value in (overrides or {}).items():
        effective.override(key, value)
    catalog = load() if use_cache else _uncached_catalog()
    settings = resolve(effective, catalog, is_compared)
    if project is None and not isolated:
        project = _configured(effective) if effective["project"] else project_root(start)
    if project is not None and not os.path.isdir(project):
        raise KwlintError(f"{project}: the project folder does not exist")
    if paths is None:
        paths = [project or "."] if texts is None else []
    return Session(
        paths,
        texts or {},
        project,
        effective,
        catalog,
        settings,
        jobs,
        stdin_name,
        use_cache,
        only_discovered,
    )


@cache
def _uncached_catalog() -> Catalog:
    # Whoever lints often in one process and keeps nothing on the disk reads it once.
    return load(use_cache=False)

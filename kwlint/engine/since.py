"""What a git revision had: the project as it was then is judged too, so that only what the change brought is left."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable

from kwlint.errors import KwlintError
from kwlint.findings import Report


def fingerprints_at(revision: str, start: str, judge: Callable[[], Report]) -> Counter[str]:
    """Return how often each fingerprint occurs in what ``judge`` reports on the repository at a revision.

    ``judge`` is called in a copy of the revision's tree, in the folder that corresponds to the working directory.
    ``start`` is a path in the repository. Raises KwlintError where git does not know the revision.
    """
    top = _git(["rev-parse", "--show-toplevel"], start).decode().strip()
    commit = _commit(revision, start)
    here = os.getcwd()
    below = os.path.relpath(os.path.realpath(here), os.path.realpath(top))
    if below.startswith(".."):
        raise KwlintError("--since needs a working directory inside of the repository", f"change to {top}")
    with tempfile.TemporaryDirectory(prefix="kwlint-") as folder:
        # By an index of its own rather than `git archive`, which leaves out what attributes keep from archives.
        index = {"GIT_INDEX_FILE": os.path.join(folder, ".git", "index")}
        os.mkdir(os.path.join(folder, ".git"))
        _git(["read-tree", commit], top, index)
        _git(["checkout-index", "--all", "--force", f"--prefix={folder}{os.sep}"], top, index)
        then = os.path.join(folder, below)
        if not os.path.isdir(then):
            return Counter()
        os.chdir(then)
        try:
            report = judge()
        finally:
            os.chdir(here)
    return Counter(finding.fingerprint.partition("-")[0] for finding in report.findings)


def _commit(revision: str, start: str) -> str:
    try:
        return _git(["rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], start).decode().strip()
    except KwlintError:
        raise KwlintError(f"--since: git knows no revision `{revision}`") from None


def _git(arguments: list[str], folder: str, environment: dict[str, str] | None = None) -> bytes:
    where = folder if os.path.isdir(folder) else os.path.dirname(folder) or "."
    try:
        done = subprocess.run(
            ["git", "-C", where, *arguments],
            capture_output=True,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except FileNotFoundError:
        raise KwlintError("--since needs git, which is not installed") from None
    if done.returncode:
        raise KwlintError(f"--since: {done.stderr.decode('utf-8', 'replace').strip() or 'git failed'}")
    return done.stdout

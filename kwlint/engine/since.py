"""What a git revision had: the project as it was then is judged too, so that only what the change brought is left."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO

from kwlint.errors import KwlintError
from kwlint.findings import Report


def fingerprints_at(revision: str, start: str, judge: Callable[[], Report]) -> Counter[str]:
    """Return how often each fingerprint occurs in what ``judge`` reports on the repository at a revision.

    ``judge`` is called in a copy of the revision's tree, in the folder that corresponds to the working directory.
    ``start`` is a path in the repository. Raises KwlintError where git does not know the revision.
    """
    top = _git(["rev-parse", "--show-toplevel"], start).decode().strip()
    archive = _git(["archive", "--format=tar", f"{_commit(revision, start)}"], top)
    here = os.getcwd()
    below = os.path.relpath(os.path.realpath(here), os.path.realpath(top))
    if below.startswith(".."):
        raise KwlintError("--since needs a working directory inside of the repository", f"change to {top}")
    with tempfile.TemporaryDirectory(prefix="kwlint-") as folder:
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        # The copy is a project of its own: nothing above it is looked at.
        os.makedirs(os.path.join(folder, ".git"), exist_ok=True)
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


def _git(arguments: list[str], folder: str) -> bytes:
    where = folder if os.path.isdir(folder) else os.path.dirname(folder) or "."
    try:
        done = subprocess.run(["git", "-C", where, *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise KwlintError("--since needs git, which is not installed") from None
    if done.returncode:
        raise KwlintError(f"--since: {done.stderr.decode('utf-8', 'replace').strip() or 'git failed'}")
    return done.stdout

"""A case: one hostile input, how kwlint is run on it, and what it may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

Make = Callable[[Path], object]
Around = Callable[["Popen[bytes]", Path], object]


@dataclass(frozen=True)
class Case:
    """One input. ``make`` writes it to an empty folder, in which kwlint is then started with ``arguments``.

    ``exits`` are the exit codes that are right. ``around`` acts while kwlint runs. ``may_change`` are patterns of the files
    that the run may write. ``before`` runs in kwlint's process just before it starts. ``check`` says what else is wrong
    with what it wrote, as flags. ``MARK`` in the environment names a file that planted commands make.
    """

    family: str
    name: str
    make: Make
    arguments: tuple[str, ...] = (".",)
    exits: frozenset[int] = frozenset({0, 1, 2})
    stdin: bytes | str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    around: Around | None = None
    may_change: tuple[str, ...] = ()
    before: Callable[[], object] | None = None
    check: Callable[[str, str], list[str]] | None = None
    raw_content: bool = False
    isolated: bool = True
    cached: bool = False
    as_nobody: bool = True

    @property
    def command(self) -> list[str]:
        """The options and paths that kwlint is started with."""
        cached = [] if self.cached else ["--no-cache"]
        isolated = ["--isolated"] if self.isolated else []
        return [*cached, *isolated, *self.arguments]


@dataclass(frozen=True)
class Result:
    """What a run of a case came to: its flags (none where it held), exit code, seconds, peak memory in MiB, and words."""

    case: Case
    flags: tuple[str, ...]
    exit: int
    seconds: float
    memory: int
    words: str

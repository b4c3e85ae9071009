"""What a writer may ask for beside the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kwlint.util.record import Record

if TYPE_CHECKING:
    from kwlint.syntax.source import Source


class Options(Record):
    """How a report is written.

    ``source`` gives the text of a file, None where it can't be read. ``explain`` gives the help of a rule by its code: the texts ``name``, ``severity``, ``summary``, ``why`` and ``fix``, and
    the list ``references``. ``quiet`` writes the findings alone, ``statistics`` adds a count by rule,
    ``show_suppressed`` the suppressed findings.
    """

    color: bool
    source: Callable[[str], Source | None]
    show_suppressed: bool
    statistics: bool
    quiet: bool
    explain: Callable[[str], dict[str, Any]]

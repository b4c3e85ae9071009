"""What a writer may ask for beside the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.records import Record


class Options(Record):
    """How a report is written.

    ``read_line`` gives the text of a line of a file (from 1), empty where there is none. ``explain`` gives
    the help of a rule by its code: the texts ``name``, ``severity``, ``summary``, ``why`` and ``fix``, and
    the list ``references``. ``quiet`` writes the findings alone, ``statistics`` adds a count by rule,
    ``show_suppressed`` the suppressed findings.
    """

    color: bool
    read_line: Callable[[str, int], str]
    show_suppressed: bool
    statistics: bool
    quiet: bool
    explain: Callable[[str], dict[str, Any]]

"""The facts of a rule: the first document of its file, as plain data."""

from __future__ import annotations

from typing import Any

from kwlint.util.record import Record


class Facts(Record):
    """What the catalogue says of a rule.

    ``chapter`` is its folder, ``scope`` who says it: object or inventory (a check function), load, judgement or run
    (kwlint itself). ``fix`` is none, safe or unsafe, ``preset`` the smallest preset that turns it on,
    ``replaced_by`` is the code of a stricter rule whose findings take the place of this one's at the same field,
    ``options`` maps an option's name to its JSON Schema, which has the default. ``check`` is where the check function
    is, as ``module:function`` below ``kwlint.checks``; empty for what kwlint itself says.
    """

    code: str
    name: str
    chapter: str
    severity: str
    kinds: tuple[str, ...]
    scope: str
    refused: bool
    fix: str
    preset: str
    since: str
    options: dict[str, Any]
    file: str
    replaced_by: str = ""
    check: str = ""

"""What a check is written with: the resource it is given, and what it says of it."""

from __future__ import annotations

from kwlint.diagnostics.change import REMOVE, RENAME, SET, Change
from kwlint.model.resources import Fix, Note, Problem, Resource
from kwlint.util.spelling import near_miss

__all__ = ["REMOVE", "RENAME", "SET", "Change", "Fix", "Note", "Problem", "Resource", "near_miss"]

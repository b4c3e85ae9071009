"""What a check is written with: the resource it is given, and what it says of it."""

from __future__ import annotations

from kwlint.model.near import near_miss
from kwlint.model.resources import Note, Problem, Resource

__all__ = ["Note", "Problem", "Resource", "near_miss"]

"""Silence: what a rule does not say because a part of the input could not be read."""

from __future__ import annotations

from kwlint.util.record import Record


class Silence(Record):
    """That a rule said nothing of what is missing, as an application, or kustomizations' outputs, are not known as a whole."""

    code: str
    application: int
    outputs: frozenset[str]

"""All cases, family by family, in the order in which they are run."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.dev.hostile import (
    caching,
    configuration,
    definitions,
    documents,
    entries,
    fixing,
    kustomizations,
    meaning,
    mutations,
    processes,
    reports,
    revisions,
)
from kwlint.dev.hostile.case import Case

_FAMILIES = (
    documents,
    entries,
    configuration,
    kustomizations,
    processes,
    fixing,
    revisions,
    caching,
    reports,
    definitions,
    meaning,
    mutations,
)


def cases() -> Iterator[Case]:
    """Yield every case."""
    for family in _FAMILIES:
        yield from family.cases()

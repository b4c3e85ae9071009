"""Checks of the chapter poddisruptionbudget (PDB)."""

from kwlint.checks.poddisruptionbudget.numbers import (
    blocks_eviction,
    both_set,
    count_unknown,
    no_budget_set,
    quorum_at_risk,
    unhealthy_blocks,
)
from kwlint.checks.poddisruptionbudget.selection import (
    daemonset_budget,
    overlapping_budgets,
    pdb_selects_nothing,
    selects_all,
)

__all__ = [
    "blocks_eviction",
    "both_set",
    "count_unknown",
    "daemonset_budget",
    "no_budget_set",
    "overlapping_budgets",
    "pdb_selects_nothing",
    "quorum_at_risk",
    "selects_all",
    "unhealthy_blocks",
]

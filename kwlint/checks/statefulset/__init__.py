"""Checks of the chapter statefulset (STS)."""

from kwlint.checks.statefulset.governing import (
    no_service_name,
    service_not_found,
    service_not_headless,
    service_selects_other_pods,
)
from kwlint.checks.statefulset.lifecycle import (
    even_quorum,
    statefulset_name_too_long,
    statefulset_update_never_rolls,
    zero_grace_period,
)
from kwlint.checks.statefulset.peers import dangling_pod_dns, peers_not_resolvable
from kwlint.checks.statefulset.storage import (
    claim_template_not_mounted,
    ephemeral_state,
    fixed_claim,
    scale_down_deletes_data,
)

__all__ = [
    "claim_template_not_mounted",
    "dangling_pod_dns",
    "ephemeral_state",
    "even_quorum",
    "fixed_claim",
    "no_service_name",
    "peers_not_resolvable",
    "scale_down_deletes_data",
    "service_not_found",
    "service_not_headless",
    "service_selects_other_pods",
    "statefulset_name_too_long",
    "statefulset_update_never_rolls",
    "zero_grace_period",
]

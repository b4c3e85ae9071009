"""What a NetworkPolicy acts on: no pod, or not the direction that it has rules for (NET001, NET004)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.links.missingpods import missing_pods
from kwlint.model.links.policies import acts_on, rules, subject
from kwlint.rule import Context, Problem, Resource


def networkpolicy_selects_nothing(policy: Resource, context: Context) -> Iterator[Problem]:
    """NET001: no pod of the input has the labels that the podSelector wants."""
    selector = subject(policy)
    # An empty one is the default of a namespace, which pods may come to from anywhere.
    missing = None if selector.everything else missing_pods(policy, selector, context.inventory)
    if missing is not None:
        clause = f"; {missing.clause}" if missing.clause else ""
        yield policy.problem(
            "spec.podSelector",
            f'no pod has the labels "{selector}", so the policy protects nothing and all traffic goes on as without it{clause}',
            missing.related,
        )


def direction_ignored(policy: Resource, context: Context) -> Iterator[Problem]:
    """NET004: rules of a direction that policyTypes leaves out."""
    for direction in ("Ingress", "Egress"):
        if acts_on(policy, direction) or not rules(policy, direction):
            continue
        field = direction.lower()
        what = "into the pods" if direction == "Ingress" else "from the pods"
        yield policy.problem(
            f"spec.{field}",
            f"`policyTypes` does not have `{direction}`, so these `{field}` rules are ignored and this policy restricts "
            f"no traffic {what}",
            [policy.note("spec.policyTypes", f"needs `{direction}`")],
        )

"""Checks of the service accounts of pods and of their tokens."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.pods import PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import mapping, sequence, text


def _account(pods: PodTemplate) -> str:
    return text(pods.spec.get("serviceAccountName")) or text(pods.spec.get("serviceAccount")) or "default"


def _token(workload: Resource, pods: PodTemplate, inventory: Inventory) -> bool:
    """Return whether the pods get a token: the pod decides, then its ServiceAccount.

    Source: plugin/pkg/admission/serviceaccount/admission.go (shouldAutomount).
    """
    if pods.spec.get("automountServiceAccountToken") is not None:
        return pods.spec.get("automountServiceAccountToken") is True
    account = inventory.find(workload, "ServiceAccount", _account(pods))
    return account is None or account.data.get("automountServiceAccountToken") is not False


def default_service_account(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC306: the pods run as the namespace's `default`, with its token."""
    pods = workload.pods
    if pods is None or _account(pods) != "default" or not _token(workload, pods, context.inventory):
        return
    yield workload.problem(
        f"{pods.spec_path}.serviceAccountName",
        "the pods run as the ServiceAccount `default`, so a right that is given to it is given to all pods of the namespace "
        "that name none; give them one of their own",
    )


def token_automounted(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC307: each container gets a token of the API server although nothing in the input gives the account rights."""
    pods = workload.pods
    if pods is None or not _token(workload, pods, context.inventory):
        return
    key = (context.inventory.namespace_of(workload), _account(pods))
    if key in context.inventory.index(_bound_accounts):
        return
    yield workload.problem(
        f"{pods.spec_path}.automountServiceAccountToken",
        f"each container gets a token of the ServiceAccount `{_account(pods)}` for the API server; where the program does "
        "not call it, set `automountServiceAccountToken: false`",
    )


def _bound_accounts(inventory: Inventory) -> frozenset[tuple[str, str]]:
    found = set()
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for binding in inventory.of_kind(kind):
            for item in sequence(binding.data.get("subjects")):
                subject = mapping(item)
                if subject.get("kind") == "ServiceAccount":
                    space = text(subject.get("namespace")) or inventory.namespace_of(binding)
                    found.add((space, text(subject.get("name"))))
    return frozenset(found)

"""Whether the pods that policies restrict can still resolve names (NET002)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.links.policies import Rule, acts_on, fixed_namespace, rules, subject
from kwlint.model.links.serviceports import declared_ports
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import MANY, NONE, Selection
from kwlint.model.project.selectorindex import SelectorIndex
from kwlint.model.selector import parse
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping

_PORT = 53
# How many other policies a finding leads to.
_SHOWN = 8
# OpenShift's DNS pods listen on 5353 behind port 53 of their Service.
_OPENSHIFT_PORT, _OPENSHIFT_NAMESPACE = 5353, "openshift-dns"
_DNS_NAMESPACES = frozenset({"kube-system", _OPENSHIFT_NAMESPACE})
# Policies of network plugins, which add to what a NetworkPolicy lets through.
_OTHER_POLICIES = frozenset(
    {
        "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumNetworkPolicy",
        "ClusterNetworkPolicy", "EgressNetworkPolicy", "GlobalNetworkPolicy",
    }
)  # fmt: skip


def blocks_dns(policy: Resource, context: Context) -> Iterator[Problem]:
    """NET002: pods whose egress rules leave no way to a DNS server. Said at the first policy of the pods that has rules."""
    if (
        not _restricts(policy)
        or context.inventory.index(_leading)[policy.number]
        or context.inventory.unknowable(policy)
    ):
        return
    if context.inventory.index(_has_other_policies):
        return
    selected = context.inventory.selected_here(policy, subject(policy))
    if selected:
        cut_off = context.inventory.index(_cut_off)
        own = selected[0].application == policy.application
        restricting = (cut_off.here if own else cut_off.anywhere).get(policy.number)
    else:
        restricting = _policies_above(policy, context.inventory).once(_restricting).get(policy.application)
    if restricting and restricting[0] is policy:
        yield _problem(policy, context.inventory, restricting[1:])


class _CutOff(Record):
    """The policies that are the first of their application to leave some pods no way to a DNS server.

    Each by its number with the others of its application that have rules for these pods, itself first: ``here`` for
    pods of its application, ``anywhere`` for any.
    """

    here: dict[int, list[Resource]]
    anywhere: dict[int, list[Resource]]


def _cut_off(inventory: Inventory) -> _CutOff:
    found = _CutOff({}, {})
    seen: dict[int, Selection] = {}
    for workload in inventory.resources:
        if workload.pods is None or workload.kind == "PodTemplate" or _on_host_network(workload):
            continue
        policies = _policies_of(workload, inventory)
        companies = policies.once(_restricting)
        mine = companies.get(workload.application)
        if mine:
            found.here.setdefault(mine[0].number, mine)
        if id(policies) not in seen:
            seen[id(policies)] = policies
            for company in companies.values():
                found.anywhere.setdefault(company[0].number, company)
    return found


def _restricting(policies: Selection) -> dict[int, list[Resource]]:
    """Return the first policies by application."""
    found: dict[int, list[Resource]] = {}
    for policy in policies[:MANY]:
        company = found.setdefault(policy.application, [])
        if len(company) <= _SHOWN:
            company.append(policy)
    return found


def _leading(inventory: Inventory) -> dict[int, bool | None]:
    """Say of each policy that acts on egress whether it leads to a DNS server; None of those without rules."""
    return {
        policy.number: _reaches_dns(policy, inventory) or (False if _restricts(policy) else None)
        for policy in inventory.of_kind("NetworkPolicy")
        if acts_on(policy, "Egress")
    }


def _problem(policy: Resource, inventory: Inventory, others: list[Resource]) -> Problem:
    message = "no egress rule lets these pods reach port 53 over UDP outside their namespace, so they cannot resolve any name"
    related = [other.note("spec.egress", "does not either") for other in others]
    for rule in rules(policy, "Egress"):
        for port in rule.ports:
            if port.port != _PORT:
                continue
            if port.protocol != "UDP":
                message += "; port 53 is open for TCP only, and most queries use UDP"
            else:
                message += "; the peers of the rule for port 53 are pods of the policy's own namespace (a `podSelector` alone means those), where the cluster's DNS is not"
            return policy.problem(
                "spec.egress", message, [Note(policy, port.path, "the rule for port 53"), *related]
            )
    return policy.problem("spec.egress", message, related)


def _restricts(policy: Resource) -> bool:
    return acts_on(policy, "Egress") and bool(rules(policy, "Egress"))


def _reaches_dns(policy: Resource, inventory: Inventory) -> bool:
    return acts_on(policy, "Egress") and any(
        _opens(policy, rule, inventory) for rule in rules(policy, "Egress")
    )


def _opens(policy: Resource, rule: Rule, inventory: Inventory) -> bool:
    """Return whether a rule lets queries out to a DNS server; what the input does not show counts as one."""
    meant = any(port.port is not None and port.covers(_PORT, "UDP") for port in rule.ports)
    if not rule.peers:
        return not rule.ports or any(port.covers(_PORT, "UDP") for port in rule.ports)
    for peer in rule.peers:
        if not rule.ports or any(port.covers(_PORT, "UDP") for port in rule.ports):
            if _is_outside(policy, peer, meant, inventory):
                return True
        elif any(port.covers(_OPENSHIFT_PORT, "UDP") for port in rule.ports):
            if fixed_namespace(parse(peer.get("namespaceSelector"))) == _OPENSHIFT_NAMESPACE:
                return True
    return False


def _is_outside(policy: Resource, peer: dict[str, Any], meant: bool, inventory: Inventory) -> bool:
    """Return whether a peer may be a DNS server; ``meant`` says that the rule names its port, which tells that it is."""
    if "ipBlock" in peer:
        return True
    own = inventory.namespace_of(policy)
    pods = parse(mapping(peer.get("podSelector")))
    if isinstance(peer.get("namespaceSelector"), dict):
        name = fixed_namespace(parse(peer["namespaceSelector"]))
        if name and name == inventory.known_namespace(policy) and own not in _DNS_NAMESPACES:
            return _is_dns_here(policy, peer, inventory)
        if meant:
            return True
        asked = [value for requirement in pods.requirements for value in requirement.values]
        return (not name or name in _DNS_NAMESPACES) and (not asked or any("dns" in value for value in asked))
    return own in _DNS_NAMESPACES or _is_dns_here(policy, peer, inventory)


def _is_dns_here(policy: Resource, peer: dict[str, Any], inventory: Inventory) -> bool:
    """Return whether a peer of the policy's own namespace is a DNS server of the input."""
    selector = parse(mapping(peer.get("podSelector")))
    return inventory.selected_here(policy, selector).once(_serves_dns)


def _serves_dns(selected: Selection) -> bool:
    return any(
        port.number == _PORT and port.protocol == "UDP"
        for item in selected
        if item.pods is not None
        for port in declared_ports(item.pods)
    )


def _policies_of(workload: Resource, inventory: Inventory) -> Selection:
    """Return the policies with rules for a workload's egress; none where one of all leads to a DNS server."""
    index = inventory.index(_egress_policies).get(_place(workload, inventory))
    if index is None or workload.pods is None or index.leading.selecting(workload.pods.labels):
        return NONE
    return index.restricting.selecting(workload.pods.labels)


def _policies_above(policy: Resource, inventory: Inventory) -> Selection:
    """Return the policies with rules for all pods that this one selects; none where one of all leads to a DNS server."""
    index = inventory.index(_egress_policies).get(_place(policy, inventory))
    selector = subject(policy)
    return NONE if index is None or index.leading.above(selector) else index.restricting.above(selector)


def _place(near: Resource, inventory: Inventory) -> tuple[int | None, str]:
    """Return where the policies for an object are: in its namespace, or where that is not known, in its application."""
    space = inventory.namespace_of(near)
    return (None if space else near.application), space


class _Policies(Record):
    """Policies that act on egress: those of which a rule leads to a DNS server, and those whose rules do not."""

    leading: SelectorIndex
    restricting: SelectorIndex


def _egress_policies(inventory: Inventory) -> dict[tuple[int | None, str], _Policies]:
    """Index the policies that act on egress by place."""
    found: dict[tuple[int | None, str], _Policies] = {}
    for policy in inventory.of_kind("NetworkPolicy"):
        leading = inventory.index(_leading).get(policy.number)
        if leading is not None:
            place = _place(policy, inventory)
            index = found.setdefault(place, _Policies(SelectorIndex(), SelectorIndex()))
            (index.leading if leading else index.restricting).add(policy, subject(policy))
    return found


def _has_other_policies(inventory: Inventory) -> bool:
    return any(
        item.kind in _OTHER_POLICIES or item.group in ("crd.projectcalico.org", "projectcalico.org")
        for item in inventory.custom
    )


def _on_host_network(workload: Resource) -> bool:
    """Return whether policies have no say over a workload's pods, because they use the network of their node."""
    return workload.pods is not None and workload.pods.spec.get("hostNetwork") is True

"""Whether the pods that policies restrict can still resolve names (NET002)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.inventory import Inventory
from kwlint.model.plain import mapping
from kwlint.model.policies import Rule, acts_on, fixed_namespace, rules, subject
from kwlint.model.selector import PodLabels, parse
from kwlint.model.serviceports import declared_ports
from kwlint.rule import Note, Problem, Resource

Pair = tuple[str, str]

_PORT = 53
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


def blocks_dns(policy: Resource, inventory: Inventory) -> Iterator[Problem]:
    """NET002: pods whose egress rules leave no way to a DNS server. Said at the first policy of the pods that has rules."""
    if not _restricts(policy) or _reaches_dns(policy, inventory) or inventory.unknowable(policy):
        return
    if inventory.index(_has_other_policies):
        return
    selected = inventory.selected_here(policy, subject(policy))
    if selected:
        others = [_policies_of(item, inventory) for item in selected if not _on_host_network(item)]
    else:
        others = [_policies_above(policy, inventory)]
    for together in others:
        if any(_reaches_dns(item, inventory) for item in together):
            continue
        restricting = [
            item for item in together if _restricts(item) and item.application == policy.application
        ]
        if restricting and restricting[0] is not policy:
            continue
        yield _problem(policy, inventory, [item for item in restricting if item is not policy])
        return


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
    """Say whether a rule lets queries out to a DNS server; what the input does not show counts as one."""
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
    """Say whether a peer may be a DNS server; ``meant`` says that the rule names its port, which tells that it is."""
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
    """Say whether a peer of the policy's own namespace is a DNS server of the input."""
    selector = parse(mapping(peer.get("podSelector")))
    return any(
        port.number == _PORT and port.protocol == "UDP"
        for item in inventory.selected_here(policy, selector)
        if item.pods is not None
        for port in declared_ports(item.pods)
    )


def _policies_of(workload: Resource, inventory: Inventory) -> list[Resource]:
    """Return the policies that act on the egress of a workload's pods, in input order."""
    labels = workload.pods.labels if workload.pods is not None else PodLabels({})
    keys: list[Pair | None] = [None, *labels.written.items(), *((key, "") for key in labels.added)]
    return [item for item in _candidates(workload, keys, inventory) if subject(item).matches(labels)]


def _policies_above(policy: Resource, inventory: Inventory) -> list[Resource]:
    """Return the policies that select every pod that this one selects, itself included."""
    wanted = subject(policy).requirements
    pairs: list[Pair | None] = [None]
    pairs += [(one.key, one.values[0]) for one in wanted if one.operator == "In" and len(one.values) == 1]
    found = _candidates(policy, pairs, inventory)
    return [item for item in found if set(wanted).issuperset(subject(item).requirements)]


def _candidates(near: Resource, pairs: list[Pair | None], inventory: Inventory) -> list[Resource]:
    """Return the policies of the application of ``near`` and, where its namespace is known, of that namespace."""
    index, space = inventory.index(_egress_policies), inventory.namespace_of(near)
    found = {
        item.number: item
        for pair in pairs
        for item in index.get((space, pair), ())
        if space or item.application == near.application
    }
    return [found[number] for number in sorted(found)]


def _egress_policies(inventory: Inventory) -> dict[tuple[str, Pair | None], list[Resource]]:
    """Index the policies that act on egress by namespace and a pair that their pods have (None: they need none).

    A pair whose value a controller sets has an empty value here.
    """
    found: dict[tuple[str, Pair | None], list[Resource]] = {}
    for policy in inventory.of_kind("NetworkPolicy"):
        if acts_on(policy, "Egress"):
            pair = subject(policy).pair()
            for key in [None] if pair is None else [pair, (pair[0], "")]:
                found.setdefault((inventory.namespace_of(policy), key), []).append(policy)
    return found


def _has_other_policies(inventory: Inventory) -> bool:
    return any(
        item.kind in _OTHER_POLICIES or item.group in ("crd.projectcalico.org", "projectcalico.org")
        for item in inventory.custom
    )


def _on_host_network(workload: Resource) -> bool:
    """Say whether policies have no say over a workload's pods, because they use the network of their node."""
    return workload.pods is not None and workload.pods.spec.get("hostNetwork") is True

"""NetworkPolicies: their rules, the directions that they act on, and the pods that a peer means.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and pkg/apis/networking/v1/defaults.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from kwlint.model.links.serviceports import protocol_of
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection
from kwlint.model.resources import Resource
from kwlint.model.selector import PodLabels, Selector, parse
from kwlint.util.record import Record
from kwlint.util.values import integer, mapping, mappings, sequence

# Of so many namespaces the pods are looked at.
_MANY = 64
_PEERS = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


class PolicyPort(Record):
    """A port of a rule; ``port`` is a number, a name or None for all ports, ``end`` the last of a range."""

    path: str
    protocol: str
    port: int | str | None
    end: int | None

    def covers(self, number: int, protocol: str) -> bool:
        """Return whether it lets a port through; a name may be that of any port."""
        if self.protocol != protocol:
            return False
        if not isinstance(self.port, int):
            return True
        return self.port == number or (self.end is not None and self.port <= number <= self.end)


class Rule(Record):
    """A rule of one direction: its path, ports (none: all) and peers (none: everybody)."""

    path: str
    ports: list[PolicyPort]
    peers: list[dict[str, Any]]


def rules(policy: Resource, direction: str) -> list[Rule]:
    """Return the rules for ``Ingress`` or ``Egress``, whether the policy acts on that direction or not."""
    field, peers = _PEERS[direction]
    return [
        Rule(
            f"spec.{field}[{index}]", list(_ports(rule, f"spec.{field}[{index}]")), mappings(rule.get(peers))
        )
        for index, rule in enumerate(map(mapping, sequence(policy.spec.get(field))))
    ]


def acts_on(policy: Resource, direction: str) -> bool:
    """Return whether a policy acts on a direction: what ``policyTypes`` says, else Ingress, and Egress if it has rules."""
    types = sequence(policy.spec.get("policyTypes"))
    if types:
        return direction in types
    return direction == "Ingress" or bool(sequence(policy.spec.get("egress")))


def subject(policy: Resource) -> Selector:
    """Return the selector of the pods that a policy is about; unset means every pod, as an empty one does."""
    return parse(mapping(policy.spec.get("podSelector")))


def peer_pods(policy: Resource, peer: dict[str, Any], inventory: Inventory) -> list[Selection] | None:
    """Return the workloads of the input that a peer means, by namespace; None where it also means others that are not known.

    That is an address block, and a namespace selector that is not one namespace of the input by its name, or too many.
    """
    if "ipBlock" in peer:
        return None
    selector = parse(mapping(peer.get("podSelector")))
    if not isinstance(peer.get("namespaceSelector"), dict):
        return [inventory.selected_here(policy, selector)]
    spaces = parse(peer["namespaceSelector"])
    names = inventory.index(_Namespaces).selected(policy.application, spaces)
    if len(names) > _MANY:
        return None
    found = [pods for name in names if (pods := inventory.selected_in(name, selector))]
    name = fixed_namespace(spaces)
    if not found and name:
        found = [pods for pods in (inventory.selected_in(name, selector),) if pods]
    return found or None


class _Namespaces:
    """The Namespaces of an inventory by application, and which of them selectors select."""

    def __init__(self, inventory: Inventory) -> None:
        self._labels: dict[int, list[tuple[str, PodLabels]]] = {}
        self._selected: dict[tuple[int, Selector], list[str]] = {}
        for item in inventory.of_kind("Namespace"):
            labels = PodLabels({**item.labels, "kubernetes.io/metadata.name": item.name})
            self._labels.setdefault(item.application, []).append((item.name, labels))

    def selected(self, application: int, selector: Selector) -> list[str]:
        """Return the names of the selected ones of an application, more than ``_MANY`` of which do not count."""
        found = self._selected.get((application, selector))
        if found is None:
            every = self._labels.get(application, ())
            name = fixed_namespace(selector)
            named = [labels for labels in every if labels[0] == name] if name else every
            matching = (space for space, labels in named if selector.matches(labels))
            found = self._selected[application, selector] = list(islice(matching, _MANY + 1))
        return found


def fixed_namespace(selector: Selector) -> str:
    """Return the name of the one namespace that a selector names; empty where it names none, or several."""
    for requirement in selector.requirements:
        if requirement.key == "kubernetes.io/metadata.name" and requirement.operator == "In":
            return requirement.values[0] if len(requirement.values) == 1 else ""
    return ""


def _ports(rule: dict[str, Any], path: str) -> Iterator[PolicyPort]:
    for index, port in enumerate(mappings(rule.get("ports"))):
        number = port.get("port")
        known = isinstance(number, (int, str)) and not isinstance(number, bool)
        yield PolicyPort(
            f"{path}.ports[{index}]",
            protocol_of(port),
            number if known else None,
            integer(port.get("endPort")),
        )

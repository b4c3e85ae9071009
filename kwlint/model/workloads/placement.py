"""Placement: how a pod template keeps its own pods apart or together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.pods import PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.model.selector import PodLabels, Selector, parse
from kwlint.util.record import Record
from kwlint.util.values import dig, mapping, sequence, text

HOSTNAME = "kubernetes.io/hostname"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


class Term(Record):
    """A rule of placement that concerns a template's own pods: where it stands, its topology key, what it says."""

    path: str
    topology: str
    data: dict[str, Any]

    @property
    def label_keys(self) -> list[str]:
        """The keys of ``matchLabelKeys``: only pods with the incoming pod's values there count."""
        return [key for key in sequence(self.data.get("matchLabelKeys")) if isinstance(key, str)]


def repelled(workload: Resource, inventory: Inventory) -> list[Term]:
    """Return the required pod anti-affinity terms by which a template's pods keep each other away."""
    return (
        []
        if workload.pods is None
        else list(_own_terms(workload, workload.pods, inventory, "podAntiAffinity"))
    )


def spread(workload: Resource) -> list[Term]:
    """Return the topology spread constraints with DoNotSchedule that count a template's own pods."""
    pods = workload.pods
    if pods is None:
        return []
    found = []
    for index, item in enumerate(sequence(pods.spec.get("topologySpreadConstraints"))):
        item = mapping(item)
        if item.get("whenUnsatisfiable") != "DoNotSchedule" or not parse(item.get("labelSelector")).matches(
            pods.labels
        ):
            continue
        path = f"{pods.spec_path}.topologySpreadConstraints[{index}]"
        found.append(Term(path, text(item.get("topologyKey")), item))
    return found


def pinned_to_one_node(workload: Resource, inventory: Inventory) -> bool:
    """Return whether all pods of a template run on one node: by its name, its hostname label, or by their own company."""
    pods = workload.pods
    if pods is None:
        return False
    if text(pods.spec.get("nodeName")) or HOSTNAME in mapping(pods.spec.get("nodeSelector")):
        return True
    required = dig(pods.spec, "affinity", "nodeAffinity", _REQUIRED)
    terms = [mapping(item) for item in sequence(mapping(required).get("nodeSelectorTerms"))]
    nodes = {_single_node(term) for term in terms}
    if len(nodes) == 1 and None not in nodes:
        return True
    return any(term.topology == HOSTNAME for term in _own_terms(workload, pods, inventory, "podAffinity"))


def _single_node(term: dict[str, Any]) -> str | None:
    for field, key in (("matchExpressions", HOSTNAME), ("matchFields", "metadata.name")):
        for item in sequence(term.get(field)):
            item = mapping(item)
            values = sequence(item.get("values"))
            if item.get("key") == key and item.get("operator") == "In" and len(values) == 1:
                return text(values[0])
    return None


def _own_terms(workload: Resource, pods: PodTemplate, inventory: Inventory, field: str) -> Iterator[Term]:
    base = f"{pods.spec_path}.affinity.{field}.{_REQUIRED}"
    for index, item in enumerate(sequence(dig(pods.spec, "affinity", field, _REQUIRED))):
        item = mapping(item)
        if not parse(item.get("labelSelector")).matches(pods.labels):
            continue
        if any(
            key in pods.labels.written or key in pods.labels.added
            for key in sequence(item.get("mismatchLabelKeys"))
        ):
            continue
        if _covers_own_namespace(workload, inventory, item):
            yield Term(f"{base}[{index}]", text(item.get("topologyKey")), item)


def _covers_own_namespace(workload: Resource, inventory: Inventory, term: dict[str, Any]) -> bool:
    """Return whether a term is known to look at the workload's own namespace.

    Neither field means just that one, an empty namespaceSelector all
    (https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#namespace-selector).
    """
    names, selected = sequence(term.get("namespaces")), term.get("namespaceSelector")
    own = inventory.namespace_of(workload)
    if not names and selected is None:
        return True
    if own and own in names:
        return True
    selector = parse(selected)
    return selector.everything or (own != "" and _selects_namespace(workload, inventory, selector, own))


def _selects_namespace(workload: Resource, inventory: Inventory, selector: Selector, own: str) -> bool:
    namespace = inventory.find(workload, "Namespace", own)
    labels = {**(namespace.labels if namespace is not None else {}), "kubernetes.io/metadata.name": own}
    return selector.matches(PodLabels(labels))

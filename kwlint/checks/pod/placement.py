"""Constraints on where pods run, and the pods that they count (POD012)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.pods import PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.selector import Requirement, Selector, parse
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.spelling import near_miss
from kwlint.util.values import dig, mapping, sequence

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
# Labels that name an application, and parts of one: another value there is another application, or another part of it.
_APPLICATION = frozenset({"app", "application", "k8s-app", "name", "service"})
_PART = frozenset({"component", "part", "role", "tier"})


def constraint_selects_others(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD012: a spread constraint or an affinity that misses the pods it stands in."""
    pods = workload.pods
    if pods is None:
        return
    yield from _spread(workload, pods)
    for field in ("podAffinity", "podAntiAffinity"):
        for path, term in _terms(pods, field):
            yield from _affinity(workload, pods, context.inventory, field, path, term)


def _spread(workload: Resource, pods: PodTemplate) -> Iterator[Problem]:
    for index, item in enumerate(sequence(pods.spec.get("topologySpreadConstraints"))):
        selector = parse(mapping(item).get("labelSelector"))
        if selector.matches(pods.labels):
            continue
        path = f"{pods.spec_path}.topologySpreadConstraints[{index}].labelSelector"
        key = mapping(item).get("topologyKey")
        if selector.nothing:
            message = "the constraint has no `labelSelector`, which counts no pods"
        else:
            message = f"the constraint counts pods with {_wanted(selector.missed(pods.labels))}, and these pods have {_have(selector, pods)}"
        yield workload.problem(
            path,
            f"{message}, so they are not spread over `{key}`",
            [Note(workload, pods.labels_path, "the labels of the pods")],
        )


def _affinity(
    workload: Resource, pods: PodTemplate, inventory: Inventory, field: str, path: str, term: dict[str, Any]
) -> Iterator[Problem]:
    selector = parse(term.get("labelSelector"))
    if selector.nothing or term.get("namespaces") or term.get("namespaceSelector") is not None:
        return
    missed = selector.missed(pods.labels)
    if len(missed) != 1 or not _was_meant(missed[0], selector, pods, field):
        return
    if inventory.selected(workload, selector):
        return
    effect = "apart" if field == "podAntiAffinity" else "together"
    yield workload.problem(
        f"{path}.labelSelector",
        f"the term selects {_wanted(missed)}, and these pods have {_have(selector, pods)}, so it does not keep them {effect}, and "
        "no other pod of the input has these labels",
        [Note(workload, pods.labels_path, "the labels of the pods")],
    )


def _was_meant(missed: Requirement, selector: Selector, pods: PodTemplate, field: str) -> bool:
    """Return whether a selector that misses its own pods by one requirement was meant to select them.

    Pods are drawn to another part of their application more often than they are kept away from one.
    """
    if missed.operator != "In" or not missed.values:
        return False
    value = pods.labels.written.get(missed.key)
    if value is None:
        key = near_miss(missed.key, pods.labels.written)
        if key is not None and pods.labels.written[key] in missed.values:
            return True
    elif near_miss(value, missed.values) is not None:
        return True
    name = missed.key.rpartition("/")[2]
    others = _APPLICATION if field == "podAntiAffinity" else _APPLICATION | _PART
    return len(selector.requirements) > 1 and name not in others


def _terms(pods: PodTemplate, field: str) -> Iterator[tuple[str, dict[str, Any]]]:
    base = f"{pods.spec_path}.affinity.{field}"
    affinity = mapping(dig(pods.spec, "affinity", field))
    for index, item in enumerate(sequence(affinity.get(_REQUIRED))):
        yield f"{base}.{_REQUIRED}[{index}]", mapping(item)
    for index, item in enumerate(sequence(affinity.get(_PREFERRED))):
        yield f"{base}.{_PREFERRED}[{index}].podAffinityTerm", mapping(mapping(item).get("podAffinityTerm"))


def _wanted(missed: list[Requirement]) -> str:
    return '"' + ", ".join(str(requirement) for requirement in missed) + '"'


def _have(selector: Selector, pods: PodTemplate) -> str:
    written = pods.labels.written
    return ", ".join(
        f'"{one.key}={written[one.key]}"' if one.key in written else f"no label `{one.key}`"
        for one in selector.missed(pods.labels)
    )

"""The Service that governs a StatefulSet and gives its pods their DNS names (STS001 to STS004)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kwlint.model.links.services import absence, external, headless
from kwlint.model.project.selection import Selection
from kwlint.model.selector import parse_map
from kwlint.model.workloads.statefulsets import governing_service
from kwlint.rule import SET, Change, Context, Fix, Problem, Resource
from kwlint.util.values import text

_FIELD = "spec.serviceName"
# How many Services a finding names that could govern a StatefulSet.
_SHOWN = 3


def no_service_name(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS001: `serviceName` is missing or empty."""
    written = statefulset.spec.get("serviceName")
    if written is not None and written != "":
        return
    message = (
        f"`serviceName` is {'missing' if written is None else 'empty'}, so the pods get no stable DNS names"
    )
    candidates = list(
        islice(
            context.inventory.services_of(statefulset).once(_headless).nearest_first(statefulset), _SHOWN + 1
        )
    )
    if candidates:
        names = " and ".join(f"`{service.name}`" for service in candidates[:_SHOWN])
        names += " and others" if len(candidates) > _SHOWN else ""
        what = "Service" if len(candidates) == 1 else "Services"
        message += f"; the headless {what} {names} can give them"
    yield statefulset.problem(
        _FIELD,
        message,
        [service.note("metadata.name", "headless, and selects the pods") for service in candidates[:_SHOWN]],
        fix=_name(candidates[0].name) if len(candidates) == 1 and candidates[0].name else None,
    )


def _headless(services: Selection) -> Selection:
    return Selection(filter(headless, services))


def _name(service: str) -> Fix:
    return Fix(f"write `serviceName: {service}`", (Change(SET, _FIELD, service),))


def service_not_headless(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS002: the governing Service has an address of its own."""
    service = governing_service(statefulset, context.inventory)
    if service is not None and not external(service) and not headless(service):
        yield statefulset.problem(
            _FIELD,
            f"Service `{service.name}` is not headless, so its name leads to one virtual address "
            "and the pods have no DNS names that they can count on",
            [service.note("spec.clusterIP", "needs `clusterIP: None`")],
        )


def service_selects_other_pods(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS003: the selector of the governing Service does not select the pods."""
    service = governing_service(statefulset, context.inventory)
    if service is None or external(service) or statefulset.pods is None:
        return
    selector = parse_map(service.spec.get("selector"))
    missed = selector.missed(statefulset.pods.labels)
    if not missed:
        return
    have = statefulset.pods.labels.written
    found = ", ".join(
        f'"{one.key}={have[one.key]}"' if one.key in have else f"no label `{one.key}`" for one in missed
    )
    wanted = ", ".join(str(one) for one in missed)
    yield statefulset.problem(
        _FIELD,
        f'Service `{service.name}` selects "{wanted}" but these pods have {found}, so it gives them no DNS names',
        [service.note("spec.selector", f'selects "{selector}"')],
    )


def service_not_found(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS004: no Service has the name that `serviceName` gives."""
    name = text(statefulset.spec.get("serviceName"))
    missing = absence(statefulset, context.inventory, name) if name else None
    if missing is None:
        return
    space = context.inventory.known_namespace(statefulset)
    where = f" in namespace `{space}`" if space else ""
    hint = f"; {missing.clause}" if missing.clause else ""
    yield statefulset.problem(
        _FIELD,
        f"there is no Service `{name}`{where}, so the pods get no stable DNS names{hint}",
        missing.related,
    )

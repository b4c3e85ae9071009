"""Check of containers, pods and claims against the LimitRanges of their namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model import quantity
from kwlint.model.pods import PodTemplate
from kwlint.model.project.selection import Selection
from kwlint.model.workloads.limitranges import Resources, effective
from kwlint.model.workloads.pod_resources import pod_level, pod_request
from kwlint.model.workloads.quotas import POD_LEVEL_RESOURCES, applying
from kwlint.rule import Context, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text

_LARGEST_MILLI = (2**63 - 1) // 1000
# How many LimitRanges a finding names, and how many entries of those of a namespace a resource is held against.
_SHOWN, _ENOUGH = 5, 256
_END = {
    "Container": "the pods are refused",
    "Pod": "the pods are refused",
    "PersistentVolumeClaim": "the claim is refused",
}


class _Subject(Record):
    """What a LimitRange is held against: its words, its resources, and the path of one of its fields."""

    what: str
    resources: Resources
    paths: dict[tuple[str, str], str]
    path: str

    def place(self, field: str, name: str) -> str:
        """Return the path of a field; that of the whole where the subject has no field of its own."""
        own = f"{self.path}.{field}[{name}]" if self.path.endswith(".resources") else self.path
        return self.paths.get((field, name), own)


def limit_range_refuses(resource: Resource, context: Context) -> Iterator[Problem]:
    """QUO002: outside of a LimitRange's min, max or ratio.

    Source: plugin/pkg/admission/limitranger/admission.go (PodValidateLimitFunc, PersistentVolumeClaimValidateLimitFunc).
    """
    limit_ranges = applying(resource, context.inventory, "LimitRange")
    if not limit_ranges or resource.kind == "PodTemplate":
        return
    subjects = {"PersistentVolumeClaim": _claims(resource), "Container": [], "Pod": []}
    if resource.pods is not None:
        subjects["Container"] = _containers(resource.pods, limit_ranges)
        subjects["Pod"] = [_pod(resource.pods, context.inventory.minor, limit_ranges)]
    said: set[tuple[str, str]] = set()
    for subject in subjects["Container"]:
        for name, problem in _crossed(resource, subject, limit_ranges):
            said.add((problem.path, name))
            yield problem
    for limit_range, index, limit in limit_ranges.once(_limits):
        kind = text(limit.get("type"))
        for subject in subjects.get(kind, []):
            for field, name, path, clause in _broken(subject, limit, kind):
                if (path, name) not in said:
                    said.add((path, name))
                    where = f"spec.limits[{index}].{field}[{name}]"
                    note = limit_range.note(where, f"{field} of {name} per {kind}")
                    end = _END[kind] if resource.kind != "Pod" else "the pod is refused"
                    yield resource.problem(
                        path, f"{clause} of LimitRange `{limit_range.name}`, so {end}", [note]
                    )


def _limits(limit_ranges: Selection) -> list[tuple[Resource, int, dict[str, Any]]]:
    """Return the entries of LimitRanges with their indexes, of those that are alike the first, and as many as count."""
    found: dict[str, tuple[Resource, int, dict[str, Any]]] = {}
    for limit_range in limit_ranges:
        for index, item in enumerate(sequence(limit_range.spec.get("limits"))):
            found.setdefault(repr(item), (limit_range, index, mapping(item)))
            if len(found) == _ENOUGH:
                return list(found.values())
    return list(found.values())


def _crossed(resource: Resource, subject: _Subject, limit_ranges: Selection) -> Iterator[tuple[str, Problem]]:
    """Yield the resources with a request above the limit that a LimitRange gives.

    Source: pkg/apis/core/validation/validation.go (validateContainerResourceRequirements).
    """
    for name, written in subject.resources.requests.items():
        limit = subject.resources.limits.get(name)
        given = ("limits", name) not in subject.paths and ("requests", name) in subject.paths
        if given and limit is not None and quantity.amount(written) > quantity.amount(limit):
            names = " and ".join(f"`{item.name}`" for item in limit_ranges[:_SHOWN])
            names += " and others" if len(limit_ranges) > _SHOWN else ""
            yield (
                name,
                resource.problem(
                    subject.place("requests", name),
                    f"{subject.what} requests {written} of {name} and sets no limit; the LimitRange {names} gives it the limit "
                    f"{limit}, which is less, so {'the pod is' if resource.kind == 'Pod' else 'the pods are'} refused",
                    [item.note("spec.limits", "gives the limit") for item in limit_ranges[:_SHOWN]],
                ),
            )


class _Breach(Record):
    """A constraint that is broken: its field and resource, the path of what breaks it, and the clause to say it by."""

    field: str
    name: str
    path: str
    clause: str


def _broken(subject: _Subject, limit: dict[str, Any], kind: str) -> Iterator[_Breach]:
    """Yield the constraints of one entry of a LimitRange that a subject breaks."""
    claim = kind == "PersistentVolumeClaim"
    for name, enforced in mapping(limit.get("min")).items():
        yield from _below(subject, name, enforced, claim)
    for name, enforced in mapping(limit.get("max")).items():
        yield from _above(subject, name, enforced, claim)
    if not claim:
        for name, enforced in mapping(limit.get("maxLimitRequestRatio")).items():
            yield from _out_of_ratio(subject, name, enforced)


def _below(subject: _Subject, name: str, enforced: Any, claim: bool) -> Iterator[_Breach]:
    what, request = subject.what, subject.resources.requests.get(name)
    most = None if claim else subject.resources.limits.get(name)
    if request is None:
        clause = f"{what} has no request of {name} that reaches the minimum {enforced}"
        yield _Breach("min", name, subject.place("requests", name), clause)
    elif _compare(request, enforced) < 0:
        word = "requests" if subject.paths.get(("requests", name)) else "has"
        clause = f"{what} {word} {request} of {name}, below the minimum {enforced}"
        yield _Breach("min", name, _either(subject, ("requests", "limits"), name), clause)
    elif most is not None and _compare(most, enforced) < 0:
        clause = f"{what} is limited to {most} of {name}, below the minimum {enforced}"
        yield _Breach("min", name, subject.place("limits", name), clause)


def _above(subject: _Subject, name: str, enforced: Any, claim: bool) -> Iterator[_Breach]:
    what, request = subject.what, subject.resources.requests.get(name)
    field = "requests" if claim else "limits"
    most = subject.resources.of(field).get(name)
    if most is None:
        clause = f"{what} has no {field[:-1]} of {name} within the maximum {enforced}"
        yield _Breach("max", name, subject.place(field, name), clause)
    elif _compare(most, enforced) > 0:
        word = "requests" if claim else "has the limit"
        clause = f"{what} {word} {most} of {name}, above the maximum {enforced}"
        yield _Breach("max", name, subject.place(field, name), clause)
    elif request is not None and _compare(request, enforced) > 0:
        clause = f"{what} requests {request} of {name}, above the maximum {enforced}"
        yield _Breach("max", name, subject.place("requests", name), clause)


def _out_of_ratio(subject: _Subject, name: str, enforced: Any) -> Iterator[_Breach]:
    requests, limits = subject.resources
    request, most = quantity.amount(requests.get(name)), quantity.amount(limits.get(name))
    place = _either(subject, ("limits", "requests"), name)
    if not request or not most:
        lacks = "request" if not request else "limit"
        clause = f"{subject.what} has no {lacks} of {name} within the ratio {enforced}"
        yield _Breach("maxLimitRequestRatio", name, place, clause)
    elif most * quantity.NANO > request * quantity.amount(enforced):
        clause = (
            f"{subject.what} has a limit of {name} ({limits[name]}) that is {most / request:.3g} times its request "
            f"({requests[name]}), above the ratio {enforced}"
        )
        yield _Breach("maxLimitRequestRatio", name, place, clause)


def _either(subject: _Subject, fields: tuple[str, str], name: str) -> str:
    written = next((field for field in fields if (field, name) in subject.paths), fields[0])
    return subject.place(written, name)


def _compare(value: Any, enforced: Any) -> int:
    """Return less than, equal to or more than 0, as the admission plugin compares: in thousandths unless too large."""
    one, other = quantity.amount(value), quantity.amount(enforced)
    unit = quantity.NANO // 1000
    if max(one, other) > _LARGEST_MILLI * quantity.NANO:
        unit = quantity.NANO
    return quantity.ceiling(one, unit) - quantity.ceiling(other, unit)


def _containers(pods: PodTemplate, limit_ranges: Selection) -> list[_Subject]:
    return [
        _Subject(
            f"container `{container.name}`",
            effective(container, limit_ranges),
            {
                (field, name): f"{container.path}.resources.{field}[{name}]"
                for field in ("requests", "limits")
                for name in mapping(mapping(container.data.get("resources")).get(field))
            },
            f"{container.path}.resources",
        )
        for container in pods.all_containers
    ]


def _pod(pods: PodTemplate, minor: int, limit_ranges: Selection) -> _Subject:
    """Return the pod as a whole: sums of its containers, or its own resources where it has some.

    Source: plugin/pkg/admission/limitranger/admission.go (podRequests, podLimits).
    """
    level = pod_level(pods, minor)
    totals: dict[str, dict[str, Any]] = {}
    paths: dict[tuple[str, str], str] = {}
    for field in ("requests", "limits"):
        totals[field] = _totals(pods, field, limit_ranges)
        for name in totals[field]:
            paths[field, name] = f"{pods.spec_path}.containers"
            alone = pods.all_containers[0] if len(pods.all_containers) == 1 else None
            if alone is not None and alone.resource(field, name) is not None:
                paths[field, name] = f"{alone.path}.resources.{field}[{name}]"
        for name in POD_LEVEL_RESOURCES if level else ():
            own = pod_request(pods, minor, name) if field == "requests" else level["limits"].get(name)
            if own is not None and (name in level[field] or name not in totals[field]):
                totals[field][name] = own
                paths[field, name] = f"{pods.spec_path}.resources.{field}[{name}]"
    return _Subject(
        "the pod as a whole",
        Resources(totals["requests"], totals["limits"]),
        paths,
        f"{pods.spec_path}.resources" if level else f"{pods.spec_path}.containers",
    )


def _totals(pods: PodTemplate, field: str, limit_ranges: Selection) -> dict[str, str]:
    main: dict[str, int] = {}
    sidecars: dict[str, int] = {}
    largest: dict[str, int] = {}
    for container in pods.containers:
        _add(main, effective(container, limit_ranges).of(field))
    for container in pods.init_containers:
        own = effective(container, limit_ranges).of(field)
        if container.sidecar:
            _add(main, own)
            _add(sidecars, own)
            at_once = dict(sidecars)
        else:
            at_once = dict(sidecars)
            _add(at_once, own)
        for name, amount in at_once.items():
            largest[name] = max(largest.get(name, 0), amount)
    for name, amount in largest.items():
        main[name] = max(main.get(name, 0), amount)
    return {
        name: quantity.render(amount, "BinarySI" if name in ("memory", "ephemeral-storage") else "DecimalSI")
        for name, amount in main.items()
    }


def _add(totals: dict[str, int], values: dict[str, Any]) -> None:
    for name, value in values.items():
        totals[name] = totals.get(name, 0) + quantity.amount(value)


def _claims(resource: Resource) -> list[_Subject]:
    found: list[tuple[str, str, Any]] = []
    if resource.kind == "PersistentVolumeClaim":
        found.append(("the claim", "spec", resource.spec))
    if resource.kind == "StatefulSet":
        for index, template in enumerate(sequence(resource.spec.get("volumeClaimTemplates"))):
            name = text(mapping(mapping(template).get("metadata")).get("name"))
            path = f"spec.volumeClaimTemplates[{index}].spec"
            found.append((f"the claim template `{name}`", path, mapping(template).get("spec")))
    for path, volume in resource.pods.volumes if resource.pods is not None else ():
        claim = mapping(mapping(volume.get("ephemeral")).get("volumeClaimTemplate")).get("spec")
        if claim is not None:
            where = f"{path}.ephemeral.volumeClaimTemplate.spec"
            found.append((f"the claim of volume `{text(volume.get('name'))}`", where, claim))
    subjects = []
    for what, path, spec in found:
        requests = mapping(mapping(mapping(spec).get("resources")).get("requests"))
        paths = {("requests", name): f"{path}.resources.requests[{name}]" for name in requests}
        subjects.append(_Subject(what, Resources(requests, {}), paths, f"{path}.resources"))
    return subjects

"""Checks of the names of ConfigMaps, Secrets, ServiceAccounts, claims and classes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kwlint.model.kinds import KINDS
from kwlint.model.links.generated import made, makers_of
from kwlint.model.links.references import Reference, keys_of, referenced, references
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.nearnames import Names
from kwlint.model.project.past import was_there
from kwlint.model.project.selection import by_application, unplaced
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.spelling import near_name

_SWAPPED = {"ConfigMap": "Secret", "Secret": "ConfigMap"}


class _Instead(Record):
    resource: Resource | None
    clause: str


def reference_nearly_found(resource: Resource, context: Context) -> Iterator[Problem]:
    """REF002: nothing has the name, and something nearly has it."""
    for reference, others in _missing(resource, context.inventory):
        instead = _instead(resource, context.inventory, reference)
        if instead is None:
            continue
        other = instead.resource
        notes = [other.note("metadata.name", f"the {other.title}")] if other is not None else []
        notes += [resource.note(path, "named here too") for path in others]
        yield resource.problem(
            reference.path, f"{_lead(resource, context.inventory, reference)}; {instead.clause}", notes
        )


def reference_not_found(resource: Resource, context: Context) -> Iterator[Problem]:
    """REF003: nothing has the name, and nothing nearly has it."""
    for reference, others in _missing(resource, context.inventory):
        space = _space(resource, context.inventory, reference)
        gone = was_there(context.inventory, reference.kind, reference.name, space)
        certain = context.inventory.complete or gone
        known = certain or context.inventory.index(_by_kind).get((reference.kind, space)) is not None
        if not known or _instead(resource, context.inventory, reference) is not None:
            continue
        notes: list[Note] = [resource.note(path, "named here too") for path in others]
        message = _lead(resource, context.inventory, reference) + ("; there was one before" if gone else "")
        yield resource.problem(reference.path, message, notes, "warning" if certain else None)


def _lead(resource: Resource, inventory: Inventory, reference: Reference) -> str:
    space = _known_space(resource, inventory, reference)
    where = f" in namespace `{space}`" if space else ""
    return f"there is no {reference.kind} `{reference.name}`{where}, so {reference.effect}"


def _space(resource: Resource, inventory: Inventory, reference: Reference) -> str:
    """Return the namespace that a reference is looked up in; empty for kinds that have none and where it is not known."""
    if not KINDS[reference.kind].namespaced:
        return ""
    return inventory.namespace_of(resource) if reference.namespace is None else reference.namespace


def _known_space(resource: Resource, inventory: Inventory, reference: Reference) -> str:
    """Return what ``_space`` does, where it is not only assumed."""
    space = _space(resource, inventory, reference)
    return space if reference.namespace or space == inventory.known_namespace(resource) else ""


def _missing(resource: Resource, inventory: Inventory) -> Iterator[tuple[Reference, list[str]]]:
    """Yield each name that nothing of the input has or makes, where it is written first, and the paths of the others."""
    found: dict[tuple[str, str, str | None], tuple[Reference, list[str]]] = {}
    for reference in references(resource):
        key = (reference.kind, reference.name, reference.namespace)
        if key in found:
            if reference.path != found[key][0].path and reference.path not in found[key][1]:
                found[key][1].append(reference.path)
        elif not reference.optional and _is_missing(resource, inventory, reference):
            if inventory.unknowable(resource):
                return
            found[key] = (reference, [])
    yield from found.values()


def _is_missing(resource: Resource, inventory: Inventory, reference: Reference) -> bool:
    kind, name = reference.kind, reference.name
    if inventory.has(resource, kind, name, reference.namespace):
        return False
    space = _space(resource, inventory, reference)
    if made(resource, inventory, kind, name, space) or inventory.elsewhere(kind, name, space):
        return False
    # An object whose namespace is not known may be applied to any, and so may what it names.
    named = inventory.named(kind, name)
    return not (named and (not _known_space(resource, inventory, reference) or named.once(unplaced)))


def _instead(resource: Resource, inventory: Inventory, reference: Reference) -> _Instead | None:
    """Return the object that was probably meant; one of another namespace, or kind, only in the same application."""
    known = inventory.index(_answers)
    key = (resource.number, reference)
    if key not in known:
        known[key] = _meant(resource, inventory, reference)
    return known[key]


def _answers(inventory: Inventory) -> dict[tuple[int, Reference], _Instead | None]:
    """Return where answers are kept: both rules ask for that of each name, and a look at all names is costly."""
    return {}


def _meant(resource: Resource, inventory: Inventory, reference: Reference) -> _Instead | None:
    kind, name = reference.kind, reference.name
    space = _space(resource, inventory, reference)
    anywhere = _is_one_place(kind, space)
    known = inventory.index(_by_place).get((kind, space, None if anywhere else resource.application), {})
    makers = makers_of(inventory, kind, space, None if anywhere else resource.application)
    miss = near_name(
        name, _all_names(inventory, kind, space, None if anywhere else resource.application).around(name)
    )
    if miss is not None:
        maker = makers.get(miss)
        by = f" ({maker.title} makes it)" if maker is not None and miss not in known else ""
        return _Instead(known.get(miss) or makers[miss], f"did you mean `{miss}`?{by}")
    kustomized = inventory.index(_generated).get(kind)
    generated = near_name(name, kustomized.around(name)) if kustomized is not None else None
    if generated is not None:
        return _Instead(None, f"did you mean `{generated}`? (a kustomization makes it)")
    others = inventory.named(kind, name).once(by_application).get(resource.application)
    if others:
        there = f"the one of that name is in namespace `{inventory.known_namespace(others[0])}`"
        return _Instead(others[0], there)
    other_kind = _SWAPPED.get(kind)
    swapped = inventory.find(resource, other_kind, name) if other_kind else None
    if swapped is None or swapped.application != resource.application:
        return None
    keys = keys_of(swapped)
    if reference.key:
        meant = keys is not None and reference.key in keys
    else:
        meant = (swapped.kind, space, name) not in inventory.index(referenced)
    return _Instead(swapped, f"`{name}` is a {swapped.kind}") if meant else None


def _is_one_place(kind: str, space: str) -> bool:
    """Return whether objects of all applications stand in one place: the cluster, or a namespace that is known."""
    return bool(space) or not KINDS[kind].namespaced


def _all_names(inventory: Inventory, kind: str, space: str, application: int | None) -> Names:
    """Return the names of the objects of a kind that a place has or that others make there."""
    place = (kind, space, application)
    found = inventory.index(_near_names)
    if place not in found:
        makers = makers_of(inventory, kind, space, application)
        found[place] = Names(chain(makers, inventory.index(_by_place).get(place, {})))
    return found[place]


def _near_names(inventory: Inventory) -> dict[tuple[str, str, int | None], Names]:
    """Return where the names of each place are kept that was asked for."""
    return {}


def _generated(inventory: Inventory) -> dict[str, Names]:
    found: dict[str, list[str]] = {}
    for kind, name in sorted(inventory.generated):
        found.setdefault(kind, []).append(name)
    return {kind: Names(names) for kind, names in found.items()}


def _by_place(inventory: Inventory) -> dict[tuple[str, str, int | None], dict[str, Resource]]:
    found: dict[tuple[str, str, int | None], dict[str, Resource]] = {}
    for item in inventory.resources:
        if item.builtin is not None and item.name:
            space = inventory.namespace_of(item)
            place = None if _is_one_place(item.kind, space) else item.application
            found.setdefault((item.kind, space, place), {}).setdefault(item.name, item)
    return found


def _by_kind(inventory: Inventory) -> dict[tuple[str, str], bool]:
    return {
        (item.kind, inventory.namespace_of(item)): True
        for item in inventory.resources
        if item.builtin is not None
    }

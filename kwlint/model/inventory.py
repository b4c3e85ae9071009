"""The inventory: all objects of the input together, in frozen indexes by kind, namespace, name and label."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from kwlint.model.applications import LEVELS, Identity, contents, identity, levels_apart
from kwlint.model.kinds import KINDS
from kwlint.model.past import NO_PAST, Past
from kwlint.model.plain import mapping, text
from kwlint.model.podindex import PodIndex
from kwlint.model.replicas import Replicas, least, written
from kwlint.model.resources import Resource
from kwlint.model.selector import NOTHING, Selector, parse, parse_map
from kwlint.records import Record

_Index = TypeVar("_Index")


# Application, kind, namespace and name of what an autoscaler scales.
_Target = tuple[int, str, str, str]
# Application (None: any), namespace, label key, label value (None: any).
_SelectorKey = tuple[int | None, str, str, str | None]


class Silence(Record):
    """That a rule said nothing of what is missing, as an application, or kustomizations' outputs, are not known as a whole."""

    code: str
    application: int
    outputs: frozenset[str]


class Inventory:
    """The objects of the input. ``minor`` is the target version, ``complete`` says that nothing lives elsewhere.

    ``unreadable`` are the applications of which a file could not be read, ``external`` are patterns of objects that live
    elsewhere (``Kind/name`` or ``Kind/namespace/name``), ``generated`` are kinds and names that kustomize makes.
    ``variables`` are names that kustomize replaces where they stand as ``$(NAME)``, ``past`` is what it is compared with.
    ``whole`` is the inventory that this one is a part of, which then tells the namespaces that are not written.
    """

    def __init__(
        self,
        resources: list[Resource],
        minor: int,
        unreadable: Iterable[int] = (),
        complete: bool = False,
        external: Iterable[str] = (),
        generated: Iterable[tuple[str, str]] = (),
        whole: Inventory | None = None,
        variables: Iterable[str] = (),
        past: Past = NO_PAST,
    ) -> None:
        self.resources = resources
        self.minor = minor
        self.complete = complete
        self.generated = frozenset(generated)
        self.variables = frozenset(variables)
        self.past = past
        self._external = tuple(external)
        self._unreadable = frozenset(unreadable)
        self._kinds: dict[str, list[Resource]] = {}
        self.custom: list[Resource] = []
        spaces: set[str] = set()
        spaces_of: dict[int, set[str]] = {}
        for resource in resources:
            if resource.builtin is not None:
                self._kinds.setdefault(resource.kind, []).append(resource)
            else:
                self.custom.append(resource)
            if resource.namespace:
                spaces.add(resource.namespace)
                spaces_of.setdefault(resource.application, set()).add(resource.namespace)
        self.namespaces = spaces.union(item.name for item in self._kinds.get("Namespace", []))
        self._only = next(iter(spaces)) if len(spaces) == 1 else ""
        self._only_of = {number: next(iter(found)) for number, found in spaces_of.items() if len(found) == 1}
        if whole is not None:
            self._only, self._only_of = whole._only, whole._only_of
        self._index_names()
        self._index_pods()
        self._index_scalers()
        self._selectors: dict[str, dict[_SelectorKey, list[tuple[Resource, Selector]]]] = {}
        self._copies: dict[tuple[int, Identity], list[Resource]] = {}
        self._clashing: dict[tuple[int, int], bool] = {}
        self._scaled: dict[int, list[Resource]] | None = None
        self._indexes: dict[Callable[[Inventory], Any], Any] = {}
        # The code of the rule that is asking, and what was not answered.
        self.asking = ""
        self.silences: set[Silence] = set()

    def _index_names(self) -> None:
        self._names: dict[tuple[str, str, str], list[Resource]] = {}
        self._names_here: dict[tuple[int, str, str, str], list[Resource]] = {}
        self._anywhere: dict[tuple[str, str], list[Resource]] = {}
        self._placed: dict[tuple[str, str], list[Resource]] = {}
        for kind, found in self._kinds.items():
            for resource in found:
                names = (resource.name, *(resource.overlaid.names - {resource.name}))
                for space in self.spaces_of(resource):
                    self._placed.setdefault((kind, space), []).append(resource)
                    for name in names:
                        self._names.setdefault((kind, space, name), []).append(resource)
                        here = (resource.application, kind, space, name)
                        self._names_here.setdefault(here, []).append(resource)
                for name in names:
                    self._anywhere.setdefault((kind, name), []).append(resource)

    def _index_pods(self) -> None:
        self._pods = PodIndex()
        self._pods_of: dict[int, PodIndex] = {}
        for resource in self.resources:
            if resource.pods is None or resource.kind == "PodTemplate":
                continue
            for space in self.spaces_of(resource):
                self._pods.add(space, resource)
                self._pods_of.setdefault(resource.application, PodIndex()).add(space, resource)

    def _index_scalers(self) -> None:
        self._autoscalers: dict[_Target, list[Resource]] = {}
        for scaler in self._kinds.get("HorizontalPodAutoscaler", []) + [
            item for item in self.custom if item.kind == "ScaledObject" and item.group == "keda.sh"
        ]:
            target = mapping(scaler.spec.get("scaleTargetRef"))
            # KEDA's default target kind is Deployment: https://keda.sh/docs/latest/reference/scaledobject-spec/
            kind = text(target.get("kind")) or ("Deployment" if scaler.builtin is None else "")
            key = (scaler.application, kind, self.namespace_of(scaler), text(target.get("name")))
            self._autoscalers.setdefault(key, []).append(scaler)
        self._resizers: dict[_Target, list[Resource]] = {}
        for item in self.custom:
            if item.kind == "VerticalPodAutoscaler" and item.group == "autoscaling.k8s.io":
                target = mapping(item.spec.get("targetRef"))
                name = text(target.get("name"))
                key = (item.application, text(target.get("kind")), self.namespace_of(item), name)
                self._resizers.setdefault(key, []).append(item)

    def part(self, resources: list[Resource], complete: bool) -> Inventory:
        """Return the inventory of some of the objects, as if the others were not in the input."""
        return Inventory(
            resources,
            self.minor,
            self._unreadable,
            complete,
            self._external,
            self.generated,
            self,
            self.variables,
        )

    def namespace_of(self, resource: Resource) -> str:
        """Return the namespace that an object is looked for in; empty for one that is not known, and for cluster scope.

        An object without one is assumed to share that of its application, or of the whole input, where there is only one:
        enough for a warning, never for an error or to be named (``known_namespace``, ``shares_namespace``).
        """
        if resource.builtin is not None and not resource.builtin.namespaced:
            return ""
        return resource.namespace or self._only_of.get(resource.application) or self._only

    def known_namespace(self, resource: Resource) -> str:
        """Return the namespace that is written, or that a kustomization sets; empty where there is none."""
        return resource.namespace or ""

    def shares_namespace(self, one: Resource, other: Resource) -> bool | None:
        """Say whether two objects are in one namespace (of some overlay); None where that can only be assumed.

        Objects of one application that have no namespace are applied to the same one.
        """
        known = [{item.namespace or "", *item.overlaid.spaces} - {""} for item in (one, other)]
        if all(known):
            return not known[0].isdisjoint(known[1])
        return True if one.application == other.application and not any(known) else None

    def spaces_of(self, resource: Resource) -> tuple[str, ...]:
        """Return the namespaces in which an object is found: the one that counts, and those that overlays put it in."""
        space = self.namespace_of(resource)
        return (space, *(other for other in resource.overlaid.spaces if other != space))

    def of_kind(self, kind: str) -> list[Resource]:
        """Return all objects of a built-in kind."""
        return self._kinds.get(kind, [])

    def neighbours(self, near: Resource, kind: str, namespace: str | None = None) -> list[Resource]:
        """Return the objects of a kind in the namespace of ``near`` (or the one given), nearest first."""
        found = self._placed.get((kind, self._space(near, kind, namespace)), [])
        return sorted(found, key=lambda item: _distance(near, item))

    def names(self, near: Resource, kind: str, namespace: str | None = None) -> Iterable[str]:
        """Return the names of ``neighbours``, each once, in input order; cheaper than those where there are many."""
        place = (kind, self._space(near, kind, namespace))
        return self.index(_names_by_place).get(place, ())

    def _space(self, near: Resource, kind: str, namespace: str | None) -> str:
        return self._spaces(near, kind, namespace)[0]

    def _spaces(self, near: Resource, kind: str, namespace: str | None) -> tuple[str, ...]:
        if not KINDS[kind].namespaced:
            return ("",)
        return self.spaces_of(near) if namespace is None else (namespace,)

    def find(self, near: Resource, kind: str, name: str, namespace: str | None = None) -> Resource | None:
        """Return the object of this kind and name nearest to ``near``, in its namespace or the one given.

        That of another application counts where the two may be applied together (``has`` knows the others too).
        """
        for space in self._spaces(near, kind, namespace):
            found = self._names_here.get((near.application, kind, space, name))
            if found:
                return found[0] if len(found) == 1 else min(found, key=lambda item: _distance(near, item))
            for item in self._names.get((kind, space, name), ()):
                if not KINDS[kind].namespaced or self._together(near, item):
                    return item
        return None

    def has(self, near: Resource, kind: str, name: str, namespace: str | None = None) -> bool:
        """Say whether an object of this kind and name is anywhere in the input, in the namespace of ``near`` or the one given."""
        return any((kind, space, name) in self._names for space in self._spaces(near, kind, namespace))

    def _together(self, near: Resource, other: Resource) -> bool:
        """Say whether two objects of different applications may be applied together.

        Those of which one has copies of what the other has are alternatives; and those of which a folder
        above both is far from either have nothing to do with each other, but for what one kustomization takes in.
        """
        if not near.overlaid.outputs.isdisjoint(other.overlaid.outputs):
            return True
        if levels_apart(near.file, other.file) > LEVELS:
            return False
        pair = (near.application, other.application)
        if pair not in self._clashing:
            held = self.index(_held)
            self._clashing[pair] = not held[pair[0]].isdisjoint(held[pair[1]])
        return not self._clashing[pair]

    def named(self, kind: str, name: str) -> list[Resource]:
        """Return the objects of this kind and name in any namespace."""
        return self._anywhere.get((kind, name), [])

    def workloads(self, near: Resource) -> list[Resource]:
        """Return what makes pods in the namespace of ``near``, in the whole input."""
        return self._pods.workloads(self.namespace_of(near))

    def neighbouring_workloads(self, near: Resource) -> list[Resource]:
        """Return what makes pods in the namespace and application of ``near``."""
        return self._near(near).workloads(self.namespace_of(near))

    def _near(self, near: Resource) -> PodIndex:
        return self._pods_of.get(near.application) or PodIndex()

    def selected(self, near: Resource, selector: Selector) -> list[Resource]:
        """Return the workloads in the namespace of ``near`` whose pods a selector selects."""
        for space in self.spaces_of(near):
            found = self.selected_in(space, selector)
            if found:
                return found
        return []

    def selected_in(self, space: str, selector: Selector) -> list[Resource]:
        """Return the workloads of a namespace whose pods a selector selects."""
        return self._pods.selected(space, selector)

    def selected_elsewhere(self, near: Resource, selector: Selector) -> Resource | None:
        """Return a workload of the application of ``near`` whose pods a selector would select in another namespace."""
        return self._near(near).selected_outside(self.namespace_of(near), selector)

    def selected_here(self, near: Resource, selector: Selector) -> list[Resource]:
        """Return the selected workloads of the application of ``near``, or of the whole input where it has none."""
        found = self._near(near).selected(self.namespace_of(near), selector)
        return found or self.selected(near, selector)

    def services_of(self, workload: Resource) -> list[Resource]:
        """Return the Services of a workload's namespace and application that select its pods."""
        return self._selecting(workload, "Service", workload.application)

    def budgets_of(self, workload: Resource) -> list[Resource]:
        """Return the PodDisruptionBudgets that select a workload's pods, of its application or else of the whole input."""
        kind = "PodDisruptionBudget"
        return self._selecting(workload, kind, workload.application) or self._selecting(workload, kind, None)

    def _selecting(self, workload: Resource, kind: str, application: int | None) -> list[Resource]:
        """Return the objects of a kind, in one application or (None) in all, that select a workload's pods, nearest first."""
        pods = workload.pods
        if pods is None:
            return []
        index = self._selectors.get(kind)
        if index is None:
            index = self._selectors[kind] = self._index_selectors(kind)
        labels = pods.labels
        keys: list[_SelectorKey] = []
        for space in self.spaces_of(workload):
            where = (application, space)
            keys.append((*where, "", None))
            keys += [(*where, key, value) for key, value in labels.written.items()]
            keys += [
                (*where, key, None) for key in labels.added.difference(labels.written) | labels.unsettled
            ]
        found = {
            id(item): item
            for key in keys
            for item, selector in index.get(key, ())
            if selector.matches(labels)
        }
        return sorted(found.values(), key=lambda item: (_distance(workload, item), item.number))

    def _index_selectors(self, kind: str) -> dict[_SelectorKey, list[tuple[Resource, Selector]]]:
        """Index selectors by a pair that selected pods must have, by its key alone, or by no key where there is none.

        Each stands there under its application and, for all of them, under None.
        """
        index: dict[_SelectorKey, list[tuple[Resource, Selector]]] = {}
        for item in self._kinds.get(kind, ()):
            written = item.spec.get("selector")
            if kind == "Service":
                # The selector of an alias is ignored.
                selector = NOTHING if item.spec.get("type") == "ExternalName" else parse_map(written)
            else:
                selector = parse(written)
            if selector.nothing:
                continue
            pair = selector.pair()
            for where in [
                (number, space) for number in (item.application, None) for space in self.spaces_of(item)
            ]:
                for key in (
                    [(*where, "", None)] if pair is None else [(*where, *pair), (*where, pair[0], None)]
                ):
                    index.setdefault(key, []).append((item, selector))
        return index

    def copies_of(self, resource: Resource) -> list[Resource]:
        """Return the objects of an application that are the same one as this, itself included, in input order.

        The same are API group, kind, namespace as written and name.
        """
        if not self._copies:
            for item in self.resources:
                self._copies.setdefault((item.application, identity(item)), []).append(item)
        return self._copies.get((resource.application, identity(resource)), [])

    def autoscalers(self, workload: Resource) -> list[Resource]:
        """Return the HorizontalPodAutoscalers and KEDA ScaledObjects that target a workload, nearest first.

        Of several objects of the target's name each means the one nearest to itself; custom resources are looked for
        in the same application only.
        """
        if self._scaled is None:
            self._scaled = {}
            for (_, kind, space, name), scalers in self._autoscalers.items():
                for scaler in scalers:
                    target = self._scale_target(scaler, kind, space, name)
                    if target is not None:
                        self._scaled.setdefault(id(target), []).append(scaler)
        found = self._scaled.get(id(workload), [])
        return sorted(found, key=lambda item: _distance(workload, item)) if len(found) > 1 else found

    def _scale_target(self, scaler: Resource, kind: str, space: str, name: str) -> Resource | None:
        found = self.find(scaler, kind, name) if kind in KINDS else None
        if found is not None:
            return found
        same = (
            item for item in self._near(scaler).workloads(space) if (item.kind, item.name) == (kind, name)
        )
        return next(same, None)

    def rivals(self, autoscaler: Resource) -> list[Resource]:
        """Return the other autoscalers of its application with the same target as a HorizontalPodAutoscaler."""
        return [
            item for item in self._autoscalers.get(self._target(autoscaler), []) if item is not autoscaler
        ]

    def resizers(self, autoscaler: Resource) -> list[Resource]:
        """Return the VerticalPodAutoscalers of its application with the same target as a HorizontalPodAutoscaler."""
        return self._resizers.get(self._target(autoscaler), [])

    def _target(self, autoscaler: Resource) -> _Target:
        target = mapping(autoscaler.spec.get("scaleTargetRef"))
        kind, name = text(target.get("kind")), text(target.get("name"))
        return autoscaler.application, kind, self.namespace_of(autoscaler), name

    def replicas(self, workload: Resource) -> Replicas | None:
        """Return R, the effective number of replicas; None where it is not known (DaemonSet, Job, custom resources, patches)."""
        if workload.kind == "Pod":
            return Replicas(1, None, None)
        if workload.kind not in ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"):
            return None
        if workload.is_patched("replicas"):
            return None
        scalers = self.autoscalers(workload)
        found = [least(scaler) for scaler in scalers]
        spaces = {space for scaler in scalers for space in self.spaces_of(scaler)}
        if not spaces.issuperset(workload.overlaid.spaces) or not found:
            found.append(written(workload))
        if None in found or (workload.overlaid.spaces and len({item.number for item in found if item}) > 1):
            return None
        return found[0]

    def index(self, build: Callable[[Inventory], _Index]) -> _Index:
        """Return what ``build`` makes of the inventory; it is called once, so that rules share an index of their own."""
        if build not in self._indexes:
            self._indexes[build] = build(self)
        found: _Index = self._indexes[build]
        return found

    def elsewhere(self, kind: str, name: str, namespace: str = "") -> bool:
        """Say whether the configuration lists an object among those that live elsewhere (``external``)."""
        if not self._external:
            return False
        from fnmatch import fnmatchcase

        names = (f"{kind}/{name}", f"{kind}/{namespace}/{name}")
        return any(
            fnmatchcase(names[pattern.count("/") - 1], pattern)
            for pattern in self._external
            if pattern.count("/") in (1, 2)
        )

    def unknowable(self, near: Resource) -> bool:
        """Say whether "not in the input" can't be said of ``near``: what is applied with it could not be read, or is not here.

        Asked last, when something is missing, since a rule that asks is noted as silenced.
        """
        here = near.application in self._unreadable
        if not (here or near.overlaid.open):
            return False
        outputs = near.overlaid.outputs if near.overlaid.open else frozenset[str]()
        self.silences.add(Silence(self.asking, near.application if here else -1, outputs))
        return True


def _held(inventory: Inventory) -> dict[int, set[Identity]]:
    return contents(inventory.resources)


def _names_by_place(inventory: Inventory) -> dict[tuple[str, str], dict[str, None]]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for item in inventory.resources:
        if item.builtin is not None:
            for space in inventory.spaces_of(item):
                found.setdefault((item.kind, space), {})[item.name] = None
    return found


def _distance(near: Resource, other: Resource) -> int:
    if near.file == other.file:
        return 0
    if os.path.dirname(near.file) == os.path.dirname(other.file):
        return 1
    return 2 if near.application == other.application else 3

"""The inventory: all objects of the input together, in frozen indexes by kind, namespace, name and label."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from kwlint.model.kinds import KINDS
from kwlint.model.project.applications import LEVELS, Identity, contents, identity, levels_apart, steps_to
from kwlint.model.project.nearnames import Names
from kwlint.model.project.past import NO_PAST, Past
from kwlint.model.project.podindex import PodIndex
from kwlint.model.project.scalerindex import ScalerIndex
from kwlint.model.project.selection import NONE, Selection
from kwlint.model.project.selectorindex import SelectorIndex
from kwlint.model.project.silence import Silence
from kwlint.model.replicas import Replicas, least, written
from kwlint.model.resources import Resource
from kwlint.model.selector import NOTHING, Selector, parse, parse_map

_Index = TypeVar("_Index")

# Of so many objects of one name in other applications it is looked whether they may be applied together with another.
_ENOUGH = 64


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
        self._kinds: dict[str, Selection] = {}
        self.custom: list[Resource] = []
        spaces: set[str] = set()
        spaces_of: dict[int, set[str]] = {}
        for resource in resources:
            if resource.builtin is not None:
                self._kinds.setdefault(resource.kind, Selection()).append(resource)
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
        self._selectors: dict[tuple[str, bool], dict[tuple[int | None, str], SelectorIndex]] = {}
        self._copies: dict[tuple[int, Identity], Selection] = {}
        self._steps: dict[str, list[str]] = {}
        self._clashing: dict[tuple[int, int], bool] = {}
        self._near_names: dict[tuple[str, str], Names] = {}
        self._answers: dict[tuple[int, str, int | None], Selection] = {}
        self._replicas: dict[int, Replicas | None] = {}
        self._indexes: dict[Callable[[Inventory], Any], Any] = {}
        # The code of the rule that is asking, and what was not answered.
        self.asking = ""
        self.silences: set[Silence] = set()

    def _index_names(self) -> None:
        self._names: dict[tuple[str, str, str], Selection] = {}
        self._names_here: dict[tuple[int, str, str, str], Selection] = {}
        self._anywhere: dict[tuple[str, str], Selection] = {}
        for kind, found in self._kinds.items():
            for resource in found:
                names = (resource.name, *(resource.overlaid.names - {resource.name}))
                for space in self.spaces_of(resource):
                    for name in names:
                        self._names.setdefault((kind, space, name), Selection()).append(resource)
                        here = (resource.application, kind, space, name)
                        self._names_here.setdefault(here, Selection()).append(resource)
                for name in names:
                    self._anywhere.setdefault((kind, name), Selection()).append(resource)

    def _index_pods(self) -> None:
        self._pods = PodIndex()
        self._pods_of: dict[int, PodIndex] = {}
        for resource in self.resources:
            if resource.pods is None or resource.kind == "PodTemplate":
                continue
            for space in self.spaces_of(resource):
                self._pods.add(space, resource)
                self._pods_of.setdefault(resource.application, PodIndex()).add(space, resource)

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
        """Return whether two objects are in one namespace (of some overlay); None where that can only be assumed.

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

    def of_kind(self, kind: str) -> Selection:
        """Return all objects of a built-in kind."""
        return self._kinds.get(kind, NONE)

    def neighbours(self, near: Resource, kind: str) -> Selection:
        """Return the objects of a kind in the namespace of ``near``."""
        return self.index(_placed).get((kind, self._spaces(near, kind, None)[0]), NONE)

    def names(self, near: Resource, kind: str, namespace: str | None = None) -> Names:
        """Return the names of a kind in the namespace of ``near`` (or the one given)."""
        place = (kind, self._spaces(near, kind, namespace)[0])
        if place not in self._near_names:
            self._near_names[place] = Names(item.name for item in self.index(_placed).get(place, ()))
        return self._near_names[place]

    def _spaces(self, near: Resource, kind: str, namespace: str | None) -> tuple[str, ...]:
        if not KINDS[kind].namespaced:
            return ("",)
        return self.spaces_of(near) if namespace is None else (namespace,)

    def find(self, near: Resource, kind: str, name: str, namespace: str | None = None) -> Resource | None:
        """Return the object of this kind and name nearest to ``near``, in its namespace or the one given.

        That of another application counts where the two may be applied together (``has`` knows the others too), and it
        is among the first of that name.
        """
        for space in self._spaces(near, kind, namespace):
            found = self._names_here.get((near.application, kind, space, name))
            if found:
                return found.nearest(near)
            for item in islice(self._names.get((kind, space, name), ()), _ENOUGH):
                if not KINDS[kind].namespaced or self._together(near, item):
                    return item
        return None

    def has(self, near: Resource, kind: str, name: str, namespace: str | None = None) -> bool:
        """Return whether an object of this kind and name is anywhere in the input, in the namespace of ``near`` or the one given."""
        return any((kind, space, name) in self._names for space in self._spaces(near, kind, namespace))

    def _together(self, near: Resource, other: Resource) -> bool:
        """Return whether two objects of different applications may be applied together.

        Those of which one has copies of what the other has are alternatives; and those of which a folder
        above both is far from either have nothing to do with each other, but for what one kustomization takes in.
        """
        if not near.overlaid.outputs.isdisjoint(other.overlaid.outputs):
            return True
        one, two = (self._steps.get(item.file) or steps_to(item.file) for item in (near, other))
        self._steps[near.file], self._steps[other.file] = one, two
        if levels_apart(one, two) > LEVELS:
            return False
        pair = (near.application, other.application)
        if pair not in self._clashing:
            held = self.index(_held)
            self._clashing[pair] = not held[pair[0]].isdisjoint(held[pair[1]])
        return not self._clashing[pair]

    def named(self, kind: str, name: str) -> Selection:
        """Return the objects of this kind and name in any namespace."""
        return self._anywhere.get((kind, name), NONE)

    def workloads(self, near: Resource) -> Selection:
        """Return what makes pods in the namespace of ``near``, in the whole input."""
        return self._pods.workloads(self.namespace_of(near))

    def neighbouring_workloads(self, near: Resource, space: str | None = None) -> Selection:
        """Return what makes pods in the application of ``near``, in its namespace or the one given."""
        return self._near(near).workloads(self.namespace_of(near) if space is None else space)

    def _near(self, near: Resource) -> PodIndex:
        return self._pods_of.get(near.application) or PodIndex()

    def selected(self, near: Resource, selector: Selector) -> Selection:
        """Return the workloads in the namespace of ``near`` whose pods a selector selects."""
        return self._selected(self._pods, near, selector)

    def selected_beside(self, near: Resource, selector: Selector) -> Selection:
        """Return the workloads in the namespace and application of ``near`` whose pods a selector selects."""
        return self._selected(self._near(near), near, selector)

    def _selected(self, index: PodIndex, near: Resource, selector: Selector) -> Selection:
        for space in self.spaces_of(near):
            found = index.selected(space, selector)
            if found:
                return found
        return NONE

    def selected_in(self, space: str, selector: Selector) -> Selection:
        """Return the workloads of a namespace whose pods a selector selects."""
        return self._pods.selected(space, selector)

    def selected_elsewhere(self, near: Resource, selector: Selector) -> Resource | None:
        """Return a workload of the application of ``near`` whose pods a selector would select in another namespace."""
        return self._near(near).selected_outside(self.namespace_of(near), selector)

    def selected_here(self, near: Resource, selector: Selector) -> Selection:
        """Return the selected workloads of the application of ``near``, or of the whole input where it has none."""
        found = self._near(near).selected(self.namespace_of(near), selector)
        return found or self.selected(near, selector)

    def service_of(self, workload: Resource) -> Resource | None:
        """Return the nearest of ``services_of``, or None."""
        found = self.services_of(workload)
        return found.nearest(workload) if found else None

    def services_of(self, workload: Resource) -> Selection:
        """Return the Services of a workload's namespace and application that select its pods."""
        return self._selecting(workload, "Service", workload.application)

    def budgets_of(self, workload: Resource) -> Selection:
        """Return the PodDisruptionBudgets that select a workload's pods, of its application or else of the whole input."""
        kind = "PodDisruptionBudget"
        return self._selecting(workload, kind, workload.application) or self._selecting(workload, kind, None)

    def _selecting(self, workload: Resource, kind: str, application: int | None) -> Selection:
        """Return the objects of a kind, in one application or (None) in all, that select a workload's pods."""
        key = (id(workload), kind, application)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._look_up(workload, kind, application)
        return found

    def _look_up(self, workload: Resource, kind: str, application: int | None) -> Selection:
        pods = workload.pods
        if pods is None:
            return NONE
        together = application is None
        index = self._selectors.get((kind, together))
        if index is None:
            index = self._selectors[kind, together] = self._index_selectors(kind, together)
        found = NONE
        for space in self.spaces_of(workload):
            places = index.get((application, space))
            more = NONE if places is None else places.selecting(pods.labels)
            found = more if not found else Selection({id(item): item for item in (*found, *more)}.values())
        return found

    def _index_selectors(self, kind: str, together: bool) -> dict[tuple[int | None, str], SelectorIndex]:
        """Index selectors by application and namespace, or those of all applications ``together`` under None."""
        index: dict[tuple[int | None, str], SelectorIndex] = {}
        for item in self._kinds.get(kind, ()):
            written = item.spec.get("selector")
            if kind == "Service":
                # The selector of an alias is ignored.
                selector = NOTHING if item.spec.get("type") == "ExternalName" else parse_map(written)
            else:
                selector = parse(written)
            for space in self.spaces_of(item):
                place = (None if together else item.application), space
                index.setdefault(place, SelectorIndex()).add(item, selector)
        return index

    def copies_of(self, resource: Resource) -> Selection:
        """Return the objects of an application that are the same one as this, itself included, in input order.

        The same are API group, kind, namespace as written and name.
        """
        if not self._copies:
            for item in self.resources:
                self._copies.setdefault((item.application, identity(item)), Selection()).append(item)
        return self._copies.get((resource.application, identity(resource)), NONE)

    def autoscalers(self, workload: Resource) -> list[Resource]:
        """Return the HorizontalPodAutoscalers and KEDA ScaledObjects that target a workload, nearest first.

        Of several objects of the target's name each means the one nearest to itself; custom resources are looked for
        in the same application only.
        """
        return self.index(ScalerIndex).of(workload)

    def rivals(self, autoscaler: Resource) -> Selection:
        """Return the autoscalers of its application with the same target as a HorizontalPodAutoscaler, itself included."""
        return self.index(ScalerIndex).rivals(autoscaler)

    def resizers(self, autoscaler: Resource) -> Selection:
        """Return the VerticalPodAutoscalers of its application with the same target as a HorizontalPodAutoscaler."""
        return self.index(ScalerIndex).resizers(autoscaler)

    def replicas(self, workload: Resource) -> Replicas | None:
        """Return R, the effective number of replicas; None where it is not known (DaemonSet, Job, custom resources, patches)."""
        if id(workload) not in self._replicas:
            self._replicas[id(workload)] = self._effective_replicas(workload)
        return self._replicas[id(workload)]

    def _effective_replicas(self, workload: Resource) -> Replicas | None:
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
        """Return whether the configuration lists an object among those that live elsewhere (``external``)."""
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
        """Return whether "not in the input" can't be said of ``near``: what is applied with it could not be read, or is not here.

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


def _placed(inventory: Inventory) -> dict[tuple[str, str], Selection]:
    found: dict[tuple[str, str], Selection] = {}
    for item in inventory.resources:
        if item.builtin is not None:
            for space in inventory.spaces_of(item):
                found.setdefault((item.kind, space), Selection()).append(item)
    return found

"""What kustomizations set in the objects that they take in: namespaces, labels, names and replicas.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ and kustomize's
api/internal/target/kusttarget.go (a component works on what stands before it) and api/internal/accumulator.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from kwlint.kustomize.gaps import gaps_of
from kwlint.kustomize.labels import with_labels
from kwlint.model.resources import Overlaid, Resource
from kwlint.util.record import Record
from kwlint.util.values import integer, mapping, sequence, strings, text

if TYPE_CHECKING:
    from kwlint.sources.loaded import Kustomization, Loaded

# How many settings a kustomization may be reached with, and how many names above one another it may give to an object.
_MOST_WAYS, _MOST_AFFIXES = 100, 100
# An absent namespace is this one to kustomize, where it compares.
_DEFAULT = "default"
_RESOURCES = ("resources", "bases")
_INPUTS = (*_RESOURCES, "components")


class _Setting(Record):
    """What a kustomization and those above it set in an object, where what stands further out wins.

    ``own`` are labels of the object itself, ``labels`` those of pods, ``selected`` those in selectors too. ``affixes`` are
    the prefixes and suffixes of names, those of the innermost kustomization first, each with what those further in have
    added.
    """

    namespace: str
    own: dict[str, str]
    labels: dict[str, str]
    selected: dict[str, str]
    affixes: tuple[tuple[str, str], ...]
    replicas: dict[str, int]

    @property
    def identity(self) -> tuple[Any, ...]:
        """What equal settings have in common, to be found by."""
        return (
            self.namespace,
            *(frozenset(pairs.items()) for pairs in (self.own, self.labels, self.selected, self.replicas)),
            self.affixes,
        )

    def below(self, data: dict[str, Any]) -> _Setting:
        """Return what is set below a kustomization with this data."""
        common = strings(data.get("commonLabels"))
        selected, labels, own = dict(common), dict(common), dict(common)
        for entry in map(mapping, sequence(data.get("labels"))):
            pairs = strings(entry.get("pairs"))
            own.update(pairs)
            if entry.get("includeSelectors") is True:
                selected.update(pairs)
            if entry.get("includeSelectors") is True or entry.get("includeTemplates") is True:
                labels.update(pairs)
        replicas: dict[str, int] = {}
        for entry in map(mapping, sequence(data.get("replicas"))):
            count = integer(entry.get("count"))
            if count is not None:
                replicas[text(entry.get("name"))] = count
        affixes = self.affixes
        prefix, suffix = text(data.get("namePrefix")), text(data.get("nameSuffix"))
        if prefix or suffix:
            further = ((before + prefix, suffix + after) for before, after in affixes)
            affixes = ((prefix, suffix), *further)
        return _Setting(
            self.namespace or text(data.get("namespace")),
            {**own, **self.own},
            {**labels, **self.labels},
            {**selected, **self.selected},
            affixes,
            {**replicas, **self.replicas},
        )


_NOTHING = _Setting("", {}, {}, {}, (), {})


def reached(kustomization: Kustomization, by_folder: dict[str, Kustomization]) -> set[str]:
    """Return the absolute paths of the files that a kustomization takes in, and those below it."""
    return {
        path
        for item in _family(kustomization, by_folder, set())
        for path in inputs(item)
        if path not in by_folder
    }


def _family(
    kustomization: Kustomization, by_folder: dict[str, Kustomization], seen: set[str]
) -> Iterator[Kustomization]:
    """Yield a kustomization and those below it, each once."""
    folder = os.path.abspath(kustomization.folder)
    # Not by recursion, since they can be a longer chain than Python's calls.
    waiting = [folder]
    while waiting:
        folder = waiting.pop()
        if folder not in seen:
            seen.add(folder)
            item = by_folder[folder]
            yield item
            waiting += [path for path in inputs(item) if path in by_folder and path not in seen][::-1]


def folders_of(loaded: Loaded) -> dict[str, Kustomization]:
    """Return the kustomizations by the absolute paths of their folders."""
    return {os.path.abspath(item.folder): item for item in loaded.kustomizations}


def transform(loaded: Loaded) -> None:
    """Give each resource what the kustomizations above it set: its namespace, labels of its pods, names and replicas.

    What they do not agree on is left as it is written, but for a namespace where there must be one.
    """
    by_folder = folders_of(loaded)
    below = {path for item in loaded.kustomizations for path in inputs(item)}
    descent = _Descent(by_folder)
    absolute = {file: os.path.abspath(file) for file in (*loaded.files, *loaded.documents)}
    files = {absolute[file] for file in loaded.files}.difference(loaded.unread)
    gaps = {folder: gaps_of(item, by_folder.keys(), loaded, files) for folder, item in by_folder.items()}
    loaded.gaps = [gap for found in gaps.values() for gap in found]
    outputs: dict[str, set[str]] = {}
    opened: set[str] = set()
    for folder, kustomization in by_folder.items():
        if folder in below:
            continue
        descent.begin(kustomization)
        taken = reached(kustomization, by_folder)
        for file in taken:
            outputs.setdefault(file, set()).add(folder)
        openings = {
            gap.file
            for item in _family(kustomization, by_folder, set())
            for gap in gaps[os.path.abspath(item.folder)]
            if gap.opens
        }
        if openings:
            loaded.openings[folder] = openings
            opened |= taken
    settings = {path: list(found.values()) for path, found in descent.settings.items()}
    for kustomization in descent.exceeded:
        opened |= reached(kustomization, by_folder)
        _say_exceeded(kustomization, loaded)
    placed: list[tuple[Resource, list[_Setting]]] = []
    for resource in loaded.resources:
        file = absolute[resource.file]
        found = settings.get(file)
        if found is None and resource.kind != "Namespace":
            # What no kustomization takes in goes by the one beside it, but for labels that it has of its own.
            found = settings.get(os.path.dirname(file), [])
            if resource.pods is not None and resource.pods.labels.written:
                found = [setting._replace(own={}, labels={}, selected={}) for setting in found]
        if found and found != [_NOTHING]:
            placed.append((resource, found))
    accounts = {
        (resource.name, resource.namespace or _DEFAULT, setting.namespace)
        for resource, found in placed
        if resource.kind == "ServiceAccount"
        for setting in found
        if setting.namespace
    }
    for resource, found in placed:
        _apply(resource, found, accounts)
    for resource in loaded.resources:
        file = absolute[resource.file]
        if file in outputs:
            resource.overlaid = resource.overlaid._replace(
                outputs=frozenset(outputs[file]), open=file in opened
            )


def inputs(kustomization: Kustomization, fields: tuple[str, ...] = _INPUTS) -> Iterator[str]:
    """Yield the absolute paths of what a kustomization names as its resources, bases and components."""
    for field in fields:
        for entry in sequence(kustomization.data.get(field)):
            yield os.path.abspath(os.path.join(kustomization.folder, text(entry)))


def components(kustomization: Kustomization, by_folder: dict[str, Kustomization]) -> list[Kustomization]:
    """Return the components of a kustomization, which change what it holds besides."""
    return [by_folder[path] for path in inputs(kustomization, ("components",)) if path in by_folder]


class _Descent:
    """The ways from kustomizations to what they take in, and what is set on each of them.

    ``settings`` are those of a file or folder, by their identity. Each kustomization is walked once for each setting
    that it is reached with, and not for each way; ``exceeded`` are those that are reached with too many.
    """

    def __init__(self, by_folder: dict[str, Kustomization]) -> None:
        self.settings: dict[str, dict[tuple[Any, ...], _Setting]] = {}
        self.exceeded: list[Kustomization] = []
        self._by_folder = by_folder
        self._above: set[str] = set()
        self._done: dict[str, dict[tuple[Any, ...], _Setting]] = {}

    def begin(self, kustomization: Kustomization) -> None:
        """Walk from an outermost kustomization; a walk is a generator that yields the walks that it waits for."""
        walks = [self._walk(kustomization, _NOTHING)]
        answer: _Setting | None = None
        while walks:
            try:
                walks.append(walks[-1].send(answer))
                answer = None
            except StopIteration as ended:
                walks.pop()
                answer = ended.value

    def _walk(self, kustomization: Kustomization, setting: _Setting) -> Generator[Any, Any, _Setting]:
        """Note what is set in the files below a kustomization, and return what is set in what it works on."""
        folder = os.path.abspath(kustomization.folder)
        done = self._done.setdefault(folder, {})
        outer = setting.identity
        if folder in self._above:
            return setting
        if outer in done:
            return done[outer]
        if len(done) == _MOST_WAYS or len(setting.affixes) == _MOST_AFFIXES:
            if kustomization not in self.exceeded:
                self.exceeded.append(kustomization)
            return setting
        self._above.add(folder)
        setting = setting.below(kustomization.data)
        for component in reversed(components(kustomization, self._by_folder)):
            setting = yield self._walk(component, setting)
        for path in (folder, *inputs(kustomization, _RESOURCES)):
            below = self._by_folder.get(path) if path != folder else None
            if below is not None:
                yield self._walk(below, setting)
            else:
                self.settings.setdefault(path, {}).setdefault(setting.identity, setting)
        self._above.discard(folder)
        done[outer] = setting
        return setting


def _say_exceeded(kustomization: Kustomization, loaded: Loaded) -> None:
    from kwlint.sources.loaded import Flaw

    document = kustomization.document
    start, end = document.span(0)
    message = (
        f"kustomizations set namespaces, names, labels and replicas here in more than {_MOST_WAYS} ways, or at more than "
        f"{_MOST_AFFIXES} levels; what is below is judged without the rest of them"
    )
    loaded.flaws.append(Flaw("limits-exceeded", message, document.source, start, min(end, start + 1)))


def _apply(resource: Resource, settings: list[_Setting], accounts: set[tuple[str, str, str]]) -> None:
    """Set in a resource what its settings agree on, and note what they do not.

    ``accounts`` are the names of ServiceAccounts with the namespace that is written and the one that is set.
    """
    data: dict[str, Any] = resource.data
    spaces = sorted({setting.namespace for setting in settings if setting.namespace})
    if spaces:
        metadata = mapping(data.get("metadata"))
        if resource.kind == "Namespace":
            data = {**data, "metadata": {**metadata, "name": spaces[0]}}
        elif all(setting.namespace == spaces[0] for setting in settings):
            if resource.builtin is None or resource.builtin.namespaced:
                data = {**data, "metadata": {**metadata, "namespace": spaces[0]}}
            spaces = []
        if resource.kind in ("RoleBinding", "ClusterRoleBinding"):
            space = min(setting.namespace for setting in settings if setting.namespace)
            data = {**data, "subjects": _subjects(data.get("subjects"), space, accounts)}
    # The pods of a Pod have its own labels.
    labels, unsettled = _agreed(
        [setting.own if resource.kind == "Pod" else setting.labels for setting in settings]
    )
    selected, _ = _agreed([setting.selected for setting in settings])
    data = with_labels(resource, data, labels, selected)
    names = {f"{prefix}{resource.name}{suffix}" for setting in settings for prefix, suffix in setting.affixes}
    counts = {_count(setting, {resource.name, *names}) for setting in settings}
    if len(counts) > 1:
        resource.patched |= {"replicas"}
    resource.overlaid = Overlaid(
        tuple(spaces), frozenset(names), counts.pop() if len(counts) == 1 else None, unsettled
    )
    if data is not resource.data or unsettled:
        resource.apply(data)


def _agreed(found: list[dict[str, str]]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the pairs that all have, and the keys that not all have, or with another value."""
    first = found[0]
    pairs = {key: value for key, value in first.items() if all(item.get(key) == value for item in found)}
    return pairs, frozenset(key for item in found for key in item if key not in pairs)


def _count(setting: _Setting, names: set[str]) -> int | None:
    return next((count for name, count in setting.replicas.items() if name in names), None)


def _subjects(subjects: Any, namespace: str, accounts: set[tuple[str, str, str]]) -> Any:
    if not isinstance(subjects, list):
        return subjects
    return [
        {**subject, "namespace": namespace}
        if isinstance(subject, dict)
        and subject.get("kind") == "ServiceAccount"
        and (
            not subject.get("namespace")
            or (text(subject.get("name")), text(subject["namespace"]), namespace) in accounts
        )
        else subject
        for subject in subjects
    ]

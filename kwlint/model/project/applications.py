"""Applications: which objects of the input belong together, judged by where their files stand."""

from __future__ import annotations

import os

from kwlint.model.kinds import KINDS
from kwlint.model.resources import Resource
from kwlint.util.lazyre import pattern

# How many folders up from the file of an object what belongs to it may stand, where nothing else says that it does.
LEVELS = 2
Identity = tuple[str, str, str, str]


def identity(resource: Resource) -> Identity:
    """Return API group, kind, namespace as written and name: what may stand only once in a cluster.

    Groups that a built-in kind was moved between (extensions to apps) are one.
    """
    group = KINDS[resource.kind].groups[0] if resource.builtin is not None else resource.group
    return (group, resource.kind, resource.namespace or "", resource.name)


class _Folder:
    __slots__ = ("children", "identities", "own")

    def __init__(self) -> None:
        self.children: dict[str, _Folder] = {}
        self.own: list[Resource] = []
        self.identities: set[Identity] = set()


def assign(resources: list[Resource], charts: frozenset[str] = frozenset()) -> dict[str, int]:
    """Number the application of each resource and return the number of each folder, by its absolute path.

    A directory tree is one application as long as no object stands in it twice. Where one does, each subtree
    of the nearest folder above both copies that has one is an application of its own. In a folder in which three
    files or more hold the same object, or two hold much the same (alternatives, test data), each file that holds what
    another one there holds is one too. A folder in ``charts`` (a rendered chart's) is always one.
    """
    root = _Folder()
    folders: dict[str, _Folder] = {}
    for resource in resources:
        folder = os.path.dirname(resource.file)
        node = folders.get(folder)
        if node is None:
            node = folders[folder] = _descend(root, folder)
        node.own.append(resource)
    _gather(root)
    numbers: dict[str, int] = {}
    _number(root, frozenset(map(os.path.abspath, charts)), numbers)
    return numbers


def _descend(root: _Folder, folder: str) -> _Folder:
    node = root
    # Absolute, so that what belongs together does not depend on the working directory.
    for part in os.path.abspath(folder).strip(os.sep).split(os.sep):
        node = node.children.setdefault(part, _Folder())
    return node


def _gather(root: _Folder) -> None:
    """Note in each folder the identities of all that stands in it and below."""
    found = [root]
    for node in found:
        found += node.children.values()
    for node in reversed(found):
        if len(node.children) == 1 and not node.own:
            # As on the long way from the root to the project.
            node.identities = next(iter(node.children.values())).identities
            continue
        node.identities = {identity(resource) for resource in node.own if resource.name}
        for child in node.children.values():
            node.identities |= child.identities


def _number(root: _Folder, charts: frozenset[str], numbers: dict[str, int]) -> None:
    """Number the applications in the order of the folders, each before those below it."""
    counter = 0
    # Folders with their path, and the number of what stands above; None for one that is an application of its own.
    left: list[tuple[_Folder, str, int | None]] = [(root, "", 0)]
    while left:
        node, path, number = left.pop()
        if number is None:
            counter += 1
            number = counter
        numbers[path] = number
        apart_files = {file: counter + place for place, file in enumerate(sorted(_alternatives(node.own)), 1)}
        counter += len(apart_files)
        for resource in node.own:
            resource.application = apart_files.get(resource.file, number)
        seen = {identity(resource) for resource in node.own if resource.name}
        clashing: set[Identity] = set()
        for child in node.children.values():
            clashing |= seen & child.identities
            seen |= child.identities
        for name, child in reversed(node.children.items()):
            below = f"{path}{os.sep}{name}"
            apart = below in charts or not clashing.isdisjoint(child.identities)
            left.append((child, below, None if apart else number))


# Two files that have so many objects in common, and half of what one of them holds, are alternatives.
_MUCH = 3
# Words of file names that tell kinds and copies apart, and not alternatives.
_NO_FEATURE = frozenset(
    {
        "additional", "again", "all", "another", "app", "backup", "bak", "bis", "clone", "clusterrole",
        "clusterrolebinding", "cm", "config", "configmap", "copy", "crd", "cronjob", "daemonset",
        "deploy", "deployment", "draft", "ds", "dup", "dupe", "duplicate", "duplicated", "extra",
        "final", "hpa", "ingress", "job", "legacy", "main", "more", "namespace", "networkpolicy",
        "new", "ns", "old", "orig", "original", "other", "pdb", "pod", "policy", "prev", "previous",
        "pv", "pvc", "rbac", "replica", "role", "rolebinding", "sa", "second", "secret", "secrets",
        "service", "serviceaccount", "statefulset", "storageclass", "sts", "svc", "temp", "test",
        "third", "tmp",
    }
)  # fmt: skip
_PARTS = pattern(r"[-_. ]+")


def _alternatives(own: list[Resource]) -> set[str]:
    """Return the files of a folder that hold what others there hold, if an object stands in three files or more."""
    files: dict[Identity, set[str]] = {}
    for resource in own:
        # A Namespace is often repeated in each file that needs it.
        if resource.name and resource.kind != "Namespace":
            files.setdefault(identity(resource), set()).add(resource.file)
    shared = [found for found in files.values() if len(found) > 1]
    if all(len(found) < 3 for found in shared):
        size: dict[str, int] = {}
        for found in files.values():
            for file in found:
                size[file] = size.get(file, 0) + 1
        pairs: dict[tuple[str, ...], int] = {}
        for found in shared:
            pair = tuple(sorted(found))
            pairs[pair] = pairs.get(pair, 0) + 1
        return {
            file
            for pair, count in pairs.items()
            if _are_alternatives(pair, count, min(size[file] for file in pair))
            for file in pair
        }
    return {file for found in shared for file in found}


def _are_alternatives(pair: tuple[str, ...], shared: int, smaller: int) -> bool:
    """Return whether two files, of which one holds ``smaller`` objects, are not applied together.

    They have much in common, or names that differ by a feature: `web.yaml` and `web-tls.yaml`, but not `web-old.yaml`.
    """
    if shared >= _MUCH and 2 * shared >= smaller:
        return True
    shorter, longer = sorted((_words(file) for file in pair), key=len)
    rest = iter(longer)
    more = [word for word in longer if word not in shorter]
    return (
        len(shorter) < len(longer)
        and all(word in rest for word in shorter)
        and not any(word in _NO_FEATURE or _is_number(word) for word in more)
    )


def _words(file: str) -> list[str]:
    stem, _ = os.path.splitext(os.path.basename(file))
    return [word for word in _PARTS.split(stem.lower()) if word]


def _is_number(word: str) -> bool:
    return word.removeprefix("v").isdecimal()


def contents(resources: list[Resource]) -> dict[int, set[Identity]]:
    """Return what each application holds, but for Namespaces, which are often repeated."""
    found: dict[int, set[Identity]] = {}
    for item in resources:
        held = found.setdefault(item.application, set())
        if item.name and item.kind != "Namespace":
            held.add(identity(item))
    return found


def steps_to(file: str) -> list[str]:
    """Return the names of the folders from the root to the one that a file is in."""
    return os.path.dirname(os.path.abspath(file)).split(os.sep)


def levels_apart(one: list[str], other: list[str]) -> int:
    """Return how many folders up from the farther of two (``steps_to``) a folder is that holds both; 0 for the same."""
    shared = 0
    for step, against in zip(one, other, strict=False):
        if step != against:
            break
        shared += 1
    return max(len(one), len(other)) - shared

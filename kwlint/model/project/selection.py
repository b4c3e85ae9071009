"""Selections: objects that a selector or a name means, in one list that all share who ask for the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from kwlint.model.resources import Resource

# Where each of many selectors selects many objects, more than these are not looked at one by one.
MANY = 256
_Made = TypeVar("_Made")
# Up to here it is cheaper to look at all than to keep them by place.
_FEW = 8
_ByPlace = tuple[dict[str, list[Resource]], dict[str, list[Resource]], dict[int, list[Resource]]]


class Selection(list[Resource]):
    """Objects in input order. Who is given it never changes it, since others have the same one."""

    __slots__ = ("_made",)

    # Absent until something is made of the selection, since most are only looked at.
    _made: dict[Callable[..., Any], Any]

    def once(self, build: Callable[..., _Made], *more: object) -> _Made:
        """Return what ``build`` makes of the selection and ``more``; it is called once, whoever asks.

        What a rule has to know of all that is selected is looked at once for all objects that select the same.
        """
        try:
            made = self._made
        except AttributeError:
            made = self._made = {}
        if build not in made:
            made[build] = build(self, *more)
        found: _Made = made[build]
        return found

    def nearest(self, near: Resource) -> Resource:
        """Return the object nearest to ``near``, the first of several. Something must be selected."""
        return self[0] if len(self) == 1 else next(self.nearest_first(near))

    def nearest_first(self, near: Resource) -> Iterator[Resource]:
        """Yield the objects nearest to ``near`` first: of its file, its folder, its application, and then the others."""
        if len(self) <= _FEW:
            yield from sorted(self, key=lambda item: distance(near, item))
            return
        files, folders, applications = self.once(_by_place)
        for step, group in enumerate(
            (
                files.get(near.file, ()),
                folders.get(os.path.dirname(near.file), ()),
                applications.get(near.application, ()),
                self,
            )
        ):
            yield from group if step == 0 else (item for item in group if distance(near, item) == step)


NONE = Selection()


def distance(near: Resource, other: Resource) -> int:
    """Return 0 for objects of one file, 1 for those of one folder, 2 for those of one application, 3 for others."""
    if near.file == other.file:
        return 0
    if os.path.dirname(near.file) == os.path.dirname(other.file):
        return 1
    return 2 if near.application == other.application else 3


def by_application(selection: Selection) -> dict[int, Selection]:
    """Return the objects of each application (for ``Selection.once``)."""
    found: dict[int, Selection] = {}
    for item in selection:
        found.setdefault(item.application, Selection()).append(item)
    return found


def unplaced(selection: Selection) -> bool:
    """Return whether an object of the selection has no namespace written (for ``Selection.once``)."""
    return any(item.namespace is None for item in selection)


def _by_place(selection: Selection) -> _ByPlace:
    files: dict[str, list[Resource]] = {}
    folders: dict[str, list[Resource]] = {}
    applications: dict[int, list[Resource]] = {}
    for item in selection:
        files.setdefault(item.file, []).append(item)
        folders.setdefault(os.path.dirname(item.file), []).append(item)
        applications.setdefault(item.application, []).append(item)
    return files, folders, applications

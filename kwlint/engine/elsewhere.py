"""Causes: which findings on objects of other files the objects of the targets have brought about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from kwlint.diagnostics.finding import Finding
from kwlint.engine.execute import Executor
from kwlint.engine.parallel import spread
from kwlint.model.links.policies import subject
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection
from kwlint.model.project.selectorindex import SelectorIndex
from kwlint.model.resources import Resource
from kwlint.util.progress import Progress

_Found = list[tuple[Resource, list[Finding]]]


def caused(
    targets: list[Resource],
    resources: list[Resource],
    executor: Executor,
    jobs: int,
    progress: Progress,
) -> list[Finding]:
    """Return the findings on objects of other files whose cause is an object of the targets.

    A target is the cause where it is a related place, where the finding would not be there without the targets, and
    where something is missing that only a target can have been: the object with the targets alone has the finding,
    without anything else it has not, no other object of its kind refers to them, and the two have a name or label in
    common. That last one errs towards showing a finding, which can only happen where a run over everything is not
    clean either.
    """
    files = {resource.file for resource in targets}
    applications = {resource.application for resource in targets}
    others = [item for item in resources if item.application in applications and item.file not in files]
    if not others:
        return []

    def work(part: Sequence[tuple[int, Resource]]) -> list[tuple[int, list[Finding]]]:
        progress.begin("looking for what the targets bring about elsewhere", len(part))
        found: list[tuple[int, list[Finding]]] = []
        for position, item in part:
            findings = executor.run((item,), scope="inventory")
            progress.step()
            if findings:
                found.append((position, findings))
        return found

    shown: list[Finding] = []
    open_questions: _Found = []
    for position, findings in spread(work, list(enumerate(others)), jobs):
        unclear: list[Finding] = []
        for finding in findings:
            if any(related.place.file in files for related in finding.related):
                shown.append(finding)
            else:
                unclear.append(finding)
        if unclear:
            open_questions.append((others[position], unclear))
    if open_questions:
        shown += _without(targets, open_questions, resources, executor)
        shown += _missing(targets, open_questions, executor)
    return shown


def _marks(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.path) for finding in findings}


def _said(resource: Resource, executor: Executor) -> set[tuple[str, str]]:
    return _marks(executor.run((resource,), scope="inventory"))


def _without(
    targets: list[Resource], questions: _Found, resources: list[Resource], executor: Executor
) -> list[Finding]:
    """Take out of the questions, and return, what would not be found if the targets were not there."""
    gone = set(map(id, targets))
    left = [item for item in resources if id(item) not in gone]
    rest = executor.over(left, executor.inventory.complete)
    return _take(
        questions, lambda resource, finding: (finding.code, finding.path) not in _said(resource, rest)
    )


def _take(questions: _Found, is_caused: Callable[[Resource, Finding], bool]) -> list[Finding]:
    taken: list[Finding] = []
    for position, (resource, findings) in enumerate(questions):
        mine = [finding for finding in findings if is_caused(resource, finding)]
        taken += mine
        questions[position] = resource, [finding for finding in findings if finding not in mine]
    return taken


def _missing(targets: list[Resource], questions: _Found, executor: Executor) -> list[Finding]:
    """Return what is found because a target is not, or no longer, what an object asks for."""
    taken: list[Finding] = []
    groups: dict[tuple[int, str, str], _Found] = {}
    of_application: dict[int, list[Resource]] = {}
    for target in targets:
        of_application.setdefault(target.application, []).append(target)
    for resource, findings in questions:
        # A finding that names an object of another file has its cause there.
        left = [
            item for item in findings if not any(other.place.file != resource.file for other in item.related)
        ]
        if left:
            groups.setdefault((resource.application, resource.group, resource.kind), []).append(
                (resource, left)
            )
    for (application, _, kind), group in groups.items():
        candidates = _unasked(of_application.get(application, []), kind, executor.inventory)
        if not candidates:
            continue
        objects = [resource for resource, _ in group]
        # Not as complete, since then nothing needs to be there for something to be missing.
        alone = executor.over(objects, complete=False)
        together = executor.over([*candidates, *objects], complete=False)
        folders, words = _belongings(candidates)
        for resource, findings in group:
            akin = os.path.dirname(resource.file) in folders or not words.isdisjoint(
                {resource.name, *_words(resource.spec)}
            )
            if not akin:
                continue
            brought = _said(resource, together) - _said(resource, alone)
            taken += [finding for finding in findings if (finding.code, finding.path) in brought]
    return taken


def _unasked(targets: list[Resource], kind: str, inventory: Inventory) -> list[Resource]:
    """Return the targets whose pods no object of a kind selects or, if it has no selector, that none names."""
    if kind == "Service":
        return [item for item in targets if not inventory.services_of(item)]
    if kind == "PodDisruptionBudget":
        return [item for item in targets if not inventory.budgets_of(item)]
    if kind == "NetworkPolicy":
        policies = inventory.index(_policies)
        return [
            item
            for item in targets
            if item.pods is None
            or (found := policies.get(inventory.namespace_of(item))) is None
            or not found.selecting(item.pods.labels)
        ]
    named = inventory.of_kind(kind).once(_named, inventory)
    return [item for item in targets if (inventory.namespace_of(item), item.name) not in named]


def _policies(inventory: Inventory) -> dict[str, SelectorIndex]:
    found: dict[str, SelectorIndex] = {}
    for item in inventory.of_kind("NetworkPolicy"):
        found.setdefault(inventory.namespace_of(item), SelectorIndex()).add(item, subject(item))
    return found


def _named(objects: Selection, inventory: Inventory) -> set[tuple[str, str]]:
    """Return all words of objects, each with the namespace of the object."""
    return {(inventory.namespace_of(item), word) for item in objects for word in _words(item.spec)}


def _belongings(targets: list[Resource]) -> tuple[set[str], set[str]]:
    """Return the folders that targets stand in, and their names, labels and what they select."""
    folders: set[str] = set()
    words: set[str] = set()
    for target in targets:
        folders.add(os.path.dirname(target.file))
        words.update((target.name, *target.labels.values(), *_words(target.spec.get("selector"))))
        if target.pods is not None:
            words.update(target.pods.labels.written.values())
    return folders, words


def _words(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _words(value)
    elif isinstance(data, list):
        for value in data:
            yield from _words(value)
    elif isinstance(data, str):
        yield data

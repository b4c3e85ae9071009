"""Execution: runs the checks of the selected rules over resources and turns what they say into findings."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable

from kwlint.catalog.catalog import Catalog
from kwlint.catalog.facts import Facts
from kwlint.config.settings import Selection
from kwlint.diagnostics.finding import Finding, FixOffer, Related
from kwlint.engine.placeholders import turns_on_unfilled
from kwlint.engine.places import place_of
from kwlint.errors import raised_at
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Fix, Note, Problem, Resource
from kwlint.rule import Context

Check = Callable[[Resource, Context], Iterable[Problem]]
# In a rule's kinds: everything that makes pods, and everything.
ANY_WORKLOAD, ANYTHING = "Workload", "*"


class Executor:
    """Runs rules over resources; imports only the chapters that the kinds at hand need."""

    def __init__(self, catalog: Catalog, selection: Selection, inventory: Inventory) -> None:
        self.catalog = catalog
        self.selection = selection
        self.inventory = inventory
        self._by_kind: dict[str, list[Facts]] = {}
        for facts in catalog:
            if facts.code in selection.codes and facts.scope in ("object", "inventory"):
                for kind in facts.kinds:
                    self._by_kind.setdefault(kind, []).append(facts)
        self._replaced = {
            facts.code: facts.replaced_by
            for facts in catalog
            if facts.code in selection.codes and facts.replaced_by in selection.codes
        }
        self._checks: dict[str, Check] = {}
        self._contexts: dict[str, Context] = {}
        self._plans: dict[tuple[str, bool, bool], list[tuple[Facts, Check]]] = {}

    def run(self, resources: Iterable[Resource], scope: str | None = None) -> list[Finding]:
        """Return the findings of all rules, or those of one scope, on these resources, in no particular order."""
        findings: list[Finding] = []
        for resource in resources:
            for facts, check in self._plan(resource):
                if scope is not None and facts.scope != scope:
                    continue
                try:
                    problems = self._call(facts, check, resource)
                except Exception as error:
                    findings.append(self.crash(f"rule {facts.code} [{facts.name}]", resource, error))
                    continue
                findings.extend(
                    self.finding(facts, resource, problem)
                    for problem in problems
                    if self._is_on(facts, problem) and not turns_on_unfilled(resource, problem)
                )
        return self._without_replaced(findings) if self._replaced else findings

    def _without_replaced(self, findings: list[Finding]) -> list[Finding]:
        """Return the findings without those whose place another rule's take at the same field."""
        said = {(item.code, item.place, item.path) for item in findings}
        return [
            item
            for item in findings
            if (self._replaced.get(item.code, ""), item.place, item.path) not in said
        ]

    def over(self, resources: list[Resource], complete: bool) -> Executor:
        """Return an executor of the same rules that knows some of the objects only."""
        return Executor(self.catalog, self.selection, self.inventory.part(resources, complete))

    def _is_on(self, facts: Facts, problem: Problem) -> bool:
        if facts.code in self.selection.raised:
            return problem.severity is not None
        return (
            self.selection.advice
            or problem.severity != "advice"
            or facts.severity == "advice"
            or facts.code in self.selection.severities
        )

    def _plan(self, resource: Resource) -> list[tuple[Facts, Check]]:
        pods = resource.pods is not None
        key = (resource.kind, resource.builtin is not None, pods)
        plan = self._plans.get(key)
        if plan is None:
            rules = list(self._by_kind.get(resource.kind, ())) if resource.builtin is not None else []
            if pods:
                rules += self._by_kind.get(ANY_WORKLOAD, [])
            rules += self._by_kind.get(ANYTHING, [])
            plan = self._plans[key] = [(facts, self._check(facts)) for facts in _unique(rules)]
        return plan

    def _check(self, facts: Facts) -> Check:
        check = self._checks.get(facts.code)
        if check is None:
            module, _, function = facts.check.partition(":")
            found: Check = getattr(importlib.import_module(f"kwlint.checks.{module}"), function)
            check = self._checks[facts.code] = found
        return check

    def _call(self, facts: Facts, check: Check, resource: Resource) -> list[Problem]:
        context = self._contexts.get(facts.code)
        if context is None:
            defaults = {name: schema.get("default") for name, schema in facts.options.items()}
            options = {**defaults, **self.selection.options.get(facts.code, {})}
            context = self._contexts[facts.code] = Context(self.inventory, options)
        self.inventory.asking = facts.code
        return list(check(resource, context))

    def crash(self, what: str, resource: Resource, error: Exception) -> Finding:
        """Return the finding that says that a part of kwlint failed on a resource."""
        crashed = self.catalog.rules["KW003"]
        message = (
            f"{what} failed on {resource.title} with {type(error).__name__} at {raised_at(error)}: {error}; "
            "this is a bug of kwlint, and the other rules were not affected"
        )
        return self.finding(crashed, resource, Problem("", message))

    def finding(self, facts: Facts, resource: Resource, problem: Problem) -> Finding:
        """Turn what a check said into a finding with places."""
        severity = self.selection.severities.get(facts.code) or problem.severity or facts.severity
        return Finding(
            facts.code,
            facts.name,
            severity,
            facts.refused if problem.refused is None else problem.refused,
            problem.message,
            place_of(resource, problem.place or problem.path, problem.on_key),
            problem.path,
            resource.ref,
            tuple(_related(note) for note in problem.related),
            _offer(facts, resource, problem.fix) if problem.fix is not None and facts.fix != "none" else None,
        )


def _offer(facts: Facts, resource: Resource, fix: Fix) -> FixOffer | None:
    from kwlint.engine.edits import offer

    return offer(resource, fix, facts.fix == "safe")


def _unique(rules: list[Facts]) -> list[Facts]:
    return list({facts.code: facts for facts in rules}.values())


def _related(note: Note) -> Related:
    return Related(place_of(note.resource, note.path), note.path, note.message)

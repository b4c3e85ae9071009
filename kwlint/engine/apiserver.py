"""The API server's judgement within a run: its violations become findings, unless a special rule speaks of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kwlint.catalog.catalog import Catalog
from kwlint.config.settings import Settings
from kwlint.diagnostics.change import QUOTE, REMOVE, RENAME, SET, UNQUOTE, Change
from kwlint.diagnostics.finding import Finding
from kwlint.engine.execute import Executor
from kwlint.engine.placeholders import is_unfilled
from kwlint.model.resources import Fix, Problem, Resource
from kwlint.syntax.path import steps

if TYPE_CHECKING:
    from kwlint.api.crds.definitions import Definitions
    from kwlint.api.violations import Violation


_DEFINITION = "CustomResourceDefinition"


class Court:
    """Judges resources for the target versions; custom resources by the CRDs of the input and of the configuration."""

    def __init__(self, catalog: Catalog, settings: Settings, resources: list[Resource]) -> None:
        self.catalog = catalog
        self.minors = settings.minors
        self.codes = frozenset(
            facts.code
            for facts in catalog
            if facts.scope == "judgement" and facts.code in settings.selection.codes
        )
        self.crds: Definitions | None = None
        if self.codes:
            from kwlint.api.judge import judge

            self._judge = judge
            self.crds = _definitions(settings, resources)

    def judge(self, resource: Resource, said: list[Finding], executor: Executor) -> list[Finding]:
        """Return what the API server would answer to a resource.

        A finding of another chapter that is a refusal too replaces the general one at the same field, and one that
        is more than advice a warning of the server; ``said`` are the findings that the object has from there. What
        several target versions say alike is said once, for the newest of them, or the newest that refuses it.
        """
        if not self.codes:
            return []
        taken = [steps(finding.path) for finding in said if finding.refused]
        warned = [steps(finding.path) for finding in said if finding.severity != "advice"]
        variables = executor.inventory.variables
        findings: list[Finding] = []
        # Where what was said stands among the findings, None where a special rule says it.
        seen: dict[tuple[str, str], int | None] = {}
        for minor in self.minors:
            try:
                violations = self._judge(resource.applied, minor, self.crds)
            except Exception as error:
                findings.append(executor.crash("the API server's judgement", resource, error))
                break
            for violation in violations:
                key = (violation.code, violation.path)
                if violation.code not in self.codes:
                    continue
                if violation.code == "API003" and _is_patched(resource, violation.path):
                    continue
                if is_unfilled(resource, violation, variables):
                    continue
                standing = None
                if len(self.minors) > 1 and key in seen:
                    standing = seen[key]
                    if standing is None or findings[standing].refused or not violation.refused:
                        continue
                special = warned if violation.code == "API014" else taken
                if special and (
                    steps(violation.path) in special or steps(violation.place or violation.path) in special
                ):
                    seen[key] = None
                    continue
                message = violation.message
                if resource.kind == "Secret":
                    message = _without_value(message, resource, steps(violation.path))
                if len(self.minors) > 1:
                    message = f"{message} (Kubernetes 1.{minor})"
                fix = _fix(violation)
                problem = Problem(
                    violation.path, message, on_key=violation.on_key, fix=fix, place=violation.place
                )
                finding = executor.finding(self.catalog.rules[violation.code], resource, problem)
                finding = finding._replace(refused=violation.refused)
                if standing is None:
                    seen[key] = len(findings)
                    findings.append(finding)
                else:
                    findings[standing] = finding
        return findings


def _is_patched(resource: Resource, path: str) -> bool:
    """Return whether a kustomize patch may set the field that is missing."""
    return bool(resource.patched) and bool(path) and resource.is_patched(steps(path)[-1])


def _without_value(message: str, resource: Resource, path: list[str]) -> str:
    """Return a message on a field of a Secret without the value of that field, which no report shows."""
    if not path or path[0] not in ("data", "stringData"):
        return message
    value = resource.at(*path)
    if value is None or isinstance(value, (dict, list, bool)):
        return message
    return message.replace(str(value), "…") if str(value) else message


def _fix(violation: Violation) -> Fix | None:
    """Return the fix that a violation's repair stands for, None where it has none."""
    repair = violation.repair
    if repair is None:
        return None
    path = violation.place or violation.path
    if repair.action == "rename-key":
        return Fix(f"rename the key to `{repair.value}`", (Change(RENAME, path, repair.value),))
    if repair.action == "api-version":
        return Fix(f"write `apiVersion: {repair.value}`", (Change(SET, "apiVersion", repair.value),))
    if repair.action == "remove":
        return Fix("remove the field", (Change(REMOVE, path),))
    if repair.action == "quote":
        return Fix("quote the value", (Change(QUOTE, path),))
    if repair.action == "unquote" and repair.value is None:
        return Fix("take the quotes from the value", (Change(UNQUOTE, path),))
    return Fix(f"write `{repair.value}`", (Change(SET, path, repair.value),))


def _definitions(settings: Settings, resources: list[Resource]) -> Definitions | None:
    """Return the definitions of custom resources, where there are custom resources and definitions to judge them by."""
    if all(resource.builtin is not None for resource in resources):
        return None
    found: list[Any] = [resource.data for resource in resources if resource.kind == _DEFINITION]
    if settings.crds:
        from kwlint.sources.discover import discover
        from kwlint.sources.load import load

        named = load(discover(list(settings.crds), [], None).targets, settings.limits)
        found += [resource.data for resource in named.resources if resource.kind == _DEFINITION]
    if not found:
        return None
    from kwlint.api.crds.definitions import Definitions

    return Definitions(found)

"""The API server's judgement within a run: its violations become findings, unless a special rule speaks of the field."""

from __future__ import annotations

from typing import Any

from kwlint.catalog import Catalog
from kwlint.engine.execute import Executor
from kwlint.engine.settings import Settings
from kwlint.findings import Finding
from kwlint.model.resources import Problem, Resource
from kwlint.syntax.path import steps


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
        self.crds: Any = None
        if self.codes:
            from kwlint.api.judge import judge

            self._judge = judge

    def judge(self, resource: Resource, said: list[Finding], executor: Executor) -> list[Finding]:
        """Return what the API server would answer to a resource.

        A finding of another chapter that is a refusal too replaces the general one at the same field; ``said`` are
        the findings that the object has from there. What several target versions say alike is said once.
        """
        if not self.codes:
            return []
        taken = [steps(finding.path) for finding in said if finding.refused]
        findings: list[Finding] = []
        seen: set[tuple[str, str]] = set()
        for minor in self.minors:
            for violation in self._judge(resource.data, minor, self.crds):
                key = (violation.code, violation.path)
                if violation.code not in self.codes or (key in seen and len(self.minors) > 1):
                    continue
                seen.add(key)
                if taken and steps(violation.path) in taken:
                    continue
                message = violation.message
                if len(self.minors) > 1:
                    message = f"{message} (Kubernetes 1.{minor})"
                problem = Problem(violation.path, message, on_key=violation.on_key)
                finding = executor.finding(self.catalog.rules[violation.code], resource, problem)
                findings.append(finding._replace(refused=violation.refused))
        return findings

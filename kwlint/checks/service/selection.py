"""Which pods a Service selects: none, or those of a Job beside the ones that are meant (SVC001, SVC003)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.kinds import LONG_RUNNING
from kwlint.model.links.missingpods import missing_pods
from kwlint.model.links.services import external, ports
from kwlint.model.project.selection import Selection
from kwlint.model.selector import parse_map
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import text

_FIELD = "spec.selector"
# How many Jobs a finding names, and to how many it leads.
_SHOWN, _RELATED = 3, 8


def service_selects_nothing(service: Resource, context: Context) -> Iterator[Problem]:
    """SVC001: no pod of the input has the labels that the selector wants."""
    if external(service):
        return
    selector = parse_map(service.spec.get("selector"))
    missing = missing_pods(service, selector, context.inventory)
    if missing is not None:
        message = (
            f'no pod has the labels "{selector}", so the Service has no endpoints and connections to it fail'
        )
        clause = f"; {missing.clause}" if missing.clause else ""
        yield service.problem(_FIELD, message + clause, missing.related)


def selects_job_pods(service: Resource, context: Context) -> Iterator[Problem]:
    """SVC003: the pods of a Job are endpoints beside those of a long-running workload.

    Every running pod that is ready becomes an endpoint; one without a readiness probe is ready at once
    (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions).
    """
    if external(service):
        return
    selected = context.inventory.selected_here(service, parse_map(service.spec.get("selector")))
    serving, jobs = selected.once(_serving), selected.once(_jobs)
    if not serving or not jobs:
        return
    titles = " and ".join(job.title for job in jobs[:_SHOWN]) + (" and others" if len(jobs) > _SHOWN else "")
    whose = "while the Job runs its pods" if len(jobs) == 1 else "while the Jobs run their pods"
    what = f"so {whose} are endpoints of the Service and a share of the connections goes to them"
    targets = [text(port.get("targetPort")) for port in ports(service)]
    if targets and all(target and target not in jobs.once(_port_names) for target in targets):
        what = (
            f"and only its port name `{targets[0]}`, which they do not declare, keeps connections from them"
        )
    yield service.problem(
        _FIELD,
        f"the selector selects the pods of {titles} beside those of {serving[0].title}, {what}",
        [
            *(
                job.note(job.pods.labels_path, "the labels of the Job's pods")
                for job in jobs[:_RELATED]
                if job.pods
            ),
            serving[0].note("metadata.name", "the pods that serve"),
        ],
    )


def _serving(selected: Selection) -> Selection:
    return Selection(item for item in selected if item.builtin is not None and item.kind in LONG_RUNNING)


def _jobs(selected: Selection) -> Selection:
    return Selection(item for item in selected if item.builtin is not None and item.kind == "Job")


def _port_names(jobs: Selection) -> frozenset[str]:
    return frozenset(
        text(port.get("name"))
        for job in jobs
        if job.pods is not None
        for container in job.pods.main_containers
        for port in container.ports
    )

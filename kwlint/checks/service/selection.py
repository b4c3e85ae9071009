"""Which pods a Service selects: none, or those of a Job beside the ones that are meant (SVC001, SVC003)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.inventory import Inventory
from kwlint.model.kinds import LONG_RUNNING
from kwlint.model.missingpods import missing_pods
from kwlint.model.plain import text
from kwlint.model.selector import parse_map
from kwlint.model.services import external, ports
from kwlint.rule import Problem, Resource

_FIELD = "spec.selector"
_SHOWN = 3


def service_selects_nothing(service: Resource, inventory: Inventory) -> Iterator[Problem]:
    """SVC001: no pod of the input has the labels that the selector wants."""
    if external(service):
        return
    selector = parse_map(service.spec.get("selector"))
    missing = missing_pods(service, selector, inventory)
    if missing is not None:
        message = (
            f'no pod has the labels "{selector}", so the Service has no endpoints and connections to it fail'
        )
        clause = f"; {missing.clause}" if missing.clause else ""
        yield service.problem(_FIELD, message + clause, missing.related)


def selects_job_pods(service: Resource, inventory: Inventory) -> Iterator[Problem]:
    """SVC003: the pods of a Job are endpoints beside those of a long-running workload.

    Every running pod that is ready becomes an endpoint; one without a readiness probe is ready at once
    (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions).
    """
    if external(service):
        return
    selected = inventory.selected_here(service, parse_map(service.spec.get("selector")))
    serving = [item for item in selected if item.builtin is not None and item.kind in LONG_RUNNING]
    if not serving:
        return
    jobs = [item for item in selected if item.builtin is not None and item.kind == "Job"]
    if not jobs:
        return
    titles = " and ".join(job.title for job in jobs[:_SHOWN]) + (" and others" if len(jobs) > _SHOWN else "")
    whose = "while the Job runs its pods" if len(jobs) == 1 else "while the Jobs run their pods"
    what = f"so {whose} are endpoints of the Service and a share of the connections goes to them"
    targets = [text(port.get("targetPort")) for port in ports(service)]
    if targets and all(target and not any(_declares(job, target) for job in jobs) for target in targets):
        what = (
            f"and only its port name `{targets[0]}`, which they do not declare, keeps connections from them"
        )
    yield service.problem(
        _FIELD,
        f"the selector selects the pods of {titles} beside those of {serving[0].title}, {what}",
        [
            *(job.note(job.pods.labels_path, "the labels of the Job's pods") for job in jobs if job.pods),
            serving[0].note("metadata.name", "the pods that serve"),
        ],
    )


def _declares(job: Resource, name: str) -> bool:
    containers = job.pods.main_containers if job.pods is not None else []
    return any(text(port.get("name")) == name for container in containers for port in container.ports)

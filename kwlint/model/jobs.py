"""Jobs: the Job that a Job or CronJob makes, and whether its pods' restart policy lets it end."""

from __future__ import annotations

from typing import Any

from kwlint.model.plain import mapping
from kwlint.model.resources import Fix, Note, Problem, Resource
from kwlint.syntax.change import REMOVE, SET, Change
from kwlint.syntax.path import steps


def job_spec(job: Resource) -> dict[str, Any]:
    """Return the spec of the Job that a Job or CronJob makes."""
    return mapping(job.at("spec", "jobTemplate", "spec")) if job.kind == "CronJob" else job.spec


def job_spec_path(job: Resource) -> str:
    """Return the path of the spec of the Job that a Job or CronJob makes."""
    return "spec.jobTemplate.spec" if job.kind == "CronJob" else "spec"


def unfit_restart_policy(job: Resource) -> Problem | None:
    """Return what is wrong with the restart policy of a Job's or CronJob's pods, or None where a Job may have it.

    A policy that does not exist is left to the enumeration's own rule. Source:
    pkg/apis/batch/validation/validation.go (validateJobSpec).
    """
    pods = job.pods
    if pods is None:
        return None
    path = f"{pods.spec_path}.restartPolicy"
    policy = pods.spec.get("restartPolicy")
    handles_failures = isinstance(job_spec(job).get("podFailurePolicy"), dict)
    fitting = "Never" if handles_failures else "OnFailure"
    fix = Fix(f"write `restartPolicy: {fitting}`", (Change(SET, path, fitting),))
    allowed = (
        "`Never` (the only one beside `podFailurePolicy`)" if handles_failures else "`OnFailure` or `Never`"
    )
    if policy == "OnFailure" and handles_failures:
        return job.problem(
            path,
            "`restartPolicy: OnFailure` does not go with `podFailurePolicy`, which judges failed pods while the kubelet "
            "restarts containers in place; only `Never` does",
            [job.note(f"{job_spec_path(job)}.podFailurePolicy", "this policy needs `restartPolicy: Never`")],
            fix=fix,
        )
    if policy == "Always":
        return job.problem(
            path, f"`restartPolicy: Always` would never let a Job end; it must be {allowed}", fix=fix
        )
    if policy is not None and policy != "":
        return None
    misplaced = _under_container(job)
    if misplaced is not None:
        return job.problem(
            path,
            f"`restartPolicy` is missing from the pod template's `spec` and defaults to `Always`, which a Job may not have; "
            f"{misplaced.message}, but it belongs beside `containers` and must be {allowed}",
            [misplaced],
            fix=_move(job, path, misplaced.path, handles_failures),
        )
    return job.problem(
        path,
        f"`restartPolicy` is missing and defaults to `Always`, which a Job may not have; it must be {allowed}",
        fix=fix,
    )


def _move(job: Resource, path: str, misplaced: str, handles_failures: bool) -> Fix | None:
    """Return the fix that moves a policy from a container to the pod, where it is one that the pod may have."""
    written = job.at(*(int(step) if step.isdecimal() else step for step in steps(misplaced)))
    if written not in ("OnFailure", "Never") or (handles_failures and written != "Never"):
        return None
    changes = (Change(REMOVE, misplaced), Change(SET, path, written))
    return Fix(f"move `restartPolicy: {written}` to the pod's `spec`", changes)


def _under_container(job: Resource) -> Note | None:
    if job.pods is None:
        return None
    for container in job.pods.all_containers:
        policy = container.data.get("restartPolicy")
        if policy in ("OnFailure", "Never") or (policy == "Always" and not container.init):
            path = f"{container.path}.restartPolicy"
            return job.note(path, f"`restartPolicy: {policy}` stands under container `{container.name}`")
    return None

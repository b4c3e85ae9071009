"""The restart policy of the pods of a Job or CronJob: whether it lets the Job end."""

from __future__ import annotations

from kwlint.model.workloads.jobs import job_spec, job_spec_path
from kwlint.rule import REMOVE, SET, Change, Fix, Note, Problem, Resource


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
    misplaced = _under_containers(job)
    if misplaced:
        return job.problem(
            path,
            f"`restartPolicy` is missing from the pod template's `spec` and defaults to `Always`, which a Job may not have; "
            f"{misplaced[0].message}, but it belongs beside `containers` and must be {allowed}",
            misplaced[:1],
            fix=_move(job, path, [note.path for note in misplaced], handles_failures),
        )
    return job.problem(
        path,
        f"`restartPolicy` is missing and defaults to `Always`, which a Job may not have; it must be {allowed}",
        fix=fix,
    )


def _move(job: Resource, path: str, misplaced: list[str], handles_failures: bool) -> Fix | None:
    """Return the fix that moves a policy from the containers to the pod, where they agree on one that the pod may have."""
    written = {job.value_at(place) for place in misplaced}
    policy = written.pop()
    if written or policy not in ("OnFailure", "Never") or (handles_failures and policy != "Never"):
        return None
    changes = [Change(REMOVE, place) for place in misplaced]
    return Fix(f"move `restartPolicy: {policy}` to the pod's `spec`", (*changes, Change(SET, path, policy)))


def _under_containers(job: Resource) -> list[Note]:
    notes = []
    for container in job.pods.all_containers if job.pods is not None else ():
        policy = container.data.get("restartPolicy")
        if policy in ("OnFailure", "Never") or (policy == "Always" and not container.init):
            path = f"{container.path}.restartPolicy"
            notes.append(
                job.note(path, f"`restartPolicy: {policy}` stands under container `{container.name}`")
            )
    return notes

"""Checks of the chapter job (JOB): Jobs, and what CronJobs make."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kwlint.checks.shared.restart_policy import unfit_restart_policy
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.software.sidecars import companion
from kwlint.model.workloads.jobs import job_spec, job_spec_path
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import integer, mapping, sequence, strings, text

_ISTIO_INJECT = "sidecar.istio.io/inject"
_ISTIO_NATIVE = "sidecar.istio.io/nativeSidecar"
# What tells a sidecar to end: endpoints and options of the proxies, and programs that call those for the main container.
_QUIT = r"(?i)quitquitquit|exit[-_]after[-_]auth|/shutdown\b|\bscuttle\b|linkerd-await|QUIT_API|--run-once|--exit-on-idle"
_KILL = r"\b(?:p?kill|killall)\b"
_SHELLS = frozenset({"ash", "bash", "dash", "sh"})
_BACKGROUND = r"(?<![&>|<\\])&(?![&>\w])"
# With these an agent's program only does one thing and ends.
_ONE_SHOT = frozenset(
    {"validate", "version", "-version", "--version", "-help", "--help", "--mode=validate", "--dry-run"}
)
# What makes a second apply of a changed Job replace it instead of failing.
_REPLACING = {
    "argocd.argoproj.io/sync-options": r"\b(?:Replace|Force)=true\b",
    "kustomize.toolkit.fluxcd.io/force": r"(?i)^(?:enabled|true)$",
}


def job_restart_policy(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB001: the pods' restart policy is one that a Job may not have."""
    problem = unfit_restart_policy(job)
    if problem is not None:
        yield problem


def sidecar_never_exits(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB002: beside the working container runs a proxy or an agent that does not end."""
    pods = job.pods
    if pods is None:
        return
    companions = [companion(container) for container in pods.containers]
    injected = list(_injected(job, pods))
    if all(companions) or not (any(companions) or injected) or _told_to_quit(job, pods, context.inventory):
        return
    for container, what in zip(pods.containers, companions, strict=True):
        if what and not _ends_by_itself(container):
            yield job.problem(
                container.path,
                f"the container `{container.name}` is {what}, which goes on when the others have finished, so the Job "
                "never completes; as an init container with `restartPolicy: Always` (1.29 on) it would be stopped",
            )
    yield from injected


def idle_parallelism(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB003: more pods may run at once than the Job has work for."""
    parallelism, completions = (
        integer(job_spec(job).get("parallelism")),
        integer(job_spec(job).get("completions")),
    )
    if parallelism is not None and completions is not None and parallelism > completions:
        yield job.problem(
            f"{job_spec_path(job)}.parallelism",
            f"`parallelism` is {parallelism}, but `completions: {completions}` lets no more than {completions} "
            f"{'pod' if completions == 1 else 'pods'} run at once",
            [job.note(f"{job_spec_path(job)}.completions", "the number of pods that have to succeed")],
        )


def no_deadline(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB004: nothing limits how long the Job may take."""
    if job.pods is None or job.pods.spec.get("activeDeadlineSeconds") is not None:
        return
    if job.kind == "CronJob" and job.spec.get("concurrencyPolicy") == "Forbid":
        return
    if job_spec(job).get("activeDeadlineSeconds") is None:
        yield job.problem(
            f"{job_spec_path(job)}.activeDeadlineSeconds",
            "`activeDeadlineSeconds` is not set, so a pod that hangs keeps the Job running for ever",
        )


def no_backoff_limit(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB005: how often failed pods are tried again is left to the default."""
    if job_spec(job).get("backoffLimit") is None and job_spec(job).get("backoffLimitPerIndex") is None:
        yield job.problem(
            f"{job_spec_path(job)}.backoffLimit",
            "`backoffLimit` is not set, so a failing pod is tried again 6 times, with pauses of 10 s, 20 s, 40 s and so on",
        )


def no_ttl(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB006: nothing deletes the Job and its pods when they have finished."""
    if not job.hook and job.spec.get("ttlSecondsAfterFinished") is None:
        yield job.problem(
            "spec.ttlSecondsAfterFinished",
            "`ttlSecondsAfterFinished` is not set, so the finished Job and its pods stay until somebody deletes them",
        )


def logs_lost(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB007: when the retries are used up, the pod is deleted together with its logs."""
    pods = job.pods
    if pods is not None and pods.spec.get("restartPolicy") == "OnFailure":
        limit = integer(job_spec(job).get("backoffLimit"))
        yield job.problem(
            f"{pods.spec_path}.restartPolicy",
            f"with `restartPolicy: OnFailure` the pod is deleted with its logs once `backoffLimit` ({6 if limit is None else limit}) "
            "is reached; `Never` keeps the failed pods",
        )


def immutable_on_reapply(job: Resource, context: Context) -> Iterator[Problem]:
    """JOB008: a fixed name, and nothing that removes the Job before it is applied again."""
    if not job.name or job.hook or job.spec.get("ttlSecondsAfterFinished") is not None:
        return
    if any(re.search(pattern, job.annotations.get(key, "")) for key, pattern in _REPLACING.items()):
        return
    yield job.problem(
        "metadata.name",
        f"the Job `{job.name}` has a fixed name and its pod template cannot be changed, so applying it with a new image "
        "is refused while the old one is still there",
    )


def _told_to_quit(job: Resource, pods: PodTemplate, inventory: Inventory) -> bool:
    from kwlint.model.links.hostnames import config_maps

    kills = pods.spec.get("shareProcessNamespace") is True
    for config in config_maps(job, inventory):
        if any(re.search(_QUIT, value) for value in strings(config.data.get("data")).values()):
            return True
    for container in pods.main_containers:
        for word in _configured(container):
            if re.search(_QUIT, word) or (kills and re.search(_KILL, word)):
                return True
    return False


def _configured(container: Container) -> list[str]:
    """Return the words of a container's command and the names of its variables."""
    return container.words + [text(mapping(item).get("name")) for item in sequence(container.data.get("env"))]


def _ends_by_itself(container: Container) -> bool:
    """Return whether a sidecar's own command stops it: a script that kills or outlives it, a time limit, or a task of one go."""
    words = container.words
    if not words or not _ONE_SHOT.isdisjoint(words):
        return bool(words)
    program = words[0].rsplit("/", 1)[-1]
    if program == "timeout" or any(re.search(_KILL, word) for word in words):
        return True
    # A shell that runs it in the background ends the container, unless it waits.
    return program in _SHELLS and any(
        re.search(_BACKGROUND, word) and not re.search(r"\bwait\b", word) for word in words
    )


def _injected(job: Resource, pods: PodTemplate) -> Iterator[Problem]:
    if pods.annotations.get(_ISTIO_NATIVE) == "true":
        return
    for values, path in (
        (pods.labels.written, pods.labels_path),
        (pods.annotations, f"{pods.path}.metadata.annotations"),
    ):
        if values.get(_ISTIO_INJECT) == "true":
            yield job.problem(
                f"{path}[{_ISTIO_INJECT}]",
                "Istio injects its proxy into these pods; unless it is recent enough to inject a native sidecar, "
                "the proxy goes on when the others have finished and the Job never completes",
            )
            return

"""Checks of the chapter job (JOB)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.jobs import unfit_restart_policy
from kwlint.rule import Problem, Resource


def job_restart_policy(job: Resource) -> Iterator[Problem]:
    """JOB001: the pods' restart policy is one that a Job may not have."""
    problem = unfit_restart_policy(job)
    if problem is not None:
        yield problem

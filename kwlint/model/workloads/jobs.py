"""Jobs: the Job that a Job or CronJob makes."""

from __future__ import annotations

from typing import Any

from kwlint.model.resources import Resource
from kwlint.util.values import mapping


def job_spec(job: Resource) -> dict[str, Any]:
    """Return the spec of the Job that a Job or CronJob makes."""
    return mapping(job.at("spec", "jobTemplate", "spec")) if job.kind == "CronJob" else job.spec


def job_spec_path(job: Resource) -> str:
    """Return the path of the spec of the Job that a Job or CronJob makes."""
    return "spec.jobTemplate.spec" if job.kind == "CronJob" else "spec"

"""What the API server says to the objects of batch: Job and CronJob.

Upstream: pkg/apis/batch/validation/validation.go, pkg/apis/batch/v1/defaults.go, pkg/api/job/warnings.go and the
create strategies in pkg/registry/batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.counts import validate_not_negative
from kwlint.api.formats.names import dns1123_label_fault, dns1123_subdomain_fault
from kwlint.api.groups.jobpolicies import validate_pod_failure_policy, validate_success_policy
from kwlint.api.pod.spec import validate_pod_template_spec
from kwlint.api.pod.templates import matches, report_mismatch, template_labels
from kwlint.api.pod.warnings import warn_of_host_name, warn_of_pod_template
from kwlint.api.violations import Repair, Violations, quoted
from kwlint.model.schedule.schedule import ScheduleError, time_zone_error
from kwlint.model.schedule.schedule import parse as parse_schedule
from kwlint.util.values import int_or_zero, mapping, text

_ZONE_IN_SCHEDULE_UNTIL = 28  # kubernetes/kubernetes#116252
_PREFIXED_LABELS_SINCE = 27
# Minor versions since which a Job keeps a field: the gates JobPodFailurePolicy, JobBackoffLimitPerIndex,
# JobPodReplacementPolicy, JobSuccessPolicy and JobManagedBy. A CronJob's template keeps them all.
_KEPT_SINCE = {
    "podFailurePolicy": 26,
    "backoffLimitPerIndex": 29,
    "maxFailedIndexes": 29,
    "podReplacementPolicy": 29,
    "successPolicy": 31,
    "managedBy": 32,
}
_MANY_COMPLETIONS = 100_000
_LARGEST_PARALLELISM = 100_000
_LARGEST_FAILED_INDEXES = 100_000
_LIMIT_FOR_MANY_COMPLETIONS = 10_000
_LONGEST_MANAGED_BY = 63
_LONGEST_CRON_JOB_NAME = 52
_JOB_NAME_LABELS = ("job-name", "batch.kubernetes.io/job-name")
_UID_LABELS = ("controller-uid", "batch.kubernetes.io/controller-uid")
# The server draws the uid; no document can know it, so any value that it writes is a wrong one.
_UID = "00000000-0000-0000-0000-000000000000"


def validate_job(job: dict[str, Any], v: Violations) -> None:
    """Validate a Job (ValidateJobCreate), with the selector and the labels that the server adds."""
    metadata, spec = mapping(job.get("metadata")), mapping(job.get("spec"))
    name = meta.effective_name(metadata)
    written = template_labels(spec)
    spec = _stored_spec(spec, v)
    if spec.get("manualSelector") is not True:
        spec = _with_selector(spec, name, v)
    labels = template_labels(spec)
    if written and not metadata.get("labels"):
        metadata = {**metadata, "labels": labels}
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault)
    if spec.get("manualSelector") is not True:
        _validate_generated_selector(spec["selector"], labels, name, v)
    validate_job_spec(spec, False, "spec", v)
    _validate_selector(spec, v)
    completions = int_or_zero(spec.get("completions"))
    if spec.get("completionMode") == "Indexed" and completions > 0:
        host = f"{name}-{completions - 1}"
        if reason := dns1123_label_fault(host):
            v.invalid(
                "metadata.name", f"the pods' host names would be as {quoted(host)}, and such a name {reason}"
            )
    warn_of_host_name(metadata, "Pod names and host names", v)
    _warn_of_job_spec(spec, "spec", v)


def _stored_spec(spec: dict[str, Any], v: Violations) -> dict[str, Any]:
    """Return the spec with the server's defaults that matter, and without what the version does not keep."""
    spec = {key: value for key, value in spec.items() if v.minor >= _KEPT_SINCE.get(key, 0)}
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    if spec.get("parallelism") is None:
        spec["parallelism"] = 1
    return spec


def _label_names(v: Violations) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if v.minor >= _PREFIXED_LABELS_SINCE:
        return _JOB_NAME_LABELS, _UID_LABELS
    return _JOB_NAME_LABELS[:1], _UID_LABELS[:1]


def _with_selector(spec: dict[str, Any], name: str, v: Violations) -> dict[str, Any]:
    """Return the spec with the selector and the template's labels completed (generateSelector)."""
    name_labels, uid_labels = _label_names(v)
    added = {**dict.fromkeys(name_labels, name), **dict.fromkeys(uid_labels, _UID)}
    template = mapping(spec.get("template"))
    metadata = mapping(template.get("metadata"))
    labels = {**added, **mapping(metadata.get("labels"))}
    selector = mapping(spec.get("selector"))
    pairs = {uid_labels[-1]: _UID, **mapping(selector.get("matchLabels"))}
    return {
        **spec,
        "selector": {**selector, "matchLabels": pairs},
        "template": {**template, "metadata": {**metadata, "labels": labels}},
    }


def _validate_generated_selector(
    selector: dict[str, Any], labels: dict[str, Any], name: str, v: Violations
) -> None:
    """Check that a selector the server generates was not written by hand (validateGeneratedSelector)."""
    name_labels, uid_labels = _label_names(v)
    expected = {**dict.fromkeys(name_labels, name), **dict.fromkeys(uid_labels, _UID)}
    for key, value in expected.items():
        if text(labels.get(key)) != value:
            v.invalid(
                f"spec.template.metadata.labels[{key}]",
                f"the server sets the label `{key}`; remove it, or set `manualSelector: true`",
            )
    trial = Violations(v.minor)
    meta.validate_label_selector(selector, "", trial)
    if not trial.found and not matches(selector, expected):
        v.invalid(
            "spec.selector",
            "the server makes the selector of a Job; remove it, or set `manualSelector: true`",
        )


def _validate_selector(spec: dict[str, Any], v: Violations) -> None:
    selector = spec.get("selector")
    found = len(v.found)
    if not isinstance(selector, dict):
        v.required("spec.selector", "a selector must be set when `manualSelector` is true")
        found += 1
    else:
        meta.validate_label_selector(selector, "spec.selector", v)
    if len(v.found) == found and not matches(selector, template_labels(spec)):
        report_mismatch(spec, "spec", v)


def validate_job_spec(spec: dict[str, Any], in_cron_job: bool, path: str, v: Violations) -> None:
    """Check the spec of a Job or of a CronJob's template but for its selector (validateJobSpec)."""
    for field in (
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ):
        validate_not_negative(spec, field, path, v)
    per_index, failed = spec.get("backoffLimitPerIndex"), spec.get("maxFailedIndexes")
    if failed is not None and per_index is None:
        v.required(f"{path}.backoffLimitPerIndex", "must be set when `maxFailedIndexes` is set")
    manager = spec.get("managedBy")
    if isinstance(manager, str):
        meta.validate_domain_prefixed_path(manager, f"{path}.managedBy", v)
        if len(manager.encode()) > _LONGEST_MANAGED_BY:
            v.too_long(f"{path}.managedBy", f"must be no longer than {_LONGEST_MANAGED_BY} characters")
    mode = spec.get("completionMode")
    if mode == "Indexed":
        _validate_indexed(spec, path, v)
    elif mode not in (None, "NonIndexed"):
        v.unsupported(f"{path}.completionMode", mode, ["Indexed", "NonIndexed"])
    else:
        for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(field) is not None:
                v.invalid(f"{path}.{field}", f"`{field}` needs `completionMode: Indexed`")
    failure_policy = spec.get("podFailurePolicy")
    if isinstance(failure_policy, dict):
        validate_pod_failure_policy(failure_policy, spec, in_cron_job, f"{path}.podFailurePolicy", v)
    success_policy = spec.get("successPolicy")
    if isinstance(success_policy, dict):
        if mode != "Indexed":
            v.invalid(f"{path}.successPolicy", "`successPolicy` needs `completionMode: Indexed`")
        else:
            validate_success_policy(success_policy, spec, f"{path}.successPolicy", v)
    replacement = spec.get("podReplacementPolicy")
    if replacement is not None:
        allowed = ["Failed"] if isinstance(failure_policy, dict) else ["Failed", "TerminatingOrFailed"]
        if replacement not in allowed:
            v.unsupported(f"{path}.podReplacementPolicy", replacement, allowed)
    validate_pod_template_spec(spec.get("template"), f"{path}.template", v)
    _validate_restart_policy(spec, isinstance(failure_policy, dict), f"{path}.template.spec.restartPolicy", v)


def _validate_indexed(spec: dict[str, Any], path: str, v: Violations) -> None:
    completions, failed = spec.get("completions"), spec.get("maxFailedIndexes")
    parallelism = int_or_zero(spec.get("parallelism"))
    if completions is None:
        v.required(f"{path}.completions", "must be set when `completionMode` is `Indexed`")
    if parallelism > _LARGEST_PARALLELISM:
        v.invalid(
            f"{path}.parallelism",
            f"must be at most {_LARGEST_PARALLELISM} when `completionMode` is `Indexed`, and is {parallelism}",
        )
    if completions is not None and failed is not None and int_or_zero(failed) > int_or_zero(completions):
        v.invalid(
            f"{path}.maxFailedIndexes", f"{failed} must not be greater than `completions` ({completions})"
        )
    if int_or_zero(failed) > _LARGEST_FAILED_INDEXES:
        v.invalid(f"{path}.maxFailedIndexes", f"must be at most {_LARGEST_FAILED_INDEXES}, and is {failed}")
    if int_or_zero(completions) <= _MANY_COMPLETIONS or spec.get("backoffLimitPerIndex") is None:
        return
    when = f"when `completions` is above {_MANY_COMPLETIONS} and `backoffLimitPerIndex` is set"
    if failed is None:
        v.required(f"{path}.maxFailedIndexes", f"must be set {when}")
    for field, value in (("parallelism", parallelism), ("maxFailedIndexes", int_or_zero(failed))):
        if value > _LIMIT_FOR_MANY_COMPLETIONS:
            v.invalid(
                f"{path}.{field}", f"must be at most {_LIMIT_FOR_MANY_COMPLETIONS} {when}, and is {value}"
            )


def _validate_restart_policy(spec: dict[str, Any], failure_policy: bool, path: str, v: Violations) -> None:
    pod = mapping(mapping(spec.get("template")).get("spec"))
    policy = text(pod.get("restartPolicy"))
    if policy in ("", "Always"):
        v.required(path, "must be `OnFailure` or `Never` for a Job; unset it is `Always`")
    elif policy not in ("OnFailure", "Never"):
        # the server says it twice, and the first time with a list that is that of a pod
        v.found[:] = [violation for violation in v.found if violation.path != path]
        v.unsupported(path, policy, ["Never", "OnFailure"])
    elif failure_policy and policy != "Never":
        v.invalid(path, "must be `Never` when `podFailurePolicy` is set", Repair("replace", "Never"))


def _warn_of_job_spec(spec: dict[str, Any], path: str, v: Violations) -> None:
    if spec.get("completionMode") == "Indexed":
        completions, parallelism = int_or_zero(spec.get("completions")), int_or_zero(spec.get("parallelism"))
        if completions > _MANY_COMPLETIONS and parallelism > _LIMIT_FOR_MANY_COMPLETIONS:
            v.warning(
                path,
                f"with more than {_MANY_COMPLETIONS} completions and a parallelism above"
                f" {_LIMIT_FOR_MANY_COMPLETIONS}, the completed indexes may be lost track of when many fail",
            )
    warn_of_pod_template(spec.get("template"), f"{path}.template", v)


def validate_cron_job(cron_job: dict[str, Any], v: Violations) -> None:
    """Validate a CronJob (ValidateCronJobCreate)."""
    metadata, spec = mapping(cron_job.get("metadata")), mapping(cron_job.get("spec"))
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault)
    _validate_schedule(spec, v)
    for field in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        validate_not_negative(spec, field, "spec", v)
    zone = spec.get("timeZone")
    if isinstance(zone, str) and (reason := time_zone_error(zone)):
        v.invalid("spec.timeZone", reason)
    policy = text(spec.get("concurrencyPolicy"))
    if policy and policy not in ("Allow", "Forbid", "Replace"):
        v.unsupported("spec.concurrencyPolicy", policy, ["Allow", "Forbid", "Replace"])
    job_spec = mapping(mapping(spec.get("jobTemplate")).get("spec"))
    validate_job_spec(job_spec, True, "spec.jobTemplate.spec", v)
    if isinstance(job_spec.get("selector"), dict):
        v.invalid("spec.jobTemplate.spec.selector", "the server makes the selector of each Job; remove it")
    if job_spec.get("manualSelector") is True:
        v.unsupported("spec.jobTemplate.spec.manualSelector", True, ["false"])
    name = meta.effective_name(metadata)
    if len(name.encode()) > _LONGEST_CRON_JOB_NAME:
        v.invalid(
            "metadata.name",
            f"must be no longer than {_LONGEST_CRON_JOB_NAME} characters (it has {len(name)}),"
            " as its Jobs get 11 more",
        )
    warn_of_host_name(metadata, "Pod names and host names", v)
    _warn_of_job_spec(job_spec, "spec.jobTemplate.spec", v)


def _validate_schedule(spec: dict[str, Any], v: Violations) -> None:
    schedule = text(spec.get("schedule"))
    if not schedule:
        v.required("spec.schedule", "a schedule must be set, such as `0 6 * * *`")
        return
    try:
        parse_schedule(schedule)
    except ScheduleError as error:
        v.invalid("spec.schedule", str(error))
    if "TZ" in schedule:
        if v.minor > _ZONE_IN_SCHEDULE_UNTIL:
            v.invalid("spec.schedule", "the schedule must not set a time zone; use `timeZone`")
        elif spec.get("timeZone") is not None:
            v.invalid("spec.schedule", "the time zone must not be set both here and in `timeZone`")
        else:
            v.warning("spec.schedule", "a time zone in the schedule was never supported; use `timeZone`")


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "batch/v1/Job": validate_job,
    "batch/v1/CronJob": validate_cron_job,
}

"""Checks of a CronJob's runs: their pods and names, whether they may overlap, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kwlint.checks.shared.restart_policy import unfit_restart_policy
from kwlint.model.kinds import LONG_RUNNING
from kwlint.model.links.services import ports
from kwlint.model.project.selection import Selection, by_application
from kwlint.model.selector import parse_map
from kwlint.model.workloads.cronjobs import deadline, schedule_of
from kwlint.rule import SET, Change, Context, Fix, Problem, Resource
from kwlint.util.values import integer, text

_DEADLINE = "spec.jobTemplate.spec.activeDeadlineSeconds"
_POLICY = "spec.concurrencyPolicy"
# A Job's name is the CronJob's, a hyphen and the run's minute since 1970, and must not pass 63 characters.
_LONGEST_NAME = 52
# What the API server appends to generateName, which it cuts at 58 characters: apiserver's storage/names/generate.go.
_SUFFIX, _LONGEST_PREFIX = 5, 58
# https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
_CONTROLLER_PERIOD = 10
# Of so many Services, and workloads that they select, a finding speaks.
_SHOWN = 8


def cronjob_restart_policy(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ001: the pods' restart policy is one that a Job may not have."""
    problem = unfit_restart_policy(cronjob)
    if problem is not None:
        yield problem


def no_concurrency_policy(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ008: nothing says what happens when a run is due while the one before still runs."""
    if cronjob.spec.get("concurrencyPolicy") not in (None, ""):
        return
    schedule = schedule_of(cronjob)
    limit = deadline(cronjob)
    gap = schedule.shortest_gap() if schedule is not None else None
    if schedule is not None and (gap is None or (limit is not None and limit <= gap)):
        return
    if schedule is None and limit is not None:
        return
    if gap is None:
        rest = "so runs pile up when one is slow"
    elif limit is None:
        rest = (
            f"so runs pile up when one takes longer than {_span(gap)}, the shortest time from one to the next"
        )
    else:
        rest = f"so runs pile up: one may take {_span(limit)} and the next can be due after {_span(gap)}"
    yield cronjob.problem(
        _POLICY,
        f"`concurrencyPolicy` is not set and means `Allow`, {rest}; write `Forbid` or `Replace`",
        fix=Fix("write `concurrencyPolicy: Forbid`", (Change(SET, _POLICY, "Forbid", "schedule"),)),
    )


def start_deadline_too_short(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ009: runs may be a few seconds late at most, which the controller cannot promise."""
    seconds = integer(cronjob.spec.get("startingDeadlineSeconds"))
    if seconds is not None and 0 <= seconds < _CONTROLLER_PERIOD:
        yield cronjob.problem(
            "spec.startingDeadlineSeconds",
            f"`startingDeadlineSeconds: {seconds}` lets runs be skipped, because the controller looks only every "
            f"{_CONTROLLER_PERIOD} seconds and a run that is later than {_span(seconds)} does not start; "
            f"write at least {_CONTROLLER_PERIOD}",
        )


def overlapping_runs(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ010: runs may overlap as it is written, and their deadline lets them."""
    if cronjob.spec.get("concurrencyPolicy") != "Allow":
        return
    schedule = schedule_of(cronjob)
    limit = deadline(cronjob)
    gap = schedule.shortest_gap() if schedule is not None else None
    if limit is None or gap is None or limit <= gap:
        return
    yield cronjob.problem(
        _POLICY,
        f"`concurrencyPolicy: Allow` lets runs overlap: one may take {_span(limit)} (`activeDeadlineSeconds: {limit}`) "
        f"and the next can be due after {_span(gap)}",
        [cronjob.note(_DEADLINE, f"longer than the {_span(gap)} from one run to the next")],
    )


def cronjob_name_too_long(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ012: a name that leaves no room for the suffix of the Jobs' names.

    Source: pkg/apis/batch/validation/validation.go (ValidateCronJobCreate).
    """
    prefix = text(cronjob.at("metadata", "generateName"))
    if len(cronjob.name) > _LONGEST_NAME:
        yield cronjob.problem(
            "metadata.name",
            f"the name has {len(cronjob.name)} characters, but a CronJob's may have {_LONGEST_NAME} at most, "
            "because its Jobs' names get 11 more",
        )
    elif not cronjob.name and min(len(prefix), _LONGEST_PREFIX) + _SUFFIX > _LONGEST_NAME:
        yield cronjob.problem(
            "metadata.name",
            f"`generateName` has {len(prefix)} characters and gets {_SUFFIX} more, but a CronJob's name may have "
            f"{_LONGEST_NAME} at most",
            [cronjob.note("metadata.generateName", f"at most {_LONGEST_NAME - _SUFFIX} characters")],
        )


def forbid_without_deadline(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ013: a run that hangs keeps all later ones from starting."""
    if (
        cronjob.spec.get("concurrencyPolicy") != "Forbid"
        or deadline(cronjob) is not None
        or cronjob.pods is None
    ):
        return
    if integer(cronjob.pods.spec.get("activeDeadlineSeconds")) is None:
        yield cronjob.problem(
            _DEADLINE,
            "`concurrencyPolicy: Forbid` without `activeDeadlineSeconds`: one run that hangs stops the schedule for good",
            [cronjob.note(_POLICY, "a run starts only when the one before has ended")],
        )


def suspended(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ014: it is switched off."""
    if cronjob.spec.get("suspend") is True:
        yield cronjob.problem(
            "spec.suspend", "`suspend: true`: the schedule is switched off and no run starts"
        )


def no_history(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ015: neither finished nor failed runs are kept."""
    limits = ("successfulJobsHistoryLimit", "failedJobsHistoryLimit")
    if all(integer(cronjob.spec.get(limit)) == 0 for limit in limits):
        yield cronjob.problem(
            f"spec.{limits[1]}",
            "both history limits are 0, so a run's Job, pods and logs are deleted as soon as it ends, failed ones too",
            [cronjob.note(f"spec.{limits[0]}", "keeps no finished run either")],
        )


def cronjob_pods_selected(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ016: a Service takes the pods of the runs for those of a server that it selects too."""
    if cronjob.pods is None:
        return
    declared = {
        text(port.get("name")) for container in cronjob.pods.main_containers for port in container.ports
    }
    # Several Services that select the same pods are one problem.
    found: dict[tuple[str, str], tuple[list[Resource], list[Resource]]] = {}
    for service in islice(context.inventory.services_of(cronjob).nearest_first(cronjob), _SHOWN):
        selected = context.inventory.selected_here(service, parse_map(service.spec.get("selector")))
        servers = selected.once(_servers).get(cronjob.application, [])
        if not servers:
            continue
        targets = [text(port.get("targetPort")) for port in ports(service)]
        what = "so connections go to a run's pods while they last"
        if targets and all(target and target not in declared for target in targets):
            what = f"and only its port name `{targets[0]}`, which they do not declare, keeps connections from a run's pods"
        found.setdefault((servers[0].title, what), ([], servers))[0].append(service)
    for (title, what), (services, servers) in found.items():
        names = " and ".join(f"`{service.name}`" for service in services)
        selecting = f"Service {names} selects" if len(services) == 1 else f"Services {names} select"
        yield cronjob.problem(
            cronjob.pods.labels_path,
            f"{selecting} these pods as well as those of {title}, {what}",
            [
                *(service.note("spec.selector", "selects both") for service in services),
                *(
                    item.note(item.pods.labels_path, "the pods that are meant")
                    for item in servers[:_SHOWN]
                    if item.pods
                ),
            ],
        )


def _servers(selection: Selection) -> dict[int, list[Resource]]:
    """Return what runs until it is stopped, by application."""
    return {
        number: [item for item in items if item.kind in LONG_RUNNING]
        for number, items in selection.once(by_application).items()
    }


def _span(seconds: int) -> str:
    """Return a duration as people say it (90 minutes, 2 hours, 1 day)."""
    units = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next((size, unit) for size, unit in units if size == 1 or (seconds and seconds % size == 0))
    number = seconds // size
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"

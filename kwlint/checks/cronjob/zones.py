"""Checks of how a schedule and its time zone are written, and of what the zone's clock changes do to it."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.schedule.clockchanges import Change as ClockChange
from kwlint.model.schedule.clockchanges import changes
from kwlint.model.schedule.cronfields import ScheduleError
from kwlint.model.schedule.schedule import Schedule, parse
from kwlint.model.schedule.timezone import is_zone, time_zone_error
from kwlint.model.workloads.cronjobs import HORIZON, START, schedule_of, written_schedule
from kwlint.rule import SET, Change, Context, Fix, Problem, Resource
from kwlint.util.values import text

_FIELD = "spec.schedule"
# `timeZone` is served without a feature gate: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
_FIELD_SINCE = 27


def invalid_schedule(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ002: a schedule that the dialect does not have. An absent or empty one is a required field's matter."""
    if not text(cronjob.spec.get("schedule")):
        return
    try:
        parse(written_schedule(cronjob)[1])
    except ScheduleError as error:
        yield cronjob.problem(_FIELD, str(error))


def zone_in_schedule(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ006: a time zone in the schedule itself, refused on create since 1.29, and always beside ``timeZone``.

    Source: pkg/apis/batch/validation/validation.go (validateScheduleFormat).
    """
    zone, rest = written_schedule(cronjob)
    if rest == text(cronjob.spec.get("schedule")):
        return
    beside = cronjob.spec.get("timeZone")
    if beside is None and context.inventory.minor < 29:
        return
    prefix = text(cronjob.spec.get("schedule")).partition(" ")[0]
    message = f"the API server refuses the time zone `{prefix}` in the schedule"
    if beside is not None:
        yield cronjob.problem(
            _FIELD,
            f'{message}, and beside `timeZone` in every version; write `schedule: "{rest}"` and keep the zone in `timeZone`',
            [cronjob.note("spec.timeZone", "the field for the time zone")],
            fix=Fix("take the zone from the schedule", (Change(SET, _FIELD, rest),))
            if beside == zone
            else None,
        )
        return
    wrong = time_zone_error(zone)
    meant = f"`timeZone: {zone}`" if wrong is None else "the zone in `timeZone`"
    unknown = f" ({wrong})" if wrong is not None and zone else ""
    yield cronjob.problem(
        _FIELD,
        f'{message}; write `schedule: "{rest}"` and {meant} instead{unknown}',
        fix=_move(zone, rest) if wrong is None and context.inventory.minor >= _FIELD_SINCE else None,
    )


def _move(zone: str, rest: str) -> Fix:
    changes = (Change(SET, _FIELD, rest), Change(SET, "spec.timeZone", zone, "schedule"))
    return Fix("move the zone to `timeZone`", changes)


def invalid_time_zone(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ007: a ``timeZone`` that is no IANA name."""
    zone = cronjob.spec.get("timeZone")
    if not isinstance(zone, str):
        return
    wrong = time_zone_error(zone)
    if wrong is not None:
        yield cronjob.problem("spec.timeZone", wrong if zone else f"`timeZone` {wrong}")


def lost_hour(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ011: all runs of a day fall into the hour that the clocks skip or repeat on it."""
    zone = cronjob.spec.get("timeZone")
    schedule = schedule_of(cronjob)
    if schedule is None or schedule.every is not None or not isinstance(zone, str) or not is_zone(zone):
        return
    skipped = _first(schedule, zone, True)
    repeated = _first(schedule, zone, False)
    if skipped is None and repeated is None:
        return
    parts = []
    if skipped is not None:
        parts.append(
            f"does not run on {skipped.date}, when the clocks go from {skipped.start} to {skipped.end}"
        )
    if repeated is not None:
        parts.append(
            f"runs twice on {repeated.date}, when the clocks go back from {repeated.end} to {repeated.start}"
        )
    yield cronjob.problem(
        _FIELD,
        f"`{schedule.text}` in {zone} {', and '.join(parts)}; choose an hour outside the change, or a zone without one",
        [cronjob.note("spec.timeZone", "this zone has daylight saving")],
    )


def _first(schedule: Schedule, zone: str, skipped: bool) -> ClockChange | None:
    minutes = schedule.minute.values()
    times = [hour * 60 + minute for hour in schedule.hour.values() for minute in minutes]
    for change in changes(zone, START, HORIZON):
        if (
            change.skipped is skipped
            and times
            and schedule.month.bits >> change.month & 1
            and schedule.day_matches(change.day, change.weekday)
            and change.first <= times[0]
            and times[-1] < change.last
        ):
            return change
    return None

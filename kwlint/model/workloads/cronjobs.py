"""CronJobs: their schedule as a run reads it, and how close two of its runs can come."""

from __future__ import annotations

from kwlint.model.resources import Resource
from kwlint.model.schedule.cronfields import ScheduleError
from kwlint.model.schedule.schedule import Schedule, parse
from kwlint.util.values import text

# Dates are reckoned from here, not from today, so that the same input has the same findings on every day.
START = 2027
HORIZON = 8
_PREFIXES = ("TZ=", "CRON_TZ=")


def written_schedule(cronjob: Resource) -> tuple[str, str]:
    """Return (zone, rest) of ``spec.schedule``: the name in a ``TZ=`` or ``CRON_TZ=`` prefix, if any, and the rest."""
    schedule = text(cronjob.spec.get("schedule"))
    if schedule.startswith(_PREFIXES):
        prefix, space, rest = schedule.partition(" ")
        if space:
            return prefix.partition("=")[2], rest.strip()
    return "", schedule


def schedule_of(cronjob: Resource) -> Schedule | None:
    """Return the schedule of a CronJob, or None where there is none that can be read."""
    rest = written_schedule(cronjob)[1]
    if not rest:
        return None
    try:
        return parse(rest)
    except ScheduleError:
        return None


def deadline(cronjob: Resource) -> int | None:
    """Return how many seconds a Job may take, if that is limited."""
    value = cronjob.at("spec", "jobTemplate", "spec", "activeDeadlineSeconds")
    return value if isinstance(value, int) and not isinstance(value, bool) else None

"""Checks of the chapter cronjob (CJ)."""

from kwlint.checks.cronjob.dates import day_or_day, never_fires, uneven_step
from kwlint.checks.cronjob.runs import (
    cronjob_name_too_long,
    cronjob_pods_selected,
    cronjob_restart_policy,
    forbid_without_deadline,
    no_concurrency_policy,
    no_history,
    overlapping_runs,
    start_deadline_too_short,
    suspended,
)
from kwlint.checks.cronjob.zones import invalid_schedule, invalid_time_zone, lost_hour, zone_in_schedule

__all__ = [
    "cronjob_name_too_long",
    "cronjob_pods_selected",
    "cronjob_restart_policy",
    "day_or_day",
    "forbid_without_deadline",
    "invalid_schedule",
    "invalid_time_zone",
    "lost_hour",
    "never_fires",
    "no_concurrency_policy",
    "no_history",
    "overlapping_runs",
    "start_deadline_too_short",
    "suspended",
    "uneven_step",
    "zone_in_schedule",
]

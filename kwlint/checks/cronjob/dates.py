"""Checks of the dates and times that a schedule names: whether it fires, on which days, and how evenly."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.schedule.cronfields import FIELDS as BOUNDS
from kwlint.model.schedule.cronfields import Bounds, Field, Item
from kwlint.model.workloads.cronjobs import HORIZON, START, schedule_of
from kwlint.rule import Context, Problem, Resource

_FIELD = "spec.schedule"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def never_fires(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ003: no day has the dates that the schedule names. One that is suspended does not run anyway."""
    schedule = schedule_of(cronjob)
    if schedule is None or schedule.every is not None or cronjob.spec.get("suspend") is True:
        return
    from datetime import date

    if not schedule.never_fires(date(START, 1, 1), HORIZON):
        return
    months, dates = schedule.month.values(), schedule.day_of_month.values()
    empty = next(
        (field for field in (schedule.minute, schedule.hour, schedule.month) if not field.bits), None
    )
    if empty is None and (schedule.dom_star or not dates):
        empty = schedule.day_of_week if schedule.dom_star else schedule.day_of_month
    if empty is not None:
        reason = f"the {empty.name} `{empty.text}` names no value"
    else:
        longest = max(_LONGEST[month - 1] for month in months)
        have = "has" if len(months) == 1 else "have"
        reason = f"{_and([_MONTHS[month - 1] for month in months])} {have} no day {dates[0]}, only {longest}"
    yield cronjob.problem(_FIELD, f"`{schedule.text}` never fires, so no Job is ever made: {reason}")


def day_or_day(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ004: day of month and day of week are both restricted, and a day that matches either is a match."""
    schedule = schedule_of(cronjob)
    if schedule is None or schedule.every is not None or schedule.dom_star or schedule.dow_star:
        return
    dates, weekdays = schedule.day_of_month.values(), schedule.day_of_week.values()
    if not dates or not weekdays or (len(dates) == 31 and len(weekdays) == 7):
        return
    months = schedule.month.values()
    only = (
        ""
        if len(months) == 12
        else f" in {_and(_spans(months, [_MONTHS[month - 1] for month in months], 'to'))}"
    )
    if len(dates) == 31 or len(weekdays) == 7:
        full = schedule.day_of_month if len(dates) == 31 else schedule.day_of_week
        yield cronjob.problem(
            _FIELD,
            f"`{schedule.text}` runs on every day{only}, because a day that matches either day field is a match and "
            f"the {full.name} `{full.text}` matches all; write `*` there",
        )
        return
    yield cronjob.problem(
        _FIELD,
        f"`{schedule.text}` runs when either day field matches: on {_dates(dates)} of the month, and besides on every "
        f"{_and(_spans(weekdays, [_WEEKDAYS[day] for day in weekdays], 'to'))}{only}, not only where the two coincide",
    )


def uneven_step(cronjob: Resource, context: Context) -> Iterator[Problem]:
    """CJ005: a step that does not go evenly into its field, whose count starts anew there."""
    schedule = schedule_of(cronjob)
    if schedule is None or schedule.every is not None or schedule.text.startswith("@"):
        return
    fields = (schedule.minute, schedule.hour, schedule.day_of_month, schedule.month)
    for field, bounds in zip(fields, BOUNDS, strict=False):
        item = next((item for item in field.items if _is_uneven(item, field, bounds)), None)
        if item is not None:
            yield cronjob.problem(_FIELD, _unevenly(item, field, bounds))


def _is_uneven(item: Item, field: Field, bounds: Bounds) -> bool:
    if not (item.star or item.open) or item.step == 1:
        return False
    size = bounds.high - bounds.low + 1
    values = field.values()
    if len(values) == size:
        return False
    if bounds.name == "day of month":
        return True
    if size % item.step == 0 and not (item.open and item.first - bounds.low >= item.step):
        return False
    gaps = {later - earlier for earlier, later in zip(values, [*values[1:], values[0] + size], strict=True)}
    return gaps != {item.step} if len(field.items) == 1 else len(gaps) > 1


def _unevenly(item: Item, field: Field, bounds: Bounds) -> str:
    values = field.values()
    gap = bounds.high - bounds.low + 1 - values[-1] + values[0]
    what = f"the {bounds.name} `{item.text}`"
    if bounds.name == "minute":
        times = _and([f":{value:02}" for value in values])
        if len(values) == 1:
            return f"{what} runs at {times} only, once an hour: {item.step} minutes later the hour is over"
        return f"{what} runs at {times} of each hour, then again after {_many(gap, 'minute')}: the count starts anew each hour"
    if bounds.name == "hour":
        times = _and([str(value) for value in values])
        if len(values) == 1:
            return (
                f"{what} runs in the hour {times} only, once a day: {item.step} hours later the day is over"
            )
        return f"{what} runs in the hours {times}, then again after {_many(gap, 'hour')}: the count starts anew each day"
    if bounds.name == "month":
        times = _and([_MONTHS[value - 1] for value in values])
        if len(values) == 1:
            return f"{what} runs in {times} only: {item.step} months later the year is over"
        return (
            f"{what} runs in {times}, then again after {_many(gap, 'month')}: the count starts anew each year"
        )
    if len(values) == 1:
        return f"{what} runs on {_dates(values)} of each month only: {item.step} days later the month is over"
    last = f"the {_ordinal(values[-1])} and then on the {_ordinal(values[0])}"
    return (
        f"{what} runs on {_dates(values)}, so on {last} of the next month: the count starts anew each month"
    )


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _dates(days: list[int]) -> str:
    return f"the {_and(_spans(days, [_ordinal(day) for day in days], 'to the'))}"


def _spans(values: list[int], names: list[str], to: str) -> list[str]:
    """Return names of ascending values, those of three and more in a row as first and last."""
    found: list[str] = []
    start = 0
    for index, value in enumerate(values):
        if index + 1 < len(values) and values[index + 1] == value + 1:
            continue
        row = names[start : index + 1]
        found += [f"{row[0]} {to} {row[-1]}"] if len(row) > 2 else row
        start = index + 1
    return found


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _and(words: list[str]) -> str:
    if len(words) > 8:
        words = [*words[:3], "…", words[-1]]
        return ", ".join(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

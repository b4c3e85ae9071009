"""Cron schedules: what parses, what is refused and why, and when they run (recorded from robfig/cron v3.0.1)."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kwlint.model.schedule.cronfields import parse_duration
from kwlint.model.schedule.schedule import ScheduleError, parse, time_zone_error

ALL_HOURS = list(range(24))
ALL_MONTHS = list(range(1, 13))
ALL_DAYS = list(range(7))


def bits(values: list[int]) -> int:
    return sum(1 << value for value in values)


@pytest.mark.parametrize(
    ("text", "minutes", "hours", "months", "weekdays"),
    [
        ("0 6 * * *", [0], [6], ALL_MONTHS, ALL_DAYS),
        ("*/20 9-17/4 * jan-MAR Mon,WED-fri", [0, 20, 40], [9, 13, 17], [1, 2, 3], [1, 3, 4, 5]),
        ("5/20 0 ? ? ?", [5, 25, 45], [0], ALL_MONTHS, ALL_DAYS),
        ("1,,2, +3 * 07 0", [1, 2], [3], [7], [0]),
        ("*/61 *-5 * * *", [0], ALL_HOURS, ALL_MONTHS, ALL_DAYS),
        (", 0 * * *", [], [0], ALL_MONTHS, ALL_DAYS),
        ("@hourly", [0], ALL_HOURS, ALL_MONTHS, ALL_DAYS),
        ("@yearly", [0], [0], [1], ALL_DAYS),
        ("@weekly", [0], [0], ALL_MONTHS, [0]),
        ("\t0\u00a00  * * *", [0], [0], ALL_MONTHS, ALL_DAYS),
    ],
)
def test_fields(
    text: str, minutes: list[int], hours: list[int], months: list[int], weekdays: list[int]
) -> None:
    schedule = parse(text)
    fields = (schedule.minute, schedule.hour, schedule.month, schedule.day_of_week)
    assert [field.bits for field in fields] == [bits(values) for values in (minutes, hours, months, weekdays)]
    assert schedule.minute.values() == minutes


@pytest.mark.parametrize(
    ("field", "star"),
    [("*", True), ("?", True), ("*/1", True), ("3,*", True), ("*/2", False), ("1-31", False), ("1", False)],
)
def test_unrestricted(field: str, star: bool) -> None:
    assert parse(f"0 0 {field} * *").dom_star is star
    assert parse(f"0 0 * * {field.replace('31', '6')}").dow_star is star


def test_items() -> None:
    items = parse("1-9/3,5/20,*/45,7 0 * * *").minute.items
    assert [(item.first, item.last, item.step) for item in items] == [
        (1, 9, 3),
        (5, 59, 20),
        (0, 59, 45),
        (7, 7, 1),
    ]
    assert [item.star for item in items] == [False, False, True, False]
    assert [item.open for item in items] == [False, True, False, False]


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("", None, "empty"),
        ("0 6 * *", None, "has 4 fields"),
        ("0 0 6 * * *", None, "no seconds field"),
        ("0 0 6 * * ? 2026", None, "no seconds and years fields"),
        (" @daily", None, "without spaces"),
        ("@Daily", None, "did you mean `@daily`?"),
        ("@fortnightly", None, "`@hourly`"),
        ("@reboot", None, "use a Job"),
        ("@every", None, "`@every 1h30m`"),
        ("@every 5", None, "no valid duration"),
        ("@every 1d", None, "units are h, m and s"),
        ("@EVERY 1h", None, "in lower case"),
        ("TZ=UTC", None, "nothing follows the time zone"),
        ("TZ=Nowhere 0 6 * * *", None, "unknown time zone"),
        ("60 * * * *", "minute", "the full hour is 0"),
        ("-5 * * * *", "minute", "lacks a number"),
        ("*/0 * * * *", "minute", "must be at least 1"),
        ("*/-1 * * * *", "minute", "not a positive number"),
        ("1-2-3 * * * *", "minute", "more than one hyphen"),
        ("*/2/3 * * * *", "minute", "more than one slash"),
        ("x * * * *", "minute", "not a number from 0 to 59"),
        ("\u0665 * * * *", "minute", "not a number"),
        ("H * * * *", "minute", "Jenkins"),
        ("0 24 * * *", "hour", "midnight is 0"),
        ("0 22-4 * * *", "hour", "write `22-23,0-4`"),
        ("0 22-4/2 * * *", "hour", "ranges do not wrap"),
        ("0 mon * * *", "hour", "weekdays stand in the fifth field"),
        ("0 0 0 * *", "day of month", "below 1"),
        ("0 0 32 * *", "day of month", "from 1 to 31"),
        ("0 0 20-0 * *", "day of month", "below 1"),
        ("0 0 L * *", "day of month", "`L` of Quartz"),
        ("0 0 15W * *", "day of month", "`W` of Quartz"),
        ("0 0 * 13 *", "month", "`jan` to `dec`"),
        ("0 0 * sept *", "month", "did you mean `sep`?"),
        ("0 0 * mon *", "month", "fifth field"),
        ("0 0 * * 7", "day of week", "Sunday is 0, write `0`"),
        ("0 0 * * 5-7", "day of week", "write `5-6,0`"),
        ("0 0 * * 6-7", "day of week", "write `6,0`"),
        ("0 0 * * 1-7", "day of week", "write `*`"),
        ("0 0 * * fri-mon", "day of week", "write `5-6,0-1`"),
        ("0 0 * * 5L", "day of week", "`L` of Quartz"),
        ("0 0 * * friL", "day of week", "`L` of Quartz"),
        ("0 0 * * 2#1", "day of week", "`#` of Quartz"),
        ("0 0 * * Sunday", "day of week", "did you mean `sun`?"),
        ("0 0 * * someday", "day of week", "a name from `sun` to `sat`"),
        ("99 24 * * 7", "minute", "above 59"),
        (f"{'9' * 10_000} * * * *", "minute", "is not a number from 0 to 59"),
        (f"1-{'9' * 10_000} * * * *", "minute", "is not a number from 0 to 59"),
        (f"*/{'9' * 10_000} * * * *", "minute", "is not a positive number"),
        ("*/-1 * * * *", "minute", "is not a positive number"),
        (f"@every {'9' * 10_000}s", None, "has no valid duration"),
        (f"@every -{'9' * 10_000}s", None, "has no valid duration"),
    ],
)
def test_refused(text: str, field: str | None, says: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse(text)
    assert caught.value.field == field
    assert says in str(caught.value)
    assert not str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "zone", "after", "expected"),
    [
        (
            "*/15 * * * *",
            "UTC",
            "2026-03-01T10:07:30",
            "2026-03-01T10:15:00+00:00 2026-03-01T10:30:00+00:00 2026-03-01T10:45:00+00:00",
        ),
        (
            "0 6 * * *",
            "UTC",
            "2026-12-31T06:00:00",
            "2027-01-01T06:00:00+00:00 2027-01-02T06:00:00+00:00 2027-01-03T06:00:00+00:00",
        ),
        (
            "30 2 * * *",
            "America/New_York",
            "2026-03-07T12:00:00",
            "2026-03-09T02:30:00-04:00 2026-03-10T02:30:00-04:00 2026-03-11T02:30:00-04:00",
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31T12:00:00",
            "2026-11-01T01:30:00-04:00 2026-11-01T01:30:00-05:00 2026-11-02T01:30:00-05:00",
        ),
        (
            "0 * * * *",
            "America/New_York",
            "2026-11-01T00:30:00",
            "2026-11-01T01:00:00-04:00 2026-11-01T01:00:00-05:00 2026-11-01T02:00:00-05:00",
        ),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T12:00:00",
            "2026-03-30T02:30:00+02:00 2026-03-31T02:30:00+02:00 2026-04-01T02:30:00+02:00",
        ),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T12:00:00",
            "2026-10-25T02:30:00+02:00 2026-10-25T02:30:00+01:00 2026-10-26T02:30:00+01:00",
        ),
        (
            "0 0 * * *",
            "America/Sao_Paulo",
            "2018-11-03T00:00:00",
            "2018-11-05T00:00:00-02:00 2018-11-06T00:00:00-02:00 2018-11-07T00:00:00-02:00",
        ),
        (
            "0 0 * * *",
            "Asia/Beirut",
            "2024-03-30T00:00:00",
            "2024-04-01T00:00:00+03:00 2024-04-02T00:00:00+03:00 2024-04-03T00:00:00+03:00",
        ),
        (
            "0 0 * * 0",
            "Asia/Beirut",
            "2024-03-30T00:00:00",
            "2024-04-07T00:00:00+03:00 2024-04-14T00:00:00+03:00 2024-04-21T00:00:00+03:00",
        ),
        (
            "0 0 * * *",
            "Africa/Cairo",
            "2026-04-23T00:00:00",
            "2026-04-25T00:00:00+03:00 2026-04-26T00:00:00+03:00 2026-04-27T00:00:00+03:00",
        ),
        (
            "15 0 * * *",
            "America/Havana",
            "2026-03-07T00:00:00",
            "2026-03-07T00:15:00-05:00 2026-03-09T00:15:00-04:00 2026-03-10T00:15:00-04:00",
        ),
        (
            "*/30 * * * *",
            "Australia/Lord_Howe",
            "2026-04-05T01:00:00",
            "2026-04-05T01:30:00+11:00 2026-04-05T01:30:00+10:30 2026-04-05T02:00:00+10:30",
        ),
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T01:00:00",
            "2026-10-03T02:15:00+10:30 2026-10-05T02:15:00+11:00 2026-10-06T02:15:00+11:00",
        ),
        (
            "0 0 1,15 * 1",
            "UTC",
            "2026-01-01T00:00:00",
            "2026-01-05T00:00:00+00:00 2026-01-12T00:00:00+00:00 2026-01-15T00:00:00+00:00",
        ),
        (
            "0 0 13 * 5",
            "UTC",
            "2026-01-01T00:00:00",
            "2026-01-02T00:00:00+00:00 2026-01-09T00:00:00+00:00 2026-01-13T00:00:00+00:00",
        ),
        (
            "0 0 */2 * *",
            "UTC",
            "2026-01-30T00:00:00",
            "2026-01-31T00:00:00+00:00 2026-02-01T00:00:00+00:00 2026-02-03T00:00:00+00:00",
        ),
        (
            "0 0 29 2 *",
            "UTC",
            "2026-01-01T00:00:00",
            "2028-02-29T00:00:00+00:00 2032-02-29T00:00:00+00:00 2036-02-29T00:00:00+00:00",
        ),
        (
            "0 0 31 * *",
            "UTC",
            "2026-01-31T00:00:00",
            "2026-03-31T00:00:00+00:00 2026-05-31T00:00:00+00:00 2026-07-31T00:00:00+00:00",
        ),
        (
            "*/45 * * * *",
            "UTC",
            "2026-01-01T00:00:00",
            "2026-01-01T00:45:00+00:00 2026-01-01T01:00:00+00:00 2026-01-01T01:45:00+00:00",
        ),
        (
            "0 0 ? * mon",
            "Asia/Kolkata",
            "2026-01-01T00:00:00",
            "2026-01-05T00:00:00+05:30 2026-01-12T00:00:00+05:30 2026-01-19T00:00:00+05:30",
        ),
        (
            "@weekly",
            "UTC",
            "2026-01-01T00:00:00",
            "2026-01-04T00:00:00+00:00 2026-01-11T00:00:00+00:00 2026-01-18T00:00:00+00:00",
        ),
        (
            "@every 1h30m",
            "UTC",
            "2026-01-01T00:00:30",
            "2026-01-01T01:30:30+00:00 2026-01-01T03:00:30+00:00 2026-01-01T04:30:30+00:00",
        ),
        (
            "CRON_TZ=Asia/Tokyo 0 6 * * *",
            "UTC",
            "2026-01-01T00:00:00",
            "2026-01-01T21:00:00+00:00 2026-01-02T21:00:00+00:00 2026-01-03T21:00:00+00:00",
        ),
        (
            "5/20 9-17/4 * jan,jul SUN",
            "UTC",
            "2026-01-01T00:00:00",
            "2026-01-04T09:05:00+00:00 2026-01-04T09:25:00+00:00 2026-01-04T09:45:00+00:00",
        ),
        # The clocks skip the hour after midnight of the 14th.
        (
            "15,45 23 15 * 1",
            "America/Havana",
            "2027-03-11T18:55:00",
            "2027-03-15T23:15:00-04:00 2027-03-15T23:45:00-04:00 2027-03-22T23:15:00-04:00",
        ),
        (
            "30 0 * 3 1",
            "America/Havana",
            "2027-03-08T03:34:00",
            "2027-03-15T00:30:00-04:00 2027-03-22T00:30:00-04:00 2027-03-29T00:30:00-04:00",
        ),
    ],
)
def test_runs(text: str, zone: str, after: str, expected: str) -> None:
    start = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone))
    assert [run.isoformat() for run in parse(text).runs(start, 3)] == expected.split()


def test_zone_of_the_cronjob() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert parse("0 6 * * *", "Asia/Tokyo").next(start) == datetime(2026, 1, 1, 21, tzinfo=UTC)
    assert parse("TZ=UTC 0 6 * * *", "Asia/Tokyo").next(start) == datetime(2026, 1, 1, 6, tzinfo=UTC)


def test_naive_times_are_utc() -> None:
    assert parse("0 6 * * *").next(datetime(2026, 1, 1)) == datetime(2026, 1, 1, 6)


@pytest.mark.parametrize("text", ["0 0 30 2 *", ", * * * *", "0 0 31 4,6 *"])
def test_no_next_run(text: str) -> None:
    assert parse(text).next(datetime(2026, 1, 1)) is None


def test_day_that_a_zone_skipped() -> None:
    start = datetime(2011, 12, 29, 7, tzinfo=ZoneInfo("Pacific/Apia"))
    assert parse("0 6 * * 1").next(start) is None


@pytest.mark.parametrize(
    ("text", "start", "never"),
    [
        ("0 0 30 2 *", "2026-01-01", True),
        ("0 0 31 2,4,6,9,11 *", "2026-01-01", True),
        ("0 0 30 2 1", "2026-01-01", False),
        ("0 0 31 * *", "2026-01-01", False),
        ("0 0 29 2 *", "2026-01-01", False),
        ("0 0 29 2 *", "2096-03-01", False),
        ("0 0 29 2 *", "2096-02-29", False),
        (", 0 * * *", "2026-01-01", True),
        ("0 , * * *", "2026-01-01", True),
        ("0 0 , * *", "2026-01-01", True),
        ("0 0 1 , *", "2026-01-01", True),
        ("0 0 * * ,", "2026-01-01", True),
        ("0 0 30 2 ,", "2026-01-01", True),
        ("@every 1h", "2026-01-01", False),
    ],
)
def test_never_fires(text: str, start: str, never: bool) -> None:
    assert parse(text).never_fires(date.fromisoformat(start)) is never


def test_never_fires_between_leap_years() -> None:
    assert parse("0 0 29 2 *").never_fires(date(2096, 3, 1), years=7)


DAY = 86400


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("* * * * *", 60),
        ("*/45 * * * *", 15 * 60),
        ("0 6 * * *", DAY),
        ("59,0 0,23 * * *", 60),
        ("0 1,23 * * *", 2 * 3600),
        ("30 9-17 * * *", 3600),
        ("0 6 * * 1-5", DAY),
        ("0 6 * * 1", 7 * DAY),
        ("0 6 * 3 2,5", 3 * DAY),
        ("0 6 1 * *", 28 * DAY),
        ("0 6 31 * *", 31 * DAY),
        ("0 6 1,15 * *", 14 * DAY),
        ("0 6 */2 * *", DAY),
        ("0 6 1 1 *", 365 * DAY),
        ("0 6 29 2 *", 1461 * DAY),
        ("0 6 13 * 5", DAY),
        ("0 6 30 2 1", 7 * DAY),
        ("0 6 30 2 *", None),
        (", * * * *", None),
        ("@daily", DAY),
        ("@every 90m", 5400),
        ("@every 10ms", 1),
    ],
)
def test_shortest_gap(text: str, gap: int | None) -> None:
    assert parse(text).shortest_gap() == gap


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1h30m", 5400 * 10**9),
        ("1.5s", 1500 * 10**6),
        (".5m", 30 * 10**9),
        ("-1s", -(10**9)),
        ("+2us3\u00b5s", 5000),
        ("0", 0),
        ("9223372036854775807ns", 2**63 - 1),
        ("9223372036854775808ns", None),
        ("-9223372036854775808ns", -(2**63)),
        ("0.99999999999999999999s", 10**9),
        ("", None),
        ("-", None),
        (".s", None),
        ("1", None),
        ("1x", None),
        ("1 s", None),
        ("9" * 10_000 + "s", None),
        ("0" * 10_000 + "1s", 10**9),
        ("1." + "9" * 10_000 + "s", 2 * 10**9),
        ("1." + "0" * 10_000 + "9s", 10**9),
        ("9223372036854775808ns9223372036854775808ns", 0),
        ("1ns" * 100_000, 100_000),
        ("1h" * 100_000 + "x", None),
    ],
)
def test_durations(text: str, nanoseconds: int | None) -> None:
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    "name", ["UTC", "Europe/Berlin", "Etc/GMT+5", "America/Argentina/ComodRivadavia", "EST5EDT", "Zulu"]
)
def test_time_zones(name: str) -> None:
    assert time_zone_error(name) is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "must not be empty"),
        ("Local", "IANA zone"),
        ("local", "IANA zone"),
        ("europe/berlin", "`Europe/Berlin`"),
        (" UTC", "`UTC`"),
        ("America/New York", "`America/New_York`"),
        ("Berlin", "`Europe/Berlin`"),
        ("UTC+2", "`Etc/GMT-2`"),
        ("GMT-05:00", "`Etc/GMT+5`"),
        ("Europe/Berln", "`Europe/Berlin`"),
        ("Nowhere/Land", "must be an IANA name"),
        ("../UTC", "unknown time zone"),
    ],
)
def test_wrong_time_zones(name: str, says: str) -> None:
    assert says in (time_zone_error(name) or "")


def test_light_import() -> None:
    import subprocess

    code = "import sys, kwlint.model.schedule.schedule; print({'datetime', 'zoneinfo', 'difflib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

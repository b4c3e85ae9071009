"""Cron schedules in the dialect of robfig/cron v3's standard parser, which Kubernetes uses, and their run times.

Source: github.com/robfig/cron/v3 v3.0.1, parser.go (ParseStandard) and spec.go (SpecSchedule.Next).
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from kwlint.model.schedule.cronfields import FIELDS, Field, parse_duration, parse_field, quote
from kwlint.model.schedule.cronfields import ScheduleError as ScheduleError
from kwlint.model.schedule.timezone import is_zone, load_zone
from kwlint.model.schedule.timezone import time_zone_error as time_zone_error

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# str.split takes these four for spaces, Go's strings.Fields does not.
_NO_SPACES = dict.fromkeys(range(0x1C, 0x20), "\ufffd")


def parse(text: str, time_zone: str | None = None) -> Schedule:
    """Return the schedule that ``text`` says, or raise ScheduleError; ``time_zone`` is the CronJob's ``timeZone``.

    A ``TZ=`` or ``CRON_TZ=`` prefix is read as the library reads it; that the API server refuses it since
    Kubernetes 1.29 is not this function's matter.
    """
    if not text:
        raise ScheduleError("the schedule is empty; " + _FIVE)
    zone = time_zone
    rest = text = text.translate(_NO_SPACES)
    if text.startswith(("TZ=", "CRON_TZ=")):
        prefix, space, rest = text.partition(" ")
        zone = prefix.partition("=")[2]
        if not space:
            raise ScheduleError(f"nothing follows the time zone {quote(prefix)}; " + _FIVE)
        if not is_zone(zone):
            raise ScheduleError(f"unknown time zone in {quote(prefix)}")
        rest = rest.strip()
    if rest.startswith("@"):
        return _descriptor(text, rest, zone)
    words = rest.split()
    if len(words) != 5:
        raise ScheduleError(_wrong_count(words))
    fields = tuple(parse_field(word, bounds) for word, bounds in zip(words, FIELDS, strict=True))
    return Schedule(text, fields, zone)


_FIVE = "a schedule has five fields: minute, hour, day of month, month and day of week"


def _wrong_count(words: list[str]) -> str:
    count = len(words)
    if count == 1 and words[0].startswith("@"):
        return f"{quote(words[0])} must stand without spaces around it"
    found = f"the schedule has {count} field{'' if count == 1 else 's'}"
    if count < 5:
        return f"{found}, but needs five: minute, hour, day of month, month and day of week"
    extra = "seconds field" if count == 6 else "seconds and years fields"
    return f"{found}, but five are read: minute, hour, day of month, month and day of week; there {'is' if count == 6 else 'are'} no {extra} as in Quartz"


def _descriptor(text: str, word: str, zone: str | None) -> Schedule:
    """Return the schedule of a word that starts with ``@``."""
    if word in DESCRIPTORS:
        fields = (
            parse_field(part, bounds) for part, bounds in zip(DESCRIPTORS[word].split(), FIELDS, strict=True)
        )
        return Schedule(text, tuple(fields), zone)
    if word.startswith("@every "):
        nanoseconds = parse_duration(word[len("@every ") :])
        if nanoseconds is None:
            raise ScheduleError(
                f"{quote(word)} has no valid duration; write it as in `@every 1h30m`, units are h, m and s"
            )
        # Every() rounds up to a second and drops fractions.
        every = max(nanoseconds // 10**9, 1)
        return Schedule(text, tuple(Field(bounds.name, "", 0, False, ()) for bounds in FIELDS), zone, every)
    if word == "@reboot":
        raise ScheduleError("`@reboot` has no meaning for a CronJob; use a Job to run something once")
    names = ", ".join(f"`{name}`" for name in DESCRIPTORS)
    lowered = word.strip().lower()
    if lowered in DESCRIPTORS:
        raise ScheduleError(f"unknown schedule {quote(word)}; did you mean `{lowered}`?")
    if lowered.startswith("@every"):
        raise ScheduleError(
            f"{quote(word)} is not valid; write it as in `@every 1h30m`, in lower case and with one space"
        )
    raise ScheduleError(
        f"unknown schedule {quote(word)}; it must be one of {names} or `@every` and a duration"
    )


class Schedule:
    """When a CronJob runs.

    ``every`` is the delay of an ``@every`` schedule in seconds (whose five fields are empty), else None.
    ``zone`` is the name from a ``TZ=`` or ``CRON_TZ=`` prefix, else the CronJob's time zone, else None.
    """

    __slots__ = ("day_of_month", "day_of_week", "every", "hour", "minute", "month", "text", "zone")

    def __init__(
        self, text: str, fields: tuple[Field, ...], zone: str | None, every: int | None = None
    ) -> None:
        self.text = text
        self.zone = zone
        self.every = every
        self.minute, self.hour, self.day_of_month, self.month, self.day_of_week = fields

    @property
    def dom_star(self) -> bool:
        """Whether the day of month is unrestricted; if it and the day of week are not, either may match."""
        return self.day_of_month.star

    @property
    def dow_star(self) -> bool:
        """Whether the day of week is unrestricted."""
        return self.day_of_week.star

    def day_matches(self, day: int, weekday: int) -> bool:
        """Return whether a day of the month (from 1) that is a ``weekday`` (Sunday is 0) matches both day fields."""
        dom = bool(self.day_of_month.bits >> day & 1)
        dow = bool(self.day_of_week.bits >> weekday & 1)
        return (dom and dow) if self.dom_star or self.dow_star else (dom or dow)

    def next(self, after: datetime) -> datetime | None:
        """Return the first run after ``after``, in its zone, or None when there is none within five years.

        A schedule without a zone is read in the zone of ``after``; a naive ``after`` is UTC and gets a naive answer.
        Around changes of the clock this is what SpecSchedule.Next answers: a run in a skipped hour is left
        out, one in a repeated hour is made in each of the two.
        """
        from datetime import UTC, datetime, timedelta

        aware = after if after.tzinfo else after.replace(tzinfo=UTC)
        second = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
        if self.every is not None:
            found: int | None = second + self.every
        else:
            zone = aware.tzinfo if self.zone in (None, "Local") else load_zone(self.zone or "")
            found = self._next_second(second + 1, zone or UTC)
        if found is None:
            return None
        answer = datetime.fromtimestamp(found, aware.tzinfo)
        return answer if after.tzinfo else answer.replace(tzinfo=None)

    def _next_second(self, moment: int, zone: tzinfo) -> int | None:
        """Return the first matching second since 1970 from ``moment`` on; this is SpecSchedule.Next, step by step."""
        if not (self.minute.bits and self.hour.bits and self.month.bits):
            return None
        from datetime import datetime

        moment_of = partial(_moment_of, zone)
        now = datetime.fromtimestamp(moment, zone)
        last_year = now.year + 5
        added = False
        while now.year <= last_year:
            wrapped = False
            while not self.month.bits >> now.month & 1:
                if not added:
                    added = True
                    moment = moment_of(now.year, now.month, 1)
                    now = datetime.fromtimestamp(moment, zone)
                clock = now.minute * 60 + now.second
                moment = moment_of(now.year, now.month + 1, now.day, now.hour, clock)
                now = datetime.fromtimestamp(moment, zone)
                if now.month == 1:
                    wrapped = True
                    break
            if wrapped:
                continue
            while not self.day_matches(now.day, now.isoweekday() % 7):
                if not added:
                    added = True
                    moment = moment_of(now.year, now.month, now.day)
                    now = datetime.fromtimestamp(moment, zone)
                before = moment
                clock = now.minute * 60 + now.second
                moment = moment_of(now.year, now.month, now.day + 1, now.hour, clock)
                now = datetime.fromtimestamp(moment, zone)
                if now.hour:
                    moment += (24 - now.hour if now.hour > 12 else -now.hour) * 3600
                    now = datetime.fromtimestamp(moment, zone)
                if moment <= before:
                    return None  # a zone that skipped a whole day, where the library never comes back
                if now.day == 1:
                    wrapped = True
                    break
            if wrapped:
                continue
            while not self.hour.bits >> now.hour & 1:
                if not added:
                    added = True
                    moment = moment_of(now.year, now.month, now.day, now.hour)
                moment += 3600
                now = datetime.fromtimestamp(moment, zone)
                if now.hour == 0:
                    wrapped = True
                    break
            if wrapped:
                continue
            while not self.minute.bits >> now.minute & 1:
                if not added:
                    added = True
                    moment -= moment % 60
                moment += 60
                now = datetime.fromtimestamp(moment, zone)
                if now.minute == 0:
                    wrapped = True
                    break
            if wrapped:
                continue
            if now.second == 0:
                return moment
            added = True
            moment += 60 - now.second
            now = datetime.fromtimestamp(moment, zone)
        return None

    def runs(self, after: datetime, count: int) -> list[datetime]:
        """Return the next ``count`` runs after ``after``, fewer when the schedule comes to an end."""
        found: list[datetime] = []
        run = self.next(after)
        while run is not None and len(found) < count:
            found.append(run)
            run = self.next(run)
        return found

    def never_fires(self, from_date: date, years: int = 8) -> bool:
        """Return whether no date from ``from_date`` on, for so many years, matches (changes of the clock apart)."""
        if self.every is not None:
            return False
        if not (self.minute.bits and self.hour.bits and self.month.bits):
            return True
        if not self.dom_star:
            for month in self.month.values():
                if self.day_of_month.bits & ((2 << _MONTH_DAYS[month - 1]) - 1):
                    return False
            if self.day_of_month.bits >> 29 & 1 and self.month.bits >> 2 & 1:
                start = (from_date.year, from_date.month, from_date.day)
                end = (start[0] + years, *start[1:])
                if any(start <= (year, 2, 29) < end and _leap(year) for year in range(start[0], end[0] + 1)):
                    return False
            if self.dow_star:
                return True
        return not self.day_of_week.bits

    def shortest_gap(self) -> int | None:
        """Return the shortest distance between two consecutive runs in seconds, changes of the clock apart.

        None when the schedule never runs twice.
        """
        if self.every is not None:
            return self.every
        days = self._shortest_days()
        if days is None or not (self.minute.bits and self.hour.bits):
            return None
        minutes = self.minute.values()
        times = [hour * 60 + minute for hour in self.hour.values() for minute in minutes]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        return 60 * min([days * 1440 + times[0] - times[-1], *gaps])

    def _shortest_days(self) -> int | None:
        """Return the least number of days from one day with runs to the next, or None when there are not two."""
        weekdays = self.day_of_week.values()
        months = self.month.values()
        if self.dom_star:
            # Every month has whole weeks, so the months do not matter.
            following = [*weekdays[1:], *(weekday + 7 for weekday in weekdays[:1])]
            return (
                min((b - a for a, b in zip(weekdays, following, strict=True)), default=None)
                if months
                else None
            )
        dates: list[int] = []
        start = 0
        # Three leap years and the years between show every distance that dates alone can have.
        for year in range(2000, 2009):
            for month in range(1, 13):
                length = 29 if month == 2 and _leap(year) else _MONTH_DAYS[month - 1]
                if self.month.bits >> month & 1:
                    dates += [start + day for day in self.day_of_month.values() if day <= length]
                start += length
        if not self.dow_star and weekdays and months:
            if dates:
                return 1  # sooner or later such a date is the day after or before such a weekday
            following = [*weekdays[1:], weekdays[0] + 7]
            return min(b - a for a, b in zip(weekdays, following, strict=True))
        return min((b - a for a, b in pairwise(dates)), default=None)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _moment_of(zone: tzinfo, year: int, month: int, day: int, hour: int = 0, seconds: int = 0) -> int:
    """Return what Go's time.Date makes of a local time, also of one that the clocks skip or repeat."""
    from datetime import date, datetime

    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    days = date(year, month, 1).toordinal() + day - 1 - date(1970, 1, 1).toordinal()
    local = days * 86400 + hour * 3600 + seconds
    guess = datetime.fromtimestamp(local, zone).utcoffset()
    if guess:
        guess = datetime.fromtimestamp(local - int(guess.total_seconds()), zone).utcoffset()
    return local - int(guess.total_seconds()) if guess else local

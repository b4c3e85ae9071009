"""Clock changes: the dates on which a time zone's clocks skip or repeat a part of the day."""

from __future__ import annotations

from functools import lru_cache

from kwlint.model.schedule.timezone import load_zone
from kwlint.util.record import Record


class Change(Record):
    """A part of a day, from minute ``first`` up to minute ``last``, that local clocks skip or show twice.

    ``weekday`` counts from Sunday, which is 0.
    """

    year: int
    month: int
    day: int
    weekday: int
    first: int
    last: int
    skipped: bool

    @property
    def date(self) -> str:
        """The date as YYYY-MM-DD."""
        return f"{self.year}-{self.month:02}-{self.day:02}"

    @property
    def start(self) -> str:
        """The time at which the part begins, as HH:MM."""
        return f"{self.first // 60:02}:{self.first % 60:02}"

    @property
    def end(self) -> str:
        """The time at which the part ends, as HH:MM."""
        return f"{self.last // 60:02}:{self.last % 60:02}"


@lru_cache(maxsize=64)
def changes(name: str, year: int, years: int) -> tuple[Change, ...]:
    """Return the clock changes of a zone from the start of a year on, for so many years, in order.

    A part that reaches over midnight is left out: no zone's rules have one. Raises an error of zoneinfo for a name that is no zone.
    """
    from datetime import UTC, datetime, timedelta

    zone = load_zone(name)

    def offset(second: int) -> int:
        found = datetime.fromtimestamp(second, zone).utcoffset()
        return int(found.total_seconds()) if found else 0

    found: list[Change] = []
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(year + years, 1, 1, tzinfo=UTC).timestamp())
    before = offset(start)
    for day in range(start, end, 86400):
        after = offset(day + 86400)
        if after == before:
            continue
        low, high = day, day + 86400
        while high - low > 60:
            middle = (low + high) // 120 * 60
            low, high = (middle, high) if offset(middle) == before else (low, middle)
        first = high + min(before, after)
        local = datetime(1970, 1, 1) + timedelta(seconds=first)
        minute = local.hour * 60 + local.minute
        last = minute + abs(after - before) // 60
        if last <= 1440:
            weekday = local.isoweekday() % 7
            found.append(Change(local.year, local.month, local.day, weekday, minute, last, after > before))
        before = after
    return tuple(found)

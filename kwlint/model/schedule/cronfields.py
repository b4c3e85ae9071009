"""One field of a cron schedule, read as robfig/cron v3 reads it, and what to say of one that it refuses.

Source: github.com/robfig/cron/v3 v3.0.1, parser.go (getField, getRange) and spec.go (bounds).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn

from kwlint.util.lazyre import pattern
from kwlint.util.literals import atoi, digits_value
from kwlint.util.record import Record

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LARGEST = (1 << 63) - 1
_DIGITS = len(str(_LARGEST))
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_part = pattern(
    r"(?P<digits>[0-9]*+)(?:\.(?P<fraction>[0-9]*+))?+(?P<unit>ns|us|µs|μs|ms|s|m|h)(?=[0-9.]|\Z)"
).match


class ScheduleError(ValueError):
    """A schedule that the dialect does not have.

    ``field`` is "minute", "hour", "day of month", "month", "day of week", or None for the schedule as a whole;
    the message says why and what the dialect has instead.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Item(Record):
    """One item of a field's comma-separated list: the values from ``first`` to ``last``, each ``step``-th.

    ``star`` says that it is written with ``*`` or ``?``, ``open`` that it is ``N/step``, up to the field's end.
    """

    text: str
    first: int
    last: int
    step: int
    star: bool
    open: bool


class Field(Record):
    """One of the five fields: as written, the bit set of its values, and whether it counts as unrestricted."""

    name: str
    text: str
    bits: int
    star: bool
    items: tuple[Item, ...]

    def values(self) -> list[int]:
        """Return the values at which the field matches, ascending."""
        return [value for value in range(60) if self.bits >> value & 1]


class Bounds(Record):
    """What a field may hold: its name, least and largest value, and the names of its values from ``low`` on."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


FIELDS = (
    Bounds("minute", 0, 59),
    Bounds("hour", 0, 23),
    Bounds("day of month", 1, 31),
    Bounds("month", 1, 12, MONTHS),
    Bounds("day of week", 0, 6, WEEKDAYS),
)


def parse_field(text: str, bounds: Bounds) -> Field:
    """Return the field that ``text`` says, or raise ScheduleError; empty items of the list do not count."""
    items = tuple(_item(part, bounds) for part in text.split(",") if part)
    bits = 0
    for item in items:
        for value in range(item.first, item.last + 1, item.step):
            bits |= 1 << value
    star = any(item.star and item.step == 1 for item in items)
    return Field(bounds.name, text, bits, star, items)


def _item(text: str, bounds: Bounds) -> Item:
    """Read ``*``, ``N``, ``N-M``, each with or without ``/step``; what follows a hyphen after ``*`` is not looked at."""
    span, *steps = text.split("/")
    low, *highs = span.split("-")
    star = low in ("*", "?")
    step = 1
    if star:
        first, last = bounds.low, bounds.high
    else:
        first = _value(low, text, bounds)
        last = _value(highs[0], text, bounds) if len(highs) == 1 else first
        if len(highs) > 1:
            raise ScheduleError(
                f"the {bounds.name} {quote(text)} has more than one hyphen; write `FIRST-LAST`", bounds.name
            )
    if len(steps) == 1:
        number = _integer(steps[0])
        if number is None:
            raise ScheduleError(
                f"the step of the {bounds.name} {quote(text)} is not a positive number", bounds.name
            )
        step = number
        if not highs:
            last = bounds.high
    elif steps:
        raise ScheduleError(
            f"the {bounds.name} {quote(text)} has more than one slash; write `FIRST-LAST/STEP`", bounds.name
        )
    if min(first, last) < bounds.low or last > bounds.high:
        _out_of_range(text, first, last, step, bounds)
    if first > last:
        above = f"{first}-{bounds.high}" if first < bounds.high else str(first)
        below = f"{bounds.low}-{last}" if last > bounds.low else str(last)
        meant = f", write {quote(f'{above},{below}')}" if step == 1 else ""
        raise ScheduleError(
            f"the {bounds.name} {quote(text)} ends before it begins; ranges do not wrap{meant}", bounds.name
        )
    if step == 0:
        raise ScheduleError(f"the step of the {bounds.name} {quote(text)} must be at least 1", bounds.name)
    return Item(text, first, last, step, star, bool(steps) and not star and not highs)


def _value(word: str, item: str, bounds: Bounds) -> int:
    """Return what ``word`` stands for in a field; names count in any letter case."""
    lowered = word.lower()
    if lowered in bounds.names:
        return bounds.names.index(lowered) + bounds.low
    number = _integer(word)
    if number is None:
        _no_value(word, item, bounds)
    return number


def _integer(word: str) -> int | None:
    """Read a number that is not negative as Go's strconv.Atoi does, or return None."""
    number = atoi(word)
    return None if number is None or word[0] == "-" else number


def _out_of_range(text: str, first: int, last: int, step: int, bounds: Bounds) -> NoReturn:
    name, low, high, names = bounds
    limits = f"it must be from {low} to {high}"
    if name == "day of week" and last == 7 and (step == 1 or first == 7):
        meant = "0" if first == 7 else "*" if first <= 1 else f"{first}-6,0" if first < 6 else "6,0"
        raise ScheduleError(
            f"the day of week {quote(text)} is above 6; Sunday is 0, write {quote(meant)}", name
        )
    if name == "hour" and first == last == 24:
        limits = "midnight is 0"
    elif name == "minute" and first == last == 60:
        limits = "the full hour is 0"
    elif names:
        limits += f", or `{names[0]}` to `{names[-1]}`"
    side = f"below {low}" if min(first, last) < low else f"above {high}"
    raise ScheduleError(f"the {name} {quote(text)} is {side}; {limits}", name)


def _no_value(word: str, item: str, bounds: Bounds) -> NoReturn:
    name = bounds.name
    lowered = word.lower()
    what = f"the {name} {quote(item)}"
    if not word:
        reason = f"{what} lacks a number; write one, a range such as `1-5` or a step such as `*/2`"
    elif name in ("day of month", "day of week") and (
        lowered.endswith("l")
        and (lowered[:-1].isdigit() or lowered in ("l", *(f"{day}l" for day in WEEKDAYS)))
    ):
        reason = f"{what} uses `L` of Quartz for the last day, which is not known here"
        if name == "day of month":
            reason += "; run on `28-31` and let the command see whether tomorrow is the 1st"
    elif name == "day of month" and lowered.endswith("w") and (lowered[:-1].isdigit() or lowered == "lw"):
        reason = f"{what} uses `W` of Quartz for the nearest working day, which is not known here"
    elif name == "day of week" and "#" in word:
        reason = f"{what} uses `#` of Quartz for the nth weekday of a month, which is not known here"
    elif lowered == "h" or lowered.startswith("h("):
        reason = f"{what} uses `H` of Jenkins, which is not known here; choose a number"
    elif bounds.names and lowered[:3] in bounds.names:
        reason = f"{what} has an unknown name; did you mean `{lowered[:3]}`?"
    elif lowered[:3] in MONTHS or lowered[:3] in WEEKDAYS:
        kind, place = ("month", "fourth") if lowered[:3] in MONTHS else ("weekday", "fifth")
        reason = f"{what} is no number; names of {kind}s stand in the {place} field only"
    else:
        names = f" or a name from `{bounds.names[0]}` to `{bounds.names[-1]}`" if bounds.names else ""
        reason = f"{what} is not a number from {bounds.low} to {bounds.high}{names}"
    raise ScheduleError(reason, name)


@lru_cache(maxsize=64)
def parse_duration(text: str) -> int | None:
    """Return a duration in nanoseconds as Go's time.ParseDuration reads it (`1h30m`, `-1.5s`), or None if it does not."""
    start = 1 if text[:1] in ("-", "+") else 0
    if text[start:] == "0":
        return 0
    total, end = 0, start
    while end < len(text):
        match = _part(text, end)
        if match is None or not (match["digits"] or match["fraction"]):
            return None
        part = _nanoseconds(match["digits"], match["fraction"] or "", _UNITS[match["unit"]])
        total = (total + part) % (1 << 64)
        if part > _LARGEST + 1 or total > _LARGEST + 1:
            return None
        end = match.end()
    if end == start:
        return None
    if text[0] == "-":
        return -total
    return total if total <= _LARGEST else None


def _nanoseconds(digits: str, fraction: str, unit: int) -> int:
    """Return a part of a duration; what is beyond 64 bits stays beyond."""
    part = (digits_value(digits or "0") or 0) * unit
    zeros = len(fraction) - len(fraction.lstrip("0"))
    # Go stops at the digits that fit 63 bits and rounds through a float; no unit has a part as small as those zeros make.
    if fraction and zeros < _DIGITS:
        kept = fraction[: zeros + _DIGITS]
        if int(kept) > _LARGEST:
            kept = kept[:-1]
        part += int(float(int(kept)) * (float(unit) / 10.0 ** len(kept)))
    return part


def quote(text: str) -> str:
    """Return a part of a schedule as messages show it, in backticks and cut at 60 characters."""
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"

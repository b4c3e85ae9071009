"""Clock changes, held against dates that are known."""

from __future__ import annotations

import pytest

from kwlint.model.schedule.clockchanges import changes

FIRST = [
    ("Europe/Berlin", True, "2027-03-28", "02:00", "03:00"),
    ("Europe/Berlin", False, "2027-10-31", "02:00", "03:00"),
    ("America/New_York", True, "2027-03-14", "02:00", "03:00"),
    ("America/New_York", False, "2027-11-07", "01:00", "02:00"),
    ("America/Havana", True, "2027-03-14", "00:00", "01:00"),
    ("America/Santiago", False, "2027-04-03", "23:00", "24:00"),
    ("Australia/Lord_Howe", True, "2027-10-03", "02:00", "02:30"),
]


@pytest.mark.parametrize(("zone", "skipped", "date", "start", "end"), FIRST)
def test_first_change(zone: str, skipped: bool, date: str, start: str, end: str) -> None:
    first = next(change for change in changes(zone, 2027, 1) if change.skipped is skipped)
    assert (first.date, first.start, first.end) == (date, start, end)


def test_weekdays_count_from_sunday() -> None:
    assert {change.weekday for change in changes("Europe/Berlin", 2027, 8)} == {0}
    assert {change.weekday for change in changes("America/Santiago", 2027, 1) if not change.skipped} == {6}


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+5", "Asia/Kolkata", "Asia/Tokyo"])
def test_zones_without_changes(zone: str) -> None:
    assert changes(zone, 2027, 8) == ()


def test_two_changes_a_year() -> None:
    assert len(changes("Europe/Berlin", 2027, 8)) == 16

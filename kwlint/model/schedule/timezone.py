"""Time zones by their IANA names, as Go's time.LoadLocation reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

_names: frozenset[str] = frozenset()


def zone_names() -> frozenset[str]:
    """Return every IANA zone name, links included; the list of the tzdata package, else what the system has."""
    global _names
    if not _names:
        import pkgutil

        try:
            listed = pkgutil.get_data("tzdata", "zones")
        except (ImportError, OSError):
            listed = None
        if listed:
            _names = frozenset(listed.decode().split())
        else:
            from zoneinfo import available_timezones

            _names = frozenset(available_timezones())
    return _names


def load_zone(name: str) -> tzinfo:
    """Return the zone called ``name``; an empty name and ``Local`` are UTC, as in a controller's container."""
    if name in ("", "UTC", "Local"):
        from datetime import UTC

        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Return whether Go's time.LoadLocation accepts ``name`` (an empty one is UTC; letter case counts)."""
    return name in ("", "UTC", "Local") or name in zone_names()


def time_zone_error(name: str) -> str | None:
    """Say why a CronJob's ``timeZone`` is refused, or None where it is accepted.

    Source: validateTimeZone in pkg/apis/batch/validation/validation.go.
    """
    if not name:
        return "must not be empty; leave `timeZone` out for the controller's own zone, which is usually UTC"
    if name in zone_names():
        return None
    if name.lower() == "local":
        return (
            f'"{name}" is whatever the controller\'s machine is set to; name an IANA zone such as `Etc/UTC`'
        )
    near = _near_zone(name)
    hint = (
        f"did you mean `{near}`?" if near else "it must be an IANA name such as `Europe/Berlin` or `Etc/UTC`"
    )
    return f'unknown time zone "{name}"; {hint}'


def _near_zone(name: str) -> str | None:
    """Return the zone that was most likely meant by an unknown name, if one comes near."""
    wanted = "_".join(name.split()).lower()
    by_lower = {zone.lower(): zone for zone in zone_names()}
    if wanted in by_lower:
        return by_lower[wanted]
    for zone in sorted(by_lower):
        if zone.rpartition("/")[2] == wanted:
            return by_lower[zone]
    if wanted[:4] in ("utc+", "utc-", "gmt+", "gmt-"):
        # POSIX signs: Etc/GMT-2 is two hours ahead of Greenwich.
        hours = wanted[4:].split(":")[0].lstrip("0") or "0"
        return by_lower.get(f"etc/gmt{'-' if wanted[3] == '+' else '+'}{hours}")
    from difflib import get_close_matches

    close = get_close_matches(wanted, sorted(by_lower), n=1, cutoff=0.8)
    return by_lower[close[0]] if close else None

"""Memory: how much of it the documents of a run may take, by what the machine and its limits give this process."""

from __future__ import annotations

import os
from collections.abc import Iterator

_MIB = 1024 * 1024
# Of the whole, as judging, findings and reports need as much again, and workers what they write to of what they share.
_SHARE = 6
# What Python, its libraries and the schemas take of an address space before anything is read.
_OWN = 160 * _MIB
_LEAST = 16


def documents_memory() -> int:
    """Return how many MiB the documents of a run may take: a share of the least of what the machine, the control group
    (https://docs.kernel.org/admin-guide/cgroup-v2.html#memory) and the limit of the address space give; 0 for no limit.
    """
    given = [*_physical(), *_control_groups(), *_address_space()]
    return max(min(given) // _SHARE // _MIB, _LEAST) if given else 0


def _physical() -> Iterator[int]:
    try:
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not on this system
        return


def _address_space() -> Iterator[int]:
    try:
        import resource
    except ImportError:  # not on this system
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        yield max(limit - _OWN, 0)


def _control_groups() -> Iterator[int]:
    """Yield the limits of the control group that this process is in, and of those above it."""
    yield from _number("/sys/fs/cgroup/memory/memory.limit_in_bytes")
    path = ""
    for line in _lines("/proc/self/cgroup"):
        if line.startswith("0::/"):
            path = line[3:].rstrip("/")
    while path:
        yield from _number(f"/sys/fs/cgroup{path}/memory.max")
        path = os.path.dirname(path).rstrip("/")
    yield from _number("/sys/fs/cgroup/memory.max")


def _number(path: str) -> Iterator[int]:
    for line in _lines(path):
        # Without a limit it says `max`, or in the first version a number that no machine has.
        if line.isdecimal() and len(line) < 20:
            yield int(line)


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read(65536).splitlines()
    except OSError:
        return []

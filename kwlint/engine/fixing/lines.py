"""Lines: where two versions of a text differ, as the hunks of a unified diff, in time linear in their length."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.util.record import Record

_CONTEXT = 3
# How far apart, in lines of both sides together, two versions are looked through for where they agree again. A fix
# touches a few lines at a place.
_REACH = 60


class Change(Record):
    """Lines ``start`` to ``end`` of the old text that lines ``new_start`` to ``new_end`` of the new one stand for."""

    start: int
    end: int
    new_start: int
    new_end: int


def changes(old: list[str], new: list[str]) -> list[Change]:
    """Return where the texts differ, in order.

    difflib takes minutes for a file of 25,000 lines with a change in each twentieth. Where the texts are too far apart,
    this one calls everything up to their common end one change.
    """
    common = 0
    limit = min(len(old), len(new))
    while common < limit and old[-1 - common] == new[-1 - common]:
        common += 1
    end, new_end = len(old) - common, len(new) - common
    found: list[Change] = []
    at = new_at = 0
    while at < end or new_at < new_end:
        if at < end and new_at < new_end and old[at] == new[new_at]:
            at, new_at = at + 1, new_at + 1
            continue
        start, new_start = at, new_at
        at, new_at = _agreement(old, new, at, new_at, end, new_end)
        found.append(Change(start, at, new_start, new_at))
    return found


def _agreement(
    old: list[str], new: list[str], at: int, new_at: int, end: int, new_end: int
) -> tuple[int, int]:
    """Return the nearest lines from which on both texts agree for a while, or both ends."""
    for distance in range(1, _REACH):
        # As many lines on either side come first, as where lines were only altered.
        for skipped in sorted(range(distance + 1), key=lambda count: abs(2 * count - distance)):
            one, other = at + skipped, new_at + distance - skipped
            if one > end or other > new_end:
                continue
            # Where more lines were taken away or added, a single equal one can be another one.
            least = 1 if distance == 1 or 2 * skipped == distance else 2
            agreed = min(least, len(old) - one, len(new) - other)
            if agreed and old[one : one + agreed] == new[other : other + agreed]:
                return one, other
    return end, new_end


def hunks(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield the lines of a unified diff's hunks, without the names of files; a line of the text keeps its line break."""
    group: list[Change] = []
    for change in changes(old, new):
        if group and change.start - group[-1].end > 2 * _CONTEXT:
            yield from _hunk(old, new, group)
            group = []
        group.append(change)
    if group:
        yield from _hunk(old, new, group)


def _hunk(old: list[str], new: list[str], group: list[Change]) -> Iterator[str]:
    lead = min(_CONTEXT, group[0].start)
    start, end = group[0].start - lead, min(group[-1].end + _CONTEXT, len(old))
    new_start, new_end = group[0].new_start - lead, group[-1].new_end + end - group[-1].end
    yield f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n"
    at = start
    for change in group:
        yield from (f" {line}" for line in old[at : change.start])
        yield from (f"-{line}" for line in old[change.start : change.end])
        yield from (f"+{line}" for line in new[change.new_start : change.new_end])
        at = change.end
    yield from (f" {line}" for line in old[at:end])


def _range(start: int, end: int) -> str:
    count = end - start
    if count == 1:
        return str(start + 1)
    # An empty range is named by the line before it.
    return f"{start + 1 if count else start},{count}"

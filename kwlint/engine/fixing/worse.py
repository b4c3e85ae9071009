"""What got worse: which fixes of a file do not bear up, by what is found in it before and after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from kwlint.diagnostics.finding import Finding, ObjectRef
from kwlint.util.lazyre import pattern

# Rules whose findings keep the API server from looking at the rest, so that mending one brings up what was there already.
VEILS = frozenset({"YAML002", "API001", "API002", "API003", "API010", "API013"})
_IDENTITY = frozenset({"apiVersion", "kind", "metadata", "name", "namespace"})
_NAMES = frozenset({"metadata.name", "metadata.namespace"})
_ITEM = pattern(r"\[\d+\]$")


_Mark = tuple[str, ObjectRef | None, str]


def worse(before: list[Finding], after: list[Finding], fixes: list[Finding]) -> list[tuple[Finding, str]]:
    """Return the fixes of a file that do not bear up, with the reason: those that mend nothing, or bring a refusal."""
    left = _unmoved(before, after, _subject)
    vain = [item for item in fixes if _subject(item) in left]
    if vain:
        return [(item, "the finding would still be there") for item in vain]
    left = _unmoved(before, after, _refused_field)
    vain = [item for item in fixes if item.refused and _refused_field(item) in left]
    if vain:
        return [(item, "the API server would refuse what it makes of the field too") for item in vain]
    if _unreadable(after) > _unreadable(before):
        return [(item, "the text could not be read as before") for item in fixes]
    old = Counter(finding.object for finding in before if finding.refused)
    new = Counter(finding.object for finding in after if finding.refused)
    veiled = {finding.object for finding in before if finding.code in VEILS}
    # A fix of what an object is called by makes another object of it.
    renamed = sum(
        1
        for reference in {item.object for item in fixes if _changes_identity(item)}
        if old[reference] and not new[reference]
    )
    fallen = [reference for reference in new if not old[reference]][renamed:]
    if any(item.fix is not None and item.fix.parts > 1 for item in fixes):
        # The objects were hidden behind one another.
        fallen = []
    fallen += [item for item in new if old[item] and item not in veiled and new[item] > old[item]]
    if not fallen:
        return []
    blamed = [item for item in fixes if item.object in fallen] or fixes
    return [(item, "the API server's judgement of the object would get worse") for item in blamed]


def _unreadable(findings: list[Finding]) -> int:
    return sum(1 for finding in findings if finding.code.startswith("YAML"))


def _changes_identity(finding: Finding) -> bool:
    offer = finding.fix
    if offer is None:
        return False
    return any(path[-1] in _IDENTITY for path in offer.fields) or any(
        key in _IDENTITY for _, key in offer.renames
    )


def _subject(finding: Finding) -> _Mark:
    return (finding.code, finding.object, finding.path)


def _refused_field(finding: Finding) -> _Mark:
    """Return what a refused field is known by before and after its mending.

    An object goes by another name once its name is mended, and of a list the API server may name the whole.
    """
    reference = finding.object
    if reference is not None and finding.path in _NAMES:
        reference = reference._replace(namespace=None, name="")
    return ("refused" if finding.refused else "", reference, _ITEM.sub("", finding.path))


def _unmoved(before: list[Finding], after: list[Finding], mark: Callable[[Finding], _Mark]) -> set[_Mark]:
    """Return the marks that as many findings have as before, or more."""
    had, has = Counter(map(mark, before)), Counter(map(mark, after))
    return {each for each in had if has[each] >= had[each]}

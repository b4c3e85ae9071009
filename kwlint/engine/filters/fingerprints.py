"""Fingerprints: what stays the same of a finding when lines move, files are renamed or text is reformatted."""

from __future__ import annotations

from kwlint.diagnostics.finding import Finding, Suppressed
from kwlint.sources.loaded import Loaded
from kwlint.syntax.path import steps
from kwlint.syntax.tree import Mapping, Sequence
from kwlint.util.values import text


def with_fingerprints(
    findings: list[Finding], suppressed: list[Suppressed], loaded: Loaded
) -> tuple[list[Finding], list[Suppressed]]:
    """Return the findings with their fingerprints: rule, object and field, with list items called by their names.

    Findings that are alike in all of that are told apart by their order.
    """
    if not findings and not suppressed:
        return findings, suppressed
    from hashlib import sha256

    roots = {(item.file, item.ref): item.data for item in loaded.resources}
    seen: dict[str, int] = {}

    def mark(finding: Finding) -> Finding:
        ref = finding.object
        if ref is None:
            # Not the file, which may be renamed: how many are alike counts where they are compared.
            parts = [finding.code, finding.message]
        else:
            group = ref.api_version.rpartition("/")[0]
            named = _named(roots.get((finding.place.file, ref)), finding.path)
            parts = [finding.code, group, ref.kind, ref.namespace or "", ref.name, named]
        digest = sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        count = seen[digest] = seen.get(digest, 0) + 1
        return finding._replace(fingerprint=digest if count == 1 else f"{digest}-{count}")

    return [mark(item) for item in findings], [
        item._replace(finding=mark(item.finding)) for item in suppressed
    ]


def _named(root: object, path: str) -> str:
    node, found = root, []
    for step in steps(path):
        called = step
        if isinstance(node, Sequence) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
            if isinstance(node, Mapping):
                called = text(node.get("name")) or text(node.get("key")) or step
        elif isinstance(node, Mapping):
            node = node.get(step)
        else:
            node = None
        found.append(called)
    return "/".join(found)

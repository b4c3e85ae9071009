"""File names as CI systems want them: relative to the root of the repository, wherever in it kwlint was started."""

from __future__ import annotations

import os

from kwlint.diagnostics.finding import Finding, Place, Report

# The variables that name the root, by the formats of the systems that set them.
_ROOTS = {
    "github": ("GITHUB_WORKSPACE",),
    "gitlab": ("CI_PROJECT_DIR",),
    "sarif": ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"),
}


def rooted(report: Report, name: str) -> Report:
    """Return the report for a format, with the files' names relative to the root where kwlint was started below it."""
    root = next((os.environ[key] for key in _ROOTS.get(name, ()) if os.environ.get(key)), None)
    below = os.path.relpath(os.getcwd(), os.path.realpath(root)) if root is not None else os.curdir
    if below == os.curdir or below.split(os.sep)[0] == os.pardir:
        return report

    def file(named: str) -> str:
        return os.path.normpath(os.path.join(below, named))

    def place(at: Place) -> Place:
        return at._replace(file=file(at.file))

    def finding(item: Finding) -> Finding:
        fix = item.fix
        if fix is not None:
            edits = tuple(edit._replace(place=place(edit.place)) for edit in fix.replacements)
            fix = fix._replace(replacements=edits)
        related = tuple(other._replace(place=place(other.place)) for other in item.related)
        return item._replace(place=place(item.place), related=related, fix=fix)

    return report._replace(
        findings=tuple(map(finding, report.findings)),
        suppressed=tuple(item._replace(finding=finding(item.finding)) for item in report.suppressed),
        skipped=tuple(item._replace(file=file(item.file)) for item in report.skipped),
        not_judged=tuple(item._replace(file=file(item.file)) for item in report.not_judged),
    )

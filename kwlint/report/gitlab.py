"""The report as GitLab's Code Quality artifact (https://docs.gitlab.com/ci/testing/code_quality/)."""

from __future__ import annotations

import json
from typing import TextIO

from kwlint.diagnostics.finding import Finding, Report
from kwlint.report.options import Options
from kwlint.util.characters import json_text

_SEVERITIES = {"error": "critical", "warning": "major", "advice": "info"}


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write an entry a finding, one a line; an object that the API server refuses is a blocker."""
    seen: dict[str, int] = {}
    entries = []
    for finding in report.findings:
        fingerprint = _fingerprint(finding)
        # GitLab shows only one of the entries that share a fingerprint.
        seen[fingerprint] = number = seen.get(fingerprint, 0) + 1
        entry = {
            "description": f"{finding.message} ({finding.code} {finding.name})",
            "check_name": finding.code,
            "fingerprint": fingerprint if number == 1 else f"{fingerprint}-{number}",
            "severity": "blocker" if finding.refused else _SEVERITIES[finding.severity],
            "location": {"path": finding.place.file, "lines": {"begin": finding.place.line}},
        }
        entries.append(json_text(json.dumps(entry, ensure_ascii=False)))
    stream.write("[\n" + ",\n".join(entries) + "\n]\n" if entries else "[]\n")


def _fingerprint(finding: Finding) -> str:
    if finding.fingerprint:
        return finding.fingerprint
    from hashlib import sha256

    identity = (finding.place.file, finding.code, finding.path, finding.message)
    return sha256("\0".join(identity).encode("utf-8", "surrogateescape")).hexdigest()

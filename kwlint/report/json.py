"""The report as JSON, whole, in the layout of schemas/report.schema.json; one finding a line."""

from __future__ import annotations

import json
from typing import Any, TextIO

from kwlint.findings import Finding, Report
from kwlint.report.options import Options

LAYOUT = 2


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write all that the report has, with what was suppressed, skipped or not judged, whatever the options."""
    parts: dict[str, Any] = {
        "version": LAYOUT,
        "kwlint": report.kwlint,
        "kubernetes": report.kubernetes,
        "findings": [_finding(finding) for finding in report.findings],
        "suppressed": [
            {**_finding(finding), "reason": reason, "kind": kind}
            for finding, reason, kind in report.suppressed
        ],
        "skipped": [
            {"file": file, "line": line, "reason": reason} if line else {"file": file, "reason": reason}
            for file, line, reason, _ in report.skipped
        ],
        "notJudged": [
            {"file": file, **({"line": line} if line else {}), "reason": reason, "silenced": list(codes)}
            for file, line, reason, codes in report.not_judged
        ],
        "summary": {
            "files": report.files,
            "objects": report.objects,
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "advice": report.count("advice"),
            "suppressed": len(report.suppressed),
            "notJudged": len(report.not_judged),
        },
    }
    stream.write("{\n")
    stream.write(",\n".join(f'  "{key}": {_value(value)}' for key, value in parts.items()))
    stream.write("\n}\n")


def _value(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)


def _finding(finding: Finding) -> dict[str, Any]:
    place, about, fix = finding.place, finding.object, finding.fix
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "refused": finding.refused,
        "message": finding.message,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "path": finding.path,
        "object": about
        and {
            "apiVersion": about.api_version,
            "kind": about.kind,
            "namespace": about.namespace,
            "name": about.name,
        },
        "related": [
            {
                "file": related.place.file,
                "line": related.place.line,
                "column": related.place.column,
                "path": related.path,
                "message": related.message,
            }
            for related in finding.related
        ],
        "fix": fix and {"safe": fix.safe, "title": fix.title},
        "fingerprint": finding.fingerprint,
    }

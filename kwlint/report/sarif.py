"""The report as SARIF 2.1.0 (OASIS standard), for code scanning.

Suppressed findings are written only when asked for: GitHub's code scanning does not read ``suppressions``
and would show each as an open alert (https://github.com/github/codeql-action/issues/1230).
"""

from __future__ import annotations

import json
from typing import Any, TextIO

from kwlint.diagnostics.finding import Finding, FixOffer, Place, Report
from kwlint.report.options import Options
from kwlint.report.secrets import is_confidential
from kwlint.util.characters import json_text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS = {"error": "error", "warning": "warning", "advice": "note"}
_CRASHED = "KW003"
_LINK_TEXT = {ord(char): f"\\{char}" for char in "\\[]"}


def write(report: Report, stream: TextIO, options: Options) -> None:
    """Write one run with the rules that its results name; what was not judged or skipped becomes a notification each."""
    suppressed = report.suppressed if options.show_suppressed else ()
    findings = [*report.findings, *(item.finding for item in suppressed)]
    codes = sorted({finding.code for finding in findings})
    index = {code: position for position, code in enumerate(codes)}
    results = [_result(finding, index) for finding in findings]
    for result, (_, reason, kind) in zip(results[len(report.findings) :], suppressed, strict=True):
        result["suppressions"] = [{"kind": kind} | ({"justification": reason} if reason else {})]
    run = {
        "tool": {
            "driver": {
                "name": "kwlint",
                "version": report.kwlint,
                "semanticVersion": report.kwlint,
                "rules": [_rule(code, options.explain(code)) for code in codes],
            }
        },
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The root of the repository in CI, else the working directory."}}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": all(finding.code != _CRASHED for finding in report.findings),
                "toolExecutionNotifications": [
                    *(
                        _notification("warning", file, line, f"not judged: {reason}", codes)
                        for file, line, reason, codes in report.not_judged
                    ),
                    *(
                        _notification("note", file, line, f"skipped: {reason}")
                        for file, line, reason, _ in report.skipped
                    ),
                ],
            }
        ],
        "properties": {"kubernetes": report.kubernetes},
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    stream.write(json_text(json.dumps(log, ensure_ascii=False)) + "\n")


def _notification(
    level: str, file: str, line: int, message: str, silenced: tuple[str, ...] = ()
) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "level": level,
        "message": {"text": _plain(message)},
        "locations": [_location(file, {"startLine": line} if line else None)],
    }
    return notification | ({"properties": {"silenced": list(silenced)}} if silenced else {})


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    place, about = finding.place, finding.object
    location = _location(place.file, _region(place))
    if about:
        named = "/".join(word for word in (about.kind, about.namespace, about.name) if word)
        location["logicalLocations"] = [
            {"name": about.name, "fullyQualifiedName": named, "kind": "object"},
        ]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [location],
        "properties": {"path": finding.path, "refused": finding.refused},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(related.place.file, _region(related.place)),
                "message": {"text": _plain(related.message)},
            }
            for number, related in enumerate(finding.related, 1)
        ]
    if finding.fingerprint:
        result["partialFingerprints"] = {"kwlint/v1": finding.fingerprint}
    if finding.fix and finding.fix.replacements and not is_confidential(finding):
        result["fixes"] = [_fix(finding.fix)]
    return result


def _fix(fix: FixOffer) -> dict[str, Any]:
    """Return a fix as the standard has it (3.55): its replacements by the file that they are in."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for place, _, _, text in fix.replacements:
        replacement = {"deletedRegion": _region(place)} | (
            {"insertedContent": {"text": text}} if text else {}
        )
        changes.setdefault(place.file, []).append(replacement)
    return {
        "description": {"text": _plain(fix.title if fix.safe else f"{fix.title} (changes behaviour)")},
        "artifactChanges": [
            {"artifactLocation": _artifact(file), "replacements": replacements}
            for file, replacements in changes.items()
        ],
    }


def _message(finding: Finding) -> str:
    """Return the message with a link to each related location, without which GitHub shows none of them.

    The links are those of SARIF 2.1.0, 3.11.6: the id of a related location as the target.
    """
    notes = (related.message.translate(_LINK_TEXT) for related in finding.related)
    links = [f"[{note}]({number})" for number, note in enumerate(notes, 1)]
    return "\n".join([_plain(finding.message, bool(links)), *links])


def _plain(message: str, before_link: bool = False) -> str:
    """Return a text as a message without links: its brackets are escaped where they could be taken for one (3.11.6).

    Elsewhere they stay, since not every viewer takes the backslashes away and most messages name list items. A bracket
    that is left open could reach for the link that follows.
    """
    if "](" in message or (before_link and message.count("[") != message.count("]")):
        return message.translate(_LINK_TEXT)
    return message


def _rule(code: str, page: dict[str, Any]) -> dict[str, Any]:
    name, severity = page["name"], page["severity"]
    summary, why, fix = (page.get(part, "").strip() for part in ("summary", "why", "fix"))
    references: list[str] = page.get("references", [])
    links = "\n".join(f"- <{reference}>" for reference in references)
    chapters = (("Why", why), ("How to fix", fix), ("References", links))
    plain = [summary, why, *([f"How to fix: {fix}"] if fix else []), *references]
    markdown = [f"# {code} {name}", summary, *(f"## {title}\n\n{text}" for title, text in chapters if text)]
    rule: dict[str, Any] = {
        "id": code,
        "name": name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": why},
        "help": {"text": "\n\n".join(plain), "markdown": "\n\n".join(markdown)},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "tags": ["kubernetes"],
            "problem.severity": "recommendation" if severity == "advice" else severity,
        },
    }
    if references and references[0].startswith("https://"):
        rule["helpUri"] = references[0]
    return rule


def _location(file: str, region: dict[str, int] | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(file)}
    if region:
        physical["region"] = region
    return {"physicalLocation": physical}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _artifact(file: str) -> dict[str, str]:
    """Return the address of a file: below the root, or, for one outside it, absolute (SARIF 2.1.0, 3.4.4)."""
    from os import fsencode
    from os.path import realpath
    from pathlib import Path
    from urllib.parse import quote

    path = Path(file)
    if path.is_absolute() or path.parts[:1] == ("..",):
        return {"uri": Path(realpath(path)).as_uri()}
    return {"uri": quote(fsencode(path.as_posix())), "uriBaseId": _ROOT}

"""The JSON report: its schema, its layout, and file names that are no text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kwlint.data import SCHEMAS
from kwlint.diagnostics.finding import Report, Suppressed

from .sample import ALL, CLEAN, FULL, HEADLESS, OPTIONS, written

SCHEMA = json.loads(Path(SCHEMAS, "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def load(report: Report) -> Any:
    return json.loads(written("json", report))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("report", [FULL, CLEAN, FULL._replace(suppressed=(Suppressed(HEADLESS, ""),))])
def test_reports_keep_to_the_schema(report: Report) -> None:
    VALIDATOR.validate(load(report))


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("findings", {"extra": 1}),
        ("findings", {"reason": "r"}),
        ("findings", {"severity": "fatal"}),
        ("findings", {"line": 0}),
        ("findings", {"object": {"kind": "Pod"}}),
        ("findings", {"fix": {"safe": True}}),
        ("findings", {"related": [{"file": "a"}]}),
        ("suppressed", {"reason": None}),
        ("suppressed", {"extra": 1}),
        ("skipped", {"extra": 1}),
        ("notJudged", {"extra": 1}),
        ("notJudged", {"silenced": ["a rule"]}),
    ],
)
def test_the_schema_refuses(where: str, change: dict[str, Any]) -> None:
    report = load(FULL)
    report[where][0] |= change
    assert not VALIDATOR.is_valid(report)


def test_layout() -> None:
    report = load(FULL)
    finding = report["findings"][2]
    assert finding == {
        "code": "STS002",
        "name": "service-not-headless",
        "severity": "warning",
        "refused": False,
        "message": 'Service "db" is not headless, so the pods get no DNS names of their own',
        "file": "deploy/db.yaml",
        "line": 4,
        "column": 16,
        "endLine": 4,
        "endColumn": 18,
        "path": "spec.serviceName",
        "object": {"apiVersion": "apps/v1", "kind": "StatefulSet", "namespace": "prod", "name": "db"},
        "related": [
            {
                "file": "deploy/svc.yaml",
                "line": 4,
                "column": 1,
                "path": "spec.clusterIP",
                "message": "needs `clusterIP: None` [here]",
            }
        ],
        "fix": {"safe": True, "title": "set `clusterIP: None`"},
        "fingerprint": "f2",
    }
    assert report["findings"][0]["object"] is None
    assert report["findings"][0]["fix"] is None
    assert report["suppressed"][:1] == [
        finding
        | {
            "file": "deploy/svc.yaml",
            "line": 3,
            "endLine": 3,
            "column": 9,
            "endColumn": 11,
            "reason": "one pod only",
            "kind": "inSource",
        }
    ]
    assert [item["kind"] for item in report["suppressed"]] == ["inSource", "external"]
    assert report["skipped"][:2] == [
        {"file": "chart/values.yaml", "reason": "values of a chart"},
        {"file": "deploy/db.yaml", "line": 40, "reason": "no Kubernetes object"},
    ]
    assert report["notJudged"][0] == {
        "file": "chart/templates/web.yaml",
        "reason": "a template of a Helm chart",
        "silenced": [],
    }
    assert (report["notJudged"][1]["line"], report["notJudged"][1]["silenced"]) == (4, ["PDB001", "SVC001"])
    assert report["summary"] == {
        "files": 12,
        "objects": 31,
        "errors": 2,
        "warnings": 1,
        "advice": 1,
        "suppressed": 2,
        "notJudged": 2,
    }


def test_options_take_nothing_away() -> None:
    assert written("json", FULL, OPTIONS._replace(quiet=True)) == written("json", FULL, ALL)


@pytest.mark.parametrize("file", ["数据.yaml", "bad\udc80.yaml", 'q"\\.yaml'])
@pytest.mark.parametrize("name", ["json", "gitlab"])
def test_file_names_come_back(name: str, file: str) -> None:
    report = CLEAN._replace(findings=(HEADLESS._replace(place=HEADLESS.place._replace(file=file)),))
    text = written(name, report)
    loaded = json.loads(text)
    assert file == (loaded["findings"][0]["file"] if name == "json" else loaded[0]["location"]["path"])
    assert "\\u6570" not in text

"""The SARIF report: the standard's schema, addresses, rules, suppressions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kwlint.diagnostics.finding import Report, Suppressed
from kwlint.report.options import Options

from .sample import ALL, CLEAN, FULL, HEADLESS, MISSING, OPTIONS, QUORUM, written

# The standard's schema is not part of the project; it is used where it lies beside the checkout.
SCHEMA = Path(__file__).parents[3] / "shared" / "sarif-schema-2.1.0.json"


def run(report: Report, options: Options = OPTIONS) -> Any:
    log = json.loads(written("sarif", report, options))
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    return only


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of SARIF is not there")
@pytest.mark.parametrize("options", [OPTIONS, ALL])
@pytest.mark.parametrize("report", [FULL, CLEAN])
def test_the_standards_schema(report: Report, options: Options) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    log = json.loads(written("sarif", report, options))
    validator.validate(log)
    log["runs"][0]["columnKind"] = "bytes"
    assert not validator.is_valid(log)


def test_clean() -> None:
    assert run(CLEAN)["results"] == []
    assert run(CLEAN)["tool"]["driver"]["rules"] == []


def at(file: str) -> dict[str, str]:
    report = CLEAN._replace(findings=(MISSING._replace(place=MISSING.place._replace(file=file)),))
    location: dict[str, str] = run(report)["results"][0]["locations"][0]["physicalLocation"][
        "artifactLocation"
    ]
    return location


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("deploy/db.yaml", "deploy/db.yaml"),
        ("./db.yaml", "db.yaml"),
        ("a b,c:d%.yaml", "a%20b%2Cc%3Ad%25.yaml"),
        ("数/é#?.yaml", "%E6%95%B0/%C3%A9%23%3F.yaml"),
        ("bad\udc80.yaml", "bad%80.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_addresses_below_the_root(file: str, uri: str) -> None:
    assert at(file) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_addresses_outside_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    assert at("../a b.yaml") == {"uri": f"{tmp_path.as_uri()}/a%20b.yaml"}
    assert at(f"{tmp_path}/x.yaml") == {"uri": f"{tmp_path.as_uri()}/x.yaml"}


def test_every_result_names_its_rule() -> None:
    only = run(FULL)
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["API003", "STS002", "STS012", "YAML001"]
    assert [result["ruleId"] for result in only["results"]] == ["YAML001", "API003", "STS002", "STS012"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in only["results"])
    assert [result["level"] for result in only["results"]] == ["error", "error", "warning", "note"]
    assert ["helpUri" in rule for rule in rules] == [False, True, False, False]


def test_a_result() -> None:
    result = run(FULL)["results"][2]
    assert only_region(result["locations"][0]) == (4, 16, 4, 18)
    assert result["message"]["text"].split("\n") == [
        HEADLESS.message,
        "[needs `clusterIP: None` \\[here\\]](1)",
    ]
    (related,) = result["relatedLocations"]
    assert (related["id"], only_region(related)) == (1, (4, 1, 4, 5))
    assert result["partialFingerprints"] == {"kwlint/v1": "f2"}
    assert "suppressions" not in result


def only_region(location: dict[str, Any]) -> tuple[int, ...]:
    region = location["physicalLocation"]["region"]
    return tuple(region[key] for key in ("startLine", "startColumn", "endLine", "endColumn"))


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("known", [{"kind": "inSource", "justification": "known"}]), ("", [{"kind": "inSource"}])],
)
def test_suppressions(reason: str, expected: list[dict[str, str]]) -> None:
    report = CLEAN._replace(findings=(MISSING,), suppressed=(Suppressed(HEADLESS, reason),))
    assert [result["ruleId"] for result in run(report)["results"]] == ["API003"]
    first, second = run(report, ALL)["results"]
    assert "suppressions" not in first
    assert (second["ruleId"], second["suppressions"]) == ("STS002", expected)


def test_where_a_suppression_is_said() -> None:
    known = Suppressed(HEADLESS, "in the baseline", "external")
    (result,) = run(CLEAN._replace(suppressed=(known,)), ALL)["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "in the baseline"}]


def test_a_fix_is_its_replacements_by_file() -> None:
    (fix,) = run(FULL)["results"][2]["fixes"]
    assert fix["description"] == {"text": "set `clusterIP: None`"}
    changes = [
        (
            change["artifactLocation"]["uri"],
            [
                (*item["deletedRegion"].values(), item.get("insertedContent", {}).get("text"))
                for item in change["replacements"]
            ],
        )
        for change in fix["artifactChanges"]
    ]
    assert changes == [
        ("deploy/db.yaml", [(4, 16, 4, 18, "web")]),
        ("deploy/svc.yaml", [(5, 3, 5, 3, "clusterIP: None\n  "), (5, 3, 5, 12, None)]),
    ]


def test_a_fix_that_changes_behaviour_says_so() -> None:
    assert HEADLESS.fix is not None
    unsafe = HEADLESS._replace(fix=HEADLESS.fix._replace(safe=False))
    (result,) = run(CLEAN._replace(findings=(unsafe,)))["results"]
    assert result["fixes"][0]["description"]["text"] == "set `clusterIP: None` (changes behaviour)"
    assert "fixes" not in run(CLEAN._replace(findings=(QUORUM,)))["results"][0], "there is nothing to write"


@pytest.mark.parametrize(("code", "successful"), [("API003", True), ("KW003", False)])
def test_a_crashed_rule_is_a_failed_run(code: str, successful: bool) -> None:
    options = OPTIONS._replace(explain=lambda _: OPTIONS.explain("API003"))
    (invocation,) = run(CLEAN._replace(findings=(MISSING._replace(code=code),)), options)["invocations"]
    assert invocation["executionSuccessful"] is successful

"""Each rule's examples, run: they are its documentation and its tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kwlint.catalog.catalog import load, page
from kwlint.catalog.facts import Facts
from kwlint.config.config import Config
from kwlint.config.settings import Settings, resolve
from kwlint.diagnostics.finding import Finding
from kwlint.engine.fixing.fix import fix
from kwlint.engine.linter import run
from kwlint.sources.discover import Discovered

CATALOG = load()
EXAMPLES = [
    pytest.param(facts, outcome, example, id=f"{facts.code}-{outcome}-{number}")
    for facts in CATALOG
    for outcome, listed in page(facts).get("examples", {}).items()
    for number, example in enumerate(listed, 1)
]


def settings_of(facts: Facts, example: dict[str, Any]) -> Settings:
    config = Config()
    if facts.scope != "run":
        config.override("select", [facts.code, "API"])
    for key in ("complete",):
        if key in example:
            config.override(key, example[key])
    if "kubernetes" in example:
        config.override("kubernetes-version", example["kubernetes"])
    if "options" in example:
        config.override("rules", {facts.code: example["options"]})
    return resolve(config, CATALOG)


def findings_of(facts: Facts, example: dict[str, Any], folder: Path) -> list[Finding]:
    file = folder / "example.yaml"
    file.write_text(example["manifests"], encoding="utf-8")
    return list(run(Discovered([str(file)], []), settings_of(facts, example), CATALOG).report.findings)


def expected(item: str | dict[str, Any]) -> dict[str, Any]:
    return {"path": item} if isinstance(item, str) else item


@pytest.mark.parametrize(("facts", "outcome", "example"), EXAMPLES)
def test_example(facts: Facts, outcome: str, example: dict[str, Any], tmp_path: Path) -> None:
    findings = findings_of(facts, example, tmp_path)
    assert not [item.message for item in findings if item.code == "KW003"]
    own = [item for item in findings if item.code == facts.code]
    if facts.fix == "none":
        assert not any(item.fix for item in own), "a rule that claims no fix has one"
    wanted = [expected(item) for item in example.get("findings", ())] if outcome == "fails" else []
    assert [item.path for item in own] == [item["path"] for item in wanted], [item.message for item in own]
    for item, want in zip(own, wanted, strict=True):
        if "line" in want:
            assert item.place.line == want["line"]
        assert want.get("message", "") in item.message
        assert item.severity == want.get("severity", facts.severity)
        assert not item.message.endswith(".")
        assert "\n" not in item.message
    if outcome == "passes" or not facts.refused:
        if facts.chapter not in ("yaml", "api"):
            refused = [
                (item.code, item.path, item.message)
                for item in findings
                if item.refused and item.code != facts.code
            ]
            assert refused == [], "the API server would refuse this example"


FIXED = [item for item in EXAMPLES if "fixed" in item.values[2]]  # type: ignore[operator]


@pytest.mark.parametrize(("facts", "outcome", "example"), FIXED)
def test_fixed_example(facts: Facts, outcome: str, example: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(example["manifests"], encoding="utf-8")
    settings = settings_of(facts, example)
    fixed = fix(Discovered([str(file)], []), settings, CATALOG, unsafe=facts.fix == "unsafe")
    assert fixed.declined == ()
    assert fixed.after[str(file)] == example["fixed"]
    assert not [item for item in fixed.outcome.report.findings if item.code == facts.code and item.fix]
    file.write_text(example["fixed"], encoding="utf-8")
    assert fix(Discovered([str(file)], []), settings, CATALOG, unsafe=True).after == {}


def test_every_fixable_rule_shows_what_it_fixes() -> None:
    shown = {item.values[0].code for item in FIXED}  # type: ignore[union-attr]
    assert {facts.code for facts in CATALOG if facts.fix != "none"} == shown


@pytest.mark.parametrize("facts", [pytest.param(facts, id=facts.code) for facts in CATALOG])
def test_page_is_complete(facts: Facts) -> None:
    found = page(facts)
    assert found["summary"].strip().endswith(".")
    assert found["why"].strip()
    assert found["fix"].strip()
    if facts.code != "KW003":
        assert found["examples"]["fails"]
        assert found["examples"]["passes"]


def test_file_names_are_code_and_name() -> None:
    for facts in CATALOG:
        assert Path(facts.file).name == f"{facts.code}-{facts.name}.yaml"

"""Several formats of one run, and SARIF against the standard's schema with what real manifests give it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from .repository import KWLINT, Repository, service, workload

SCHEMA = Path(__file__).parents[3] / "shared" / "sarif-schema-2.1.0.json"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    broken = workload("web", "storefront", tag="latest").replace("replicas: 3", 'replicas: "3"')
    repository.write(
        a=broken, b="# 数 𝄞\n" + service("web", "storefronts"), c="kind: [\n", d=workload("old", tag="latest")
    )
    return repository


def sarif(repository: Repository, *arguments: str) -> Any:
    log = json.loads(repository.kwlint("--format", "sarif", *arguments).stdout)
    if SCHEMA.exists():  # it is not part of the project; it is used where it lies beside the checkout
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema)(schema).validate(log)
    return log["runs"][0]


def test_sarif(shop: Repository) -> None:
    assert {result["ruleId"] for result in sarif(shop)["results"]} >= {"WRK005", "YAML001"}
    Path("c.yaml").unlink()
    run = sarif(shop)
    results = {result["ruleId"]: result for result in run["results"]}
    assert set(results) >= {"WRK005", "SVC001"}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(results)
    assert all(
        rule["help"]["markdown"].startswith(f"# {rule['id']} ") for rule in run["tool"]["driver"]["rules"]
    )
    (related,) = results["SVC001"]["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "a.yaml", "uriBaseId": "%SRCROOT%"}
    assert all(result["partialFingerprints"] for result in run["results"])


def test_a_sarif_fix_is_what_fix_writes(shop: Repository) -> None:
    fixes = [fix for result in sarif(shop, "a.yaml")["results"] for fix in result.get("fixes", ())]
    (change,) = fixes[0]["artifactChanges"]
    assert (len(fixes), change["artifactLocation"]["uri"]) == (1, "a.yaml")
    lines = Path("a.yaml").read_text().splitlines(keepends=True)
    for replacement in sorted(change["replacements"], key=lambda item: -item["deletedRegion"]["startLine"]):
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        new = replacement.get("insertedContent", {}).get("text", "")
        lines[region["startLine"] - 1] = (
            line[: region["startColumn"] - 1] + new + line[region["endColumn"] - 1 :]
        )
    shop.kwlint("--fix", "a.yaml")
    assert "".join(lines) == Path("a.yaml").read_text() == workload("web", "storefront", tag="latest")


def test_sarif_suppressions(shop: Repository) -> None:
    shop.kwlint("--write-baseline", "d.yaml", code=0)
    shop.write(
        e=workload("new", tag="latest").replace(":latest", ":latest  # kwlint: ignore[WRK005] on purpose")
    )
    arguments = ("--baseline", "kwlint-baseline.txt", "d.yaml", "e.yaml")
    assert sarif(shop, *arguments)["results"] == []
    for _ in range(2):  # fresh and from the cache
        results = sarif(shop, "--show-suppressed", *arguments)["results"]
        assert [result["suppressions"] for result in results] == [
            [{"kind": "external", "justification": "in the baseline"}],
            [{"kind": "inSource", "justification": "on purpose"}],
        ]


def test_sarif_of_nothing(repository: Repository) -> None:
    repository.write(a=workload("web"))
    assert sarif(repository)["results"] == []


def test_several_formats_in_one_run(shop: Repository) -> None:
    pairs = [
        *("--format", "sarif", "--output", "out.sarif"),
        *("--format", "json", "--output", "out.json"),
        *("--format", "junit", "--output", "out.xml"),
        *("--format", "gitlab", "--output", "gitlab.json.txt"),
        *("--format", "markdown", "--output", "out.md"),
        *("--format", "github"),
    ]
    done = shop.kwlint(*pairs, "--isolated", "a.yaml", "b.yaml", "c.yaml", "d.yaml", code=1)
    number = len(json.loads(Path("out.json").read_text())["findings"])
    assert number > 3
    assert len(json.loads(Path("out.sarif").read_text())["runs"][0]["results"]) == number
    assert len(json.loads(Path("gitlab.json.txt").read_text())) == number
    assert ElementTree.parse("out.xml").getroot().attrib["failures"] == str(number)
    assert (
        sum(
            line.startswith("| ") and ":" in line.split("|")[1]
            for line in Path("out.md").read_text().splitlines()
        )
        == number
    )
    assert sum(line.startswith(("::error ", "::warning ")) for line in done.stdout.splitlines()) == number


@pytest.mark.parametrize("separate", [[], ["--"]], ids=["plain", "by click"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "concise", "--format", "json", "--output", "out"],
        ["--format", "json", "--output", "out", "--format", "concise"],
        ["--format", "concise", "--output", "-", "--format", "json", "--output", "out"],
        ["--format", "json", "--format", "concise", "--output", "out", "--output", "-"],
        ["--output", "out", "--format", "json", "--output", "-", "--format", "concise"],
    ],
)
def test_each_output_is_that_of_the_format_before_it(
    shop: Repository, arguments: list[str], separate: list[str]
) -> None:
    done = shop.kwlint(*arguments, *separate, "a.yaml", code=1)
    assert done.stdout.startswith("a.yaml:")
    assert json.loads(Path("out").read_text())["version"] == 2
    assert not Path("-").exists()


def test_one_device_for_two_formats(shop: Repository) -> None:
    pairs = [word for name in ("json", "sarif") for word in ("--format", name, "--output", "/dev/null")]
    shop.kwlint(*pairs, "a.yaml", code=1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", [[], ["explain", "STS002"], ["--diff"]])
def test_a_full_device(shop: Repository, arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*KWLINT, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    expected = "kwlint: standard output cannot be written: no space left on device\n"
    assert (done.returncode, done.stderr) == (2, expected)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["--format", "text", "--format", "json", "--format", "sarif", "--output", "a", "--output", "b"],
            "it is not clear which --output belongs to which --format (write each after its --format)",
        ),
        (
            ["--format", "text", "--output", "a", "--format", "json", "--output", "./a"],
            "a: two formats cannot go to one file",
        ),
        (
            ["--format", "text", "--format", "json", "--output", "-"],
            "only one format can go to standard output",
        ),
        (["--format", "text", "--format", "json"], "only one format can go to standard output"),
        (["--format", "text", "--output", "a", "--output", "b"], "there are more --output than --format"),
        (["--format", "text", "--output", "no/such/folder"], "no/such/folder: the report cannot be written"),
        (["--format", "sarfi"], "did you mean 'sarif'?"),
    ],
)
def test_what_cannot_be_written(shop: Repository, arguments: list[str], expected: str) -> None:
    done = shop.kwlint(*arguments, code=2)
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("variable", "github"), [("true", True), ("false", False), ("", False)])
def test_the_format_under_github_actions(
    shop: Repository, monkeypatch: pytest.MonkeyPatch, variable: str, github: bool
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", variable)
    assert ("::warning file=" in shop.kwlint().stdout) is github
    assert "::warning" not in shop.kwlint("--format", "text").stdout


@pytest.mark.parametrize("below", ["", "team", "team/web"])
def test_ci_systems_get_names_from_the_root(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    repository.write(
        team_web=workload("web", tag="latest").replace("replicas: 3", 'replicas: "3"'),
        web=service("web", "wed"),
    )
    (repository.folder / "team/web").mkdir()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository.folder))
    monkeypatch.setenv("CI_PROJECT_DIR", str(repository.folder))
    target = str(repository.folder / "team/web.yaml")
    repository.folder /= below
    github = repository.kwlint("--format", "github", "--quiet", target).stdout
    names = ["team/web.yaml"] * 2 + ["web.yaml"]
    assert sorted(re.findall(r"(?m)^::\w+ file=([^,]+),", github)) == names
    gitlab = json.loads(repository.kwlint("--format", "gitlab", target).stdout)
    assert sorted(entry["location"]["path"] for entry in gitlab) == names
    results = json.dumps(sarif(repository, target)["results"])
    assert set(re.findall(r'"uri": "([^"]+)"', results)) == {"team/web.yaml", "web.yaml"}
    assert '"fixes"' in results
    # To whoever reads it here, or from elsewhere, names are what they were.
    concise = repository.kwlint("--format", "concise", "--quiet", target).stdout
    assert f"{os.path.relpath(target, repository.folder)}:7:13: E " in concise
    monkeypatch.setenv("GITHUB_WORKSPACE", "/somewhere/else")
    shown = repository.kwlint("--format", "github", "--quiet", target).stdout
    assert f" file={os.path.relpath(target, repository.folder)}," in shown

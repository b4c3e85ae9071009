"""What makes a gate pass or fail: severities, --fail-on, rules that are off for paths; and names that do not exist."""

from __future__ import annotations

import json

import pytest

from .repository import Repository, budget, service, workload


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.write(
        web_app=workload("web", tag="latest"),
        web_service=service("web", "wed"),
        dev_app=workload("tool", tag="latest"),
        api_budget=budget("web", "wed"),
        job="apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: shop}\n"
        "spec: {template: {spec: {restartPolicy: Always, containers: [{name: main, image: 'busybox:1.36'}]}}}\n",
    )
    return repository


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--fail-on", "error"], 1),
        (["--fail-on", "error", "web"], 0),
        (["--fail-on", "warning", "web"], 1),
        (["--fail-on", "never"], 0),
        (["--fail-on", "advice", "--select", "WRK012", "web"], 1),
        (["--select", "WRK012", "web"], 0),
        (["--ignore", "WRK005,SVC,PDB", "web"], 0),
    ],
)
def test_fail_on(shop: Repository, arguments: list[str], code: int) -> None:
    shop.kwlint(*arguments, code=code)


def test_statistics(shop: Repository) -> None:
    done = shop.kwlint("--statistics", "--format", "concise", code=1)
    assert done.stdout.splitlines()[-5:] == [
        "2  WRK005  latest-image",
        "1  JOB001  job-restart-policy",
        "1  PDB001  pdb-selects-nothing",
        "1  SVC001  service-selects-nothing",
        "Found 1 error and 4 warnings in 5 files (5 objects)",
    ]


CONFIG = """\
severity: {WRK005: error, service-selects-nothing: advice}
per-path:
  "dev/**": {ignore: [WRK005]}
  api/: {severity: {PDB001: error}}
"""


def test_severities_and_paths(shop: Repository) -> None:
    shop.write(kwlint=CONFIG)
    report = json.loads(shop.kwlint("--format", "json", code=1).stdout)
    assert [(item["file"], item["code"], item["severity"]) for item in report["findings"]] == [
        ("api/budget.yaml", "PDB001", "error"),
        ("job.yaml", "JOB001", "error"),
        ("web/app.yaml", "WRK005", "error"),
        ("web/service.yaml", "SVC001", "advice"),
    ]
    shop.kwlint("--fail-on", "error", "dev", code=0)
    shop.kwlint("--fail-on", "error", "web", code=1)
    shop.kwlint("web/service.yaml", code=0)


def test_paths_count_for_what_targets_bring_about_elsewhere(shop: Repository) -> None:
    shop.write(kwlint='per-path: {"api/**": {ignore: [PDB001]}}\n')
    assert shop.found("web/app.yaml") == ["web/app.yaml WRK005", "web/service.yaml SVC001"]
    shop.write(kwlint="severity: {PDB001: error}\n")
    assert "api/budget.yaml:8:3: E PDB001" in shop.kwlint("web/app.yaml", "--format", "concise").stdout


@pytest.mark.parametrize("arguments", [["web/service.yaml"], ["."], ["vendor", "web/service.yaml"]])
@pytest.mark.parametrize("by", ["exclude", "gitignore"])
def test_force_exclude(shop: Repository, arguments: list[str], by: str) -> None:
    shop.write(vendor_app=workload("vendored", tag="latest"))
    if by == "exclude":
        shop.write(kwlint="exclude: [/vendor/]\n")
    else:
        (shop.folder / ".gitignore").write_text("vendor/\n")
    assert "vendor/app.yaml WRK005" in shop.found("vendor/app.yaml", *arguments), "it is named"
    found = shop.found("--force-exclude", "vendor/app.yaml", *arguments)
    assert "web/service.yaml SVC001" in found
    assert "vendor/app.yaml WRK005" not in found


@pytest.mark.parametrize(
    ("arguments", "config", "expected"),
    [
        (["--select", "WRK05"], "", "--select: there is no rule `WRK05` (did you mean `WRK005`?)"),
        (
            ["--ignore", "pdb-select-nothing"],
            "",
            "--ignore: there is no rule `pdb-select-nothing` (did you mean `pdb-selects-nothing`?)",
        ),
        (["--fail-on", "eror"], "", "did you mean 'error'?"),
        (["--preset", "strikt"], "", "did you mean 'strict'?"),
        (["--selekt", "WRK005"], "", "--select"),
        (["explain", "SVC0001"], "", "there is no rule `SVC0001` (did you mean `SVC001`?)"),
        (["explain", "SVC01"], "", "there is no rule `SVC01` (did you mean `SVC001`?)"),
        ([], "ignored: [WRK005]", "kwlint.yaml:1:1: there is no key `ignored` (did you mean `ignore`?)"),
        ([], "ignore: [WRK05]", "kwlint.yaml:1:10: there is no rule `WRK05` (did you mean `WRK005`?)"),
        (
            [],
            "severity: {WRK05: error}",
            "kwlint.yaml:1:12: there is no rule `WRK05` (did you mean `WRK005`?)",
        ),
        (
            [],
            "severity: {WRK005: eror}",
            'kwlint.yaml:1:20: "eror" is not allowed here (did you mean `error`?)',
        ),
        (
            [],
            "per-path: {dev: {ignore: [WRK05]}}",
            "kwlint.yaml:1:27: there is no rule `WRK05` (did you mean `WRK005`?)",
        ),
        (
            [],
            "per-path: {dev: {ignored: [WRK005]}}",
            "kwlint.yaml:1:18: there is no key `ignored` (did you mean `ignore`?)",
        ),
        (
            [],
            "external: [x, Secrt/tls]",
            'kwlint.yaml:1:12: "x" is not allowed here (Kind/name or Kind/namespace/name)',
        ),
        (
            [],
            "external: [Widget/w, '*/w', Secrt/tls]",
            "kwlint.yaml:1:29: there is no kind `Secrt` (did you mean `Secret`?)",
        ),
        ([], "crds: [dev, crds]", "kwlint.yaml:1:13: there is no file or folder crds"),
        ([], "rules: {WRK05: {}}", "kwlint.yaml:1:9: there is no rule `WRK05` (did you mean `WRK005`?)"),
        (["no-such-folder"], "", "no-such-folder: there is no such file or folder"),
        (
            ["explan", "SVC001"],
            "",
            "explan: there is no such command, file or folder (did you mean `kwlint explain`?)",
        ),
        (["--since", ""], "", "Invalid value for '--since': it is empty"),
        (["--baseline="], "", "Invalid value for '--baseline': it is empty"),
        (["--kubernetes-version", ""], "", "Invalid value for '--kubernetes-version': it is empty"),
        (["--project", "no-such-folder"], "", "no-such-folder: the project folder does not exist"),
    ],
)
def test_names_that_do_not_exist(shop: Repository, arguments: list[str], config: str, expected: str) -> None:
    if config:
        shop.write(kwlint=config + "\n")
    done = shop.kwlint(*arguments, code=2)
    assert expected in done.stderr
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)

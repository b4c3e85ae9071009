"""A special rule speaks instead of the server's warning about the same field, and not of what the server refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.engine.linter import run
from kwlint.sources.discover import Discovered

POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n{containers}"
CASES = [
    (
        "    - {name: web, image: 'web:1', ports: [{containerPort: 80}]}\n    - {name: proxy, image: 'proxy:1', ports: [{containerPort: 80}]}\n",
        "POD009",
    ),
    ("    - {name: web, image: 'web:1', resources: {requests: {memory: 512m}}}\n", "POD007"),
]


@pytest.mark.parametrize(("containers", "code"), CASES)
@pytest.mark.parametrize("alone", [False, True])
def test_warning_is_said_once(containers: str, code: str, alone: bool, tmp_path: Path) -> None:
    file = tmp_path / "pod.yaml"
    file.write_text(POD.format(containers=containers), encoding="utf-8")
    catalog, config = load(), Config()
    config.override("select", ["API014"] if alone else ["API014", code])
    report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
    assert [finding.code for finding in report.findings] == ["API014" if alone else code]


def test_warning_about_a_claim_template_is_said_once_and_where_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  serviceName: web\n"
        "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
        "    spec: {containers: [{name: web, image: 'web:1'}]}\n  volumeClaimTemplates:\n  - metadata: {name: data}\n"
        "    spec:\n      accessModes: [ReadWriteOnce]\n      resources:\n        requests:\n          storage: 100m\n",
        encoding="utf-8",
    )
    catalog = load()
    for selected, expected in ((["API014"], "API014"), (["API014", "POD007"], "POD007")):
        config = Config()
        config.override("select", selected)
        report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
        assert [(finding.code, finding.place.line) for finding in report.findings] == [(expected, 16)]


@pytest.mark.parametrize("mounted", ["confg", "settings"])
def test_a_volume_whose_mount_has_another_name_is_not_called_unused(mounted: str, tmp_path: Path) -> None:
    file = tmp_path / "pod.yaml"
    container = f"{{name: web, image: 'web:1', volumeMounts: [{{name: {mounted}, mountPath: /a}}]}}"
    spec = f"{{volumes: [{{name: config, emptyDir: {{}}}}], containers: [{container}]}}"
    file.write_text(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {spec}\n", encoding="utf-8")
    catalog, config = load(), Config()
    config.override("select", ["API009", "WRK006"])
    report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
    assert [finding.code for finding in report.findings] == ["API009"]


@pytest.mark.parametrize(
    ("selector", "codes"),
    [("[a]", ["API002"]), ("{matchLabels: {app: 1}}", ["API002"]), ("null", ["PDB001"])],
)
def test_selector_of_a_wrong_type_is_not_called_unset(
    selector: str, codes: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "budget.yaml"
    file.write_text(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
        f"spec:\n  maxUnavailable: 1\n  selector: {selector}\n",
        encoding="utf-8",
    )
    catalog, config = load(), Config()
    config.override("select", ["API002", "PDB001"])
    report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
    assert [finding.code for finding in report.findings] == codes


STATEFUL_SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: init, image: "web:1", readinessProbe: {exec: {command: [ready]}}}]
      containers: [{name: web, image: "web:1"}]
"""


def selecting(label: str) -> str:
    text = STATEFUL_SET.replace("matchLabels: {app: web}", f"matchLabels: {{{label}: web}}")
    return "".join(line for line in text.splitlines(True) if "initContainers" not in line)


@pytest.mark.parametrize(
    ("text", "minor", "expected"),
    [
        (STATEFUL_SET, 37, [("INIT001", True)]),
        (STATEFUL_SET, 33, [("INIT001", False)]),  # the server leaves it to the pods
        (selecting("example.com/app"), 37, [("WRK001", True)]),
        (selecting("a b"), 37, [("API004", True)] * 2),
        (selecting("x/y/app"), 37, [("API004", True)] * 2),
    ],
)
def test_refusals_are_those_of_the_server(
    text: str, minor: int, expected: list[tuple[str, bool]], tmp_path: Path
) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(text, encoding="utf-8")
    catalog, config = load(), Config()
    config.override("select", ["API", "INIT001", "WRK001"])
    config.override("kubernetes-version", f"1.{minor}")
    report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
    assert sorted((finding.code, finding.refused) for finding in report.findings) == expected


DEPLOYMENT = STATEFUL_SET.replace("StatefulSet", "Deployment").replace("  serviceName: web\n", "")
JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            JOB + "      restartPolicy: never\n      containers: [{name: web, image: 'web:1'}]\n",
            ("API005", "must be one of `Never`, `OnFailure`"),
        ),
        (
            "".join(line for line in DEPLOYMENT.splitlines(True) if "initContainers" not in line)
            + "  strategy: {rollingUpdate: {maxUnavailable: '0', maxSurge: 0}}\n",
            ("API004", "is no number of pods"),
        ),
        (
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  maxReplicas: 0\n"
            "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n",
            ("API003", "must be set and at least 1"),
        ),
    ],
)
def test_what_the_server_says_twice_of_a_field_is_said_once(
    text: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "object.yaml"
    file.write_text(text, encoding="utf-8")
    catalog, config = load(), Config()
    config.override("select", ["API"])
    report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
    assert [finding.code for finding in report.findings] == [expected[0]]
    assert expected[1] in report.findings[0].message

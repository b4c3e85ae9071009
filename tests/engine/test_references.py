"""What the configuration and kustomizations say of objects that no manifest shows, and rules that replace others."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from kwlint.report import FORMATS, writer
from kwlint.report.options import Options
from tests.engine.running import lines, lint, write

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: web
      image: nginx:1.27
      envFrom: [{secretRef: {name: database}}]
"""
SECRET = """\
---
apiVersion: v1
kind: Secret
metadata: {name: databases, namespace: shop}
stringData: {a: b}
"""
BROKEN = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: x\n"


@pytest.mark.parametrize(
    ("files", "values", "expected"),
    [
        ({"pod.yaml": POD + SECRET}, {}, ["pod.yaml:8:36 REF002"]),
        ({"pod.yaml": POD + SECRET}, {"external": ["Secret/database"]}, []),
        ({"pod.yaml": POD + SECRET}, {"external": ["Secret/shop/data*"]}, []),
        ({"pod.yaml": POD + SECRET}, {"external": ["Secret/pay/database"]}, ["pod.yaml:8:36 REF002"]),
        ({"pod.yaml": POD + SECRET}, {"external": ["ConfigMap/database"]}, ["pod.yaml:8:36 REF002"]),
        ({"pod.yaml": POD}, {}, []),
        ({"pod.yaml": POD}, {"preset": "strict"}, []),
        ({"pod.yaml": POD}, {"complete": True}, ["pod.yaml:8:36 REF003"]),
        ({"pod.yaml": POD}, {"complete": True, "ignore": ["REF003"]}, []),
        ({"pod.yaml": POD}, {"complete": True, "external": ["Secret/*"]}, []),
        (
            {"pod.yaml": POD + SECRET, "kustomization.yaml": "secretGenerator: [{name: database}]\n"},
            {},
            [],
        ),
        (
            {"pod.yaml": POD + SECRET, "kustomization.yaml": "configMapGenerator: [{name: database}]\n"},
            {},
            ["pod.yaml:8:36 REF002"],
        ),
        ({"pod.yaml": POD + SECRET, "more.yaml": BROKEN}, {}, []),
    ],
)
def test_names(files: dict[str, str], values: dict[str, Any], expected: list[str]) -> None:
    write(files)
    assert [line for line in lines(lint(**values).findings) if "REF" in line] == expected


CONTROLS = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  volumes: [{name: logs, hostPath: {path: /var/log}}]
  containers:
    - name: web
      image: nginx:1.27
      securityContext:
        capabilities: {drop: [ALL], add: [NET_RAW]}
        seccompProfile: {type: Unconfined}
"""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"preset": "security"},
            {"SEC201", "SEC202", "SEC203", "SEC205", "SEC206", "SEC306", "SEC307"},
        ),
        ({"select": ["SEC104", "SEC105", "SEC111"]}, {"SEC104", "SEC105", "SEC111"}),
        ({"select": ["SEC104", "SEC105", "SEC111", "SEC206"]}, {"SEC105", "SEC111", "SEC206"}),
        ({"preset": "strict"}, set()),
        ({}, set()),
    ],
)
def test_a_restricted_control_replaces_its_twin(values: dict[str, Any], expected: set[str]) -> None:
    write({"pod.yaml": CONTROLS})
    assert {item.code for item in lint(**values).findings if item.code.startswith("SEC")} == expected


VALUES = """\
apiVersion: v1
kind: Secret
metadata: {name: database}
data: {password: aHVudGVyMgo=}
stringData: {token: "hunter2\\n", username: hunter2, pin: 48151623}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: nginx:1.27
      env: [{name: A, valueFrom: {secretKeyRef: {name: database, key: user}}}]
"""


@pytest.mark.parametrize("report_format", FORMATS)
def test_no_report_shows_the_value_of_a_secret(report_format: str) -> None:
    write({"pod.yaml": VALUES})
    report = lint(select=["REF", "API"])
    assert {item.code for item in report.findings} == {"API002", "REF001", "REF005"}
    options = Options(
        color=False,
        read_line=lambda file, line: VALUES.splitlines()[line - 1],
        show_suppressed=True,
        statistics=True,
        quiet=False,
        explain=lambda code: {
            "name": "x", "severity": "warning", "summary": "", "why": "", "fix": "", "references": []
        },
    )  # fmt: skip
    stream = StringIO()
    writer(report_format)(report, stream, options)
    assert "database" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
    assert "48151623" not in stream.getvalue()
    assert "aHVudGVyMgo" not in stream.getvalue()

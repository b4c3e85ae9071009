"""The API server's judgement within a run: definitions of custom resources, and ranges of target versions."""

from __future__ import annotations

import pytest

from tests.engine.running import lines, lint, write

DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, maximum: 9}
              colour: {type: string, enum: [Red, Green]}
"""
WIDGET = """\
apiVersion: example.com/v1
kind: Widget
metadata: {name: one}
spec:
  size: 12
  color: Red
  colour: red
"""
FOUND = ["app/widget.yaml:5:9 API004", "app/widget.yaml:6:3 API001", "app/widget.yaml:7:11 API005"]


def test_definitions_of_the_input_and_of_the_configuration() -> None:
    write({"crds/widget.yaml": DEFINITION, "app/widget.yaml": WIDGET})
    report = lint(["."])
    assert lines(report.findings) == FOUND
    assert all(finding.refused for finding in report.findings)
    assert lines(lint(["app"], project="app").findings) == []
    assert lines(lint(["app"], project="app", crds=["crds"]).findings) == FOUND


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: one}
spec:
  resources: {limits: {cpu: "1"}}
  containers: [{name: one, image: "one:1", command: 7}]
"""


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (("1.34", "1.37"), [("API002", True, "1.37")]),
        (("1.33", "1.37"), [("API002", True, "1.37"), ("API012", False, "1.33")]),
        # Of two that drop it, the newest is named.
        (("1.32", "1.37"), [("API002", True, "1.37"), ("API012", False, "1.33")]),
        # Dropped by 1.33 and 1.32, unknown before: what refuses it is said.
        (("1.29", "1.37"), [("API002", True, "1.37"), ("API012", True, "1.31")]),
    ],
)
def test_a_range_says_what_any_version_refuses(
    targets: tuple[str, str], expected: list[tuple[str, bool, str]]
) -> None:
    write({"pod.yaml": POD})
    findings = lint(["."], targets=list(targets), select=["API"]).findings
    found = [
        (item.code, item.refused, item.message.rpartition("Kubernetes ")[2].rstrip(")")) for item in findings
    ]
    assert sorted(found) == expected

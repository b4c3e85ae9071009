"""Which kinds are served, removed, deprecated or unknown, by version."""

from __future__ import annotations

import json

import pytest

from kwlint.api import NEWEST, OLDEST
from kwlint.api.judge import judge
from kwlint.api.versions import definition_of, is_built_in
from kwlint.api.violations import Repair, Violation
from kwlint.data import schema_text
from kwlint.dev.parity import load

CRON_JOB = """
metadata: {name: a}
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i:1}]}}}}
"""
NO_SELECTOR = """
metadata: {name: a}
spec:
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i:1}]}}
"""
STATEFUL_SET = """
metadata: {name: a}
spec:
  serviceName: a
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i:1}]}}
"""
BUDGET = "metadata: {name: a}\nspec: {minAvailable: 1, selector: {matchLabels: {a: b}}}"
EMPTY_BUDGET = "metadata: {name: a}\nspec: {minAvailable: 1, selector: {}}"


def kind_findings(
    api_version: str, kind: str, minor: int, body: str = "metadata: {name: a}"
) -> list[Violation]:
    """Return what is found at the apiVersion or the kind."""
    found = judge(load(f"apiVersion: {api_version}\nkind: {kind}\n{body}"), minor)
    return [violation for violation in found if violation.path in ("apiVersion", "kind")]


@pytest.mark.parametrize(
    ("api_version", "kind", "minor", "body", "code", "words", "repair"),
    [
        (
            "batch/v1beta1",
            "CronJob",
            37,
            CRON_JOB,
            "API010",
            "since Kubernetes 1.25; use `batch/v1`",
            "batch/v1",
        ),
        (
            "apps/v1beta1",
            "Deployment",
            37,
            NO_SELECTOR,
            "API010",
            "since Kubernetes 1.16; use `apps/v1`",
            None,
        ),
        ("policy/v1beta1", "PodDisruptionBudget", 30, BUDGET, "API010", "use `policy/v1`", "policy/v1"),
        ("policy/v1beta1", "PodDisruptionBudget", 30, EMPTY_BUDGET, "API010", "use `policy/v1`", None),
        ("policy/v1beta1", "PodSecurityPolicy", 30, BUDGET, "API010", "use Pod Security Admission", None),
        # what is left out comes to mean something else
        ("apps/v1beta1", "StatefulSet", 37, STATEFUL_SET, "API010", "use `apps/v1`", None),
        ("apps/v1beta2", "StatefulSet", 37, STATEFUL_SET, "API010", "use `apps/v1`", "apps/v1"),
        (
            "apps/v1beta1",
            "StatefulSet",
            37,
            f"{STATEFUL_SET}  updateStrategy: {{type: OnDelete}}\n",
            "API010",
            "use `apps/v1`",
            "apps/v1",
        ),
        # what is left out must be there
        (
            "apiextensions.k8s.io/v1beta1",
            "CustomResourceDefinition",
            37,
            "metadata: {name: xs.a.b}\nspec: {group: a.b, versions: [{name: v1, served: true, storage: true}]}",
            "API010",
            "use `apiextensions.k8s.io/v1`",
            None,
        ),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 26, "", "API010", "since Kubernetes 1.26", None),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 25, "", "API011", "since Kubernetes 1.23", None),
        ("v1", "Endpoints", 33, "metadata: {name: a}", "API011", "EndpointSlice", None),
        ("resource.k8s.io/v1", "ResourceClaim", 33, "", "API010", "only since Kubernetes 1.34", None),
        ("v1", "Deployment", 37, "", "API013", "it is in `apps/v1`", "apps/v1"),
        ("apps/v1", "Deploymnt", 37, "", "API013", "did you mean `Deployment`?", "Deployment"),
        ("apps/v2", "Deployment", 37, "", "API013", "it is in `apps/v1`", "apps/v1"),
        ("apps/v1", "Frobnicator", 37, "", "API013", "has no kind Frobnicator", None),
        ("apps/v9", "Frobnicator", 37, "", "API013", "serves no `apps/v9`", None),
    ],
)
def test_kind(
    api_version: str, kind: str, minor: int, body: str, code: str, words: str, repair: str | None
) -> None:
    (violation,) = kind_findings(api_version, kind, minor, body)
    assert violation.code == code
    assert words in violation.message
    assert violation.refused is (code != "API011")
    assert violation.repair == (Repair("replace", repair) if repair else None)


@pytest.mark.parametrize(
    ("api_version", "kind", "minor"),
    [
        ("v1", "Endpoints", 32),
        ("apps/v1", "Deployment", 25),
        ("gateway.networking.k8s.io/v1", "Gateway", 37),
        ("snapshot.storage.k8s.io/v1", "VolumeSnapshot", 37),
        ("example.com/v1", "Widget", 37),
        ("v1", "List", 37),
        ("apps/v1", "DeploymentList", 37),
    ],
)
def test_kind_passes(api_version: str, kind: str, minor: int) -> None:
    assert kind_findings(api_version, kind, minor) == []


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a}", []),
        ("apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {}", ["metadata.name"]),
        ("apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a/b}", ["metadata.name"]),
        ("apiVersion: authorization.k8s.io/v1\nkind: SelfSubjectRulesReview\nspec: {namespace: a}", []),
    ],
)
def test_kinds_without_a_validation_of_their_own(text: str, paths: list[str]) -> None:
    assert [violation.path for violation in judge(load(text), 37)] == paths


def test_lifecycle() -> None:
    kinds, lifecycle = json.loads(schema_text("kinds.json")), json.loads(schema_text("lifecycle.json"))
    for key, entry in lifecycle.items():
        assert entry.get("deprecated", 0) <= entry.get("removed", 100), key
        assert ("removed" in entry) != (key in kinds), key
        replacement = entry.get("replacement", "")
        assert " " in replacement or not replacement or any(kind.startswith(replacement) for kind in kinds), (
            key
        )


def test_items_of_a_list_are_judged() -> None:
    item = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: 1}}"
    (violation,) = judge(load(f"apiVersion: v1\nkind: List\nitems: [{item}]"), 37)
    assert (violation.code, violation.path) == ("API002", "items[0].data[k]")


@pytest.mark.parametrize(
    "text",
    ["[]", "x", "a: b", "apiVersion: 1\nkind: Pod", "apiVersion: v1\nkind: [x]"],
)
def test_what_is_no_object_is_not_judged(text: str) -> None:
    assert judge(load(text), 37) == []


@pytest.mark.parametrize(("text", "path"), [("kind: Pod", "apiVersion"), ("apiVersion: v1", "kind")])
def test_half_of_what_tells_the_type(text: str, path: str) -> None:
    assert [(item.code, item.path) for item in judge(load(text), 37)] == [("API003", path)]


def test_the_versions() -> None:
    assert json.loads(schema_text("kinds.json"))[""] == f"{OLDEST}-{NEWEST}"
    assert definition_of("apps/v1/Deployment", 25) == "apps.v1.Deployment"
    assert is_built_in("v1") and is_built_in("extensions/v1beta1") and not is_built_in("example.com/v1")


@pytest.mark.parametrize(
    ("text", "path", "value", "since"),
    [
        ("kind: Service\nspec: {ports: [{port: 1}], trafficDistribution: PreferSameZone}", "spec.trafficDistribution", '"PreferSameZone"', 34),
        ("kind: ResourceQuota\nspec: {scopes: [VolumeAttributesClass]}", "spec.scopes", "the scope VolumeAttributesClass", 34),
        (
            "kind: Pod\nspec: {securityContext: {seLinuxChangePolicy: MountOption}, containers: [{name: a, image: a}]}",
            "spec.securityContext.seLinuxChangePolicy",
            '"MountOption"',
            37,
        ),
    ],
)  # fmt: skip
def test_value_of_a_later_version(text: str, path: str, value: str, since: int) -> None:
    document = load(f"apiVersion: v1\nmetadata: {{name: one}}\n{text}\n")
    (violation,) = [found for found in judge(document, since - 1) if found.refused]
    assert (violation.code, violation.path) == ("API012", path)
    assert f"{value} is accepted only since Kubernetes 1.{since}" in violation.message
    assert not [found for found in judge(document, since) if found.refused]

"""Pod templates: where they are, their containers, and the labels that controllers add."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.model.pods import PodTemplate
from kwlint.model.resources import Resource
from tests.model.files import resources_of

POD = """{metadata: {labels: {app: web, n: 5}, annotations: {a: b}}, spec: {
  initContainers: [{name: setup, image: i}, {name: proxy, image: p, restartPolicy: Always}],
  containers: [{name: web, image: w, command: [/bin/web, 1], args: [-v], resources: {limits: {cpu: 1}}}, text],
  volumes: [{name: data}, 7]}}"""


def one(text: str) -> Resource:
    (resource,) = resources_of({"x.yaml": text})
    return resource


@pytest.mark.parametrize(
    ("head", "path", "added"),
    [
        ("apiVersion: apps/v1\nkind: Deployment\nspec: {template: %s}", "spec.template", "pod-template-hash"),
        ("apiVersion: apps/v1\nkind: ReplicaSet\nspec: {template: %s}", "spec.template", "pod-template-hash"),
        ("apiVersion: extensions/v1beta1\nkind: Deployment\nspec: {template: %s}", "spec.template", ""),
        ("apiVersion: apps/v1\nkind: StatefulSet\nspec: {template: %s}", "spec.template", "apps.kubernetes.io/pod-index"),
        ("apiVersion: apps/v1\nkind: DaemonSet\nspec: {template: %s}", "spec.template", "controller-revision-hash"),
        ("apiVersion: v1\nkind: ReplicationController\nspec: {template: %s}", "spec.template", ""),
        ("apiVersion: batch/v1\nkind: Job\nspec: {template: %s}", "spec.template", "job-name"),
        (
            "apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: %s}}}",
            "spec.jobTemplate.spec.template",
            "batch.kubernetes.io/controller-uid",
        ),
        ("apiVersion: v1\nkind: PodTemplate\ntemplate: %s", "template", ""),
        ("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {template: %s}", "spec.template", ""),
    ],
)  # fmt: skip
def test_templates(head: str, path: str, added: str) -> None:
    pods = one(head % POD).pods
    assert isinstance(pods, PodTemplate)
    assert pods.path == path
    assert pods.labels_path == f"{path}.metadata.labels"
    assert pods.labels.written == {"app": "web"}
    assert added in pods.labels.added or not added
    assert pods.annotations == {"a": "b"}
    check(pods, f"{path}.spec")


def test_pod() -> None:
    text = "apiVersion: v1\nkind: Pod\n<<: " + POD
    pods = one(text).pods
    assert pods is not None
    assert (pods.path, pods.labels_path) == ("", "metadata.labels")
    assert pods.labels.added == frozenset()
    check(pods, "spec")


def check(pods: PodTemplate, spec: str) -> None:
    assert [item.path for item in pods.containers] == [f"{spec}.containers[0]"]
    assert [item.name for item in pods.all_containers] == ["setup", "proxy", "web"]
    assert [item.name for item in pods.main_containers] == ["web", "proxy"]
    assert [item.sidecar for item in pods.init_containers] == [False, True]
    assert [path for path, _ in pods.volumes] == [f"{spec}.volumes[0]"]
    web = pods.containers[0]
    assert web.words == ["/bin/web", "-v"]
    assert web.words_with_paths() == [(f"{web.path}.command[0]", "/bin/web"), (f"{web.path}.args[0]", "-v")]
    assert web.resource("limits", "cpu") == 1
    assert web.resource("requests", "cpu") is None


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Service\nspec: {template: {spec: {containers: [{name: a}]}}}",
        "apiVersion: x.io/v1\nkind: Deployment\nspec: {template: {spec: {}}}",
        "apiVersion: x.io/v1\nkind: Thing\nspec: {}",
        "apiVersion: x.io/v1\nkind: Thing\nspec: [a]",
    ],
)
def test_what_makes_no_pods(text: str) -> None:
    assert one(text).pods is None


@pytest.mark.parametrize(
    "spec", ["", "null", "[]", "7", "{template: 7}", "{template: {spec: [a]}}", "{jobTemplate: 1}"]
)
@pytest.mark.parametrize("kind", ["apps/v1 Deployment", "batch/v1 CronJob", "v1 Pod"])
def test_wrong_types_read_as_absent(kind: str, spec: Any) -> None:
    version, name = kind.split()
    pods = one(f"apiVersion: {version}\nkind: {name}\nmetadata: [x]\nspec: {spec}").pods
    assert pods is not None
    assert pods.all_containers == []
    assert pods.volumes == []
    assert pods.labels.written == {}

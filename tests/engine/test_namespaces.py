"""A namespace that is only assumed never refuses anything, and is never named as a fact."""

from __future__ import annotations

import pytest

from kwlint.diagnostics.finding import Report
from tests.engine.running import lint, write

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: web{namespace}}}
spec: {{containers: [{{name: web, image: 'a:1', resources: {{limits: {{memory: 2Gi}}}}{more}}}]}}
"""
PLACED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: placed, namespace: shop}\n"
RULING = {
    "SEC001": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}\n",
    "QUO001": "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q%s}\nspec: {hard: {limits.cpu: 4}}\n",
    "QUO002": "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l%s}\nspec: {limits: [{type: Container, max: {memory: 1Gi}}]}\n",
}
WRITTEN = ", namespace: shop"


def pod(namespace: str = "", more: str = "") -> str:
    return POD.format(namespace=namespace, more=more)


def ruling(code: str, namespace: str) -> str:
    return RULING[code] % namespace if "%s" in RULING[code] else RULING[code]


def stateful(namespace: str = "", more: str = "") -> str:
    return STATEFULSET.format(namespace=namespace)


def codes(report: Report) -> set[str]:
    return {item.code for item in report.findings}.intersection(RULING)


@pytest.mark.parametrize("code", RULING)
def test_only_a_known_namespace_refuses(code: str) -> None:
    write({"placed.yaml": PLACED, "ruling.yaml": ruling(code, WRITTEN), "web.yaml": pod()})
    assert codes(lint()) == set()
    write({"web.yaml": pod(WRITTEN)})
    assert codes(lint()) == {code}


@pytest.mark.parametrize("code", ["QUO001", "QUO002"])
def test_who_rules_is_known_too(code: str) -> None:
    write({"placed.yaml": PLACED, "ruling.yaml": ruling(code, ""), "web.yaml": pod(WRITTEN)})
    assert codes(lint()) == set()
    # What has no namespace at all goes where the rest goes.
    write({"web.yaml": pod()})
    assert codes(lint()) == {code}


@pytest.mark.parametrize("code", RULING)
def test_what_a_kustomization_sets_is_known(code: str) -> None:
    write(
        {
            "kustomization.yaml": "namespace: shop\nresources: [ruling.yaml, web.yaml]\n",
            "ruling.yaml": ruling(code, ""),
            "web.yaml": pod(),
        }
    )
    assert codes(lint()) == {code}


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: database, namespace: shop}\nstringData: {a: b}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: database, namespace: shop}\nspec: {ports: [{port: 80}]}\n"
STATEFULSET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: web{namespace}}}
spec:
  serviceName: databas
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: 'a:1'}}]}}
"""
ENVIRONMENT = ", env: [{name: DB_URL, value: 'http://databas/'}]"
NAMING = {
    "REF002": (SECRET, pod, ", envFrom: [{secretRef: {name: databas}}]", "there is no Secret `databas`"),
    "REF004": (SERVICE, pod, ENVIRONMENT, "there is no Service `databas`"),
    "STS004": (SERVICE, stateful, "", "there is no Service `databas`"),
}


@pytest.mark.parametrize("code", NAMING)
def test_an_assumed_namespace_is_not_named(code: str) -> None:
    other, make, more, missing = NAMING[code]

    def messages() -> list[str]:
        return [item.message for item in lint(select=[code]).findings]

    write({"other.yaml": other, "web.yaml": make("", more)})
    (message,) = messages()
    assert missing in message
    assert "namespace" not in message
    write({"web.yaml": make(WRITTEN, more)})
    (message,) = messages()
    assert f"{missing} in namespace `shop`" in message

"""What is put in before an object is applied is not judged: variables of Flux, envsubst and kustomize, and SOPS."""

from __future__ import annotations

import pytest

from tests.engine.running import lint, write

ENCRYPTED = "ENC[AES256_GCM,data:xx,iv:yy,tag:zz,type:str]"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {stage: "%(stage)s"}}
spec:
  replicas: %(replicas)s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: %(account)s
      containers: [{name: web, image: "web:1", env: [{name: API_PASSWORD, value: "%(password)s"}]}]
"""
PLAIN = {"stage": "dev", "replicas": "2", "account": "web", "password": ""}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("stage", "${stage:=dev}", []),
        ("stage", "{{ stage }}", []),
        ("stage", "a b", ["API004"]),
        ("replicas", "${REPLICAS}", []),
        ("replicas", "two", ["API002"]),
        ("account", "$ACCOUNT", []),
        ("account", "$(ACCOUNT)", ["API004"]),
        ("account", "<account>", ["API004"]),
        ("account", "$", ["API004"]),
        ("password", ENCRYPTED, []),
        ("password", "hunter2", ["POD014"]),
    ],
)
def test_variables(field: str, value: str, expected: list[str]) -> None:
    write({"web.yaml": DEPLOYMENT % {**PLAIN, field: value}})
    assert [item.code for item in lint().findings] == expected


@pytest.mark.parametrize(("name", "expected"), [("ACCOUNT", []), ("OTHER", ["API004"])])
def test_variables_of_a_kustomization(name: str, expected: list[str]) -> None:
    write(
        {
            "web.yaml": DEPLOYMENT % {**PLAIN, "account": "$(ACCOUNT)"},
            "kustomization.yaml": f"resources: [web.yaml]\nvars: [{{name: {name}}}]\n",
        }
    )
    assert [item.code for item in lint().findings] == expected


SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: a}
data: {password: "%s"}
stringData: {user: "%s"}
sops: {%s}
"""


@pytest.mark.parametrize(
    ("value", "sops", "expected"),
    [
        (ENCRYPTED, "mac: x, version: 3.9.0", []),
        (ENCRYPTED, "{}", ["API001"]),
        ("plain!", "mac: x, version: 3.9.0", ["API002"]),
    ],
)
def test_sops(value: str, sops: str, expected: list[str]) -> None:
    write({"secret.yaml": SECRET % (value, ENCRYPTED, sops.strip("{}"))})
    assert [item.code for item in lint().findings] == expected

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


META = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {%s}, annotations: {a: "{{ x }}", %s}}
data: {"%s": "hello {{ .Name }}"}
"""


@pytest.mark.parametrize(
    ("label", "annotation", "key", "expected"),
    [
        ("a: '${A}'", "b: c", "a.tpl", 0),
        ("a: '${A}', b: 'not valid!'", "b: c", "a.tpl", 1),
        ("a: '${A}', 'not valid!': b", "b: c", "a.tpl", 1),
        ("a: '${A}'", "'Not Valid': c", "a.tpl", 1),
        ("a: '${A}'", "b: c", "not valid", 1),
    ],
)
def test_what_stands_beside_a_variable(label: str, annotation: str, key: str, expected: int) -> None:
    write({"a.yaml": META % (label, annotation, key)})
    assert [item.code for item in lint().findings] == ["API004"] * expected


def test_a_field_that_is_not_known_is_refused_whatever_is_put_in() -> None:
    write({"web.yaml": (DEPLOYMENT % {**PLAIN, "replicas": "${N}"}).replace("replicas", "replicaz")})
    assert [item.code for item in lint().findings] == ["API001"]


WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: "%s"}}
  template:
    metadata: {labels: {app: "%s", env: "%s"}}
    spec: {containers: [{name: web, image: "web:1", ports: [{name: "%s", containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web, env: "%s"}, ports: [{port: 80, targetPort: "%s"}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: "%s", port: {number: 80}}}}
"""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("web", "web", "a", "http", "a", "http", "web"), []),
        (("web", "web", "${E}", "http", "a", "http", "web"), []),
        (("web", "web", "a", "http", "${E}", "http", "web"), []),
        (("web", "${A}", "a", "http", "a", "http", "web"), []),
        (("${A}", "web", "a", "http", "a", "http", "web"), []),
        (("web", "web", "a", "${P}", "a", "http", "web"), []),
        (("web", "web", "a", "http", "a", "${P}", "web"), []),
        (("web", "web", "a", "http", "a", "http", "${S}"), []),
        (("web", "web", "${E}", "http", "a", "htpp", "web"), ["SVC002"]),
        (("web", "web", "${E}", "http", "a", "http", "wbe"), ["SVC005"]),
        (("web", "wbe", "${E}", "http", "a", "http", "web"), ["SVC001", "WRK001"]),
    ],
)
def test_references(values: tuple[str, ...], expected: list[str]) -> None:
    write({"web.yaml": WORKLOAD % values})
    assert sorted(item.code for item in lint().findings) == expected


@pytest.mark.parametrize(
    ("schedule", "restart", "expected"),
    [("${WHEN}", "Never", []), ("${MINUTE} * * * *", "Never", []), ("${WHEN}", "Always", ["CJ001"]), ("$", "Never", ["CJ002"])],
)  # fmt: skip
def test_schedules(schedule: str, restart: str, expected: list[str]) -> None:
    write(
        {
            "job.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n"
            f"  schedule: '{schedule}'\n  concurrencyPolicy: Forbid\n  jobTemplate: {{spec: {{template: {{spec: "
            f"{{restartPolicy: {restart}, containers: [{{name: a, image: 'a:1'}}]}}}}}}}}\n"
        }
    )
    assert [item.code for item in lint().findings] == expected

"""What the configuration and kustomizations say of objects that no manifest shows, and rules that replace others."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from kwlint.report import FORMATS, writer
from kwlint.report.options import Options
from kwlint.syntax.source import Source
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
ELSEWHERE = SECRET.replace("databases", "database").replace("shop", "pay")
BROKEN = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: x\n"


@pytest.mark.parametrize(
    ("files", "values", "expected"),
    [
        ({"pod.yaml": POD + SECRET}, {}, ["pod.yaml:8:36 REF002"]),
        ({"pod.yaml": POD + SECRET}, {"external": ["Secret/database"]}, []),
        ({"pod.yaml": POD + SECRET}, {"external": ["Secret/shop/data*"]}, []),
        ({"pod.yaml": POD + SECRET}, {"external": ["Secret/pay/database"]}, ["pod.yaml:8:36 REF002"]),
        ({"pod.yaml": POD + SECRET}, {"external": ["ConfigMap/database"]}, ["pod.yaml:8:36 REF002"]),
        # The namespace of the pod is not known, and may be that of the Secret.
        ({"pod.yaml": POD.replace(", namespace: shop", "") + ELSEWHERE + SECRET}, {}, []),
        # What another application has is no hint.
        (
            {"a/pod.yaml": POD, "b/pod.yaml": POD, "b/secret.yaml": ELSEWHERE},
            {},
            ["b/pod.yaml:8:36 REF002"],
        ),
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
        (
            {"pod.yaml": POD, "kustomization.yaml": "secretGenerator: [{name: databases}]\n"},
            {},
            ["pod.yaml:8:36 REF002"],
        ),
        ({"pod.yaml": POD, "kustomization.yaml": "configMapGenerator: [{name: databases}]\n"}, {}, []),
        ({"pod.yaml": POD + SECRET, "more.yaml": BROKEN}, {}, []),
    ],
)
def test_names(files: dict[str, str], values: dict[str, Any], expected: list[str]) -> None:
    write(files)
    assert [line for line in lines(lint(**values).findings) if "REF" in line] == expected


SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
WORKER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: queue}
spec:
  selector: {matchLabels: {app: queue}}
  template:
    metadata: {labels: {app: queue}}
    spec: {containers: [{name: queue, image: "queue:1"}]}
"""


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("apps/web/worker.yaml", ["apps/web/hpa/hpa.yaml:4:86 HPA002"]),
        ("apps/queue/worker.yaml", ["apps/web/hpa/hpa.yaml:4:86 HPA002"]),
        ("manifests/worker.yaml", []),
    ],
)
def test_what_is_far_away_does_not_tell_what_is_missing(file: str, expected: list[str]) -> None:
    write({"apps/web/hpa/hpa.yaml": SCALER, file: WORKER})
    assert lines(lint().findings) == expected


ROUTE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web%s}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
"""
BEHIND = """\
---
apiVersion: v1
kind: Service
metadata: {name: %s, namespace: %s}
spec: {selector: {app: queue}, ports: [{port: 80}]}
"""


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [("", []), (", namespace: shop", []), (", namespace: pay", ["HPA002", "SVC005"])],
)
def test_a_namespace_that_is_not_written_may_be_the_right_one(namespace: str, expected: list[str]) -> None:
    shop, pay = (WORKER.replace("{name: queue}", f"{{name: {name}, namespace: {space}}}", 1)
                 for name, space in (("web", "shop"), ("other", "pay")))  # fmt: skip
    scaler = SCALER.replace("{name: web}", f"{{name: web{namespace}}}", 1)
    services = BEHIND % ("web", "shop") + BEHIND % ("other", "pay")
    write({"all.yaml": f"{shop}---\n{pay}---\n{scaler}---\n{ROUTE % namespace}{services}"})
    found = [item.code for item in lint().findings]
    assert sorted(code for code in found if code in ("HPA002", "SVC005")) == expected


@pytest.mark.parametrize(
    ("namespace", "expected"), [("", 0), (", namespace: shop", 0), (", namespace: pay", 1)]
)
def test_pods_of_a_namespace_that_may_be_the_right_one(namespace: str, expected: int) -> None:
    shop, pay = (
        WORKER.replace("{name: queue}", f"{{name: web, namespace: {space}}}", 1).replace("queue", app)
        for space, app in (("shop", "web"), ("pay", "other"))
    )
    service = f"apiVersion: v1\nkind: Service\nmetadata: {{name: web{namespace}}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}\n"
    write({"all.yaml": f"{shop}---\n{pay}---\n{service}"})
    assert [item.code for item in lint().findings].count("SVC001") == expected


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
        source=lambda file: Source(file, VALUES),
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


def service(name: str, ports: str, namespace: str = "shop", more: str = "") -> str:
    return (
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{{more}selector: {{app: {name}}}, ports: [{', '.join(f'{{port: {port}}}' for port in ports.split())}]}}\n"
    )


def using(variable: str, value: str) -> str:
    return (
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n"
        f'    - {{name: web, image: "nginx:1.27", env: [{{name: {variable}, value: "{value}"}}]}}\n'
    )


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("A", "http://redis:6379", ""),
        ("A", "http://redis:6380", "no port 6380, only 6379"),
        ("A", "http://redis", "no port 80 (the default of http)"),
        ("A", "redis://redis:6379,redis:6380/0", "no port 6380"),
        ("A", "redis:6380", ""),
        ("REDIS_ADDR", "redis:6380", "no port 6380"),
        ("PGHOST", "redsi", "did you mean `redis`?"),
        ("dbHost", "redsi", "did you mean `redis`?"),
        ("A", "redsi", ""),
        ("A", "redis.shop.svc.cluster.local:6380", "no port 6380"),
        ("A", "redis.other.svc:6379", "the one of that name is in namespace `shop`"),
        ("A", "http://pay", "the one of that name is in namespace `payments`"),
        ("A", "http://pay.payments:8080", "no port 8080"),
        ("A", "http://pay.payments:80", ""),
        ("A", "http://peers:1234", ""),
        ("A", "http://localhost:1234", ""),
        ("A", "https://redis.io", ""),
        ("A", "http://10.0.0.1:1234", ""),
        ("A", "http://$(REDIS_HOST):1234", ""),
        ("A", "# http://redis:6380", ""),
    ],
)
def test_addresses(variable: str, value: str, expected: str) -> None:
    services = (
        service("redis", "6379")
        + service("pay", "80", "payments")
        + service("peers", "80", more="clusterIP: None, ")
    )
    write({"objects.yaml": services + using(variable, value)})
    messages = [item.message for item in lint(select=["REF004"]).findings]
    assert len(messages) == (1 if expected else 0), messages
    assert all(expected in message for message in messages)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.yaml": service("api", "80"), "b.yaml": service("api", "8080")}, 0),
        ({"a.yaml": service("api", "80"), "b.yaml": service("api", "81")}, 1),
        ({"pod.yaml": service("api", "80"), "b.yaml": service("api", "8080")}, 1),
        ({"a.yaml": service("api", "8080", "payments"), "b.yaml": service("api", "80")}, 1),
    ],
)
def test_a_port_that_a_copy_of_the_service_has(files: dict[str, str], expected: int) -> None:
    write({**files, "pod.yaml": files.get("pod.yaml", "") + using("A", "http://api:8080")})
    assert len(lint(select=["REF004"]).findings) == expected

"""A run over some files reports what these have brought about in other files, at its place there, and nothing else."""

from __future__ import annotations

import pytest

from .repository import Repository, budget, ingress, service, workload

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{ports: [{port: 8080}]}]
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 3
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    for app in ("web", "api", "worker"):
        repository.write(
            **{
                f"{app}_deployment": workload(app).replace("  replicas: 3\n", "")
                if app == "web"
                else workload(app),
                f"{app}_service": service(app),
                f"{app}_budget": budget(app),
                f"{app}_ingress": ingress(app),
            }
        )
    repository.write(web_policy=POLICY, web_scaler=SCALER)
    assert repository.found() == []
    return repository


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        # A label that is nearly the one that was, and one that has nothing to do with it.
        (
            "worker_deployment",
            workload("worker", "workers"),
            ["worker/budget.yaml PDB001", "worker/service.yaml SVC001"],
        ),
        (
            "web_deployment",
            workload("web", "storefront").replace("  replicas: 3\n", ""),
            ["web/budget.yaml PDB001", "web/policy.yaml NET001", "web/service.yaml SVC001"],
        ),
        ("web_deployment", workload("storefront", "web"), ["web/scaler.yaml HPA002"]),
        ("web_service", service("webs", "web"), ["web/ingress.yaml SVC005"]),
        ("web_service", service("storefront", "web"), ["web/ingress.yaml SVC005"]),
        ("web_service", service("web").replace("port: 80\n", "port: 81\n"), ["web/ingress.yaml SVC005"]),
        (
            "web_deployment",
            workload("web")
            .replace("name: http", "name: main")
            .replace("port: http", "port: main")
            .replace("  replicas: 3\n", ""),
            ["web/service.yaml SVC002"],
        ),
        ("web_budget", budget("web", "api"), ["api/budget.yaml PDB005", "web/budget.yaml PDB005"]),
    ],
)
def test_reported_where_it_is(shop: Repository, file: str, text: str, expected: list[str]) -> None:
    shop.write(**{file: text})
    path = f"{file.replace('_', '/')}.yaml"
    everything = shop.found("--project", ".", ".")
    assert everything
    assert [line for line in expected if line in everything] == everything
    assert shop.found(path) == everything
    assert shop.found("--format", "text", "--output", "report.txt", path) == everything, "cached or not"


def test_what_others_have_is_theirs(shop: Repository) -> None:
    shop.write(
        worker_deployment=workload("worker", "cruncher"),
        worker_service=service("crunch", "worker"),
    )
    everything = shop.found(".")
    assert everything == [
        "worker/budget.yaml PDB001",
        "worker/ingress.yaml SVC005",
        "worker/service.yaml SVC001",
    ]
    for path in ("api/deployment.yaml", "api/service.yaml", "web/ingress.yaml", "web/budget.yaml"):
        assert shop.found(path) == [], path
    assert shop.found("worker/deployment.yaml") == ["worker/budget.yaml PDB001", "worker/service.yaml SVC001"]


def test_a_project_that_is_complete(shop: Repository) -> None:
    shop.write(
        kwlint="complete: true\n",
        web_deployment=workload("web", "storefront").replace("  replicas: 3\n", ""),
    )
    assert shop.found("web/deployment.yaml") == shop.found(".") != []
    assert shop.found("api/deployment.yaml") == []


def test_it_is_suppressed_where_it_is(shop: Repository) -> None:
    shop.write(
        web_deployment=workload("web", "storefront").replace("  replicas: 3\n", ""),
        web_policy=POLICY.replace("spec:", "spec:  # the rest is unchanged").replace(
            "  podSelector", "  # kwlint: ignore[NET001] moves next week\n  podSelector"
        ),
    )
    assert shop.found("web/deployment.yaml") == ["web/budget.yaml PDB001", "web/service.yaml SVC001"]

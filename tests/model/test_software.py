from __future__ import annotations

import pytest

from kwlint.model.software.images import agent, stateful
from tests.model.inputs import inventory_of, workload


@pytest.mark.parametrize(
    ("pod", "path"),
    [
        ("{containers: [{name: a, image: grafana/promtail:3}]}", "spec.template.spec.containers[0].image"),
        ("{containers: [{name: a, image: shop/web:1}, {name: b, image: fluent/fluent-bit:3}]}", None),
        (
            "{containers: [{name: k, image: brancz/kube-rbac-proxy:1}, {name: n, image: prom/node-exporter:1}]}",
            "spec.template.spec.containers[1].image",
        ),
        ("{containers: [{name: a, image: fluent/fluentd:1, ports: [{containerPort: 24224}]}]}", None),
        (
            "{volumes: [{name: l, hostPath: {path: /var/log/}}],"
            " containers: [{name: a, image: x:1, volumeMounts: [{name: l, mountPath: /l}]}]}",
            "spec.template.spec.volumes[0].hostPath.path",
        ),
        (
            "{volumes: [{name: l, hostPath: {path: /var/log/web}}],"
            " containers: [{name: a, image: x:1, volumeMounts: [{name: l, mountPath: /l}]}]}",
            None,
        ),
    ],
)
def test_agent(pod: str, path: str | None) -> None:
    pods = inventory_of(workload(pod)).resources[0].pods
    assert pods is not None
    found = agent(pods)
    assert (found and found.path) == path


@pytest.mark.parametrize(
    ("container", "software"),
    [
        ("image: postgres:16", "postgres"),
        ("image: 'docker.io/bitnami/mariadb-galera@sha256:00'", "mariadb-galera"),
        ("image: postgres:16, args: [-c, max_connections=9]", "postgres"),
        ("image: 'postgres:16', command: [sh, -c, 'pg_dump -h db']", None),
        ("image: 'postgres:16', command: [sh, -c, 'while true; do pg_dump -h db; sleep 60; done']", None),
        (
            "image: 'postgres:16', command: [sh, -c, 'until pg_isready -h db; do sleep 1; done; exec postgres']",
            "postgres",
        ),
        ("image: quay.io/prometheuscommunity/postgres-exporter:1", None),
        ("image: redis:7", None),
        ("image: redis:7, args: [--cluster-enabled, 'yes']", "redis"),
    ],
)
def test_stateful(container: str, software: str | None) -> None:
    inventory = inventory_of(workload(f"{{containers: [{{name: a, {container}}}]}}"))
    found = stateful(inventory.resources[0], inventory)
    assert (found and found[1]) == software


def test_redis_cluster_by_config_map() -> None:
    config = (
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: redis, namespace: shop}\n"
        "data:\n  redis.conf: |\n    port 6379\n    cluster-enabled yes\n"
    )
    pod = "{volumes: [{name: c, configMap: {name: redis}}], containers: [{name: a, image: redis:7}]}"
    inventory = inventory_of(workload(pod) + config)
    assert stateful(inventory.resources[0], inventory) is not None

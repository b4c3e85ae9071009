"""What well-known images run: agents that belong on every node, and servers that keep state or a quorum with peers."""

from __future__ import annotations

import os

from kwlint.model.image import parse
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping, text

_AGENTS = frozenset(
    {
        "auditbeat", "aws-for-fluent-bit", "cadvisor", "falco", "filebeat", "fluent-bit", "fluentd",
        "fluentd-kubernetes-daemonset", "k8s-dns-node-cache", "metricbeat", "node-exporter",
        "node-problem-detector", "packetbeat", "promtail",
    }
)  # fmt: skip
_STATEFUL = frozenset(
    {
        "cassandra", "clickhouse", "clickhouse-server", "cockroach", "consul", "couchbase", "couchdb", "cp-kafka",
        "cp-zookeeper", "elasticsearch", "etcd", "kafka", "mariadb", "mariadb-galera", "mongo", "mongodb",
        "mongodb-community-server", "mongodb-sharded", "mysql", "mysql-server", "neo4j", "opensearch",
        "percona", "percona-server", "percona-server-mongodb", "percona-xtradb-cluster", "pgvector", "postgis",
        "postgres", "postgresql", "postgresql-repmgr", "rabbitmq", "redis-cluster", "redpanda", "rethinkdb",
        "scylla", "solr", "timescaledb", "valkey-cluster", "zookeeper",
    }
)  # fmt: skip
# Software that stops, or loses data, without a majority of its members.
QUORUM = frozenset(
    {
        "clickhouse-keeper", "cockroach", "consul", "cp-zookeeper", "etcd", "etcd-development", "galera",
        "mariadb-galera", "mongo", "mongodb", "mongodb-community-server", "mongodb-enterprise-server", "nats", "nomad",
        "pd", "percona-server-mongodb", "percona-xtradb-cluster", "rabbitmq", "redis-sentinel", "redpanda", "rqlite",
        "valkey-sentinel", "vault", "zookeeper",
    }
)  # fmt: skip
_CLUSTERABLE = frozenset({"keydb", "redis", "redis-stack", "redis-stack-server", "valkey"})
# What an image of a server is run for besides serving: clients, dumps, and waiting for a shell.
_CLIENTS = frozenset(
    {
        "cqlsh", "curl", "etcdctl", "mongo", "mongodump", "mongosh", "mysql", "mysqldump", "pg_dump", "pg_dumpall",
        "pg_isready", "pg_receivewal", "psql", "redis-cli", "sleep", "tail", "zkCli.sh",
    }
)  # fmt: skip
_HOST_FOLDERS = frozenset(
    {"/var/log", "/var/log/containers", "/var/log/pods", "/var/lib/docker/containers", "/proc"}
)
_COMPANIONS = ("config-reloader", "configmap-reload", "kube-rbac-proxy", "-exporter")
# The port of Fluentd's forward protocol, which an aggregator listens on.
_FORWARD_PORT = 24224


def host_path(volume: object) -> str:
    """Return the path of a hostPath volume, without a slash at its end; empty for other volumes."""
    path = text(mapping(mapping(volume).get("hostPath")).get("path"))
    return os.path.normpath(path) if path else ""


class Agent(Record):
    """What makes pods agents of their node: the path of the field that shows it, and a clause for messages."""

    path: str
    why: str


def agent(pods: PodTemplate) -> Agent | None:
    """Return what makes pods agents of their node, or None where they are none.

    An agent beside the containers of an application is a sidecar.
    """
    folders = {text(volume.get("name")): (path, host_path(volume)) for path, volume in pods.volumes}
    for container in pods.containers:
        for mount in container.mounts:
            path, folder = folders.get(text(mount.get("name")), ("", ""))
            if folder in _HOST_FOLDERS:
                return Agent(
                    f"{path}.hostPath.path", f"the container `{container.name}` works on {folder} of its node"
                )
    found: Agent | None = None
    for container in pods.containers:
        name = parse(container.image).name
        if name in _AGENTS:
            if name.startswith("fluent") and any(_FORWARD_PORT in port.values() for port in container.ports):
                return None
            found = found or Agent(f"{container.path}.image", f"`{name}` is an agent of its node")
        elif not any(part in name for part in _COMPANIONS):
            return None
    return found


def stateful(workload: Resource, inventory: Inventory) -> tuple[Container, str] | None:
    """Return the container that serves data which its peers share, and its software; None where there is none."""
    pods = workload.pods
    if pods is None:
        return None
    for container in pods.containers:
        name = parse(container.image).name
        if name not in _STATEFUL:
            if name not in _CLUSTERABLE or not _in_cluster_mode(container, workload, pods, inventory):
                continue
        if not _is_client(container):
            return container, name
    return None


def _in_cluster_mode(
    container: Container, workload: Resource, pods: PodTemplate, inventory: Inventory
) -> bool:
    if "cluster-enabled yes" in " ".join(container.words):
        return True
    for _, volume in pods.volumes:
        name = text(mapping(volume.get("configMap")).get("name"))
        config = inventory.find(workload, "ConfigMap", name) if name else None
        if config is not None and any(
            "cluster-enabled yes" in text(value) for value in mapping(config.data.get("data")).values()
        ):
            return True
    return False


def _is_client(container: Container) -> bool:
    command = container.data.get("command") or container.data.get("args")
    if not isinstance(command, list):
        return False
    words = [word.rstrip(";") for part in command[:3] if isinstance(part, str) for word in part.split()[:4]]
    shells = ("sh", "bash", "exec", "-c", "-ec", "-lc", "-exc", "timeout", "while", "true", ":", "do")
    first = next((word for word in map(os.path.basename, words) if word not in shells), "")
    return first in _CLIENTS

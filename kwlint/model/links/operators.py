"""Operators: pods and Services that are made from custom resources while the cluster runs, not from manifests."""

from __future__ import annotations

from kwlint.model.project.inventory import Inventory
from kwlint.model.selector import Selector
from kwlint.util.values import text

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
_LONGEST_NAME = 253
# Prefixes of labels that only an operator puts on the pods it makes.
_LABEL_DOMAINS = frozenset(
    {
        "acid.zalan.do", "argocd.argoproj.io", "cassandra.datastax.com", "clickhouse.altinity.com", "cnpg.io",
        "cockroachlabs.com", "elasticsearch.k8s.elastic.co", "eventing.knative.dev", "flink.apache.org",
        "gateway.envoyproxy.io", "gateway.networking.k8s.io", "infinispan.org", "jaegertracing.io", "k8s.elastic.co",
        "k8s.mariadb.com", "minio.min.io", "mongodb.com", "mysql.oracle.com", "networking.knative.dev",
        "operator.prometheus.io", "opensearch.role", "percona.com", "postgres-operator.crunchydata.com",
        "postgresql.cnpg.io", "ray.io", "scylla.scylladb.com", "serving.knative.dev", "sparkoperator.k8s.io",
        "stackgres.io", "strimzi.io", "tekton.dev", "v1.min.io", "velero.io",
    }
)  # fmt: skip
# Custom resources that configure what others run and that no Service or pod of their name comes from.
_PASSIVE = frozenset(
    {
        "AuthorizationPolicy", "Certificate", "ClusterIssuer", "ClusterSecretStore", "DestinationRule",
        "ExternalSecret", "GRPCRoute", "GitRepository", "HTTPRoute", "HelmRepository", "IngressRoute", "Issuer",
        "Middleware", "OCIRepository", "PeerAuthentication", "PodMonitor", "Probe", "PrometheusRule",
        "ReferenceGrant", "ScaledObject", "SealedSecret", "SecretStore", "ServiceEntry", "ServiceMonitor",
        "TCPRoute", "TLSRoute", "TriggerAuthentication", "VerticalPodAutoscaler", "VirtualService",
    }
)  # fmt: skip


def selects_operated_pods(selector: Selector) -> bool:
    """Return whether a selector asks for a label that only an operator puts on pods (``cnpg.io/cluster``)."""
    for requirement in selector.requirements:
        prefix, slash, _ = requirement.key.partition("/")
        if slash and (prefix in _LABEL_DOMAINS or any(prefix.endswith(f".{it}") for it in _LABEL_DOMAINS)):
            return True
    return False


def makes_object(inventory: Inventory, name: str) -> bool:
    """Return whether an object called ``name`` may come from a custom resource of the input: they are called after it.

    `pg-rw` for a Cluster `pg`, `prometheus-operated` for a Prometheus, whatever a HelmRelease `db` installs.
    """
    makers = inventory.index(_makers)
    return f"{name}/" in makers or not makers.isdisjoint(beginnings(name))


def beginnings(name: str) -> list[str]:
    """Return a name and what stands before each of its hyphens, as far as it can be the name of an object."""
    found = [name] if len(name) <= _LONGEST_NAME else []
    at = name.find("-", 0, _LONGEST_NAME + 1)
    while at >= 0:
        found.append(name[:at])
        at = name.find("-", at + 1, _LONGEST_NAME + 1)
    return found


def _makers(inventory: Inventory) -> frozenset[str]:
    """Return the names of resources that make objects, and the fixed names of Services that go by kind, with a slash."""
    makers = [item for item in inventory.custom if item.name and item.kind not in _PASSIVE]
    return frozenset(item.name for item in makers).union(f"{item.kind.lower()}-operated/" for item in makers)


def operated(inventory: Inventory, selector: Selector) -> bool:
    """Return whether an operator may make the selected pods: a custom resource's group or name is in the selector.

    The group of a CustomResourceDefinition of the input counts, since its operator makes pods too.
    """
    domains, parents, names = inventory.index(_operators)
    for requirement in selector.requirements:
        prefix, slash, _ = requirement.key.partition("/")
        if slash and (prefix in parents or not domains.isdisjoint(_endings(prefix))):
            return True
        if not names.isdisjoint(requirement.values):
            return True
    return False


def _endings(domain: str) -> list[str]:
    """Return a domain and those above it; nothing for what is too long for one."""
    parts = domain.split(".") if len(domain) <= _LONGEST_NAME else []
    return [".".join(parts[start:]) for start in range(len(parts))]


def _operators(inventory: Inventory) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the API groups of custom resources and their definitions, these with the domains above them, and names.

    The names are those of custom resources that others may run pods for.
    """
    groups = {item.group for item in inventory.custom}
    groups.update(text(item.spec.get("group")) for item in inventory.of_kind("CustomResourceDefinition"))
    names = frozenset(
        item.name
        for item in inventory.custom
        if item.name and item.pods is None and item.kind not in _PASSIVE
    )
    groups.discard("")
    return frozenset(groups), frozenset(above for group in groups for above in _endings(group)), names

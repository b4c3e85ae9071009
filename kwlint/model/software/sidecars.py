"""Companions: well-known proxies and agents that run beside an application's container and never end by themselves."""

from __future__ import annotations

from kwlint.model.image import parse
from kwlint.model.pods import Container

# The last part of an image's repository, and what the image is.
_IMAGES = {
    "cloud-sql-proxy": "the Cloud SQL proxy",
    "gce-proxy": "the Cloud SQL proxy",
    "alloydb-auth-proxy": "the AlloyDB proxy",
    "proxyv2": "the Istio proxy",
    "istio-proxy": "the Istio proxy",
    "linkerd2-proxy": "the Linkerd proxy",
    "envoy": "an Envoy proxy",
    "envoy-alpine": "an Envoy proxy",
    "envoy-distroless": "an Envoy proxy",
    "aws-appmesh-envoy": "an Envoy proxy",
    "consul-dataplane": "the Consul proxy",
    "daprd": "the Dapr sidecar",
    "fluent-bit": "Fluent Bit, a log agent",
    "aws-for-fluent-bit": "Fluent Bit, a log agent",
    "fluentd": "Fluentd, a log agent",
    "filebeat": "Filebeat, a log agent",
    "promtail": "Promtail, a log agent",
    "vault-agent": "the Vault agent",
    "opentelemetry-collector": "the OpenTelemetry collector",
    "opentelemetry-collector-contrib": "the OpenTelemetry collector",
    "opentelemetry-collector-k8s": "the OpenTelemetry collector",
    "otel-collector": "the OpenTelemetry collector",
    "aws-otel-collector": "the OpenTelemetry collector",
    "otelcol": "the OpenTelemetry collector",
    "aws-xray-daemon": "the X-Ray daemon",
    "jaeger-agent": "the Jaeger agent",
    "statsd-exporter": "an exporter",
    "telegraf": "Telegraf, a metrics agent",
    "pgbouncer": "PgBouncer, a connection pool",
    "oauth2-proxy": "OAuth2 Proxy",
}
# Images that are known by more than the last part of their repository.
_REPOSITORIES = {
    "linkerd/proxy": "the Linkerd proxy",
    "daprio/dapr": "the Dapr sidecar",
    "datadog/agent": "the Datadog agent",
    "grafana/agent": "Grafana Agent",
    "grafana/alloy": "Grafana Alloy",
    "timberio/vector": "Vector, a log agent",
}
# Names that people and injectors give such containers, whatever the image is.
_NAMES = {
    "cloud-sql-proxy": "the Cloud SQL proxy",
    "cloudsql-proxy": "the Cloud SQL proxy",
    "istio-proxy": "the Istio proxy",
    "linkerd-proxy": "the Linkerd proxy",
    "envoy-sidecar": "an Envoy proxy",
    "vault-agent": "the Vault agent",
    "daprd": "the Dapr sidecar",
    "otel-collector": "the OpenTelemetry collector",
    "fluent-bit": "Fluent Bit, a log agent",
    "fluentd": "Fluentd, a log agent",
}


def companion(container: Container) -> str | None:
    """Return what a container's proxy or agent is, as messages say it, or None where it is none that is known."""
    image = parse(container.image)
    if container.name in _NAMES:
        return _NAMES[container.name]
    if image.name in _IMAGES:
        return _IMAGES[image.name]
    if image.name == "vault" and "agent" in container.words:
        return "the Vault agent"
    if image.name == "docker" and "dind" in image.tag:
        return "a Docker daemon"
    return next(
        (what for end, what in _REPOSITORIES.items() if f"/{image.repository}".endswith(f"/{end}")), None
    )

"""Images that read as their own setting a variable which Kubernetes makes for a Service of the same name.

With service links a Service `flower` gives every pod of its namespace `FLOWER_PORT=tcp://10.0.0.1:5555`
(https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
"""

from __future__ import annotations

from kwlint.model.image import parse
from kwlint.util.record import Record


class Setting(Record):
    """A variable that an image reads, the name of the Service that makes it, and what happens then."""

    variable: str
    service: str


# By the last part of the image's name. Where an image's project is known to have been asked about it, that is where
# the entry comes from: actualbudget/actual#4920, osixia/container-openldap#457, lmenezes/cerebro#441,
# OctoPrint/octoprint-docker#160, elastic/cloud-on-k8s#1987, int128/gitbucket-docker#4.
_READ = {
    "actual": "ACTUAL",
    "actual-server": "ACTUAL",
    "airflow": "FLOWER",
    "cerebro": "CEREBRO",
    "docker-airflow": "FLOWER POSTGRES REDIS",
    "flower": "FLOWER",
    "gitbucket": "GITBUCKET",
    "gitea": "HTTP SSH GITEA_HTTP GITEA_SSH",
    "kibana": "SERVER",
    "mlflow": "MLFLOW",
    "n8n": "N8N",
    "octoprint": "OCTOPRINT",
    "openldap": "LDAP LDAPS",
    "paperless-ngx": "PAPERLESS",
    "phpmyadmin": "PMA",
    "rabbitmq-exporter": "PUBLISH",
    "rabbitmq_exporter": "PUBLISH",
    "redis-commander": "REDIS",
    "romm": "ROMM",
    "spoolman": "SPOOLMAN",
    "superset": "SUPERSET",
    "verdaccio": "VERDACCIO",
}
# Neo4j takes every variable that begins with its name for a setting, and refuses those it does not know.
_PREFIXED = {"neo4j": "neo4j"}


def settings(image: str) -> list[Setting]:
    """Return the variables of an image that a Service's own could be taken for."""
    name = parse(image).name
    found = [
        Setting(f"{part}_PORT", part.lower().replace("_", "-"))
        for part in _READ.get(name, "").split()
        if part
    ]
    if name in _PREFIXED:
        service = _PREFIXED[name]
        found.append(Setting(f"{service.upper()}_PORT", service))
    return found

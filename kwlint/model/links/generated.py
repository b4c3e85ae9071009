"""Makers: objects of the input, and kustomizations, that make other objects which no manifest shows.

Sources: the documentation of each project, such as https://external-secrets.io/latest/api/externalsecret/,
https://cert-manager.io/docs/usage/certificate/, https://github.com/bitnami-labs/sealed-secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.links.operators import makes_object
from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record
from kwlint.util.values import dig, mapping, sequence, text

# Where a custom resource says what the Secret that it makes is called; `metadata.name` stands in where that is unset.
_SECRET_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "SealedSecret": (("spec", "template", "metadata", "name"),),
    "ExternalSecret": (("spec", "target", "name"),),
    "ClusterExternalSecret": (
        ("spec", "externalSecretName"),
        ("spec", "externalSecretSpec", "target", "name"),
    ),
    "Certificate": (("spec", "secretName"),),
    "Issuer": (("spec", "acme", "privateKeySecretRef", "name"),),
    "ClusterIssuer": (("spec", "acme", "privateKeySecretRef", "name"),),
    "VaultStaticSecret": (("spec", "destination", "name"),),
    "VaultDynamicSecret": (("spec", "destination", "name"),),
    "VaultPKISecret": (("spec", "destination", "name"),),
    "HCPVaultSecretsApp": (("spec", "destination", "name"),),
    "InfisicalSecret": (("spec", "managedSecretReference", "secretName"),),
    "InfisicalDynamicSecret": (("spec", "managedSecretReference", "secretName"),),
    "DopplerSecret": (("spec", "managedSecret", "name"),),
    "AzureKeyVaultSecret": (("spec", "output", "secret", "name"), ("spec", "output", "configMap", "name")),
    "BitwardenSecret": (("spec", "secretName"),),
    "ObjectBucketClaim": (),
}
# Lists of Secrets in a custom resource: where the list stands and which field names each.
_SECRET_LISTS = {
    "SecretProviderClass": (("spec", "secretObjects"), "secretName"),
    "SopsSecret": (("spec", "secretTemplates"), "name"),
}
_CONFIG_MAP_TOO = frozenset({"ObjectBucketClaim", "AzureKeyVaultSecret", "Bundle"})
_ISSUER_ANNOTATIONS = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme")
_SERVING_CERTIFICATE = (
    "service.beta.openshift.io/serving-cert-secret-name",
    "service.alpha.openshift.io/serving-cert-secret-name",
)
_GENERATORS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
# Commands in which a Job makes objects: kubectl, certificate generators (`--secret-name=…`), helpers in shell.
_MAKING = pattern(r"kubectl|\boc\b|--secret-name|--configmap-name|certgen")
_WORD = pattern(r"[a-z0-9][a-z0-9.-]*")
# What every cluster, or every namespace of it, has.
_BUILT_IN = {
    "ConfigMap": frozenset({"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"}),
    "ServiceAccount": frozenset({"default"}),
    "PriorityClass": frozenset({"system-cluster-critical", "system-node-critical"}),
}
# Kinds that operators make for their custom resources, under names that start with theirs.
_OPERATED = frozenset({"ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"})


class Made(Record):
    """The kind, namespace (empty where it is not known) and name of an object that something makes."""

    kind: str
    namespace: str
    name: str


def makers_of(
    inventory: Inventory, kind: str, namespace: str, application: int | None
) -> dict[str, Resource]:
    """Return the names of the objects of a kind that others make in a namespace, each with the object that makes it.

    Left out is what a Job's commands may make, and what operators call as they like, and what is not made by the
    application (None: by any).
    """
    if application is None:
        return inventory.index(_makers).get((kind, namespace), {})
    return inventory.index(_makers_of_applications).get((kind, namespace, application), {})


def generated_by(kustomization: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the kinds and names that the generators of a kustomization make, without the hash at their end."""
    for field, kind in _GENERATORS.items():
        for item in sequence(kustomization.get(field)):
            name = text(mapping(item).get("name"))
            if name:
                yield kind, name


def variables_of(kustomization: dict[str, Any]) -> Iterator[str]:
    """Yield the names that a kustomization replaces where they stand as ``$(NAME)``."""
    for item in sequence(kustomization.get("vars")):
        yield text(mapping(item).get("name"))


def made(near: Resource, inventory: Inventory, kind: str, name: str, namespace: str = "") -> bool:
    """Return whether something makes an object for the namespace of ``near`` (or the one given), or it is always there."""
    if name in _BUILT_IN.get(kind, ()) or (kind, name) in inventory.generated:
        return True
    found = inventory.index(_index)
    space = namespace or inventory.namespace_of(near)
    if Made(kind, space, name) in found or Made(kind, "*", name) in found:
        return True
    if kind == "PersistentVolumeClaim" and _claim_of_a_set(near, inventory, name):
        return True
    return kind in _OPERATED and makes_object(inventory, name)


def _claim_of_a_set(near: Resource, inventory: Inventory, name: str) -> bool:
    """Return whether a claim is one that a StatefulSet makes from a template (``data-postgres-0``)."""
    stem, _, ordinal = name.rpartition("-")
    return ordinal.isdecimal() and Made(
        "PersistentVolumeClaim", inventory.namespace_of(near), stem
    ) in inventory.index(_index)


def _makers(inventory: Inventory) -> dict[tuple[str, str], dict[str, Resource]]:
    """Return by kind and namespace the names that objects make, each with its maker."""
    found: dict[tuple[str, str], dict[str, Resource]] = {}
    for maker in (*inventory.custom, *inventory.of_kind("Ingress"), *inventory.of_kind("Service")):
        for kind, space, name in _by_object(maker, inventory.namespace_of(maker)):
            if name:
                found.setdefault((kind, space), {}).setdefault(name, maker)
    return found


def _makers_of_applications(inventory: Inventory) -> dict[tuple[str, str, int], dict[str, Resource]]:
    found: dict[tuple[str, str, int], dict[str, Resource]] = {}
    for (kind, space), names in inventory.index(_makers).items():
        for name, maker in names.items():
            found.setdefault((kind, space, maker.application), {})[name] = maker
    return found


def _by_object(item: Resource, space: str) -> Iterator[Made]:
    if item.builtin is None:
        yield from _by_custom_resource(item, space)
    elif item.kind == "Ingress" and any(key in item.annotations for key in _ISSUER_ANNOTATIONS):
        for entry in sequence(item.spec.get("tls")):
            yield Made("Secret", space, text(mapping(entry).get("secretName")))
    elif item.kind == "Service":
        for key in _SERVING_CERTIFICATE:
            if key in item.annotations:
                yield Made("Secret", space, item.annotations[key])


def _index(inventory: Inventory) -> frozenset[Made]:
    makers = inventory.index(_makers)
    found = {Made(kind, space, name) for (kind, space), names in makers.items() for name in names}
    for kind in ("Job", "CronJob"):
        for job in inventory.of_kind(kind):
            found.update(_by_job(job, inventory.namespace_of(job)))
    for workload in inventory.of_kind("StatefulSet"):
        for template in sequence(workload.spec.get("volumeClaimTemplates")):
            name = text(mapping(mapping(template).get("metadata")).get("name"))
            stem = f"{name}-{workload.name}"
            found.add(Made("PersistentVolumeClaim", inventory.namespace_of(workload), stem))
    return frozenset(found)


def _by_custom_resource(item: Resource, space: str) -> Iterator[Made]:
    kinds = ("Secret", "ConfigMap") if item.kind in _CONFIG_MAP_TOO else ("Secret",)
    if item.kind in _SECRET_LISTS:
        path, field = _SECRET_LISTS[item.kind]
        for entry in sequence(dig(item.data, *path)):
            yield Made("Secret", space, text(mapping(entry).get(field)))
        return
    paths = _SECRET_NAMES.get(item.kind)
    if item.kind == "ClusterExternalSecret":
        space = "*"
    names = [name for path in paths or () if (name := text(dig(item.data, *path)))]
    if paths is not None and not names and item.kind not in ("Issuer", "ClusterIssuer"):
        names = [item.name]
    if item.kind == "ExternalSecret" and text(dig(item.spec, "target", "manifest", "kind")) == "ConfigMap":
        kinds = ("ConfigMap",)
    if item.kind == "ClusterIssuer":
        space = "*"
    # Operators commonly say with `secretName` where they put what they make.
    if paths is None:
        names = list(_secret_names(item.spec, 6))
    for kind in kinds:
        for name in names:
            yield Made(kind, space, name)


def _secret_names(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and depth:
        for key, below in value.items():
            if isinstance(below, str):
                if key == "secretName":
                    yield below
            else:
                yield from _secret_names(below, depth - 1)
    elif isinstance(value, list) and depth:
        for below in value:
            yield from _secret_names(below, depth - 1)


def _by_job(job: Resource, space: str) -> Iterator[Made]:
    """Yield each word of a Job's commands, as a Secret and a ConfigMap, where the commands make objects."""
    if job.pods is None:
        return
    for container in job.pods.all_containers:
        line = " ".join([container.image, *container.words])
        if _MAKING.search(line):
            for name in _WORD.findall(line):
                yield Made("Secret", space, name)
                yield Made("ConfigMap", space, name)

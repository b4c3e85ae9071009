"""References by name to configuration: what an object of the input names, where, and which keys of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.model.links.generated import made
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection
from kwlint.model.resources import ANY_FIELD, Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text


class Reference(Record):
    """A reference: the kind and name it wants, the path of the field, and what is missing when that is not there.

    ``namespace`` is set where it is written (subjects of bindings). ``key`` is the key that is wanted of a ConfigMap or
    Secret, and ``key_path`` its field. ``effect`` says what happens without the object, as the end of a sentence.
    """

    kind: str
    name: str
    path: str
    effect: str
    optional: bool = False
    namespace: str | None = None
    key: str = ""
    key_path: str = ""


_NO_START = "the container does not start (CreateContainerConfigError)"
_NO_MOUNT = "the volume cannot be mounted and the pods stay in ContainerCreating"
_NO_POD = "the pods are refused"
_NO_CLASS = "no volume is provisioned and the claim stays pending"
# Volume types with a Secret, and the field of the reference to it.
_VOLUME_SECRETS = (
    ("csi", "nodePublishSecretRef"),
    ("iscsi", "secretRef"),
    ("rbd", "secretRef"),
    ("cephfs", "secretRef"),
    ("flexVolume", "secretRef"),
    ("scaleIO", "secretRef"),
    ("storageos", "secretRef"),
    ("cinder", "secretRef"),
)


def references(resource: Resource) -> Iterator[Reference]:
    """Yield what an object names, in the order of its fields."""
    if resource.pods is not None:
        yield from _of_pods(resource.pods)
    if resource.builtin is None:
        return
    if resource.kind == "StatefulSet":
        for index, template in enumerate(sequence(resource.spec.get("volumeClaimTemplates"))):
            spec = mapping(mapping(template).get("spec"))
            yield from _storage_class(spec, f"spec.volumeClaimTemplates[{index}].spec")
    elif resource.kind == "PersistentVolumeClaim":
        yield from _storage_class(resource.spec, "spec")
    elif resource.kind == "Ingress":
        name = text(resource.spec.get("ingressClassName"))
        effect = "no controller serves it"
        yield from _named("IngressClass", name, "spec.ingressClassName", effect)
        for index, entry in enumerate(sequence(resource.spec.get("tls"))):
            path = f"spec.tls[{index}].secretName"
            name = text(mapping(entry).get("secretName"))
            yield from _named(
                "Secret", name, path, "its hosts are served with the controller's own certificate"
            )
    elif resource.kind == "ServiceAccount":
        for field in ("secrets", "imagePullSecrets"):
            effect = (
                "images are pulled without it" if field == "imagePullSecrets" else "its pods may not mount it"
            )
            for index, entry in enumerate(sequence(resource.data.get(field))):
                yield from _named(
                    "Secret", text(mapping(entry).get("name")), f"{field}[{index}].name", effect
                )
    elif resource.kind in ("RoleBinding", "ClusterRoleBinding"):
        for index, entry in enumerate(sequence(resource.applied.get("subjects"))):
            subject = mapping(entry)
            if subject.get("kind") == "ServiceAccount":
                yield from _named(
                    "ServiceAccount",
                    text(subject.get("name")),
                    f"subjects[{index}].name",
                    "nobody gets these rights",
                    namespace=text(subject.get("namespace")) or None,
                )


def _named(
    kind: str, name: str, path: str, effect: str, optional: bool = False, namespace: str | None = None
) -> Iterator[Reference]:
    if name:
        yield Reference(kind, name, path, effect, optional, namespace)


def _storage_class(spec: dict[str, Any], path: str) -> Iterator[Reference]:
    yield from _named(
        "StorageClass", text(spec.get("storageClassName")), f"{path}.storageClassName", _NO_CLASS
    )


def _of_pods(pods: PodTemplate) -> Iterator[Reference]:
    spec, path = pods.spec, pods.spec_path
    field = "serviceAccountName" if text(spec.get("serviceAccountName")) else "serviceAccount"
    yield from _named("ServiceAccount", text(spec.get(field)), f"{path}.{field}", _NO_POD)
    yield from _named(
        "PriorityClass", text(spec.get("priorityClassName")), f"{path}.priorityClassName", _NO_POD
    )
    yield from _named("RuntimeClass", text(spec.get("runtimeClassName")), f"{path}.runtimeClassName", _NO_POD)
    for index, entry in enumerate(sequence(spec.get("imagePullSecrets"))):
        name = text(mapping(entry).get("name"))
        where = f"{path}.imagePullSecrets[{index}].name"
        yield from _named("Secret", name, where, "images are pulled without it")
    for container in pods.all_containers:
        yield from _of_container(container)
    for where, volume in pods.volumes:
        yield from _of_volume(volume, where)


def _of_container(container: Container) -> Iterator[Reference]:
    for index, item in enumerate(sequence(container.data.get("env"))):
        source = mapping(mapping(item).get("valueFrom"))
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            reference = mapping(source.get(field))
            path = f"{container.path}.env[{index}].valueFrom.{field}"
            name = text(reference.get("name"))
            if name:
                yield Reference(
                    kind,
                    name,
                    f"{path}.name",
                    _NO_START,
                    reference.get("optional") is True,
                    key=text(reference.get("key")),
                    key_path=f"{path}.key",
                )
    for index, item in enumerate(sequence(container.data.get("envFrom"))):
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = mapping(mapping(item).get(field))
            path = f"{container.path}.envFrom[{index}].{field}.name"
            optional = reference.get("optional") is True
            yield from _named(kind, text(reference.get("name")), path, _NO_START, optional)


def env_from(container: Container, near: Resource, inventory: Inventory) -> tuple[frozenset[str], bool]:
    """Return the names of the variables that ``envFrom`` brings, and whether a source of others is not in the input."""
    names: set[str] = set()
    unknown = False
    for source in map(mapping, sequence(container.data.get("envFrom"))):
        prefix = text(source.get("prefix"))
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            name = text(mapping(source.get(field)).get("name"))
            found = inventory.find(near, kind, name) if name else None
            if found is not None:
                for part in ("data", "stringData"):
                    names.update(prefix + key for key in mapping(found.data.get(part)))
            unknown = unknown or bool(name and found is None)
    return frozenset(names), unknown


def _of_volume(volume: dict[str, Any], path: str) -> Iterator[Reference]:
    for field, kind, name_field in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        yield from _with_items(mapping(volume.get(field)), kind, name_field, f"{path}.{field}")
    for index, source in enumerate(sequence(mapping(volume.get("projected")).get("sources"))):
        for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            where = f"{path}.projected.sources[{index}].{field}"
            yield from _with_items(mapping(mapping(source).get(field)), kind, "name", where)
    claim = text(mapping(volume.get("persistentVolumeClaim")).get("claimName"))
    where = f"{path}.persistentVolumeClaim.claimName"
    yield from _named("PersistentVolumeClaim", claim, where, "the pods stay pending")
    template = mapping(mapping(volume.get("ephemeral")).get("volumeClaimTemplate"))
    yield from _storage_class(mapping(template.get("spec")), f"{path}.ephemeral.volumeClaimTemplate.spec")
    for field, reference in _VOLUME_SECRETS:
        name = text(mapping(mapping(volume.get(field)).get(reference)).get("name"))
        yield from _named("Secret", name, f"{path}.{field}.{reference}.name", _NO_MOUNT)
    name = text(mapping(volume.get("azureFile")).get("secretName"))
    yield from _named("Secret", name, f"{path}.azureFile.secretName", _NO_MOUNT)


def _with_items(source: dict[str, Any], kind: str, name_field: str, path: str) -> Iterator[Reference]:
    name = text(source.get(name_field))
    if not name:
        return
    optional = source.get("optional") is True
    yield from _named(kind, name, f"{path}.{name_field}", _NO_MOUNT, optional)
    for index, item in enumerate(sequence(source.get("items"))):
        key = text(mapping(item).get("key"))
        if key:
            where = f"{path}.items[{index}].key"
            yield Reference(kind, name, f"{path}.{name_field}", _NO_MOUNT, optional, key=key, key_path=where)


def keys_of(resource: Resource) -> frozenset[str] | None:
    """Return the keys of a ConfigMap or Secret; None where something in the cluster fills it in.

    That is so for service account tokens (https://kubernetes.io/docs/concepts/configuration/secret/), and for one that
    has no data at all.
    """
    fields = [
        mapping(resource.data[field])
        for field in ("data", "binaryData", "stringData")
        if isinstance(resource.data.get(field), dict)
    ]
    if not any(fields) or resource.data.get("type") == "kubernetes.io/service-account-token":
        return None
    return frozenset(key for field in fields for key in field)


def known_keys(near: Resource, inventory: Inventory, kind: str, name: str) -> frozenset[str] | None:
    """Return the keys of the ConfigMap or Secret that ``near`` names; None where they are not known.

    Of several objects of that name, in an application other than the file of ``near``, the keys of all count.
    """
    nearest = inventory.find(near, kind, name)
    if nearest is None or made(near, inventory, kind, name):
        return None
    if nearest.file != near.file:
        together = inventory.named(kind, name).once(_keys_together, inventory)
        return together[nearest.application, inventory.namespace_of(nearest)]
    return _applied_keys(nearest)


def _applied_keys(item: Resource) -> frozenset[str] | None:
    """Return the keys of an object and those that patches may add; None where they are not known."""
    own = keys_of(item)
    return None if own is None or ANY_FIELD in item.patched else own | item.patched


def _keys_together(named: Selection, inventory: Inventory) -> dict[tuple[int, str], frozenset[str] | None]:
    """Return the keys of all objects of one name, by application and namespace; None where those of one are not known."""
    found: dict[tuple[int, str], set[str] | None] = {}
    for item in named:
        place, own = (item.application, inventory.namespace_of(item)), _applied_keys(item)
        known = found.setdefault(place, set())
        if known is None or own is None:
            found[place] = None
        else:
            known.update(own)
    return {place: None if known is None else frozenset(known) for place, known in found.items()}


def referenced(inventory: Inventory) -> frozenset[tuple[str, str, str]]:
    """Return kind, namespace and name of all that the objects of the input name (an index for ``Inventory.index``)."""
    return frozenset(
        (item.kind, inventory.namespace_of(resource) if item.namespace is None else item.namespace, item.name)
        for resource in inventory.resources
        for item in references(resource)
    )

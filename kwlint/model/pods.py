"""Pod templates and their containers, as rules read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kwlint.model.placeholders import has_mark
from kwlint.model.selector import PodLabels
from kwlint.util.values import mapping, sequence, strings, text

if TYPE_CHECKING:
    from kwlint.model.resources import Resource

# Labels that controllers put on the pods they make.
# Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
_JOB_LABELS = frozenset(
    {
        "batch.kubernetes.io/job-name",
        "job-name",
        "batch.kubernetes.io/controller-uid",
        "controller-uid",
        "batch.kubernetes.io/job-completion-index",
    }
)
_ADDED_LABELS = {
    "StatefulSet": frozenset(
        {"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-revision-hash"}
    ),
    "DaemonSet": frozenset({"controller-revision-hash", "pod-template-generation"}),
    "Deployment": frozenset({"pod-template-hash"}),
    "ReplicaSet": frozenset({"pod-template-hash"}),
    "Job": _JOB_LABELS,
    "CronJob": _JOB_LABELS,
}


class Container:
    """A container of a pod: its data, where it stands, and whether it is an init container or a native sidecar."""

    __slots__ = ("data", "init", "name", "path", "sidecar")

    def __init__(self, data: dict[str, Any], path: str, init: bool) -> None:
        self.data = data
        self.path = path
        self.init = init
        self.name = text(data.get("name"))
        self.sidecar = init and data.get("restartPolicy") == "Always"

    @property
    def image(self) -> str:
        """The image reference as written; empty where it is absent."""
        return text(self.data.get("image"))

    @property
    def ports(self) -> list[dict[str, Any]]:
        """The declared ports."""
        return [mapping(port) for port in sequence(self.data.get("ports"))]

    @property
    def mounts(self) -> list[dict[str, Any]]:
        """The volume mounts."""
        return [mapping(mount) for mount in sequence(self.data.get("volumeMounts"))]

    @property
    def words(self) -> list[str]:
        """The words of command and args."""
        return [
            word
            for field in ("command", "args")
            for word in sequence(self.data.get(field))
            if isinstance(word, str)
        ]

    def words_with_paths(self) -> list[tuple[str, str]]:
        """Return (field path, word) of command and args."""
        return [
            (f"{self.path}.{field}[{index}]", word)
            for field in ("command", "args")
            for index, word in enumerate(sequence(self.data.get(field)))
            if isinstance(word, str)
        ]

    def resource(self, kind: str, name: str) -> Any:
        """Return a value of ``resources`` (kind ``requests`` or ``limits``), or None."""
        return mapping(mapping(self.data.get("resources")).get(kind)).get(name)


class PodTemplate:
    """The pods that a resource makes: labels, spec and containers. ``path`` is empty for a Pod."""

    __slots__ = ("annotations", "containers", "init_containers", "labels", "path", "spec", "spec_path")

    def __init__(
        self, kind: str, data: dict[str, Any], path: str, unsettled: frozenset[str] = frozenset()
    ) -> None:
        metadata = mapping(data.get("metadata"))
        self.path = path
        self.spec = mapping(data.get("spec"))
        self.spec_path = f"{path}.spec" if path else "spec"
        labels = strings(metadata.get("labels"))
        unsettled = unsettled.union(key for key, value in labels.items() if has_mark(value))
        self.labels = PodLabels(labels, _ADDED_LABELS.get(kind, frozenset()), unsettled)
        self.annotations = strings(metadata.get("annotations"))
        self.containers = self._containers("containers", init=False)
        self.init_containers = self._containers("initContainers", init=True)

    def _containers(self, field: str, init: bool) -> list[Container]:
        return [
            Container(item, f"{self.spec_path}.{field}[{index}]", init)
            for index, item in enumerate(sequence(self.spec.get(field)))
            if isinstance(item, dict)
        ]

    @property
    def labels_path(self) -> str:
        """The path of the pods' labels."""
        return f"{self.path}.metadata.labels" if self.path else "metadata.labels"

    @property
    def main_containers(self) -> list[Container]:
        """The containers that run beside each other: ``containers`` and native sidecars."""
        return self.containers + [container for container in self.init_containers if container.sidecar]

    @property
    def all_containers(self) -> list[Container]:
        """Init containers and containers, in the order in which they start."""
        return self.init_containers + self.containers

    @property
    def used_volumes(self) -> set[str]:
        """The names of the volumes that containers of any sort mount, or use as devices; empty for one without a name."""
        ephemeral = [mapping(item) for item in sequence(self.spec.get("ephemeralContainers"))]
        return {
            text(mapping(item).get("name"))
            for data in [*(container.data for container in self.all_containers), *ephemeral]
            for field in ("volumeMounts", "volumeDevices")
            for item in sequence(data.get(field))
        }

    @property
    def volumes(self) -> list[tuple[str, dict[str, Any]]]:
        """Return (path, volume) of each volume."""
        return [
            (f"{self.spec_path}.volumes[{index}]", volume)
            for index, volume in enumerate(sequence(self.spec.get("volumes")))
            if isinstance(volume, dict)
        ]


def template_of(resource: Resource) -> PodTemplate | None:
    """Return the pod template of a workload, of a built-in kind or a custom resource that has one at spec.template."""
    kind = resource.builtin
    if kind is not None:
        if kind.template is None:
            return None
        data: Any = resource.applied
        for step in kind.template.split("."):
            data = data.get(step) if step and isinstance(data, dict) else data
        return PodTemplate(kind.name, mapping(data), kind.template, resource.overlaid.unsettled)
    template = mapping(resource.spec.get("template"))
    if sequence(mapping(template.get("spec")).get("containers")):
        return PodTemplate(resource.kind, template, "spec.template")
    return None

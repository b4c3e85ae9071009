"""Resources: the objects of the input as rules see them, and what rules say of them."""

from __future__ import annotations

from typing import Any

from kwlint.diagnostics.change import Change
from kwlint.diagnostics.finding import ObjectRef
from kwlint.model.kinds import builtin
from kwlint.model.pods import PodTemplate, template_of
from kwlint.syntax.path import steps
from kwlint.syntax.tree import Document, Mapping
from kwlint.util.record import Record
from kwlint.util.values import dig, mapping, strings, text

_HOOKS = ("helm.sh/hook", "argocd.argoproj.io/hook")


# In ``Resource.patched``: all fields. No key or text of a patch is this one.
ANY_FIELD = "\0"


class Note(Record):
    """A related place: a resource, the path of a field there, and what it has to do with the problem."""

    resource: Resource
    path: str
    message: str


class Fix(Record):
    """The repair of a problem: what it does in a few words, and the changes to fields of the object reported on."""

    title: str
    changes: tuple[Change, ...]


class Problem(Record):
    """What a check says of the object it was given; ``severity`` and ``refused`` are set where they differ from the rule's.

    ``place`` is the path in the document where that is not ``path``.
    """

    path: str
    message: str
    related: tuple[Note, ...] = ()
    severity: str | None = None
    on_key: bool = False
    refused: bool | None = None
    fix: Fix | None = None
    place: str | None = None


class Overlaid(Record):
    """What kustomizations make of an object beside its data.

    ``spaces`` are the namespaces that they put it in, where they do not agree on one, ``names`` those that it gets by
    prefixes and suffixes, ``replicas`` the number that they set, and ``unsettled`` the keys of the pods' labels that
    they set to different values, or not all of them. ``outputs`` are the folders of the outermost ones that take in the
    object, and ``open`` says that one of them applies it with objects that the input does not have.
    """

    spaces: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    replicas: int | None = None
    unsettled: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    open: bool = False


_AS_WRITTEN = Overlaid()


class Resource:
    """An object of the input. Its data is read and never changed; what has a wrong type reads as absent.

    ``namespace`` is what is written (None where nothing is); what counts is ``Inventory.namespace_of``.
    ``application`` is the number of the application that it belongs to, ``pinned_images`` are the names of
    images whose tag or digest is set when it is applied (by a kustomization, or by Skaffold), ``loosened_images``
    those that a kustomization sets to `latest`. ``data`` is what the file holds, ``applied`` what a cluster gets: the
    same, but for a namespace and labels that a kustomization sets. ``patched`` are the keys and texts in kustomize's
    patches for it, so that what it lacks of them may be there in the end. ``overlaid`` is what kustomizations set besides.
    """

    __slots__ = (
        "_template",
        "annotations",
        "api_version",
        "application",
        "applied",
        "builtin",
        "data",
        "document",
        "group",
        "kind",
        "labels",
        "loosened_images",
        "name",
        "namespace",
        "number",
        "overlaid",
        "patched",
        "pinned_images",
        "spec",
        "version",
    )

    def __init__(self, document: Document, data: Mapping, number: int = 0) -> None:
        self.document = document
        self.data = data
        self.number = number
        self.api_version = text(data.get("apiVersion"))
        self.group, slash, self.version = self.api_version.partition("/")
        if not slash:
            self.group, self.version = "", self.api_version
        self.kind = text(data.get("kind"))
        self.builtin = builtin(self.group, self.kind)
        self.application = 0
        self.pinned_images: frozenset[str] = frozenset()
        self.loosened_images: frozenset[str] = frozenset()
        self.patched: frozenset[str] = frozenset()
        self.overlaid = _AS_WRITTEN
        self.apply(data)

    def apply(self, data: dict[str, Any]) -> None:
        """Take ``data`` for what a cluster gets of this object; places stay those of the file."""
        self.applied = data
        metadata = mapping(data.get("metadata"))
        self.name = text(metadata.get("name"))
        self.namespace = text(metadata.get("namespace")) or None
        if self.builtin is not None and not self.builtin.namespaced:
            self.namespace = None
        self.labels = strings(metadata.get("labels"))
        self.annotations = strings(metadata.get("annotations"))
        self.spec = mapping(data.get("spec"))
        self._template: PodTemplate | bool | None = False

    @property
    def file(self) -> str:
        """The path of the file, as it is shown."""
        return self.document.source.name

    @property
    def pods(self) -> PodTemplate | None:
        """The pod template (T) of a workload; None for what makes no pods."""
        if self._template is False:
            self._template = template_of(self)
        return self._template if isinstance(self._template, PodTemplate) else None

    @property
    def hook(self) -> bool:
        """Whether Helm or Argo CD runs the object as a hook."""
        return any(key in self.annotations for key in _HOOKS)

    @property
    def ref(self) -> ObjectRef:
        """What reports call the object."""
        return ObjectRef(self.api_version, self.kind, self.namespace, self.name)

    @property
    def title(self) -> str:
        """Kind and name, as messages say them."""
        return f"{self.kind} `{self.name}`"

    def is_patched(self, *fields: str) -> bool:
        """Return whether a kustomize patch may set one of these fields; one that could not be read may set any."""
        return ANY_FIELD in self.patched or not self.patched.isdisjoint(fields)

    def at(self, *keys: str | int) -> Any:
        """Return what stands at the keys and indexes, or None."""
        return dig(self.data, *keys)

    def value_at(self, path: str) -> Any:
        """Return what stands at a field path, or None."""
        value: Any = self.data
        for step in steps(path):
            is_index = isinstance(value, list) and step.isdecimal()
            value = dig(value, int(step) if is_index else step)
        return value

    def problem(
        self,
        path: str,
        message: str,
        related: list[Note] | tuple[Note, ...] = (),
        severity: str | None = None,
        on_key: bool = False,
        fix: Fix | None = None,
    ) -> Problem:
        """Return a problem at a field of this object (its place is the key's with ``on_key``)."""
        return Problem(path, message, tuple(related), severity, on_key, fix=fix)

    def note(self, path: str, message: str) -> Note:
        """Return a related place at a field of this object."""
        return Note(self, path, message)

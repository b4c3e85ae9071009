"""Judges custom resources by the CustomResourceDefinitions that are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kwlint.api.crds.constraints import TooMuchError
from kwlint.api.crds.props import props_of
from kwlint.api.crds.schema import compile_schema
from kwlint.api.decoding.decoder import Checker, decoder
from kwlint.api.decoding.unknown import Spellings
from kwlint.api.formats.meta import validate_object_meta
from kwlint.api.formats.names import dns1123_subdomain_fault
from kwlint.api.violations import Violation, Violations, in_case
from kwlint.util.record import Record


class _Definition(Record):
    """The spec of a CustomResourceDefinition, and its versions by name."""

    spec: dict[str, Any]
    versions: dict[str, dict[str, Any]]


class Definitions:
    """The definitions of custom resources by kind; a version's schema is compiled when first used.

    ``crds`` are documents of kind CustomResourceDefinition; what is none, or has no schema, judges nothing.
    """

    def __init__(self, crds: Iterable[Any]) -> None:
        self._kinds: dict[tuple[str, str], _Definition] = {}
        self._checkers: dict[tuple[str, str, str], Checker | None] = {}
        self._spellings: dict[str, Spellings] = {}
        for crd in crds:
            spec = crd.get("spec") if isinstance(crd, dict) else None
            names = spec.get("names") if isinstance(spec, dict) else None
            if isinstance(spec, dict) and isinstance(names, dict) and isinstance(spec.get("versions"), list):
                versions = {str(one.get("name")): one for one in spec["versions"] if isinstance(one, dict)}
                self._kinds[str(spec.get("group")), str(names.get("kind"))] = _Definition(spec, versions)

    def violations(self, document: dict[str, Any], minor: int) -> list[Violation]:
        """Return what the API server would refuse in a custom resource; without its definition, nothing."""
        group, _, version = document["apiVersion"].rpartition("/")
        kind = document["kind"]
        definition = self._kinds.get((group, kind))
        if definition is None:
            return self._unknown_kind(group, kind)
        spec, versions = definition
        if not versions.get(version, {}).get("served", False):
            served = [f"`{group}/{name}`" for name, one in versions.items() if one.get("served")]
            return [
                Violation(
                    "API013",
                    "apiVersion",
                    f"the definition of {kind} serves no `{group}/{version}`; it serves {', '.join(served)}",
                )
            ]
        found: list[Violation] = []
        metadata = decoder(minor).struct("meta.v1.ObjectMeta")(document.get("metadata") or {})
        for fault in metadata or ():
            fault.enclose("metadata")
            found.append(fault.violation())
        checker = self._checker(spec, group, kind, version, versions[version])
        if checker is not None:
            body = {
                key: value for key, value in document.items() if key not in ("metadata", "apiVersion", "kind")
            }
            try:
                found += [fault.violation() for fault in checker(body) or ()]
            except TooMuchError:
                found.append(_unjudged(kind))
        if not metadata:
            collector = Violations(minor)
            namespaced = spec.get("scope") != "Cluster"
            validate_object_meta(
                document.get("metadata"),
                "metadata",
                collector,
                namespaced,
                dns1123_subdomain_fault,
                core=False,
            )
            found += collector.found
        return found

    def _unknown_kind(self, group: str, kind: str) -> list[Violation]:
        if not self._spellings:
            kinds: dict[str, list[str]] = {}
            for owner, name in self._kinds:
                kinds.setdefault(owner, []).append(name)
            self._spellings = {owner: Spellings(names) for owner, names in kinds.items()}
        meant = self._spellings[group].nearest(kind) if group in self._spellings else None
        if meant is None:
            return []  # a group may have kinds whose definitions are not here
        return [
            Violation(
                "API013",
                "kind",
                f"`{group}` defines no kind {kind}; did you mean `{meant}`?",
                # one in another letter case; a kind a letter off can be another one, whose definition is not here
                repair=in_case(kind, [meant]),
            )
        ]

    def _checker(
        self, spec: dict[str, Any], group: str, kind: str, version: str, entry: dict[str, Any]
    ) -> Callable[[Any], Any] | None:
        key = (group, kind, version)
        if key not in self._checkers:
            schema = entry.get("schema")
            root = schema.get("openAPIV3Schema") if isinstance(schema, dict) else None
            self._checkers[key] = _compile_root(root, spec) if isinstance(root, dict) else None
        return self._checkers[key]


def _unjudged(kind: str) -> Violation:
    message = (
        f"the schema of {kind} has so many alternatives, or this object so many fields for them, that its fields are not "
        "judged"
    )
    return Violation("API004", "kind", message, refused=False)


def _compile_root(root: dict[str, Any], spec: dict[str, Any]) -> Checker:
    props = props_of(root)
    properties = {
        name: part
        for name, part in props.get("properties", {}).items()
        if name not in ("apiVersion", "kind", "metadata")
    }
    required = [name for name in props.get("required", ()) if name in properties]
    body = {**props, "properties": properties, "required": required}
    return compile_schema(body, prune=spec.get("preserveUnknownFields") is not True)

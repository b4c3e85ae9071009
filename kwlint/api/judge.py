"""The API server's judgement of a document: decoding, then the validation of its kind, in that order."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kwlint.api.decoding.decoder import decoder
from kwlint.api.decoding.scalars import concealed
from kwlint.api.formats.meta import validate_object_meta
from kwlint.api.formats.names import path_segment_name_fault
from kwlint.api.versions import (
    definition_of,
    deprecation,
    is_built_in,
    keeps_meaning,
    not_served,
    replacement_of,
)
from kwlint.api.violations import Repair, Violation, Violations

if TYPE_CHECKING:
    from kwlint.api.crds.definitions import Definitions

Validator = Callable[[dict[str, Any], Violations], None]

# Where the validators of an API group are.
_MODULES = {
    "": ("pod.spec", "groups.core"),
    "apiextensions.k8s.io": ("groups.apiextensions",),
    "apps": ("groups.apps",),
    "batch": ("groups.batch",),
    "autoscaling": ("groups.autoscaling",),
    "policy": ("groups.policy",),
    "networking.k8s.io": ("groups.networking",),
    "rbac.authorization.k8s.io": ("groups.rbac",),
    "storage.k8s.io": ("groups.storage",),
    "scheduling.k8s.io": ("groups.scheduling",),
}
# Groups and kinds whose objects are asked and not kept, and need no name.
_NAMELESS = (
    "authentication.k8s.io",
    "authorization.k8s.io",
    "v1/Binding",
    "policy/v1/Eviction",
    "autoscaling/v1/Scale",
)
_validators: dict[str, dict[str, Validator]] = {}


def judge(document: Any, minor: int, crds: Definitions | None = None) -> list[Violation]:
    """Return what a create of the document on Kubernetes 1.``minor`` would be refused for, or warned of.

    ``document`` is a loaded document; what is no object with an apiVersion and a kind is not judged.
    ``crds`` are the definitions that custom resources are held against; without them those pass.
    """
    if not isinstance(document, dict):
        return []
    api_version, kind = document.get("apiVersion"), document.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str) or not api_version or not kind:
        return _unidentified(api_version, kind)
    key = f"{api_version}/{kind}"
    definition = definition_of(key, minor)
    if definition is None:
        if key == "v1/List" or (kind.endswith("List") and definition_of(key[:-4], minor)):
            return _judge_items(document, minor, crds)
        if is_built_in(api_version):
            return [_with_repair(not_served(key, minor), document, key, minor)]
        return crds.violations(document, minor) if crds is not None else []
    found = decoder(minor).violations(definition, document)
    if key == "autoscaling/v1/HorizontalPodAutoscaler" and found:
        found = _with_later_version(found, document, "autoscaling/v2", minor)
    if key == "v1/Secret" and found:
        found = [
            item._replace(message=concealed(item.message))
            if item.path.startswith(("data", "stringData"))
            else item
            for item in found
        ]
    if not any(violation.code == "API002" for violation in found):
        collector = Violations(minor)
        _validator(api_version, key)(document, collector)
        found = found + collector.found if found else collector.found
    warning = deprecation(key, minor)
    if warning is not None:
        found.append(warning)
    return found


def _unidentified(api_version: Any, kind: Any) -> list[Violation]:
    """Return what the server says of an object that lacks what tells its type; of what has neither, nothing."""
    if isinstance(kind, str) and kind and not api_version:
        return [
            Violation(
                "API003",
                "apiVersion",
                f"`apiVersion` is missing, so the API server cannot tell which {kind} this is",
            )
        ]
    if isinstance(api_version, str) and api_version and not kind:
        return [Violation("API003", "kind", "`kind` is missing, so the API server cannot tell what this is")]
    return []


def _judge_items(document: dict[str, Any], minor: int, crds: Definitions | None) -> list[Violation]:
    items = document.get("items")
    found = []
    for index, item in enumerate(items if isinstance(items, list) else ()):
        for violation in judge(item, minor, crds):
            found.append(violation._replace(path=f"items[{index}].{violation.path}"))
    return found


def _with_repair(violation: Violation, document: dict[str, Any], key: str, minor: int) -> Violation:
    """Add the new API version as repair where the document is as good under it as it stands."""
    replacement = replacement_of(key) if violation.code == "API010" else None
    if replacement is None or not keeps_meaning(key, document):
        return violation
    moved = {**document, "apiVersion": replacement}
    if any(other.refused for other in judge(moved, minor)):
        return violation
    return violation._replace(repair=Repair("replace", replacement))


def _with_later_version(
    found: list[Violation], document: dict[str, Any], later: str, minor: int
) -> list[Violation]:
    """Add a later API version as repair of unknown fields where the document is one of it but for the name."""
    moved = {**document, "apiVersion": later}
    if any(item.code != "API001" for item in found) or any(item.refused for item in judge(moved, minor)):
        return found
    return [item._replace(repair=Repair("api-version", later)) for item in found]


def _validator(api_version: str, key: str) -> Validator:
    group, slash, _ = api_version.partition("/")
    if not slash:
        group = ""
    found = _validators.get(group)
    if found is None:
        found = {}
        for module in _MODULES.get(group, ()):
            found.update(import_module(f"kwlint.api.{module}").VALIDATORS)
        _validators[group] = found
    return found.get(key) or (_pass if group in _NAMELESS or key in _NAMELESS else _validate_metadata)


def _pass(document: dict[str, Any], v: Violations) -> None:
    """Find nothing."""


def _validate_metadata(document: dict[str, Any], v: Violations) -> None:
    """Check what all kinds have in common (rest.BeforeCreate in apiserver's pkg/registry/rest/create.go)."""
    validate_object_meta(document.get("metadata"), "metadata", v, False, path_segment_name_fault, core=False)

"""Telling manifests from other YAML: what is skipped, and with which reason."""

from __future__ import annotations

import os
import re
from typing import Any

from kwlint.model.kinds import KINDS
from kwlint.util.lazyre import pattern
from kwlint.util.values import mapping, text

# Marks of what is put in before a manifest is applied: by Helm, envsubst or Flux, or by hand (`<your-name>`).
_PLACEHOLDER = pattern(r"\{\{|\{%|\$\{|<[^<>]+>|<%|@[A-Za-z_.]+@|__[A-Z][A-Z0-9_]*__")
_MENTIONS = pattern(r"""^(?:[^\S\n]|[{,-])*["']?(?:apiVersion|kind)["']?\s*:""", re.MULTILINE)
_DECLARES = pattern(r"""^["']?kind["']?\s*:""", re.MULTILINE)
_SECRET = pattern(r"""kind["']?\s*:\s*["']?Secret\b""")
_ANCHOR_NAME = pattern(r"anchor `&?[^`]*`")
# Steps of kuttl tests that hold objects against parts of them: https://kuttl.dev/docs/testing/steps.html
_ASSERTION = pattern(r"\d+-(?:assert|errors)[^/]*\.ya?ml")
# What a patch that no kustomization names is known by: `manager_auth_proxy_patch.yaml`, `patch-replicas.yaml`, `patches/`.
_PATCH_NAME = pattern(r"(?:^|[-_.])patch(?:es)?(?:[-_.]|$)")
# Source: kustomize's api/konfig/general.go (RecognizedKustomizationFileNames)
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
NO_OBJECT = "no apiVersion and kind, so no Kubernetes object"
EMPTY = "an empty file"
KUSTOMIZATION = "a kustomization"
PATCH = "a kustomize patch"
CHART_FILE = "a file of a Helm chart"
# What must be rendered before there are manifests to judge.
CHART_TEMPLATE = "a template of a Helm chart"
TEMPLATE = "a template (its `{{ }}` must be rendered first)"
UNFILLED = "a template: its name, kind or apiVersion has a placeholder"
# Files that programs read from disk and no cluster stores, although they have apiVersion and kind.
_LOCAL_GROUPS = {
    "skaffold": "a Skaffold configuration",
    "kind.x-k8s.io": "a kind cluster configuration",
    "kubeadm.k8s.io": "a kubeadm configuration",
    "audit.k8s.io": "an audit policy that the API server reads from disk",
    "client.authentication.k8s.io": "a client credential",
    "eksctl.io": "an eksctl configuration",
    "ctlptl.dev": "a ctlptl configuration",
    "k3d.io": "a k3d configuration",
}


def mentions_object(text_: str) -> bool:
    """Return whether a text has a line that sets apiVersion or kind."""
    return "apiVersion" in text_ or ("kind" in text_ and _MENTIONS.search(text_) is not None)


def declares_object(text_: str) -> bool:
    """Return whether a text that can't be read as YAML is a manifest all the same: apiVersion, or kind at a line's start."""
    return "apiVersion" in text_ or _DECLARES.search(text_) is not None


def discreet(messages: list[str], text_: str) -> list[str]:
    """Return what is said of a text that can't be read without the names of aliases, where those may be a Secret's values."""
    if not any("anchor `" in message for message in messages) or _SECRET.search(text_) is None:
        return messages
    return [_ANCHOR_NAME.sub("anchor of this name", message) for message in messages]


def is_list(root: dict[str, Any]) -> bool:
    """Return whether an object is a list of objects, such as List and PodList; an object of its own has a name."""
    kind = text(root.get("kind"))
    if not kind.endswith("List") or text(mapping(root.get("metadata")).get("name")):
        return False
    items = root.get("items")
    return isinstance(items, list) or (items is None and (kind == "List" or kind[:-4] in KINDS))


def is_assertion(path: str) -> bool:
    """Return whether a file is a step of a kuttl test that is compared with objects and never applied."""
    return _ASSERTION.fullmatch(os.path.basename(path)) is not None


def is_called_patch(path: str) -> bool:
    """Return whether a file is a kustomize patch by its name or its folder's."""
    folder, base = os.path.split(path)
    return _PATCH_NAME.search(base) is not None or os.path.basename(folder) == "patches"


def is_kustomization(path: str, root: Any) -> bool:
    """Return whether a document is a kustomization, by its file's name or its kind."""
    if os.path.basename(path) in KUSTOMIZATIONS:
        return True
    return text(mapping(root).get("apiVersion")).startswith("kustomize.config.k8s.io/")


def reason_to_skip(root: Any) -> str | None:
    """Return why a document's data is no object to judge, or None where it is one."""
    if not isinstance(root, dict):
        return "not a mapping, so no Kubernetes object"
    api_version, kind = root.get("apiVersion"), root.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        half = (isinstance(kind, str) and kind in KINDS) or (
            isinstance(api_version, str) and api_version != ""
        )
        if half and isinstance(root.get("metadata"), dict):
            return None
        return NO_OBJECT
    metadata = mapping(root.get("metadata"))
    for value in (api_version, kind, metadata.get("name"), metadata.get("namespace")):
        if isinstance(value, str) and _PLACEHOLDER.search(value):
            return UNFILLED
    if api_version == "v1" and kind == "Config" and ("clusters" in root or "contexts" in root):
        return "a kubeconfig"
    group = api_version.partition("/")[0]
    if group in _LOCAL_GROUPS:
        return _LOCAL_GROUPS[group]
    if group.endswith(".config.k8s.io"):
        return "a component's configuration, which no cluster stores"
    return None

"""Which kinds a version of the API server serves, and what became of the others (API010, API011, API013)."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from kwlint.api.decoding.decoder import within
from kwlint.api.decoding.unknown import nearest
from kwlint.api.violations import Repair, Violation
from kwlint.data import schema_text
from kwlint.util.values import dig


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    found: dict[str, str] = json.loads(schema_text("kinds.json"))
    return found


@lru_cache(maxsize=1)
def _lifecycle() -> dict[str, dict[str, Any]]:
    """Return by kind when it was deprecated, when removed, and what replaces it.

    Source: zz_generated.prerelease-lifecycle.go of each group in k8s.io/api, and
    https://kubernetes.io/docs/reference/using-api/deprecation-guide/ for what is no longer there.
    """
    found: dict[str, dict[str, Any]] = json.loads(schema_text("lifecycle.json"))
    return found


def definition_of(key: str, minor: int) -> str | None:
    """Return the definition of a kind (``apps/v1/Deployment``) in a version, None if it does not serve it."""
    text = _kinds().get(key)
    if text is None:
        return None
    definition, _, span = text.partition(" ")
    return definition if within(span, minor) else None


@lru_cache(maxsize=1)
def _groups() -> frozenset[str]:
    keys = [*_kinds(), *_lifecycle()]
    return frozenset(key.split("/")[0] if key.count("/") == 2 else "" for key in keys if key)


def is_built_in(api_version: str) -> bool:
    """Return whether the API version's group is one that the API server itself serves, or once did."""
    group, slash, _ = api_version.partition("/")
    return (group if slash else "") in _groups()


def _named(replacement: str) -> str:
    api_version, _, kind = replacement.partition(" ")
    return f"`{api_version}` {kind}".rstrip() if "/" in api_version else replacement


def deprecation(key: str, minor: int) -> Violation | None:
    """Return the warning that the server answers to a kind it will drop (API011), or None."""
    entry = _lifecycle().get(key)
    if entry is None or minor < entry.get("deprecated", 100):
        return None
    api_version, _, kind = key.rpartition("/")
    replacement = entry.get("replacement")
    return Violation(
        "API011",
        "apiVersion",
        f"`{api_version}` {kind} is deprecated since Kubernetes 1.{entry['deprecated']}"
        + (f"; use {_named(replacement)}" if replacement else ""),
        refused=False,
    )


def replacement_of(key: str) -> str | None:
    """Return the API version that holds a kind now, if one does under the same name."""
    replacement = _lifecycle().get(key, {}).get("replacement")
    if replacement and f"{replacement}/{key.rpartition('/')[2]}" in _kinds():
        return str(replacement)
    return None


# Fields that, left out, mean something else in the version that replaces the old one: updates on delete became rolling
# ones, and an empty selector that selected nothing selects everything.
_OTHER_DEFAULTS = {
    "extensions/v1beta1/DaemonSet": ("spec", "updateStrategy", "type"),
    "apps/v1beta1/StatefulSet": ("spec", "updateStrategy", "type"),
    "policy/v1beta1/PodDisruptionBudget": ("spec", "selector"),
}
# Kinds whose new version asks for more than decoding shows.
_OTHER_SHAPES = frozenset(
    {
        "admissionregistration.k8s.io/v1beta1/MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1beta1/ValidatingWebhookConfiguration",
        "apiextensions.k8s.io/v1beta1/CustomResourceDefinition",
        "certificates.k8s.io/v1beta1/CertificateSigningRequest",
    }
)


def keeps_meaning(key: str, document: dict[str, Any]) -> bool:
    """Return whether a document of a removed version means the same under the one that replaces it, if that takes it.

    Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
    """
    field = _OTHER_DEFAULTS.get(key)
    return key not in _OTHER_SHAPES and (field is None or bool(dig(document, *field)))


def not_served(key: str, minor: int) -> Violation:
    """Return why a kind of a built-in group is not served: removed or not yet there, or unknown."""
    api_version, _, kind = key.rpartition("/")
    entry = _lifecycle().get(key, {})
    first, _, last = _kinds().get(key, "").partition("|")[0].partition(" ")[2].partition("-")
    removed = entry.get("removed") or (int(last) + 1 if last else None)
    if removed is not None and minor >= removed:
        replacement = entry.get("replacement")
        return Violation(
            "API010",
            "apiVersion",
            f"`{api_version}` {kind} is not served since Kubernetes 1.{removed}"
            + (f"; use {_named(replacement)}" if replacement else ""),
        )
    if first and minor < int(first):
        return Violation(
            "API010",
            "apiVersion",
            f"`{api_version}` {kind} is served only since Kubernetes 1.{first}; the target is 1.{minor}",
        )
    return _unknown_kind(api_version, kind, minor)


def _unknown_kind(api_version: str, kind: str, minor: int) -> Violation:
    served = [key.rpartition("/") for key in _kinds() if key and definition_of(key, minor)]
    siblings = [name for version, _, name in served if version == api_version]
    meant = nearest(kind, siblings)
    if meant:
        return Violation(
            "API013",
            "kind",
            f"`{api_version}` has no kind {kind}; did you mean `{meant}`?",
            repair=Repair("replace", meant),
        )
    homes = [version for version, _, name in served if name == kind]
    stable = [version for version in homes if "alpha" not in version and "beta" not in version] or homes
    if stable:
        listed = ", ".join(f"`{version}`" for version in stable)
        repair = Repair("replace", stable[0]) if len(stable) == 1 else None
        message = f"`{api_version}` has no kind {kind}; it is in {listed}"
        return Violation("API013", "apiVersion", message, repair=repair)
    if siblings:
        return Violation("API013", "kind", f"`{api_version}` has no kind {kind}")
    return Violation(
        "API013", "apiVersion", f"Kubernetes 1.{minor} serves no `{api_version}`, nor a kind {kind}"
    )

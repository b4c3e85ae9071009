"""Warns of volumes that the API server accepts: drivers that are gone, and files that overlap.

Upstream: warningsForPodSpecAndMeta and warningsForOverlappingVirtualPaths in pkg/api/pod/warnings.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.pod.projections import TRUST_BUNDLES_SINCE
from kwlint.api.pod.volumes import IMAGES_SINCE
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import mapping, mappings, text

_OVERLAPS_SINCE = 33
_DEPRECATED = {
    "photonPersistentDisk": "deprecated since 1.11, without effect since 1.16",
    "gitRepo": "deprecated since 1.11",
    "scaleIO": "deprecated since 1.16, without effect since 1.22",
    "flocker": "deprecated since 1.22, without effect since 1.25",
    "storageos": "deprecated since 1.22, without effect since 1.25",
    "quobyte": "deprecated since 1.22, without effect since 1.25",
    "glusterfs": "deprecated since 1.25, without effect since 1.26",
    "cephfs": "deprecated since 1.28, without effect since 1.31",
    "rbd": "deprecated since 1.28, without effect since 1.31",
}
_PROJECTED = (
    "configMap",
    "secret",
    "downwardAPI",
    "serviceAccountToken",
    "clusterTrustBundle",
    "podCertificate",
)
_DEPRECATED_SINCE = {"cephfs": 28, "rbd": 28}


def warn_of_volumes(volumes: list[dict[str, Any]], path: str, v: Violations) -> None:
    """Record the warnings for the volumes of a pod at ``path``."""
    if v.minor < IMAGES_SINCE:
        volumes = [volume for volume in volumes if not isinstance(volume.get("image"), dict)]
    for index, volume in enumerate(volumes):
        for field in volume:
            if field in _DEPRECATED and isinstance(volume[field], dict):
                if v.minor >= _DEPRECATED_SINCE.get(field, 0):
                    named = {"storageos": "storageOS"}.get(field, field)
                    v.warning(
                        f"{path}[{index}].{named}", f"volumes of type `{field}` are {_DEPRECATED[field]}"
                    )
            elif field == "ephemeral":
                template = mapping(volume[field]).get("volumeClaimTemplate")
                if isinstance(template, dict):
                    from kwlint.api.pod.claims import warn_of_claim_spec

                    at = f"{path}[{index}].ephemeral.volumeClaimTemplate.spec"
                    warn_of_claim_spec(mapping(template.get("spec")), at, v)
        if v.minor >= _OVERLAPS_SINCE:
            _warn_of_overlaps(volume, f"{path}[{index}]", v)


def _warn_of_overlaps(volume: dict[str, Any], path: str, v: Violations) -> None:
    for kind in ("configMap", "secret", "downwardAPI"):
        source = volume.get(kind)
        if source and (items := mapping(source).get("items")):
            seen: list[tuple[str, str]] = []
            for item in mappings(items):
                _add(text(item.get("path")), "", seen, path, v)
    if isinstance(projected := volume.get("projected"), dict):
        files: list[tuple[str, str]] = []
        for source in mappings(projected.get("sources")):
            _add_source(source, files, path, v)


def _add_source(source: dict[str, Any], files: list[tuple[str, str]], path: str, v: Violations) -> None:
    kinds = _PROJECTED if v.minor >= TRUST_BUNDLES_SINCE else _PROJECTED[:4]
    source = {kind: source[kind] for kind in kinds if isinstance(source.get(kind), dict)}
    if not source:
        v.warning(path, "the projected volume has a source with nothing in it")
        return
    for kind in ("configMap", "secret", "downwardAPI"):
        made_of = source.get(kind)
        if isinstance(made_of, dict) and made_of.get("items") is not None:
            named = f"the {kind} {quoted(made_of['name'])}" if made_of.get("name") else "the downward API"
            for item in mappings(made_of["items"]):
                _add(text(item.get("path")), named, files, path, v)
            return
    if isinstance(made_of := source.get("serviceAccountToken"), dict):
        _add(text(made_of.get("path")), "the token", files, path, v)
    elif isinstance(made_of := source.get("clusterTrustBundle"), dict):
        _add(text(made_of.get("path")), "the trust bundle", files, path, v)
    elif isinstance(made_of := source.get("podCertificate"), dict):
        for field in ("certificateChainPath", "keyPath", "credentialBundlePath"):
            if file := text(made_of.get(field)):
                _add(file, "the certificate", files, path, v)


def _add(file: str, source: str, files: list[tuple[str, str]], path: str, v: Violations) -> None:
    file = file.rstrip("/")
    if file:
        for other, other_source in files:
            if other and (f"{other}/".startswith(f"{file}/") or f"{file}/".startswith(f"{other}/")):
                of = f" of {source}" if source else ""
                other_of = f" of {other_source}" if other_source else ""
                v.warning(path, f"the file {quoted(file)}{of} overlaps with {quoted(other)}{other_of}")
    files.append((file, source))

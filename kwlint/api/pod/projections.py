"""Validates volumes made from objects of the API: ConfigMap, Secret, downward API and projected ones.

Upstream: validateSecretVolumeSource, validateDownwardAPIVolumeFile and validateProjectionSources in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.localpaths import validate_file_path, validate_mode
from kwlint.api.formats.meta import validate_label_selector
from kwlint.api.formats.names import dns1123_label_fault, dns1123_subdomain_fault, label_key_fault
from kwlint.api.pod.env import VOLUME_FIELDS, validate_field_reference, validate_resource_reference
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import mapping, mappings, text

TRUST_BUNDLES_SINCE = 37
"""Minor version from which clusterTrustBundle and podCertificate sources are kept; before they are dropped."""

_KEY_TYPES = ["ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519", "RSA3072", "RSA4096"]
_LONGEST_CERTIFICATE = 91 * 24 * 60 * 60
_LONGEST_KUBERNETES_CERTIFICATE = 24 * 60 * 60


def validate_secret_source(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a secret source."""
    if not source.get("secretName"):
        v.required(f"{path}.secretName", "the name of the Secret must be set")
    validate_mode(source.get("defaultMode"), f"{path}.defaultMode", v)
    _validate_items(source, path, v)


def validate_config_map_source(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a configMap source."""
    if not source.get("name"):
        v.required(f"{path}.name", "the name of the ConfigMap must be set")
    validate_mode(source.get("defaultMode"), f"{path}.defaultMode", v)
    _validate_items(source, path, v)


def _validate_items(source: dict[str, Any], path: str, v: Violations) -> None:
    for index, item in enumerate(mappings(source.get("items"))):
        if not item.get("key"):
            v.required(f"{path}.items[{index}].key", "`key` must be set")
        file = text(item.get("path"))
        if not file:
            v.required(f"{path}.items[{index}].path", "`path` must be set")
        validate_file_path(file, f"{path}.items[{index}].path", v)
        validate_mode(item.get("mode"), f"{path}.items[{index}].mode", v)


def validate_downward_api_source(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a downwardAPI source; the server reports the faults of its items at the source itself."""
    validate_mode(source.get("defaultMode"), f"{path}.defaultMode", v)
    for item in mappings(source.get("items")):
        _validate_downward_file(item, path, v)


def _validate_downward_file(item: dict[str, Any], path: str, v: Violations) -> None:
    file = text(item.get("path"))
    if not file:
        v.required(f"{path}.path", "each item must have a `path`")
    validate_file_path(file, f"{path}.path", v)
    field, resource = item.get("fieldRef"), item.get("resourceFieldRef")
    if isinstance(field, dict):
        validate_field_reference(field, VOLUME_FIELDS, f"{path}.fieldRef", v)
        if isinstance(resource, dict):
            v.invalid(path, f"`fieldRef` and `resourceFieldRef` must not both be set, as for {quoted(file)}")
    elif isinstance(resource, dict):
        validate_resource_reference(resource, True, f"{path}.resourceFieldRef", v)
    else:
        v.required(path, f"one of `fieldRef` and `resourceFieldRef` must be set for {quoted(file)}")
    validate_mode(item.get("mode"), f"{path}.mode", v)


def validate_projected_source(source: dict[str, Any], path: str, v: Violations) -> None:
    """Check a projected source, whose files must all have paths of their own."""
    validate_mode(source.get("defaultMode"), f"{path}.defaultMode", v)
    files: set[str] = set()
    for index, part in enumerate(mappings(source.get("sources"))):
        at = f"{path}.sources[{index}]"
        kinds = []
        for kind in ("secret", "configMap"):
            if isinstance(made_of := part.get(kind), dict):
                kinds.append(kind)
                if not made_of.get("name"):
                    v.required(f"{at}.{kind}.name", f"the name of the {kind} must be set")
                _validate_items(made_of, f"{at}.{kind}", v)
                _add_files(mappings(made_of.get("items")), files, path, v)
        if isinstance(made_of := part.get("downwardAPI"), dict):
            kinds.append("downwardAPI")
            items = mappings(made_of.get("items"))
            for item in items:
                _validate_downward_file(item, f"{at}.downwardAPI", v)
            _add_files(items, files, path, v)
        if isinstance(made_of := part.get("serviceAccountToken"), dict):
            kinds.append("serviceAccountToken")
            _validate_token(made_of, at, path, v)
        if isinstance(made_of := part.get("clusterTrustBundle"), dict) and v.minor >= TRUST_BUNDLES_SINCE:
            kinds.append("clusterTrustBundle")
            _validate_trust_bundle(made_of, f"{at}.clusterTrustBundle", v)
            _add_file(text(made_of.get("path")), files, path, v)
        if isinstance(made_of := part.get("podCertificate"), dict) and v.minor >= TRUST_BUNDLES_SINCE:
            kinds.append("podCertificate")
            _validate_certificate(made_of, files, f"{at}.podCertificate", path, v)
        if len(kinds) > 1:
            v.forbidden(
                at, f"a source must be of one type only, not {' and '.join(f'`{kind}`' for kind in kinds)}"
            )


def _add_files(items: list[dict[str, Any]], files: set[str], path: str, v: Violations) -> None:
    for item in items:
        if file := text(item.get("path")):
            _add_file(file, files, path, v)


def _add_file(file: str, files: set[str], path: str, v: Violations) -> None:
    if file in files:
        v.invalid(path, f"two sources make the file {quoted(file)}")
    files.add(file)


def _validate_token(token: dict[str, Any], at: str, path: str, v: Violations) -> None:
    seconds = token.get("expirationSeconds")
    if isinstance(seconds, int):
        if seconds < 600:
            v.invalid(
                f"{at}.serviceAccountToken.expirationSeconds",
                f"a token must live at least 600 s, not {seconds}",
            )
        if seconds > 2**32:
            v.invalid(
                f"{at}.serviceAccountToken.expirationSeconds",
                f"a token must live at most 2^32 s, not {seconds}",
            )
    file = text(token.get("path"))
    if not file:
        v.required(f"{path}.path", "a serviceAccountToken must have a `path`")
    validate_file_path(file, f"{path}.path", v)


def _validate_trust_bundle(bundle: dict[str, Any], path: str, v: Violations) -> None:
    name, signer = bundle.get("name"), bundle.get("signerName")
    if name is not None and signer is not None:
        v.invalid(path, "`name` and `signerName` must not both be set")
    elif name is not None:
        if not name:
            v.required(f"{path}.name", "`name` must not be empty")
        signed_by, colon, own = text(name).rpartition(":")
        if colon and not signed_by:
            own = text(name)  # without a signer, the name itself must not have a colon
        if reason := dns1123_subdomain_fault(own):
            v.invalid(f"{path}.name", f"{quoted(name)} is no name of a ClusterTrustBundle: it {reason}")
        if bundle.get("labelSelector") is not None:
            v.invalid(f"{path}.labelSelector", "`labelSelector` must not be set beside `name`")
    elif signer is not None:
        if not signer:
            v.required(f"{path}.signerName", "`signerName` must not be empty")
        validate_signer_name(text(signer), f"{path}.signerName", v)
        validate_label_selector(bundle.get("labelSelector"), f"{path}.labelSelector", v)
    else:
        v.required(path, "one of `name` and `signerName` must be set")
    file = text(bundle.get("path"))
    if not file:
        v.required(f"{path}.path", "`path` must be set")
    validate_file_path(file, f"{path}.path", v)


def validate_signer_name(name: str, path: str, v: Violations) -> None:
    """Check the name of a signer of certificates, such as ``example.com/signer`` (ValidateSignerName)."""
    domain, slash, rest = name.partition("/")
    if not name:
        v.required(path, "the name of the signer must be set")
        return
    if not slash or "/" in rest:
        v.invalid(path, f"{quoted(name)} must be a domain and a name, such as `example.com/signer`")
        return
    if len(domain) > 253:
        v.too_long(path, "the domain must be no longer than 253 characters")
    for label in domain.split("."):
        if reason := dns1123_label_fault(label):
            v.invalid(path, f"{quoted(domain)} is no domain: {quoted(label)} {reason}")
            break
    if "." not in domain:
        v.invalid(path, f"{quoted(domain)} must be a domain of at least two labels")
    for label in rest.split("."):
        if reason := dns1123_subdomain_fault(label):
            v.invalid(path, f"{quoted(rest)} is no name of a signer: {quoted(label)} {reason}")
            break
    if len(name) > 571:
        v.too_long(path, "the name of the signer must be no longer than 571 characters")


def _validate_certificate(
    certificate: dict[str, Any], files: set[str], at: str, path: str, v: Violations
) -> None:
    signer = text(certificate.get("signerName"))
    validate_signer_name(signer, f"{at}.signerName", v)
    for key in mapping(certificate.get("userAnnotations")):
        lowered = key.lower()
        if reason := label_key_fault(lowered):
            v.invalid(f"{at}.userAnnotations", f"{quoted(key)} is no key of an annotation: it {reason}")
        elif "/" not in lowered:
            v.invalid(f"{at}.userAnnotations", f"{quoted(key)} must have a domain, such as `example.com/key`")
    kind = certificate.get("keyType")
    if kind not in _KEY_TYPES:
        v.unsupported(f"{at}.keyType", kind or "", _KEY_TYPES)
    seconds = certificate.get("maxExpirationSeconds")
    if isinstance(seconds, int):
        domain = signer.partition("/")[0]
        own = domain == "kubernetes.io" or domain.endswith(".kubernetes.io")
        longest = _LONGEST_KUBERNETES_CERTIFICATE if own else _LONGEST_CERTIFICATE
        if not 3600 <= seconds <= longest:
            v.invalid(f"{at}.maxExpirationSeconds", f"must be between 3600 and {longest}, and is {seconds}")
    paths = 0
    for field in ("credentialBundlePath", "keyPath", "certificateChainPath"):
        if file := text(certificate.get(field)):
            paths += 1
            validate_file_path(file, f"{at}.{field}", v)
            _add_file(file, files, path, v)
    if not paths:
        v.required(at, "one of `credentialBundlePath`, `keyPath` and `certificateChainPath` must be set")

"""Validates object metadata and label selectors; the formats of single names are in ``names``.

Upstream: pkg/api/validation/objectmeta.go and pkg/apis/meta/v1/validation of k8s.io/apimachinery.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kwlint.api.formats.names import (
    dns1123_label_fault,
    dns1123_subdomain_fault,
    is_longer,
    label_key_fault,
    label_value_fault,
)
from kwlint.api.violations import Violations, in_case, quoted
from kwlint.util.values import mapping, mappings, text, texts

NameCheck = Callable[[str], "str | None"]

ANNOTATIONS_LIMIT = 256 * 1024
"""Bytes that the keys and values of an object's annotations may have together."""

_GENERATED_PREFIX_LIMIT = 58  # the server cuts `generateName` here and adds five characters


def validate_domain_prefixed_path(value: str, path: str, v: Violations) -> None:
    """Check a path that starts with a domain, such as ``acme.io/foo`` (IsDomainPrefixedPath)."""
    host, _, rest = value.partition("/")
    if not value:
        v.required(path, "a domain and a path must be set")
    elif not host or not rest:
        v.invalid(path, f"{quoted(value)} must be a domain and a path, such as `acme.io/foo`")
    else:
        if reason := dns1123_subdomain_fault(host):
            v.invalid(path, f"{quoted(value)} must start with a domain: {quoted(host)} {reason}")
        if not re.fullmatch(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", rest):
            v.invalid(path, f"{quoted(value)} must have a valid URL path after the domain")


def validate_label_key(key: Any, path: str, v: Violations) -> None:
    """Check a label key that stands as a value at ``path`` (ValidateLabelName)."""
    if reason := label_key_fault(text(key)):
        v.invalid(path, f"{quoted(key or '')} is not a valid label key: it {reason}")


def validate_labels(labels: Any, path: str, v: Violations) -> None:
    """Check the keys and values of a map of labels; the server names the whole map as the place."""
    if not isinstance(labels, dict):
        return
    for key, value in labels.items():
        if reason := label_key_fault(key):
            v.invalid(path, f"{quoted(key)} is not a valid label key: it {reason}")
        if value and isinstance(value, str) and (reason := label_value_fault(value)):
            v.invalid(path, f"the value {quoted(value)} of label `{key}` is not valid: it {reason}")


def validate_annotations(annotations: Any, path: str, v: Violations) -> None:
    """Check the keys of a map of annotations and their size together, at most 256 KiB."""
    if not isinstance(annotations, dict):
        return
    size = 0
    for key, value in annotations.items():
        # upper case is allowed in the prefix too, unlike in label keys
        if reason := label_key_fault(key.lower()):
            v.invalid(path, f"{quoted(key)} is not a valid annotation key: it {reason}")
        size += len(key) + len(value) if isinstance(value, str) else len(key)
    if size > ANNOTATIONS_LIMIT // 4:
        size = sum(len((key + text(value)).encode()) for key, value in annotations.items())
        if size > ANNOTATIONS_LIMIT:
            v.too_long(
                path, f"the annotations have {size} bytes, and at most {ANNOTATIONS_LIMIT} are allowed"
            )


def validate_label_selector(
    selector: Any, path: str, v: Violations, allow_invalid_values: bool = False
) -> None:
    """Check a LabelSelector (ValidateLabelSelector); None is fine."""
    if not isinstance(selector, dict):
        return
    if labels := selector.get("matchLabels"):
        validate_labels(labels, f"{path}.matchLabels", v)
    expressions = selector.get("matchExpressions")
    if not expressions:
        return
    for index, requirement in enumerate(mappings(expressions)):
        at = f"{path}.matchExpressions[{index}]"
        operator = requirement.get("operator")
        values = texts(requirement.get("values"))
        if operator in ("In", "NotIn"):
            if not values:
                v.required(f"{at}.values", f"`values` must be set when `operator` is `{operator}`")
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                v.forbidden(f"{at}.values", f"`values` must not be set when `operator` is `{operator}`")
        else:
            v.invalid(
                f"{at}.operator",
                f"unknown operator {quoted(operator or '')}; it must be one of `DoesNotExist`, `Exists`, `In`, `NotIn`",
                repair=in_case(operator, ("In", "NotIn", "Exists", "DoesNotExist")),
            )
        validate_label_key(requirement.get("key"), f"{at}.key", v)
        if not allow_invalid_values:
            for number, value in enumerate(values):
                if reason := label_value_fault(value):
                    v.invalid(
                        f"{at}.values[{number}]", f"{quoted(value)} is not a valid label value: it {reason}"
                    )


def generated_name(prefix: str) -> str:
    """Return a name such as the server makes from ``generateName``: the prefix, cut, and five characters."""
    return prefix[:_GENERATED_PREFIX_LIMIT] + "x7k2p"


def effective_name(metadata: Any) -> str:
    """Return the name of an object as validation sees it: ``name``, else one made from ``generateName``."""
    metadata = mapping(metadata)
    name = text(metadata.get("name"))
    if name:
        return name
    prefix = text(metadata.get("generateName"))
    return generated_name(prefix) if prefix else ""


def validate_object_meta(
    metadata: Any,
    path: str,
    v: Violations,
    namespaced: bool,
    name_check: NameCheck,
    keeps_generation: bool = False,
    core: bool = True,
) -> None:
    """Check ObjectMeta at ``path`` (ValidateObjectMeta, pkg/api/validation/objectmeta.go of apimachinery).

    ``name_check`` is one of the ``is_…`` functions. An absent namespace is filled in by the client, and the one
    of an object outside namespaces is dropped. ``keeps_generation``: the create strategy of the kind does not
    overwrite ``generation``, so that a negative one is refused. ``core`` is false for the few kinds that do
    without the stricter check of finalizers (ValidateObjectMeta in pkg/apis/core/validation).
    """
    metadata = mapping(metadata)
    name = text(metadata.get("name"))
    prefix = text(metadata.get("generateName"))
    if prefix:
        masked = prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix
        if reason := name_check(masked):
            v.invalid(f"{path}.generateName", f"{quoted(prefix)} is not a valid name prefix: it {reason}")
        name = name or generated_name(prefix)
    if not name:
        v.required(f"{path}.name", "`name` or `generateName` must be set")
    elif reason := name_check(name):
        v.invalid(f"{path}.name", f"{quoted(name)} is not a valid name: it {reason}")
    if namespaced:
        namespace = text(metadata.get("namespace"))
        if namespace and (reason := dns1123_label_fault(namespace)):
            v.invalid(f"{path}.namespace", f"{quoted(namespace)} is not a valid namespace: it {reason}")
    if labels := metadata.get("labels"):
        validate_labels(labels, f"{path}.labels", v)
    if annotations := metadata.get("annotations"):
        validate_annotations(annotations, f"{path}.annotations", v)
    if "generation" in metadata and keeps_generation:
        generation = metadata["generation"]
        if isinstance(generation, int) and generation < 0:
            v.invalid(f"{path}.generation", f"`generation` must not be negative, and is {generation}")
    if references := metadata.get("ownerReferences"):
        _validate_owner_references(mappings(references), f"{path}.ownerReferences", v)
    if finalizers := metadata.get("finalizers"):
        _validate_finalizers(texts(finalizers), f"{path}.finalizers", v, core)
    if entries := metadata.get("managedFields"):
        _validate_managed_fields(mappings(entries), f"{path}.managedFields", v)


def _validate_owner_references(references: list[dict[str, Any]], path: str, v: Violations) -> None:
    indexed = v.minor >= 36  # before, every fault stood at the list itself and was an invalid value
    controllers = []
    for index, reference in enumerate(references):
        at = f"{path}[{index}]" if indexed else path
        for field in ("apiVersion", "kind", "name", "uid"):
            if not reference.get(field):
                report = v.required if indexed else v.invalid
                report(f"{at}.{field}", f"`{field}` of an owner reference must be set")
        version = text(reference.get("apiVersion"))
        if version and (version.count("/") > 1 or version.endswith("/")):
            v.invalid(f"{at}.apiVersion", f"{quoted(version)} must be a version or a group and a version")
        if version == "v1" and reference.get("kind") == "Event":
            v.invalid(at, "an Event must not be an owner")
        if reference.get("controller") is True:
            controllers.append(f"{text(reference.get('kind'))}/{text(reference.get('name'))}")
            if len(controllers) > 1:
                v.invalid(
                    path,
                    f"only one owner may have `controller: true`, and both {controllers[0]} and {controllers[-1]} have it",
                )


def _validate_finalizers(finalizers: list[str], path: str, v: Violations, core: bool) -> None:
    for index, finalizer in enumerate(finalizers):
        if reason := label_key_fault(finalizer):
            v.invalid(path, f"{quoted(finalizer)} is not a valid finalizer: it {reason}")
        if core and "/" not in finalizer and finalizer not in ("kubernetes", "orphan", "foregroundDeletion"):
            v.invalid(
                f"{path}[{index}]", f"{quoted(finalizer)} must have a domain, such as `example.com/cleanup`"
            )
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        v.invalid(path, "the finalizers `orphan` and `foregroundDeletion` must not both be set")


def _validate_managed_fields(entries: list[dict[str, Any]], path: str, v: Violations) -> None:
    for index, entry in enumerate(entries):
        at = f"{path}[{index}]"
        operation = entry.get("operation")
        if not operation:
            v.required(f"{at}.operation", "`operation` must be `Apply` or `Update`")
        elif operation not in ("Apply", "Update"):
            v.unsupported(f"{at}.operation", operation, ["Apply", "Update"])
        if entry.get("fieldsType") not in (None, "", "FieldsV1"):
            v.invalid(f"{at}.fieldsType", "`fieldsType` must be `FieldsV1`")
        manager = text(entry.get("manager"))
        if is_longer(manager, 128):
            v.too_long(f"{at}.manager", "`manager` must be no longer than 128 bytes")
        for character in manager:
            if not character.isprintable():
                v.invalid(f"{at}.manager", "`manager` must contain only printable characters")
        if is_longer(text(entry.get("subresource")), 256):
            v.too_long(f"{at}.subresource", "`subresource` must be no longer than 256 bytes")

"""Validates CustomResourceDefinitions, as far as the patterns in their schemas.

Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go (validateValueValidation).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kwlint.api.formats.meta import validate_object_meta
from kwlint.api.formats.names import path_segment_name_fault
from kwlint.api.violations import Violations, quoted
from kwlint.util.linear import LargePatternError, PatternError, compiled
from kwlint.util.values import mapping, mappings, text

_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("items", "additionalProperties", "not")


def validate_definition(definition: dict[str, Any], v: Violations) -> None:
    """Validate a CustomResourceDefinition: its metadata, and that each pattern is one to Go."""
    validate_object_meta(
        definition.get("metadata"), "metadata", v, False, path_segment_name_fault, core=False
    )
    for index, version in enumerate(mappings(mapping(definition.get("spec")).get("versions"))):
        root = mapping(version.get("schema")).get("openAPIV3Schema")
        for pattern, path in _patterns(root, f"spec.versions[{index}].schema.openAPIV3Schema"):
            try:
                compiled(pattern)
            except LargePatternError:
                continue
            except PatternError as error:
                v.invalid(f"{path}.pattern", f"{quoted(pattern)} is not a valid regular expression: {error}")


def _patterns(root: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the patterns of a schema and of the schemas in it, in their order, with the path of what holds each."""
    waiting = [(root, path)]
    while waiting:
        schema, at = waiting.pop()
        if not isinstance(schema, dict):
            continue
        if pattern := text(schema.get("pattern")):
            yield pattern, at
        below = [
            (part, f"{at}.properties[{name}]") for name, part in mapping(schema.get("properties")).items()
        ]
        below += [(schema.get(word), f"{at}.{word}") for word in _SINGLE]
        for word in _LISTS:
            below += [
                (part, f"{at}.{word}[{index}]") for index, part in enumerate(mappings(schema.get(word)))
            ]
        waiting += reversed(below)


VALIDATORS = {"apiextensions.k8s.io/v1/CustomResourceDefinition": validate_definition}

"""Reads one level of a CRD's schema: what it says of a value, each constraint of the type that Go decodes it into.

A constraint of another type is unknown and reads as absent, so that nothing follows from it; that the API server refuses
its definition is for strict decoding to say. A null is unset, as in Go. Source: JSONSchemaProps in
k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/types_jsonschema.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.util.values import sequence

Props = dict[str, Any]

# Constraints that stand alone, by the classes of their values; a boolean is no number.
_CLASSES: dict[str, frozenset[type]] = {
    **dict.fromkeys(("type", "format", "pattern", "x-kubernetes-list-type"), frozenset({str})),
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), frozenset({int, float})),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), frozenset({int})),
    **dict.fromkeys(("minProperties", "maxProperties"), frozenset({int})),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), frozenset({bool})),
}
_LISTS = ("enum", "x-kubernetes-list-map-keys")
# What lets more values pass when it is true, and is taken for true where it can't be known.
_PERMISSIONS = frozenset(
    {
        "nullable",
        "x-kubernetes-int-or-string",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource",
    }
)
_PARTS = frozenset(
    {"required", "properties", "additionalProperties", "items", "not", "allOf", "anyOf", "oneOf"}
)
_EXTREMES = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))


def props_of(schema: Any) -> Props:
    """Return the constraints of a schema that can be relied on, under their names; what is no schema has none.

    ``properties`` maps names to schemas, ``items`` and ``not`` are schemas, ``additionalProperties`` is one or a boolean,
    ``allOf``, ``anyOf`` and ``oneOf`` are lists of schemas, all of them as they are written.
    """
    if not isinstance(schema, dict):
        return {}
    props: Props = {}
    for name, value in schema.items():
        if name in _CLASSES:
            if value.__class__ in _CLASSES[name]:
                props[name] = value
        elif name in _PERMISSIONS:
            if value is not None and value is not False:
                props[name] = True
        elif name == "default" or (name in _LISTS and isinstance(value, list)):
            props[name] = value
    for limit, extreme in _EXTREMES:
        # A limit that may not be one itself is not known.
        if limit in props and extreme not in props and schema.get(extreme) is not None:
            del props[limit]
    if schema.get("x-kubernetes-int-or-string") not in (None, False, True):
        # Then the type is not known either.
        del props["x-kubernetes-int-or-string"]
        props.pop("type", None)
    if not _PARTS.isdisjoint(schema):
        _add_parts(props, schema)
    return props


def is_nullable(schema: Any) -> bool:
    """Return whether a schema lets null pass, or may do so."""
    return isinstance(schema, dict) and schema.get("nullable") not in (None, False)


def _add_parts(props: Props, schema: dict[str, Any]) -> None:
    """Add what holds for the parts of a value: its fields, items and alternatives."""
    required = [name for name in sequence(schema.get("required")) if isinstance(name, str)]
    if required:
        props["required"] = required
    properties, others = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(properties, dict):
        props["properties"] = properties
    if isinstance(others, dict | bool):
        props["additionalProperties"] = others
    if properties is not None and "properties" not in props:
        # Which fields there are is not known.
        props["x-kubernetes-preserve-unknown-fields"] = True
    elif others is not None and "additionalProperties" not in props:
        props["x-kubernetes-preserve-unknown-fields"] = True
    for name in ("items", "not"):
        if isinstance(schema.get(name), dict):
            props[name] = schema[name]
    parts = [part for part in sequence(schema.get("allOf")) if isinstance(part, dict)]
    if parts:
        props["allOf"] = parts
    for name in ("anyOf", "oneOf"):
        parts = sequence(schema.get(name))
        # An alternative that is not known may be the one that fits.
        if parts and all(isinstance(part, dict) for part in parts):
            props[name] = parts

"""Regenerates schemas/kubernetes/: the built-in kinds and their fields, with the versions that have them.

Source: the OpenAPI definitions of each release as the package kubernetes-validate carries them
(https://github.com/willthames/kubernetes-validate), which are those of the Kubernetes repository's
api/openapi-spec/swagger.json. Descriptions, and what Go's decoding does not look at, are left out.

Usage: ``python -m kwlint.dev.schemas`` (writes the files; prints their sizes).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from kwlint.data import SCHEMAS

# Definitions that decode themselves (UnmarshalJSON in apimachinery and apiextensions-apiserver).
_OWN_DECODING = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "micro-time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "any",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "any",
}
_SCALARS: dict[tuple[Any, Any], str] = {
    ("string", None): "string",
    ("string", "byte"): "bytes",
    ("boolean", None): "boolean",
    ("integer", "int32"): "int32",
    ("integer", "int64"): "int64",
    ("number", "double"): "double",
}
# Kinds of the machinery that no manifest holds; they are registered in every group.
_META_PREFIX = "io.k8s.apimachinery.pkg.apis.meta.v1."

Definitions = dict[str, Any]


def releases() -> dict[int, Definitions]:
    """Return the OpenAPI definitions by minor version; raises ImportError without kubernetes-validate."""
    import kubernetes_validate

    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    found = {}
    for release in folder.glob("v1.*-local"):
        minor = int(release.name.split(".")[1])
        found[minor] = json.loads((release / "_definitions.json").read_text())["$defs"]
    return dict(sorted(found.items()))


def short_name(name: str) -> str:
    """Return ``core.v1.Container`` for ``io.k8s.api.core.v1.Container``."""
    return ".".join(name.split(".")[-3:])


def type_of(node: dict[str, Any]) -> str:
    """Return a property's type: a scalar's name, ``[]T``, ``map:T``, or a definition's short name."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return _OWN_DECODING.get(name) or short_name(name)
    kind = node.get("type")
    if isinstance(kind, list):
        kind = next(item for item in kind if item != "null")
    if kind == "array":
        return "[]" + type_of(node["items"])
    if kind == "object" and "additionalProperties" in node:
        return "map:" + type_of(node["additionalProperties"])
    return _SCALARS[kind, node.get("format")]


def spans(types: dict[int, str], minors: list[int]) -> str:
    """Return types by minor version as text: ``string``, ``string 29-``, ``a -28|b 29-``."""
    runs: list[tuple[str, int, int]] = []
    for minor in minors:
        if minor in types:
            if runs and runs[-1][0] == types[minor] and runs[-1][2] == minor - 1:
                runs[-1] = (types[minor], runs[-1][1], minor)
            else:
                runs.append((types[minor], minor, minor))
    parts = []
    for name, first, last in runs:
        since = "" if first == minors[0] else str(first)
        until = "" if last == minors[-1] else str(last)
        parts.append(f"{name} {since}-{until}" if since or until else name)
    return "|".join(parts)


def _is_object(node: dict[str, Any]) -> bool:
    groups = node.get("x-kubernetes-group-version-kind")
    if not groups:
        return False
    return not (groups[0]["kind"].endswith("List") and "items" in node.get("properties", {}))


def generate() -> dict[str, str]:
    """Return the files of schemas/kubernetes/ by name."""
    found = releases()
    minors = list(found)
    kinds: dict[str, dict[int, str]] = {}
    fields: dict[str, dict[str, dict[int, str]]] = {}
    for minor, definitions in found.items():
        by_short = {short_name(name): name for name in definitions}
        waiting = []
        for name, node in definitions.items():
            if _is_object(node) and not name.startswith(_META_PREFIX):
                waiting.append(short_name(name))
                for kind in node["x-kubernetes-group-version-kind"]:
                    key = "/".join(filter(None, (kind["group"], kind["version"], kind["kind"])))
                    kinds.setdefault(key, {})[minor] = short_name(name)
        seen = set()
        while waiting:
            short = waiting.pop()
            if short in seen:
                continue
            seen.add(short)
            entry = fields.setdefault(short, {})
            for field, property_node in definitions[by_short[short]].get("properties", {}).items():
                expected = type_of(property_node)
                entry.setdefault(field, {})[minor] = expected
                inner = re.sub(r"^(\[\]|map:)+", "", expected)
                if inner in by_short:
                    waiting.append(inner)
    kind_texts = {key: spans(types, minors) for key, types in sorted(kinds.items())}
    field_texts = {
        short: {field: spans(types, minors) for field, types in sorted(entry.items())}
        for short, entry in sorted(fields.items())
    }
    return {
        "kinds.json": _lines({"": f"{minors[0]}-{minors[-1]}", **kind_texts}),
        "definitions.json": _lines(field_texts),
    }


def _lines(entries: dict[str, Any]) -> str:
    """Return a JSON object with one entry a line, which is what the decoder reads lazily."""
    rows = (f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in entries.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main() -> None:
    """Write the files."""
    folder = Path(SCHEMAS) / "kubernetes"
    folder.mkdir(exist_ok=True)
    for name, content in generate().items():
        (folder / name).write_text(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()

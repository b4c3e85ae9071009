"""Values that stand for others, which are put in before an object is applied: variables, and what SOPS has encrypted.

Sources: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution,
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/vars/ and https://getsops.io/docs/.
"""

from __future__ import annotations

from typing import Any

from kwlint.model.plain import mapping
from kwlint.model.resources import Resource
from kwlint.patterns import pattern
from kwlint.syntax.path import steps

_MARK = pattern(r"\$\{\w[^{}]*\}|\{\{.*\}\}|^\$[A-Z][A-Z0-9_]*$|^ENC\[AES256_GCM,")
_VARIABLE = pattern(r"\$\(([^()\s]+)\)")


def is_unfilled(resource: Resource, path: str, variables: frozenset[str]) -> bool:
    """Say whether the value of a field, or one in the mapping there, is not the one that is applied.

    ``variables`` are those that kustomize replaces. The key under which SOPS keeps what it needs is taken off too.
    """
    way = steps(path)
    if way[:1] == ["sops"]:
        return "mac" in mapping(resource.data.get("sops"))
    value = _at(resource.data, way)
    values = value.values() if isinstance(value, dict) else (value,)
    return any(isinstance(item, str) and _is_mark(item, variables) for item in values)


def _at(data: Any, way: list[str]) -> Any:
    for step in way:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdecimal() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def _is_mark(value: str, variables: frozenset[str]) -> bool:
    if _MARK.search(value):
        return True
    return bool(variables) and any(name in variables for name in _VARIABLE.findall(value))

"""Marks: what stands in a value for one that is put in before an object is applied.

Sources: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution and
https://getsops.io/docs/.
"""

from __future__ import annotations

from kwlint.util.lazyre import pattern

_MARK = pattern(r"\$\{\w[^{}]*\}|\{\{.*\}\}|^\$[A-Z][A-Z0-9_]*$|^ENC\[AES256_GCM,")
# The same without actions of templates, which a search would look for the end of once for each of their beginnings.
_VARIABLE = pattern(r"\$\{\w[^{}]*\}|^\$[A-Z][A-Z0-9_]*$|^ENC\[AES256_GCM,")


def has_mark(value: str) -> bool:
    """Return whether a text holds a variable of Flux or envsubst, an action of a template, or is what SOPS has encrypted."""
    return _VARIABLE.search(value) is not None or _has_action(value)


def is_mark(value: str) -> bool:
    """Return whether a text is a mark and nothing else."""
    return _MARK.fullmatch(value) is not None


def _has_action(value: str) -> bool:
    """Return whether `{{` and, later on the same line, `}}` stand in a text."""
    found = value.find("{{")
    while found >= 0:
        end = value.find("\n", found)
        end = end if end >= 0 else len(value)
        if value.find("}}", found + 2, end) >= 0:
            return True
        found = value.find("{{", end)
    return False

"""Marks: what stands in a value for one that is put in before an object is applied.

Sources: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution and
https://getsops.io/docs/.
"""

from __future__ import annotations

from kwlint.patterns import pattern

_MARK = pattern(r"\$\{\w[^{}]*\}|\{\{.*\}\}|^\$[A-Z][A-Z0-9_]*$|^ENC\[AES256_GCM,")


def has_mark(value: str) -> bool:
    """Say whether a text holds a variable of Flux or envsubst, an action of a template, or is what SOPS has encrypted."""
    return _MARK.search(value) is not None


def is_mark(value: str) -> bool:
    """Say whether a text is a mark and nothing else."""
    return _MARK.fullmatch(value) is not None

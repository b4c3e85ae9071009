"""Values that stand for others, which are put in before an object is applied: variables, and what SOPS has encrypted.

Sources: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution,
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/vars/ and https://getsops.io/docs/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwlint.model.placeholders import has_mark, is_mark
from kwlint.model.resources import Problem, Resource
from kwlint.syntax.path import steps
from kwlint.util.lazyre import pattern
from kwlint.util.values import mapping

if TYPE_CHECKING:
    from kwlint.api.violations import Violation

_VARIABLE = pattern(r"\$\(([^()\s]+)\)")


def is_unfilled(resource: Resource, violation: Violation, variables: frozenset[str]) -> bool:
    """Return whether the value that a violation speaks of, at its path or in the mapping there, is not the one that is applied.

    ``variables`` are those that kustomize replaces. The key under which SOPS keeps what it needs is taken off too.
    """
    way, message = steps(violation.place or violation.path), violation.message
    if way[:1] == ["sops"]:
        return "mac" in mapping(resource.data.get("sops"))
    if violation.on_key:
        return False
    if _is_mark(message, variables):
        return True
    value = resource.value_at(violation.place or violation.path)
    if not isinstance(value, dict):
        # What is wrong with a key is wrong whatever its value is.
        return (
            isinstance(value, str) and not message.startswith(f'"{way[-1]}"') and _is_mark(value, variables)
        )
    # Of a selector that is not valid nothing more is said.
    labels = mapping(value.get("matchLabels"))
    return any(isinstance(item, str) and _is_mark(item, variables) for item in labels.values()) or any(
        isinstance(item, str) and f"`{key}`" in message and _is_mark(item, variables)
        for key, item in value.items()
    )


def turns_on_unfilled(resource: Resource, problem: Problem) -> bool:
    """Return whether a problem is one of a value that is not the one that is applied, or names such a value."""
    if has_mark(problem.message):
        return True
    value = resource.value_at(problem.place or problem.path)
    return isinstance(value, str) and is_mark(value)


def _is_mark(value: str, variables: frozenset[str]) -> bool:
    if has_mark(value):
        return True
    return bool(variables) and any(name in variables for name in _VARIABLE.findall(value))

"""Label selectors, matched as the API machinery matches them.

Source: k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector) and pkg/labels/selector.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text


class PodLabels(Record):
    """The labels of a workload's pods: those that are written, and keys whose value a controller adds.

    ``unsettled`` are keys that kustomizations set to different values, or whose value is put in later: any may be meant.
    """

    written: dict[str, str]
    added: frozenset[str] = frozenset()
    unsettled: frozenset[str] = frozenset()

    @property
    def settled(self) -> PodLabels:
        """The labels as they are written, which is all that can be said for certain."""
        return PodLabels(self.written, self.added) if self.unsettled else self


class Requirement(Record):
    """One condition: In, NotIn, Exists or DoesNotExist."""

    key: str
    operator: str
    values: tuple[str, ...]

    def matches(self, labels: PodLabels) -> bool:
        """Return whether labels meet the condition; a value that is not known counts as the one wanted."""
        if self.key in labels.unsettled:
            return True
        value = labels.written.get(self.key)
        if value is None and self.key in labels.added:
            return self.operator != "DoesNotExist"
        if self.operator == "In":
            return value is not None and value in self.values
        if self.operator == "NotIn":
            return value is None or value not in self.values
        if self.operator == "Exists":
            return value is not None
        return value is None

    def __str__(self) -> str:
        if self.operator == "In" and len(self.values) == 1:
            return f"{self.key}={self.values[0]}"
        if self.operator in ("In", "NotIn"):
            return f"{self.key} {'in' if self.operator == 'In' else 'not in'} ({', '.join(self.values)})"
        return self.key if self.operator == "Exists" else f"!{self.key}"


class Selector(Record):
    """A label selector: all requirements must hold; none selects everything, ``nothing`` nothing."""

    requirements: tuple[Requirement, ...]
    nothing: bool = False

    def matches(self, labels: PodLabels) -> bool:
        """Return whether the selector selects pods with these labels."""
        return not self.nothing and all(requirement.matches(labels) for requirement in self.requirements)

    @property
    def everything(self) -> bool:
        """Whether this is the empty selector."""
        return not self.nothing and not self.requirements

    def missed(self, labels: PodLabels) -> list[Requirement]:
        """Return the requirements that these labels do not meet."""
        return [requirement for requirement in self.requirements if not requirement.matches(labels)]

    def pair(self) -> tuple[str, str] | None:
        """Return one key and value that every selected object must have written, if there is one."""
        for requirement in self.requirements:
            if requirement.operator == "In" and len(requirement.values) == 1:
                return requirement.key, requirement.values[0]
        return None

    def __str__(self) -> str:
        return ", ".join(str(requirement) for requirement in self.requirements)


NOTHING = Selector((), nothing=True)


def parse(value: Any) -> Selector:
    """Return a LabelSelector (matchLabels, matchExpressions); null selects nothing, an empty one everything."""
    if not isinstance(value, dict):
        return NOTHING
    found = list(parse_map(value.get("matchLabels")).requirements) if value.get("matchLabels") else []
    for expression in sequence(value.get("matchExpressions")):
        expression = mapping(expression)
        values = tuple(item for item in sequence(expression.get("values")) if isinstance(item, str))
        found.append(
            Requirement(text(expression.get("key")), text(expression.get("operator")) or "In", values)
        )
    # Labels of which none can be read, as they are no strings, must not turn into the selector of everything.
    return Selector(tuple(found)) if found or not mapping(value.get("matchLabels")) else NOTHING


def parse_map(value: Any) -> Selector:
    """Return the selector of a Service or ReplicationController (a map of labels); null and empty select nothing."""
    found = tuple(
        Requirement(key, "In", (wanted,)) for key, wanted in mapping(value).items() if isinstance(wanted, str)
    )
    return Selector(found) if found else NOTHING

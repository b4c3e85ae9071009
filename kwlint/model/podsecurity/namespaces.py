"""What the labels of a Namespace ask of its pods: the profile and version that are enforced, warned of and audited.

Source: k8s.io/pod-security-admission/api/helpers.go (PolicyToEvaluate).
"""

from __future__ import annotations

from kwlint.model.podsecurity import LEVELS
from kwlint.model.resources import Resource
from kwlint.util.lazyre import pattern
from kwlint.util.literals import digits_value
from kwlint.util.record import Record

_VERSION = pattern(r"v1\.([0-9]|[1-9][0-9]*)")


class Policy(Record):
    """One mode of a Namespace: its label and the label's value, the profile that it counts as, and the version as written
    and as a minor number."""

    mode: str
    label: str
    value: str
    level: str
    written: str
    version: int


def policies(namespace: Resource, minor: int) -> list[Policy]:
    """Return the modes that a Namespace has a label for, strictest consequence first: enforce, warn, audit.

    A version is at most the API server's own, ``minor``, which is what `latest` and an absent or unreadable version are.
    A level that is none counts as restricted where it is enforced, and as privileged else.
    """
    found = []
    for mode in ("enforce", "warn", "audit"):
        label = f"pod-security.kubernetes.io/{mode}"
        value = namespace.labels.get(label)
        if value is None:
            continue
        level = value if value in LEVELS else "restricted" if mode == "enforce" else "privileged"
        written = namespace.labels.get(f"{label}-version", "latest")
        match = _VERSION.fullmatch(written)
        version = min(digits_value(match[1]) or 0, minor) if match else minor
        found.append(Policy(mode, label, value, level, written if match else "latest", version))
    return found

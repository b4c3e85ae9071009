"""Findings on the values of secrets, which no report shows: neither their lines nor the text that would replace them."""

from __future__ import annotations

from kwlint.findings import Finding


def is_confidential(finding: Finding) -> bool:
    """Say whether the line of a finding holds the value of a secret."""
    if finding.name == "secret-in-env":
        return True
    in_secret = finding.object is not None and finding.object.kind == "Secret"
    return in_secret and finding.path.startswith(("data", "stringData"))

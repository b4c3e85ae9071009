"""Checks of chapter reference (REF): configuration that other objects name."""

from __future__ import annotations

from kwlint.checks.reference.addresses import dangling_service_dns
from kwlint.checks.reference.keys import key_not_found
from kwlint.checks.reference.names import reference_nearly_found, reference_not_found
from kwlint.checks.reference.newlines import trailing_newline

__all__ = [
    "dangling_service_dns",
    "key_not_found",
    "reference_nearly_found",
    "reference_not_found",
    "trailing_newline",
]

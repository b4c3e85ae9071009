"""Checks of chapter quota (QUO): ResourceQuotas and LimitRanges that refuse pods and claims."""

from __future__ import annotations

from kwlint.checks.quota.limits import limit_range_refuses
from kwlint.checks.quota.quotas import quota_needs_requests

__all__ = ["limit_range_refuses", "quota_needs_requests"]

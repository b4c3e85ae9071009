"""Checks of the chapter networkpolicy (NET)."""

from kwlint.checks.networkpolicy.dns import blocks_dns
from kwlint.checks.networkpolicy.scope import direction_ignored, networkpolicy_selects_nothing
from kwlint.checks.networkpolicy.targets import service_port

__all__ = ["blocks_dns", "direction_ignored", "networkpolicy_selects_nothing", "service_port"]

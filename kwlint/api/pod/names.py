"""Validates the names in a pod spec and how the pod resolves others: host names, DNS and host aliases.

Upstream: ValidatePodSpec, validatePodHostName, validatePodDNSConfig and ValidateHostAliases in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.addresses import validate_ip
from kwlint.api.formats.names import (
    dns1123_label_fault,
    dns1123_subdomain_fault,
    dns1123_subdomain_with_underscore_fault,
)
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import mappings, text, texts

HOSTNAME_OVERRIDE_SINCE = 35
"""Minor version from which `hostnameOverride` is kept (gate HostnameOverride); before it is dropped."""
_RELAXED_SEARCHES_SINCE = 33
_DNS_POLICIES = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]


def validate_names(spec: dict[str, Any], path: str, v: Violations) -> None:
    """Check the names that a pod spec refers to others by, and those of its host."""
    account = text(spec.get("serviceAccountName")) or text(spec.get("serviceAccount"))
    if account and (reason := dns1123_subdomain_fault(account)):
        v.invalid(
            f"{path}.serviceAccountName", f"{quoted(account)} is no name of a ServiceAccount: it {reason}"
        )
    for field, what in (("nodeName", "node"), ("priorityClassName", "PriorityClass")):
        name = text(spec.get(field))
        if name and (reason := dns1123_subdomain_fault(name)):
            v.invalid(f"{path}.{field}", f"{quoted(name)} is no name of a {what}: it {reason}")
    runtime = spec.get("runtimeClassName")
    if runtime is not None and (reason := dns1123_subdomain_fault(text(runtime))):
        v.invalid(f"{path}.runtimeClassName", f"{quoted(runtime)} is no name of a RuntimeClass: it {reason}")
    for field in ("hostname", "subdomain"):
        name = text(spec.get(field))
        if name and (reason := dns1123_label_fault(name)):
            v.invalid(f"{path}.{field}", f"{quoted(name)} is no valid `{field}`: it {reason}")
    override = spec.get("hostnameOverride")
    if override is not None and v.minor >= HOSTNAME_OVERRIDE_SINCE:
        at = f"{path}.hostnameOverride"
        if spec.get("setHostnameAsFQDN") is True:
            v.forbidden(at, "`hostnameOverride` must not be set with `setHostnameAsFQDN: true`")
        if spec.get("hostNetwork") is True:
            v.forbidden(at, "`hostnameOverride` must not be set with `hostNetwork: true`")
        if len(text(override)) > 64:
            v.too_long(at, "`hostnameOverride` must be no longer than 64 characters")
        if reason := dns1123_subdomain_fault(text(override)):
            v.invalid(at, f"{quoted(override)} is no host name: it {reason}")


def validate_dns(spec: dict[str, Any], path: str, v: Violations) -> None:
    """Check `dnsPolicy`, `dnsConfig` and `hostAliases` of a pod spec."""
    _validate_host_aliases(spec, path, v)
    policy, config = spec.get("dnsPolicy"), spec.get("dnsConfig")
    if policy and policy not in _DNS_POLICIES:
        v.unsupported(f"{path}.dnsPolicy", policy, _DNS_POLICIES)
    at = f"{path}.dnsConfig"
    if policy == "None":
        if not isinstance(config, dict):
            v.required(at, "`dnsConfig` must be set when `dnsPolicy` is `None`")
        elif not config.get("nameservers"):
            v.required(f"{at}.nameservers", "there must be a name server when `dnsPolicy` is `None`")
            return
    if not isinstance(config, dict):
        return
    servers, searches = texts(config.get("nameservers")), texts(config.get("searches"))
    if len(servers) > 3:
        v.invalid(f"{at}.nameservers", f"there must be at most 3 name servers, and there are {len(servers)}")
    for index, server in enumerate(servers):
        validate_ip(server, f"{at}.nameservers[{index}]", v)
    if len(searches) > 32:
        v.invalid(f"{at}.searches", f"there must be at most 32 search paths, and there are {len(searches)}")
    if len(" ".join(searches).encode()) > 2048:
        v.invalid(f"{at}.searches", "the search paths must have at most 2048 characters together")
    relaxed = v.minor >= _RELAXED_SEARCHES_SINCE
    for index, search in enumerate(searches):
        if search == "." and relaxed:
            continue
        name = search.removesuffix(".")
        if (
            reason := dns1123_subdomain_with_underscore_fault(name)
            if relaxed
            else dns1123_subdomain_fault(name)
        ):
            v.invalid(f"{at}.searches[{index}]", f"{quoted(search)} is no search path: it {reason}")
    for index, option in enumerate(mappings(config.get("options"))):
        if not option.get("name"):
            v.required(f"{at}.options[{index}]", "an option must have a name")


def _validate_host_aliases(spec: dict[str, Any], path: str, v: Violations) -> None:
    for index, alias in enumerate(mappings(spec.get("hostAliases"))):
        validate_ip(text(alias.get("ip")), f"{path}.hostAliases[{index}].ip", v)
        for number, name in enumerate(texts(alias.get("hostnames"))):
            if reason := dns1123_subdomain_fault(name):
                v.invalid(
                    f"{path}.hostAliases[{index}].hostnames[{number}]",
                    f"{quoted(name)} is no host name: it {reason}",
                )

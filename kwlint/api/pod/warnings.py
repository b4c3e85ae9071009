"""Warns of what the API server accepts in pods and pod templates and answers with a ``Warning:`` header.

Upstream: warningsForPodSpecAndMeta in pkg/api/pod/warnings.go, pkg/api/node/util.go, and the create strategies. The
server warns only of what it accepts, so nothing is added beside a refusal.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.addresses import warn_of_ip
from kwlint.api.formats.meta import effective_name
from kwlint.api.formats.names import dns1123_label_fault, label_value_fault
from kwlint.api.pod.annotations import APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD, profile_of
from kwlint.api.pod.containers import containers_with_paths, host_port
from kwlint.api.pod.nodeselectors import VALUES_CHECKED_SINCE, deprecation_of, warn_of_node_selector
from kwlint.api.pod.placement import PREFERRED, REQUIRED
from kwlint.api.pod.security import APP_ARMOR_SINCE
from kwlint.api.pod.volumewarnings import warn_of_volumes
from kwlint.api.violations import Violations, quoted
from kwlint.model import quantity
from kwlint.util.values import int_or_zero, mapping, mappings, text, texts

_PORT_NAMES_SINCE = 33
_PREFERRED_ADDRESSES_SINCE = 33

_DEPRECATED_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": "has no effect since 1.16; use `priorityClassName`",
    "security.alpha.kubernetes.io/sysctls": "has no effect since 1.11; use `sysctls`",
    "security.alpha.kubernetes.io/unsafe-sysctls": "has no effect since 1.11; use `sysctls`",
}


def _refused(v: Violations) -> bool:
    return any(violation.refused for violation in v.found)


def warn_of_host_name(metadata: Any, used_for: str, v: Violations) -> None:
    """Warn of an object's name that is no DNS label though it becomes (part of) that of a host."""
    if _refused(v):
        return
    name = effective_name(metadata)
    if name and (reason := dns1123_label_fault(name)):
        v.warning(
            "metadata.name", f"{quoted(name)} is used for {used_for} and should be a DNS label: it {reason}"
        )


def warn_of_pod(pod: dict[str, Any], v: Violations) -> None:
    """Record the warnings for a Pod (GetWarningsForPod and those of its create strategy)."""
    if _refused(v):
        return
    metadata, spec = mapping(pod.get("metadata")), mapping(pod.get("spec"))
    warn_of_host_name(metadata, "the Pod's host name", v)
    _warn(metadata, spec, "", True, v)


def warn_of_pod_template(template: Any, path: str, v: Violations) -> None:
    """Record the warnings for the pod template at ``path`` (GetWarningsForPodTemplate)."""
    if isinstance(template, dict) and not _refused(v):
        _warn(mapping(template.get("metadata")), mapping(template.get("spec")), f"{path}.", False, v)


def _warn(metadata: dict[str, Any], spec: dict[str, Any], prefix: str, in_pod: bool, v: Violations) -> None:
    path = f"{prefix}spec"
    _warn_of_node_labels(spec, path, v)
    if constraints := spec.get("topologySpreadConstraints"):
        for index, constraint in enumerate(mappings(constraints)):
            at = f"{path}.topologySpreadConstraints[{index}]"
            _warn_of_key(constraint.get("topologyKey"), f"{at}.topologyKey", v)
            _warn_of_null_selector(constraint, at, v)
    if volumes := spec.get("volumes"):
        warn_of_volumes(mappings(volumes), f"{path}.volumes", v)
    _warn_of_duplicates(spec, "hostAliases", "ip", path, v)
    _warn_of_duplicates(spec, "imagePullSecrets", "name", path, v)
    for index, secret in enumerate(mappings(spec.get("imagePullSecrets"))):
        if not secret.get("name"):
            v.warning(f"{path}.imagePullSecrets[{index}].name", "the name of the Secret is empty")
    if overhead := spec.get("overhead"):
        _warn_of_fractions(overhead, f"{path}.overhead", v)

    containers = containers_with_paths(spec, path)
    annotations = metadata.get("annotations")
    if annotations and isinstance(annotations, dict):
        _warn_of_annotations(annotations, spec, containers, f"{prefix}metadata.annotations", in_pod, v)
    for container, at in containers:
        if isinstance(resources := container.get("resources"), dict):
            limits, requests = resources.get("limits"), resources.get("requests")
            _warn_of_fractions(limits, f"{at}.resources.limits", v)
            if in_pod and isinstance(limits, dict):
                requests = {**limits, **mapping(requests)}
            _warn_of_fractions(requests, f"{at}.resources.requests", v)
        if variables := container.get("env"):
            _warn_of_hidden_variables(mappings(variables), f"{at}.env", v)
    _warn_of_ports(containers, in_pod and spec.get("hostNetwork") is True, v)
    seconds = spec.get("terminationGracePeriodSeconds")
    if isinstance(seconds, int) and seconds < 0 and not in_pod:
        v.warning(
            f"{path}.terminationGracePeriodSeconds",
            f"`terminationGracePeriodSeconds` must not be negative, and {seconds} is taken as 1",
        )
    _warn_of_affinity(spec, path, v)
    if v.minor >= _PREFERRED_ADDRESSES_SINCE:
        for index, server in enumerate(texts(mapping(spec.get("dnsConfig")).get("nameservers"))):
            warn_of_ip(server, f"{path}.dnsConfig.nameservers[{index}]", v)
        for index, alias in enumerate(mappings(spec.get("hostAliases"))):
            warn_of_ip(text(alias.get("ip")), f"{path}.hostAliases[{index}].ip", v)


def _warn_of_key(key: Any, path: str, v: Violations) -> None:
    if isinstance(key, str) and (advice := deprecation_of(key)):
        v.warning(path, f"the node label `{key}` is {advice}")


def _warn_of_null_selector(term: dict[str, Any], path: str, v: Violations) -> None:
    if term.get("labelSelector") is None:
        v.warning(f"{path}.labelSelector", "without a `labelSelector`, this matches no pod")


def _warn_of_node_labels(spec: dict[str, Any], path: str, v: Violations) -> None:
    for key in mapping(spec.get("nodeSelector")):
        _warn_of_key(key, f"{path}.nodeSelector[{key}]", v)
    node = mapping(mapping(spec.get("affinity")).get("nodeAffinity"))
    if not node:
        return
    at = f"{path}.affinity.nodeAffinity"
    warn_of_node_selector(node.get(REQUIRED), f"{at}.{REQUIRED}", v)
    for index, preference in enumerate(mappings(node.get(PREFERRED))):
        term = mapping(preference.get("preference"))
        _warn_of_node_term(term, f"{at}.{PREFERRED}[{index}].preference", v)


def _warn_of_node_term(term: dict[str, Any], path: str, v: Violations) -> None:
    for index, expression in enumerate(mappings(term.get("matchExpressions"))):
        at = f"{path}.matchExpressions[{index}]"
        _warn_of_key(expression.get("key"), f"{at}.key", v)
        if v.minor >= VALUES_CHECKED_SINCE:
            for number, value in enumerate(texts(expression.get("values"))):
                if reason := label_value_fault(value):
                    v.warning(
                        f"{at}.values[{number}]", f"{quoted(value)} is not a valid label value: it {reason}"
                    )


def _warn_of_affinity(spec: dict[str, Any], path: str, v: Violations) -> None:
    affinity = mapping(spec.get("affinity"))
    for field in ("podAffinity", "podAntiAffinity"):
        pods = mapping(affinity.get(field))
        for index, term in enumerate(mappings(pods.get(REQUIRED))):
            _warn_of_null_selector(term, f"{path}.affinity.{field}.{REQUIRED}[{index}]", v)
        for index, preference in enumerate(mappings(pods.get(PREFERRED))):
            at = f"{path}.affinity.{field}.{PREFERRED}[{index}].podAffinityTerm"
            _warn_of_null_selector(mapping(preference.get("podAffinityTerm")), at, v)


def _warn_of_duplicates(spec: dict[str, Any], field: str, key: str, path: str, v: Violations) -> None:
    items = mappings(spec.get(field))
    if len(items) < 2:
        return
    seen: set[str] = set()
    for index, item in enumerate(items):
        value = text(item.get(key))
        if value in seen:
            v.warning(f"{path}.{field}[{index}].{key}", f"{quoted(value)} is in this list already")
        seen.add(value)


def _warn_of_fractions(amounts: Any, path: str, v: Violations) -> None:
    if not isinstance(amounts, dict):
        return
    for name in ("memory", "ephemeral-storage"):
        value = amounts.get(name)
        if value is not None and not quantity.is_whole(value):
            v.warning(f"{path}[{name}]", f"{value} of {name} is no whole number of bytes")


def _warn_of_annotations(
    annotations: dict[str, Any],
    spec: dict[str, Any],
    containers: list[tuple[dict[str, Any], str]],
    path: str,
    in_pod: bool,
    v: Violations,
) -> None:
    for key, advice in _DEPRECATED_ANNOTATIONS.items():
        if key in annotations:
            v.warning(f"{path}[{key}]", f"the annotation `{key}` {advice}")
    context = mapping(spec.get("securityContext"))
    if SECCOMP_POD in annotations and context.get("seccompProfile") is None:
        v.warning(f"{path}[{SECCOMP_POD}]", "has no effect since 1.27; use `seccompProfile`")
    pod_profile = context.get("appArmorProfile") if v.minor >= APP_ARMOR_SINCE else None
    windows = mapping(spec.get("os")).get("name") == "windows"
    for container, _ in containers:
        own = mapping(container.get("securityContext"))
        name = text(container.get("name"))
        if (key := SECCOMP_CONTAINER + name) in annotations and own.get("seccompProfile") is None:
            v.warning(f"{path}[{key}]", "has no effect since 1.27; use `seccompProfile`")
        key = APP_ARMOR + name
        if key not in annotations or own.get("appArmorProfile") is not None or v.minor < APP_ARMOR_SINCE:
            continue
        profile = profile_of(text(annotations[key]))
        same = profile is not None and profile == pod_profile
        if in_pod:
            silent = same or windows
        else:
            # before the values were compared, any profile of the pod sufficed
            silent = same or (pod_profile is not None and v.minor < _COMPARED_PROFILES_SINCE)
        if not silent:
            v.warning(f"{path}[{key}]", "is deprecated since 1.30; use `appArmorProfile`")


_COMPARED_PROFILES_SINCE = 32


def _warn_of_hidden_variables(variables: list[dict[str, Any]], path: str, v: Violations) -> None:
    if len(variables) < 2:
        return
    seen: set[str] = set()
    for index, variable in enumerate(variables):
        name = text(variable.get("name"))
        if name not in seen:
            seen.add(name)
            continue
        value, reference = text(variable.get("value")), f"$({name})"
        if variable.get("valueFrom") is not None or value == reference or reference not in value:
            v.warning(
                f"{path}[{index}]",
                f"hides the earlier definition of {quoted(name)}, which may be dropped when the object is applied",
            )


def _warn_of_ports(containers: list[tuple[dict[str, Any], str]], default: bool, v: Violations) -> None:
    taken: dict[str, list[tuple[str, str, int]]] = {}
    names: dict[str, str] = {}
    for container, path in containers:
        ports = container.get("ports")
        if not ports:
            continue
        # the ports of ephemeral containers are not defaulted
        default_here = default and ".ephemeralContainers[" not in path
        for index, port in enumerate(mappings(ports)):
            at = f"{path}.ports[{index}]"
            address, host = text(port.get("hostIP")), host_port(port, default_here)
            if address and not host:
                v.warning(at, "`hostIP` has no effect without `hostPort`")
            key = f"{int_or_zero(port.get('containerPort'))}/{port.get('protocol') or 'TCP'}"
            for other, other_address, other_host in taken.get(key, ()):
                if address == other_address and host == other_host:
                    v.warning(at, f"port {key} is the same as {other}")
                elif not host or not other_host:
                    v.warning(at, f"port {key} overlaps with {other}")
                elif host == other_host and bool(address) != bool(other_address):
                    v.warning(at, f"port {key} is ambiguous beside {other}: only one of them has a `hostIP`")
            taken.setdefault(key, []).append((at, address, host))
    if v.minor < _PORT_NAMES_SINCE:
        return
    for container, path in containers:
        for index, port in enumerate(mappings(container.get("ports"))):
            name = text(port.get("name"))
            if not name:
                continue
            if name in names:
                v.warning(
                    f"{path}.ports[{index}]",
                    f"the port name {quoted(name)} is that of {names[name]}, which Services and probes will use",
                )
            else:
                names[name] = f"{path}.ports[{index}]"

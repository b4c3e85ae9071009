"""What the API server says to a Service."""

from __future__ import annotations

from typing import Any

from kwlint.api.formats import addresses, meta
from kwlint.api.formats.names import (
    dns1035_label_fault,
    dns1123_label_fault,
    dns1123_subdomain_fault,
    label_key_fault,
    port_number_fault,
)
from kwlint.api.pod.probes import validate_port
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import int_or_zero, mapping, mappings, text, texts

TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
KUBELET_PORT = 10250

_TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
_DISTRIBUTIONS = ["PreferClose", "PreferSameNode", "PreferSameZone"]
_DISTRIBUTIONS_SINCE = {"PreferSameNode": 34, "PreferSameZone": 34}
_MAX_AFFINITY_SECONDS = 86400
_ALLOCATED = "10.0.0.1"  # stands for the address that the server chooses


class _Service:
    """A Service's spec with defaults and allocations (SetDefaults_Service, pkg/registry/core/service)."""

    __slots__ = (
        "allocated",
        "annotations",
        "cluster_ip",
        "cluster_ips",
        "external_ips",
        "ports",
        "spec",
        "type",
    )

    def __init__(self, service: dict[str, Any]) -> None:
        self.annotations = mapping(mapping(service.get("metadata")).get("annotations"))
        self.spec = spec = mapping(service.get("spec"))
        self.type = text(spec.get("type")) or "ClusterIP"
        self.ports = mappings(spec.get("ports"))
        self.external_ips = texts(spec.get("externalIPs"))
        self.cluster_ip = text(spec.get("clusterIP"))
        self.cluster_ips = texts(spec.get("clusterIPs"))
        self.allocated = not self.cluster_ip and not self.cluster_ips
        if self.type != "ExternalName" and not self.cluster_ips:
            self.cluster_ip = self.cluster_ip or _ALLOCATED
            self.cluster_ips = [self.cluster_ip]

    @property
    def headless(self) -> bool:
        return self.cluster_ips == ["None"]


def validate_service(service: dict[str, Any], v: Violations) -> None:
    """Validate a Service (pkg/apis/core/validation/validation.go, ValidateServiceCreate)."""
    name_check = dns1123_label_fault if v.minor >= 36 else dns1035_label_fault
    meta.validate_object_meta(service.get("metadata"), "metadata", v, True, name_check, keeps_generation=True)
    s = _Service(service)
    if TOPOLOGY_MODE in s.annotations and TOPOLOGY_HINTS in s.annotations:
        if text(s.annotations[TOPOLOGY_MODE]) != text(s.annotations[TOPOLOGY_HINTS]):
            v.invalid(
                f"metadata.annotations[{TOPOLOGY_MODE}]",
                f"must be the same as annotation `{TOPOLOGY_HINTS}`, which it replaces",
            )
    if not s.ports and not s.headless and s.type != "ExternalName":
        v.required("spec.ports", "a Service that is neither headless nor an ExternalName needs a port")
    _validate_type(s, v)
    _validate_ports(s, v)
    meta.validate_labels(s.spec.get("selector"), "spec.selector", v)
    _validate_affinity(s, v)
    if s.type != "ExternalName":
        _validate_cluster_ips(s, v)
    for index, address in enumerate(s.external_ips):
        if addresses.validate_ip(address, f"spec.externalIPs[{index}]", v):
            addresses.validate_endpoint_ip(address, f"spec.externalIPs[{index}]", v)
    if s.type not in _TYPES:
        v.unsupported("spec.type", s.type, _TYPES)
    _validate_source_ranges(s, v)
    _validate_load_balancer_fields(s, v)
    _validate_traffic(s, v)
    if not any(violation.refused for violation in v.found):
        _warn(s, v)


def _validate_type(s: _Service, v: Violations) -> None:
    if s.type in ("LoadBalancer", "NodePort"):
        if s.type == "LoadBalancer" and v.minor < 33:
            for index, port in enumerate(s.ports):
                if port.get("port") == KUBELET_PORT:
                    v.invalid(
                        f"spec.ports[{index}]", f"port {KUBELET_PORT} is the kubelet's and cannot be exposed"
                    )
        if s.headless:
            v.invalid("spec.clusterIPs[0]", f"must not be `None` for a Service of type {s.type}")
    elif s.type == "ExternalName":
        for field in ("clusterIPs", "ipFamilies"):
            if s.spec.get(field):
                v.forbidden(f"spec.{field}", "must not be set for a Service of type ExternalName")
        if s.spec.get("ipFamilyPolicy") is not None:
            v.forbidden("spec.ipFamilyPolicy", "must not be set for a Service of type ExternalName")
        name = text(s.spec.get("externalName")).removesuffix(".")
        if not name:
            v.required("spec.externalName", "must be set for a Service of type ExternalName")
        elif reason := dns1123_subdomain_fault(name):
            v.invalid("spec.externalName", f"{quoted(name)} is no DNS name: it {reason}")


def _validate_ports(s: _Service, v: Violations) -> None:
    names: set[str] = set()
    node_ports: set[tuple[str, int]] = set()
    ports: set[tuple[str, int]] = set()
    for index, port in enumerate(s.ports):
        name = text(port.get("name"))
        if name:
            if reason := dns1123_label_fault(name):
                v.invalid(f"spec.ports[{index}].name", f"{quoted(name)} is no name of a port: it {reason}")
            if name in names:
                v.duplicate(f"spec.ports[{index}].name", f"two ports have the name {quoted(name)}")
            names.add(name)
        elif len(s.ports) > 1:
            v.required(f"spec.ports[{index}].name", "each port needs a name where there is more than one")
        number = int_or_zero(port.get("port"))
        if reason := port_number_fault(number):
            v.invalid(f"spec.ports[{index}].port", f"port {number} {reason}")
        protocol = text(port.get("protocol")) or "TCP"
        if protocol not in ("TCP", "UDP", "SCTP"):
            v.unsupported(f"spec.ports[{index}].protocol", protocol, ["SCTP", "TCP", "UDP"])
        validate_port(port.get("targetPort") or number, f"spec.ports[{index}].targetPort", v)
        application = port.get("appProtocol")
        if application is not None and (reason := label_key_fault(text(application))):
            v.invalid(
                f"spec.ports[{index}].appProtocol", f"{quoted(application)} is no protocol name: it {reason}"
            )
        if node_port := int_or_zero(port.get("nodePort")):
            at = f"spec.ports[{index}].nodePort"
            if s.type == "ClusterIP":
                v.forbidden(at, "must not be set for a Service of type ClusterIP")
            if (protocol, node_port) in node_ports:
                v.duplicate(at, f"two ports have the node port {node_port} for {protocol}")
            node_ports.add((protocol, node_port))
        if (protocol, number) in ports:
            v.duplicate(f"spec.ports[{index}]", f"two ports have the number {number} for {protocol}")
        ports.add((protocol, number))


def _validate_affinity(s: _Service, v: Violations) -> None:
    affinity = text(s.spec.get("sessionAffinity")) or "None"
    if affinity == "ClientIP":
        client = mapping(mapping(s.spec.get("sessionAffinityConfig")).get("clientIP"))
        seconds = client.get("timeoutSeconds")
        if seconds is not None and not 0 < int_or_zero(seconds) <= _MAX_AFFINITY_SECONDS:
            v.invalid(
                "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                f"must be between 1 and {_MAX_AFFINITY_SECONDS}, and is {seconds}",
            )
    elif affinity != "None":  # for None, the config is dropped
        v.unsupported("spec.sessionAffinity", affinity, ["ClientIP", "None"])


def _validate_cluster_ips(s: _Service, v: Violations) -> None:
    # ValidateServiceClusterIPsRelatedFields
    path, ips = "spec.clusterIPs", s.cluster_ips
    if not s.cluster_ip:
        v.invalid(path, "must not be set without `clusterIP`")
    elif ips[0] != s.cluster_ip:
        v.invalid(path, f"the first one must be that of `clusterIP`, {quoted(s.cluster_ip)}")
    families = texts(s.spec.get("ipFamilies"))
    for index, family in enumerate(families):
        if family not in ("IPv4", "IPv6"):
            v.unsupported(f"spec.ipFamilies[{index}]", family, ["IPv4", "IPv6"])
        if family in families[:index]:
            v.duplicate(f"spec.ipFamilies[{index}]", f"{family} is listed twice")
    policy = s.spec.get("ipFamilyPolicy")
    if policy is not None and policy not in ("SingleStack", "PreferDualStack", "RequireDualStack"):
        v.unsupported("spec.ipFamilyPolicy", policy, ["PreferDualStack", "RequireDualStack", "SingleStack"])
    valid = True
    for index, address in enumerate(ips):
        if index == 0 and address == "None":
            if len(ips) > 1:
                valid = False
                v.invalid(path, "`None` must be the only value")
            continue
        valid = addresses.validate_ip(address, f"{path}[{index}]", v) and valid
    if len(ips) > 2:
        v.invalid(path, f"may hold at most 2 addresses, and holds {len(ips)}")
    if not valid:
        return
    if len(ips) > 1 and len({addresses.is_ipv6(address) for address in ips}) < 2:
        v.invalid(path, "must not hold more than one address of an IP family")
    if s.headless or s.allocated:
        return
    for index, (address, family) in enumerate(zip(ips, families, strict=False)):
        if family in ("IPv4", "IPv6") and addresses.is_ipv6(address) != (family == "IPv6"):
            v.invalid(f"{path}[{index}]", f"{quoted(address)} is no {family} address, as `ipFamilies` says")


def _validate_source_ranges(s: _Service, v: Violations) -> None:
    if ranges := texts(s.spec.get("loadBalancerSourceRanges")):
        path = "spec.LoadBalancerSourceRanges"  # the server's spelling
        if s.type != "LoadBalancer":
            v.forbidden(path, "may be set only for a Service of type LoadBalancer")
        for index, written in enumerate(ranges):
            addresses.validate_cidr(written.strip(), f"{path}[{index}]", v)
    elif SOURCE_RANGES in s.annotations:
        path = f"metadata.annotations[{SOURCE_RANGES}]"
        if s.type != "LoadBalancer":
            v.forbidden(path, "may be set only for a Service of type LoadBalancer")
        if written := text(s.annotations[SOURCE_RANGES]).strip():
            for part in written.split(","):
                addresses.validate_cidr(part.strip(), path, v)


def _validate_load_balancer_fields(s: _Service, v: Violations) -> None:
    balancer_class = s.spec.get("loadBalancerClass")
    if s.type != "LoadBalancer":
        if s.spec.get("allocateLoadBalancerNodePorts") is not None:
            v.forbidden(
                "spec.allocateLoadBalancerNodePorts", "may be set only for a Service of type LoadBalancer"
            )
        if balancer_class is not None:
            v.forbidden("spec.loadBalancerClass", "may be set only for a Service of type LoadBalancer")
    elif balancer_class is not None and (reason := label_key_fault(text(balancer_class))):
        v.invalid("spec.loadBalancerClass", f"{quoted(balancer_class)} is no name of a class: it {reason}")


def _validate_traffic(s: _Service, v: Violations) -> None:
    external = text(s.spec.get("externalTrafficPolicy"))
    exposed = s.type in ("LoadBalancer", "NodePort") or (s.type == "ClusterIP" and bool(s.external_ips))
    if external and not exposed:
        v.invalid(
            "spec.externalTrafficPolicy",
            f"may be set only for a Service that is reached from outside, and this is of type {s.type}",
        )
    elif external and external not in ("Cluster", "Local"):
        v.unsupported("spec.externalTrafficPolicy", external, ["Cluster", "Local"])
    health_port = int_or_zero(s.spec.get("healthCheckNodePort"))
    if s.type == "LoadBalancer" and external == "Local":
        if health_port and (reason := port_number_fault(health_port)):
            v.invalid("spec.healthCheckNodePort", f"port {health_port} {reason}")
    elif health_port:
        v.invalid(
            "spec.healthCheckNodePort",
            "may be set only where `type` is LoadBalancer and `externalTrafficPolicy` is Local",
        )
    internal = s.spec.get("internalTrafficPolicy")
    if internal is not None and internal not in ("Cluster", "Local"):
        v.unsupported("spec.internalTrafficPolicy", internal, ["Cluster", "Local"])
    distribution = s.spec.get("trafficDistribution")
    if distribution is not None and distribution not in v.known(_DISTRIBUTIONS, _DISTRIBUTIONS_SINCE):
        v.unsupported("spec.trafficDistribution", distribution, _DISTRIBUTIONS, _DISTRIBUTIONS_SINCE)


def _warn(s: _Service, v: Violations) -> None:
    # pkg/api/service/warnings.go, GetWarningsForService
    if TOPOLOGY_HINTS in s.annotations:
        v.warning(
            f"metadata.annotations[{TOPOLOGY_HINTS}]", f"this annotation is deprecated; use `{TOPOLOGY_MODE}`"
        )
    if s.cluster_ip and s.cluster_ip != "None":
        for index, address in enumerate(s.cluster_ips):
            addresses.warn_of_ip(address, f"spec.clusterIPs[{index}]", v)
    headless = s.type == "ClusterIP" and s.cluster_ip == "None" and v.minor >= 34
    if headless:
        if s.spec.get("loadBalancerIP"):
            v.warning("spec.loadBalancerIP", "is ignored for a headless Service")
        if s.external_ips:
            v.warning("spec.externalIPs", "is ignored for a headless Service")
        if s.spec.get("sessionAffinity") == "ClientIP":
            v.warning("spec.sessionAffinity", "is ignored for a headless Service")
    for index, address in enumerate(s.external_ips):
        addresses.warn_of_ip(address, f"spec.externalIPs[{index}]", v)
    if s.external_ips and not headless and s.type != "ExternalName" and v.minor >= 36:
        v.warning("spec.externalIPs", "is deprecated, and some clusters no longer implement it")
    if address := text(s.spec.get("loadBalancerIP")):
        addresses.warn_of_ip(address, "spec.loadBalancerIP", v)
    for index, written in enumerate(texts(s.spec.get("loadBalancerSourceRanges"))):
        addresses.warn_of_cidr(written, f"spec.loadBalancerSourceRanges[{index}]", v)
    if s.type == "ExternalName" and s.external_ips:
        v.warning("spec.externalIPs", "is ignored for a Service of type ExternalName")
    if s.type != "ExternalName" and s.spec.get("externalName"):
        v.warning("spec.externalName", f"is ignored for a Service of type {s.type}")
    if s.spec.get("trafficDistribution") == "PreferClose" and v.minor >= 35:
        v.warning("spec.trafficDistribution", "`PreferClose` is deprecated; use `PreferSameZone`")

"""What the API server says to objects of networking.k8s.io: Ingress, IngressClass, NetworkPolicy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import addresses, meta
from kwlint.api.formats.names import (
    dns1035_label_fault,
    dns1123_label_fault,
    dns1123_subdomain_fault,
    path_segment_name_fault,
    port_name_fault,
    port_number_fault,
    wildcard_dns1123_subdomain_fault,
)
from kwlint.api.pod.probes import validate_port
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import int_or_zero, mapping, mappings, text, texts

INGRESS_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
MAX_CONTROLLER_LENGTH = 250
PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"]
PROTOCOLS = ["SCTP", "TCP", "UDP"]


def validate_ingress(ingress: dict[str, Any], v: Violations) -> None:
    """Validate an Ingress (pkg/apis/networking/validation/validation.go, ValidateIngressCreate)."""
    metadata = mapping(ingress.get("metadata"))
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault)
    spec = mapping(ingress.get("spec"))
    default = spec.get("defaultBackend")
    rules = mappings(spec.get("rules"))
    if isinstance(default, dict):
        _validate_backend(default, "spec.defaultBackend", v)
    elif not rules:
        v.invalid("spec", "either `defaultBackend` or `rules` must be set")
    for index, rule in enumerate(rules):
        _validate_ingress_rule(rule, f"spec.rules[{index}]", v)
    for index, entry in enumerate(mappings(spec.get("tls"))):
        for number, host in enumerate(texts(entry.get("hosts"))):
            _validate_host(host, f"spec.tls[{index}].hosts[{number}]", v)
        secret = text(entry.get("secretName"))
        if secret and (reason := dns1123_subdomain_fault(secret)):
            v.invalid(
                f"spec.tls[{index}].secretName", f"{quoted(secret)} is no name of a Secret: it {reason}"
            )
    class_name = spec.get("ingressClassName")
    if class_name is not None and (reason := dns1123_subdomain_fault(text(class_name))):
        v.invalid("spec.ingressClassName", f"{quoted(class_name)} is no name of an IngressClass: it {reason}")
    annotations = mapping(metadata.get("annotations"))
    if INGRESS_CLASS_ANNOTATION in annotations:
        if class_name is None:
            v.warning(
                f"metadata.annotations[{INGRESS_CLASS_ANNOTATION}]",
                "this annotation is deprecated; use `spec.ingressClassName`",
            )
        elif text(annotations[INGRESS_CLASS_ANNOTATION]) != class_name:
            v.invalid(
                f"annotations.{INGRESS_CLASS_ANNOTATION}",  # the server leaves out the metadata
                f"must be the same as `spec.ingressClassName`, {quoted(class_name)}",
            )


def _validate_host(host: str, path: str, v: Violations) -> None:
    if "*" in host:
        if reason := wildcard_dns1123_subdomain_fault(host):
            v.invalid(path, f"{quoted(host)} is no wildcard host: it {reason}")
    elif reason := dns1123_subdomain_fault(host):
        v.invalid(path, f"{quoted(host)} is no host name: it {reason}")


def _validate_ingress_rule(rule: dict[str, Any], path: str, v: Violations) -> None:
    host = text(rule.get("host"))
    if host:
        if addresses.parse_ip(host) is not None:
            v.invalid(f"{path}.host", f"{quoted(host)} must be a DNS name, not an IP address")
        _validate_host(host, f"{path}.host", v)
    http = rule.get("http")
    if not isinstance(http, dict):
        return
    paths = mappings(http.get("paths"))
    if not paths:
        v.required(f"{path}.http.paths", "must have at least one path")
    for index, entry in enumerate(paths):
        _validate_http_path(entry, f"{path}.http.paths[{index}]", v)


def _validate_http_path(entry: dict[str, Any], path: str, v: Violations) -> None:
    kind = entry.get("pathType")
    if kind is None:
        v.required(f"{path}.pathType", "must be one of " + ", ".join(f"`{name}`" for name in PATH_TYPES))
        return
    place = text(entry.get("path"))
    if kind not in PATH_TYPES:
        v.unsupported(f"{path}.pathType", kind, PATH_TYPES)
    elif not place.startswith("/") and (place or kind != "ImplementationSpecific"):
        v.invalid(f"{path}.path", f"{quoted(place)} must be an absolute path")
    if kind in ("Exact", "Prefix"):
        for sequence in ("//", "/./", "/../", "%2f", "%2F"):
            if sequence in place:
                v.invalid(f"{path}.path", f"{quoted(place)} must not contain `{sequence}`")
        for suffix in ("/..", "/."):
            if place.endswith(suffix):
                v.invalid(f"{path}.path", f"{quoted(place)} must not end with `{suffix}`")
    _validate_backend(mapping(entry.get("backend")), f"{path}.backend", v)


def _validate_backend(backend: dict[str, Any], path: str, v: Violations) -> None:
    service, resource = backend.get("service"), backend.get("resource")
    if isinstance(service, dict) and isinstance(resource, dict):
        v.invalid(path, "must not have both a service and a resource")
    elif isinstance(resource, dict):
        _validate_reference(resource, f"{path}.resource", v)
    elif isinstance(service, dict):
        _validate_service_backend(service, path, v)
    else:
        v.invalid(path, "must have a service or a resource")


def _validate_service_backend(service: dict[str, Any], path: str, v: Violations) -> None:
    name = text(service.get("name"))
    check = dns1123_label_fault if v.minor >= 36 else dns1035_label_fault
    if not name:
        v.required(f"{path}.service.name", "must be set")
    elif reason := check(name):
        v.invalid(f"{path}.service.name", f"{quoted(name)} is no name of a Service: it {reason}")
    port = mapping(service.get("port"))
    port_name, number = text(port.get("name")), int_or_zero(port.get("number"))
    if port_name and number:
        v.invalid(path, "must have either a name or a number of the port, not both")
    elif port_name:
        if reason := port_name_fault(port_name):
            v.invalid(f"{path}.service.port.name", f"{quoted(port_name)} is no name of a port: it {reason}")
    elif not number:
        v.required(path, "must have `service.port.name` or `service.port.number`")
    elif reason := port_number_fault(number):
        v.invalid(f"{path}.service.port.number", f"port {number} {reason}")


def _validate_reference(reference: dict[str, Any], path: str, v: Violations) -> None:
    group = reference.get("apiGroup")
    if group is not None and (reason := dns1123_subdomain_fault(text(group))):
        v.invalid(f"{path}.apiGroup", f"{quoted(group)} is no API group: it {reason}")
    for field in ("kind", "name"):
        value = text(reference.get(field))
        if not value:
            v.required(f"{path}.{field}", "must be set")
        elif reason := path_segment_name_fault(value):
            v.invalid(f"{path}.{field}", f"{quoted(value)} {reason}")


def validate_ingress_class(ingress_class: dict[str, Any], v: Violations) -> None:
    """Validate an IngressClass (pkg/apis/networking/validation/validation.go, ValidateIngressClass)."""
    meta.validate_object_meta(ingress_class.get("metadata"), "metadata", v, False, dns1123_subdomain_fault)
    spec = mapping(ingress_class.get("spec"))
    controller = text(spec.get("controller"))
    if len(controller.encode()) > MAX_CONTROLLER_LENGTH:
        v.too_long(
            "spec.controller", f"must have at most {MAX_CONTROLLER_LENGTH} characters, has {len(controller)}"
        )
    meta.validate_domain_prefixed_path(controller, "spec.controller", v)
    parameters = spec.get("parameters")
    if isinstance(parameters, dict):
        _validate_parameters_reference(parameters, "spec.parameters", v)


def _validate_parameters_reference(parameters: dict[str, Any], path: str, v: Violations) -> None:
    _validate_reference(parameters, path, v)
    scope = parameters.get("scope")
    scope = "Cluster" if scope is None else scope
    namespace = parameters.get("namespace")
    if scope not in ("Cluster", "Namespace"):
        v.unsupported(f"{path}.scope", scope, ["Cluster", "Namespace"])
    elif scope == "Cluster":
        if namespace is not None:
            v.forbidden(f"{path}.namespace", "must not be set where `scope` is `Cluster`, the default")
    elif namespace is None:
        v.required(f"{path}.namespace", "must be set where `scope` is `Namespace`")
    elif reason := dns1123_label_fault(text(namespace)):
        v.invalid(f"{path}.namespace", f"{quoted(namespace)} is no name of a namespace: it {reason}")


def validate_network_policy(policy: dict[str, Any], v: Violations) -> None:
    """Validate a NetworkPolicy (pkg/apis/networking/validation/validation.go, ValidateNetworkPolicy)."""
    meta.validate_object_meta(policy.get("metadata"), "metadata", v, True, dns1123_subdomain_fault)
    spec = mapping(policy.get("spec"))
    meta.validate_label_selector(spec.get("podSelector"), "spec.podSelector", v)
    peers: list[tuple[dict[str, Any], str]] = []
    for field, peer_field in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(mappings(spec.get(field))):
            path = f"spec.{field}[{index}]"
            for number, port in enumerate(mappings(rule.get("ports"))):
                _validate_policy_port(port, f"{path}.ports[{number}]", v)
            for number, peer in enumerate(mappings(rule.get(peer_field))):
                peers.append((peer, f"{path}.{peer_field}[{number}]"))
    for peer, path in peers:
        _validate_peer(peer, path, v)
    types = texts(spec.get("policyTypes"))
    if len(types) > 2:
        v.invalid("spec.policyTypes", f"may hold at most two types, and holds {len(types)}")
    else:
        for index, name in enumerate(types):
            if name not in ("Ingress", "Egress"):
                v.unsupported(f"spec.policyTypes[{index}]", name, ["Egress", "Ingress"])
    if v.minor >= 33 and not any(violation.refused for violation in v.found):
        for peer, path in peers:
            block = peer.get("ipBlock")
            if isinstance(block, dict):
                addresses.warn_of_cidr(text(block.get("cidr")), f"{path}.ipBlock.cidr", v)
                for index, written in enumerate(texts(block.get("except"))):
                    addresses.warn_of_cidr(written, f"{path}.ipBlock.except[{index}]", v)


def _validate_policy_port(port: dict[str, Any], path: str, v: Violations) -> None:
    protocol = port.get("protocol")
    if protocol is not None and protocol not in PROTOCOLS:
        v.unsupported(f"{path}.protocol", protocol, PROTOCOLS)
    number, end = port.get("port"), port.get("endPort")
    if isinstance(number, str):
        validate_port(number, f"{path}.port", v)
        if end is not None:
            v.invalid(f"{path}.endPort", "must not be set where `port` is a name")
    elif number is not None:
        if reason := port_number_fault(number):
            v.invalid(f"{path}.port", f"port {number} {reason}")
        if end is not None:
            if int_or_zero(end) < int_or_zero(number):
                v.invalid(f"{path}.endPort", f"{end} must not be less than `port`, {number}")
            if reason := port_number_fault(end):
                v.invalid(f"{path}.endPort", f"port {end} {reason}")
    elif end is not None:
        v.invalid(f"{path}.endPort", "must not be set without `port`")


def _validate_peer(peer: dict[str, Any], path: str, v: Violations) -> None:
    selected = False
    for field in ("podSelector", "namespaceSelector"):
        selector = peer.get(field)
        if isinstance(selector, dict):
            selected = True
            meta.validate_label_selector(selector, f"{path}.{field}", v)
    block = peer.get("ipBlock")
    if isinstance(block, dict):
        _validate_ip_block(block, f"{path}.ipBlock", v)
        if selected:
            v.forbidden(path, "must not have both `ipBlock` and a selector")
    elif not selected:
        v.required(path, "must have one of `podSelector`, `namespaceSelector`, `ipBlock`")


def _validate_ip_block(block: dict[str, Any], path: str, v: Violations) -> None:
    written = text(block.get("cidr"))
    if not written:
        v.required(f"{path}.cidr", "must be set")
        return
    network = addresses.validate_cidr(written, f"{path}.cidr", v)
    if network is None:
        return
    for index, exception in enumerate(texts(block.get("except"))):
        part = addresses.validate_cidr(exception, f"{path}.except[{index}]", v)
        if part is not None and not (network.contains(part.first) and network.length < part.length):
            v.invalid(f"{path}.except[{index}]", f"{quoted(exception)} must be a strict part of {written}")


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "networking.k8s.io/v1/Ingress": validate_ingress,
    "networking.k8s.io/v1/IngressClass": validate_ingress_class,
    "networking.k8s.io/v1/NetworkPolicy": validate_network_policy,
}

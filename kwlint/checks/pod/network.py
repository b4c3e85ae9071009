"""Pods in the network: ports taken twice, variables of Services, and names on the host network (POD009 to POD011)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.links.hostnames import config_maps, hosts, texts
from kwlint.model.links.references import env_from
from kwlint.model.links.serviceports import DeclaredPort, declared_ports
from kwlint.model.links.services import external, headless, named_by
from kwlint.model.pods import Container
from kwlint.model.project.inventory import Inventory
from kwlint.model.scripts.servicelinks import settings
from kwlint.rule import SET, Change, Context, Fix, Note, Problem, Resource
from kwlint.util.values import mapping, sequence, text

_OWN_DNS = ("ClusterFirstWithHostNet", "Default", "None")


def port_conflict(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD009: two containers that run beside each other declare the same port; said where the API server warns of it.

    Source: pkg/api/pod/warnings.go, which looks at init containers first.
    """
    pods = workload.pods
    if pods is None:
        return
    first: dict[tuple[int, str], DeclaredPort] = {}
    for port in sorted(declared_ports(pods), key=lambda item: not item.container.init):
        other = first.setdefault((port.number, port.protocol), port)
        if other.container is port.container:
            continue
        yield workload.problem(
            port.path,
            f"the containers `{other.container.name}` and `{port.container.name}` both declare port {port.number}/{port.protocol}, "
            "and the containers of a pod share its address, so the second that tries to listen there fails",
            [
                Note(
                    workload,
                    f"{other.path}.containerPort",
                    f"the port of the container `{other.container.name}`",
                )
            ],
        )


def service_env_collision(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD010: a variable that Kubernetes makes for a Service is a setting of the container's image."""
    pods = workload.pods
    if pods is None or pods.spec.get("enableServiceLinks") is False:
        return
    for container in pods.all_containers:
        for setting in settings(container.image):
            service = context.inventory.find(workload, "Service", setting.service)
            ports = sequence(service.spec.get("ports")) if service is not None else []
            if service is None or headless(service) or external(service) or not ports:
                continue
            if _sets(container, setting.variable, workload, context.inventory):
                continue
            port = mapping(ports[0])
            value = f"{(text(port.get('protocol')) or 'TCP').lower()}://10.0.0.1:{port.get('port')}"
            yield workload.problem(
                f"{container.path}.image",
                f"Service `{service.name}` puts `{setting.variable}` with a value like {value} into the pods of its "
                f"namespace, and the image of the container `{container.name}` reads `{setting.variable}` as a setting of its own; set "
                "`enableServiceLinks: false`",
                [
                    service.note("metadata.name", "its name makes the variable"),
                    Note(workload, f"{pods.spec_path}.enableServiceLinks", "not set, which means true"),
                ],
            )


def _sets(container: Container, variable: str, workload: Resource, inventory: Inventory) -> bool:
    """Return whether a container sets a variable itself, or may do so from a source that is not in the input."""
    if any(mapping(item).get("name") == variable for item in sequence(container.data.get("env"))):
        return True
    names, unknown = env_from(container, workload, inventory)
    return unknown or variable in names


def host_network_dns(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD011: pods on the host's network ask the host's DNS servers, which do not know Services.

    Source: GetPodDNS in pkg/kubelet/network/dns/dns.go.
    """
    pods = workload.pods
    if pods is None or pods.spec.get("hostNetwork") is not True or pods.spec.get("dnsPolicy") in _OWN_DNS:
        return
    policy = text(pods.spec.get("dnsPolicy"))
    written = f"`dnsPolicy: {policy}`" if policy else "no `dnsPolicy`"
    message = f"pods with `hostNetwork` and {written} ask the DNS servers of their node, which do not know the names of Services"
    path = f"{pods.spec_path}.dnsPolicy"
    used = _cluster_name(workload, context.inventory)
    advice = "write `dnsPolicy: ClusterFirstWithHostNet`"
    fix = Fix(advice, (Change(SET, path, "ClusterFirstWithHostNet", "hostNetwork"),))
    if used is None:
        yield workload.problem(path, f"{message}; {advice} if they need any", severity="advice", fix=fix)
    else:
        host, place = used
        yield workload.problem(path, f"{message}, and `{host}` is such a name; {advice}", [place], fix=fix)


def _cluster_name(workload: Resource, inventory: Inventory) -> tuple[str, Note] | None:
    """Return a host name that only the cluster's DNS knows and that the pods are configured with, and its place."""
    for resource in [workload, *config_maps(workload, inventory)]:
        for item in texts(resource):
            for host in hosts(item.value):
                named = named_by(host.name, workload, inventory)
                if named is None:
                    continue
                labels = host.name.rstrip(".").split(".")
                full = "svc" in labels[2:4]
                bare = len(labels) == 1
                if bare and not (host.scheme or host.port or (host.alone and _is_address(item.label))):
                    continue
                if full or inventory.find(workload, "Service", named.service, named.namespace) is not None:
                    return host.name, resource.note(item.path, "names it")
    return None


def _is_address(label: str) -> bool:
    return label.upper().endswith(
        ("HOST", "ADDR", "ADDRESS", "URL", "ENDPOINT", "SERVER", "SERVICE", "HOSTS")
    )

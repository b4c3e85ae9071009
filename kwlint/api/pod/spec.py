"""What the API server says to Pod, PodTemplate and ReplicationController, and to the pod templates of workloads.

Upstream: ValidatePodCreate, ValidatePodSpec, ValidatePodTemplateSpec and ValidateReplicationController in
pkg/apis/core/validation/validation.go, and what the create strategies do before them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kwlint.api.formats import meta
from kwlint.api.formats.names import dns1123_subdomain_fault, label_key_fault
from kwlint.api.pod import containers as all_containers
from kwlint.api.pod.annotations import MIRROR, validate_pod_annotations, validate_profiles_agree
from kwlint.api.pod.containers import containers_with_paths
from kwlint.api.pod.env import ENV_FILES_SINCE
from kwlint.api.pod.names import validate_dns, validate_names
from kwlint.api.pod.placement import validate_affinity, validate_tolerations, validate_topology_spread
from kwlint.api.pod.resources import (
    CLAIMS_SINCE,
    POD_LEVEL_SINCE,
    validate_overhead,
    validate_pod_claims,
    validate_pod_resources,
)
from kwlint.api.pod.security import (
    validate_for_system,
    validate_host_process,
    validate_pod_security_context,
)
from kwlint.api.pod.volumes import is_empty_dir, validate_volumes
from kwlint.api.pod.warnings import warn_of_host_name, warn_of_pod, warn_of_pod_template
from kwlint.api.violations import Violations, quoted
from kwlint.util.values import int_or_zero, mapping, mappings, text

HOST_USERS_SINCE = 33
"""Minor version from which `hostUsers` is kept (gate UserNamespacesSupport); before it is dropped."""
_SCHEDULING_GATES_SINCE = 27
_PREFIX_UNCHECKED_SINCE = 34  # a ReplicationController's generateName; its final name is checked
_TEMPLATE_HOST_PORTS_UNTIL = 27  # up to it, host ports were set in the templates of hostNetwork pods too

_RESTART_POLICIES = ["Always", "OnFailure", "Never"]


def grace_period(spec: dict[str, Any], in_pod: bool) -> int:
    """Return the termination grace of a pod in seconds: 30 if unset, and in a Pod 1 if negative."""
    seconds = spec.get("terminationGracePeriodSeconds")
    if not isinstance(seconds, int):
        return 30
    return 1 if in_pod and seconds < 0 else seconds


def validate_pod_spec(
    spec: dict[str, Any], path: str, v: Violations, pod_metadata: dict[str, Any] | None = None
) -> None:
    """Check a pod spec (ValidatePodSpec); ``pod_metadata`` is that of a Pod, and None in a template."""
    in_pod = pod_metadata is not None
    metadata = pod_metadata or {}
    pod_name = meta.effective_name(metadata) if in_pod else ""
    labels = mapping(metadata.get("labels"))
    host_network = spec.get("hostNetwork") is True
    host_users = not (spec.get("hostUsers") is False and v.minor >= HOST_USERS_SINCE)
    restart_policy = text(spec.get("restartPolicy")) or "Always"

    volumes: dict[str, dict[str, Any]] = {}
    refused: set[str] = set()
    dropped: set[str] = set()
    if listed := spec.get("volumes"):
        volumes, dropped = validate_volumes(mappings(listed), pod_name, f"{path}.volumes", v)
        refused = (
            {name for item in mappings(listed) if (name := text(item.get("name")))} - volumes.keys() - dropped
        )
    claim_names: set[str] = set()
    if (claims := spec.get("resourceClaims")) and v.minor >= CLAIMS_SINCE:
        mirrored = MIRROR in mapping(metadata.get("annotations"))
        validate_pod_claims(mappings(claims), mirrored, f"{path}.resourceClaims", v)
        claim_names = {name for claim in mappings(claims) if (name := text(claim.get("name")))}

    facts = all_containers.PodFacts(
        volumes=volumes,
        refused_volumes=refused,
        dropped_volumes=dropped,
        claim_names=claim_names,
        grace=grace_period(spec, in_pod),
        restart_policy=restart_policy,
        host_users=host_users,
        in_pod=in_pod,
        default_host_ports=host_network and (in_pod or v.minor <= _TEMPLATE_HOST_PORTS_UNTIL),
    )
    main = mappings(spec.get("containers"))
    all_containers.validate_containers(main, facts, f"{path}.containers", v)
    init: list[dict[str, Any]] = []
    if listed := spec.get("initContainers"):
        init = mappings(listed)
        all_containers.validate_init_containers(init, main, facts, f"{path}.initContainers", v)
    if listed := spec.get("ephemeralContainers"):
        at = f"{path}.ephemeralContainers"
        all_containers.validate_ephemeral_containers(mappings(listed), [*main, *init], facts, at, v)
    if host_network:
        _validate_host_network_ports(main, facts, path, v)

    if restart_policy not in _RESTART_POLICIES:
        v.unsupported(f"{path}.restartPolicy", restart_policy, _RESTART_POLICIES)
    validate_dns(spec, path, v)
    validate_names(spec, path, v)
    _validate_placement(spec, labels, path, v)
    _validate_host_namespaces(spec, host_network, host_users, path, v)
    _validate_system(spec, host_network, path, v)
    _validate_rest(spec, claim_names, in_pod, path, v)


def _validate_host_network_ports(
    containers: list[dict[str, Any]], facts: all_containers.PodFacts, path: str, v: Violations
) -> None:
    for index, container in enumerate(containers):
        for number, port in enumerate(mappings(container.get("ports"))):
            host = all_containers.host_port(port, facts.default_host_ports)
            if (facts.in_pod or host) and host != int_or_zero(port.get("containerPort")):
                v.invalid(
                    f"{path}.containers[{index}].ports[{number}].hostPort",
                    f"`hostPort` must be the same as `containerPort` with `hostNetwork: true`, and is {host}",
                )


def _validate_placement(spec: dict[str, Any], labels: dict[str, Any], path: str, v: Violations) -> None:
    if selector := spec.get("nodeSelector"):
        meta.validate_labels(selector, f"{path}.nodeSelector", v)
    if affinity := spec.get("affinity"):
        validate_affinity(mapping(affinity), labels, f"{path}.affinity", v)
    if constraints := spec.get("topologySpreadConstraints"):
        validate_topology_spread(mappings(constraints), labels, f"{path}.topologySpreadConstraints", v)
    if tolerations := spec.get("tolerations"):
        validate_tolerations(mappings(tolerations), f"{path}.tolerations", v)
    for index, gate in enumerate(mappings(spec.get("readinessGates"))):
        condition = text(gate.get("conditionType"))
        if reason := label_key_fault(condition):
            v.invalid(
                f"{path}.readinessGates[{index}].conditionType",
                f"{quoted(condition)} is no type of a condition: it {reason}",
            )
    if (gates := spec.get("schedulingGates")) and v.minor >= _SCHEDULING_GATES_SINCE:
        names: set[str] = set()
        for index, gate in enumerate(mappings(gates)):
            name = text(gate.get("name"))
            if reason := label_key_fault(name):
                v.invalid(
                    f"{path}.schedulingGates[{index}]", f"{quoted(name)} is no name of a gate: it {reason}"
                )
            if name in names:
                v.duplicate(f"{path}.schedulingGates[{index}]", f"there is a gate {quoted(name)} already")
            names.add(name)


def _validate_host_namespaces(
    spec: dict[str, Any], host_network: bool, host_users: bool, path: str, v: Violations
) -> None:
    if spec.get("shareProcessNamespace") is True and spec.get("hostPID") is True:
        # where the field was in the object that the server validates (pkg/apis/core/types.go)
        at = path if v.minor >= _HOST_FIELDS_MOVED_IN else f"{path}.securityContext"
        v.invalid(
            f"{at}.shareProcessNamespace", "`shareProcessNamespace` and `hostPID` must not both be true"
        )
    if host_users:
        return
    for field, named in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")):
        if spec.get(field) is True:
            v.forbidden(f"{path}.{named}", f"`{field}` must not be true with `hostUsers: false`")
    if v.minor >= _HOST_FIELDS_MOVED_IN:
        for container, at in containers_with_paths(spec, path):
            if container.get("volumeDevices"):
                v.forbidden(f"{at}.volumeDevices", "`volumeDevices` must not be set with `hostUsers: false`")


_HOST_FIELDS_MOVED_IN = 36


def _validate_system(spec: dict[str, Any], host_network: bool, path: str, v: Violations) -> None:
    context, system = spec.get("securityContext"), spec.get("os")
    if isinstance(context, dict):
        at = f"{path}.securityContext"
        validate_pod_security_context(context, host_network, spec.get("hostIPC") is True, at, v)
    listed: list[tuple[dict[str, Any], str]] | None = None
    if isinstance(system, dict):
        name = text(system.get("name"))
        if not name:
            v.required(f"{path}.os.name", "the name of the operating system must be set")
        elif name not in ("linux", "windows"):
            v.unsupported(f"{path}.os", name, ["linux", "windows"])
        else:
            listed = containers_with_paths(spec, path)
            validate_for_system(name, context, listed, path, v)
            if name == "windows":
                _validate_windows_namespaces(spec, path, v)
    if _mentions_windows(spec):
        validate_host_process(context, listed or containers_with_paths(spec, path), host_network, path, v)


def _mentions_windows(spec: dict[str, Any]) -> bool:
    contexts = [spec.get("securityContext")]
    for field in ("containers", "initContainers", "ephemeralContainers"):
        if items := spec.get(field):
            contexts += [item.get("securityContext") for item in mappings(items)]
    return any(isinstance(context, dict) and "windowsOptions" in context for context in contexts)


def _validate_windows_namespaces(spec: dict[str, Any], path: str, v: Violations) -> None:
    for field in ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"):
        value = spec.get(field)
        # the first and the last are pointers, so that false counts as set
        if value is True or (value is False and field in ("hostUsers", "shareProcessNamespace")):
            if field != "hostUsers" or v.minor >= HOST_USERS_SINCE:
                v.forbidden(f"{path}.{field}", f"`{field}` must not be set for a Windows pod")


def _validate_rest(
    spec: dict[str, Any], claim_names: set[str], in_pod: bool, path: str, v: Violations
) -> None:
    seconds = spec.get("activeDeadlineSeconds")
    if isinstance(seconds, int) and not 1 <= seconds <= 2**31 - 1:
        v.invalid(
            f"{path}.activeDeadlineSeconds",
            f"`activeDeadlineSeconds` must be between 1 and {2**31 - 1}, and is {seconds}",
        )
    policy = spec.get("preemptionPolicy")
    if policy is not None:
        if not policy:
            v.required(
                f"{path}.preemptionPolicy", "`preemptionPolicy` must be `Never` or `PreemptLowerPriority`"
            )
        elif policy not in ("PreemptLowerPriority", "Never"):
            v.unsupported(f"{path}.preemptionPolicy", policy, ["PreemptLowerPriority", "Never"])
    if overhead := spec.get("overhead"):
        validate_overhead(mapping(overhead), f"{path}.overhead", v)
    if "resources" in spec and v.minor >= POD_LEVEL_SINCE:
        windows = mapping(spec.get("os")).get("name") == "windows"
        validate_pod_resources(spec, claim_names, windows, in_pod, f"{path}.resources", v)
    if v.minor >= ENV_FILES_SINCE:
        _validate_env_files(spec, path, v)


def _validate_env_files(spec: dict[str, Any], path: str, v: Violations) -> None:
    # against all volumes, unlike mounts, which are held against those without a fault
    sources: dict[str, dict[str, Any]] | None = None
    for container, at in containers_with_paths(spec, path):
        for index, variable in enumerate(mappings(container.get("env"))):
            source = variable.get("valueFrom")
            reference = source.get("fileKeyRef") if isinstance(source, dict) else None
            if not isinstance(reference, dict):
                continue
            if sources is None:
                sources = {text(volume.get("name")): volume for volume in mappings(spec.get("volumes"))}
            name, field = text(reference.get("volumeName")), f"env[{index}].valueFrom.fileKeyRef.volumeName"
            if name not in sources:
                v.not_found(f"{at}.{field}", f"there is no volume {quoted(name)} in this pod")
            elif not is_empty_dir(sources[name]):
                v.invalid(f"{at}.{field}", f"the volume {quoted(name)} must be an emptyDir")


def validate_template_metadata(template: Any, path: str, v: Violations) -> None:
    """Check labels and annotations of a pod template, which the server names as if right under ``path``."""
    template = mapping(template)
    metadata, spec = mapping(template.get("metadata")), mapping(template.get("spec"))
    if labels := metadata.get("labels"):
        meta.validate_labels(labels, f"{path}.labels", v)
    annotations = metadata.get("annotations")
    if annotations and isinstance(annotations, dict):
        meta.validate_annotations(annotations, f"{path}.annotations", v)
        names = [text(container.get("name")) for container, _ in containers_with_paths(spec, "")]
        validate_pod_annotations(annotations, spec, names, f"{path}.annotations", v)


def validate_pod_template_spec(template: Any, path: str, v: Violations) -> None:
    """Check a pod template (ValidatePodTemplateSpec)."""
    validate_template_metadata(template, path, v)
    spec = mapping(mapping(template).get("spec"))
    annotations = mapping(mapping(mapping(template).get("metadata")).get("annotations"))
    if annotations:
        listed = containers_with_paths(spec, f"{path}.spec")
        validate_profiles_agree(annotations, spec, listed, f"{path}.spec", v)
    validate_pod_spec(spec, f"{path}.spec", v)
    if spec.get("ephemeralContainers"):
        v.forbidden(f"{path}.spec.ephemeralContainers", "a pod template must not have ephemeral containers")


def validate_pod(pod: dict[str, Any], v: Violations) -> None:
    """Validate a Pod (ValidatePodCreate)."""
    metadata, spec = mapping(pod.get("metadata")), mapping(pod.get("spec"))
    keeps_generation = v.minor < 34
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault, keeps_generation)
    annotations = mapping(metadata.get("annotations"))
    if annotations:
        listed = containers_with_paths(spec, "spec")
        names = [text(container.get("name")) for container, _ in listed]
        validate_pod_annotations(annotations, spec, names, "metadata.annotations", v)
        validate_profiles_agree(annotations, spec, listed, "spec", v)
    validate_pod_spec(spec, "spec", v, metadata)
    if not spec.get("serviceAccountName") and not spec.get("serviceAccount"):
        for index, volume in enumerate(mappings(spec.get("volumes"))):
            for number, source in enumerate(mappings(mapping(volume.get("projected")).get("sources"))):
                if isinstance(source.get("serviceAccountToken"), dict):
                    v.forbidden(
                        f"spec.volumes[{index}].projected.sources[{number}].serviceAccountToken",
                        "a token must not be mounted without `serviceAccountName`",
                    )
    for field in ("containers", "initContainers"):
        for index, container in enumerate(mappings(spec.get(field))):
            all_containers.validate_image_whitespace(container, f"spec.{field}[{index}]", v)
    if spec.get("ephemeralContainers"):
        v.forbidden("spec.ephemeralContainers", "ephemeral containers must not be set on create")
    if spec.get("nodeName") and spec.get("schedulingGates") and v.minor >= _SCHEDULING_GATES_SINCE:
        v.forbidden("spec.nodeName", "`nodeName` must not be set beside `schedulingGates`")
    warn_of_pod(pod, v)


def validate_pod_template(template: dict[str, Any], v: Violations) -> None:
    """Validate a PodTemplate (ValidatePodTemplate)."""
    meta.validate_object_meta(template.get("metadata"), "metadata", v, True, dns1123_subdomain_fault)
    validate_pod_template_spec(template.get("template"), "template", v)
    warn_of_pod_template(template.get("template"), "template", v)


def validate_replication_controller(controller: dict[str, Any], v: Violations) -> None:
    """Validate a ReplicationController; selector and labels left out are those of the template."""
    metadata, spec = mapping(controller.get("metadata")), mapping(controller.get("spec"))
    template = spec.get("template")
    template_labels = mapping(mapping(mapping(template).get("metadata")).get("labels"))
    selector = mapping(spec.get("selector")) or template_labels
    if template_labels and not metadata.get("labels"):
        metadata = {**metadata, "labels": template_labels}
    if v.minor >= _PREFIX_UNCHECKED_SINCE:
        metadata = {**metadata, "name": meta.effective_name(metadata), "generateName": None}
    meta.validate_object_meta(metadata, "metadata", v, True, dns1123_subdomain_fault)
    for field in ("minReadySeconds", "replicas"):
        if int_or_zero(spec.get(field)) < 0:
            v.invalid(f"spec.{field}", f"`{field}` must not be negative, and is {spec[field]}")
    if not selector:
        v.required("spec.selector", "a selector must be set")
    if not isinstance(template, dict):
        v.required("spec.template", "a template must be set")
    else:
        if any(template_labels.get(key) != value for key, value in selector.items()):
            v.invalid("spec.template.metadata.labels", "the labels must match `spec.selector`")
        validate_pod_template_spec(template, "spec.template", v)
        pod = mapping(template.get("spec"))
        policy = pod.get("restartPolicy")
        if policy and policy != "Always":
            v.unsupported("spec.template.spec.restartPolicy", policy, ["Always"])
        if pod.get("activeDeadlineSeconds") is not None:
            v.forbidden(
                "spec.template.spec.activeDeadlineSeconds",
                "`activeDeadlineSeconds` must not be set for a ReplicationController",
            )
    warn_of_host_name(metadata, "Pod names and host names", v)
    warn_of_pod_template(template, "spec.template", v)


VALIDATORS: dict[str, Callable[[dict[str, Any], Violations], None]] = {
    "v1/Pod": validate_pod,
    "v1/PodTemplate": validate_pod_template,
    "v1/ReplicationController": validate_replication_controller,
}

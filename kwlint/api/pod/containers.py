"""Validates the containers of a pod: main, init and ephemeral ones, their ports, mounts and restart rules.

Upstream: validateContainers, validateInitContainers, validateEphemeralContainers and validateContainerCommon in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.names import dns1123_label_fault, port_name_fault
from kwlint.api.pod.env import validate_env, validate_env_from
from kwlint.api.pod.mounts import validate_mounts
from kwlint.api.pod.probes import validate_lifecycle, validate_probes
from kwlint.api.pod.resources import (
    RESIZE_POLICY_SINCE,
    validate_container_resources,
    validate_resize_policy,
)
from kwlint.api.pod.security import validate_security_context
from kwlint.api.pod.volumes import PULL_POLICIES
from kwlint.api.violations import Repair, Violations, quoted
from kwlint.util.record import Record
from kwlint.util.values import int_or_zero, mappings, text

SIDECARS_SINCE = 29
"""Minor version from which an init container's `restartPolicy: Always` is kept (gate SidecarContainers)."""
RESTART_RULES_SINCE = 35
"""Minor version from which containers have restart policies of their own (gate ContainerRestartRules)."""
_RESTART_ALL_SINCE = 36

_RESTART_POLICIES = ["Always", "Never", "OnFailure"]
_RESTART_ACTIONS = ["Restart", "RestartAllContainers"]
_RESTART_ACTIONS_SINCE = {"RestartAllContainers": _RESTART_ALL_SINCE}
_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_NOT_IN_EPHEMERAL = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)


_KEPT_SINCE = {"resizePolicy": RESIZE_POLICY_SINCE, "restartPolicyRules": RESTART_RULES_SINCE}


class PodFacts(Record):
    """What the containers of a pod are checked against.

    ``volumes`` are those without a fault, by name, ``refused_volumes`` those with one; ``dropped_volumes`` those that the
    version drops with their mounts; ``grace`` is in seconds; ``host_users``: the pod uses the host's user namespace; ``in_pod``: it is a Pod
    and not a template; ``default_host_ports``: an absent host port is the container's port.
    """

    volumes: dict[str, dict[str, Any]]
    refused_volumes: set[str]
    dropped_volumes: set[str]
    claim_names: set[str]
    grace: int
    restart_policy: str
    host_users: bool
    in_pod: bool
    default_host_ports: bool


def containers_with_paths(spec: dict[str, Any], path: str) -> list[tuple[dict[str, Any], str]]:
    """Return all containers of a pod spec at ``path`` with their paths: init, main, ephemeral."""
    found = []
    for field in ("initContainers", "containers", "ephemeralContainers"):
        items = spec.get(field)
        if items:
            found += [(item, f"{path}.{field}[{index}]") for index, item in enumerate(mappings(items))]
    return found


def host_port(port: dict[str, Any], default: bool) -> int:
    """Return the host port of a container's port, 0 for none."""
    number = port.get("hostPort") or (port.get("containerPort") if default else 0)
    return number if isinstance(number, int) else 0


def validate_containers(containers: list[dict[str, Any]], facts: PodFacts, path: str, v: Violations) -> None:
    """Check the `containers` of a pod, of which there must be one."""
    if not containers:
        v.required(path, "a pod must have at least one container")
        return
    names: set[str] = set()
    for index, container in enumerate(containers):
        at = f"{path}[{index}]"
        _validate_common(container, facts, at, v)
        name = text(container.get("name"))
        if name in names:
            v.duplicate(f"{at}.name", f"there is a container {quoted(name)} already")
        names.add(name)
        validate_lifecycle(container, facts.grace, at, v)
        validate_probes(container, facts.grace, at, v)
        policy = container.get("restartPolicy")
        if v.minor >= RESTART_RULES_SINCE:
            _validate_restart_rules(container, at, v)
        elif policy is not None:
            v.forbidden(
                f"{at}.restartPolicy",
                "`restartPolicy` must not be set for a container here; it belongs to the pod",
                repair=Repair("remove"),
            )
    _validate_host_ports(containers, facts.default_host_ports, path, v)


def validate_init_containers(
    containers: list[dict[str, Any]], main: list[dict[str, Any]], facts: PodFacts, path: str, v: Violations
) -> None:
    """Check the `initContainers` of a pod, whose names must differ from those of the ``main`` ones too."""
    names = {text(container.get("name")) for container in main}
    for index, container in enumerate(containers):
        at = f"{path}[{index}]"
        _validate_common(container, facts, at, v)
        policy = container.get("restartPolicy") if v.minor >= SIDECARS_SINCE else None
        sidecar = policy == "Always"
        if v.minor >= RESTART_RULES_SINCE:
            if policy is None:
                _require_policy_for_rules(container, at, v)
            elif sidecar and v.minor < _RESTART_ALL_SINCE:
                if container.get("restartPolicyRules"):
                    v.forbidden(f"{at}.restartPolicyRules", "restart rules must not be set for a sidecar")
            else:
                _validate_restart_rules(container, at, v)
        elif policy is not None and not sidecar:
            v.unsupported(f"{at}.restartPolicy", policy, ["Always"])
        name = text(container.get("name"))
        if name in names:
            v.duplicate(f"{at}.name", f"there is a container {quoted(name)} already")
        elif name:
            names.add(name)
        # the server takes each init container for the only one here, hence always the index 0
        _validate_host_ports([container], facts.default_host_ports, path, v)
        if sidecar:
            validate_lifecycle(container, facts.grace, at, v)
            validate_probes(container, facts.grace, at, v)
        else:
            ordinary = "an init container without `restartPolicy: Always`"
            if container.get("restartPolicy") == "Always" and v.minor < SIDECARS_SINCE:
                ordinary = f"an init container, of which 1.{v.minor} makes no sidecar"
            for field in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
                if container.get(field) is not None and not _is_stop_signal(container[field]):
                    v.forbidden(
                        f"{at}.{field}",
                        f"`{field}` must not be set for {ordinary}",
                    )
            if v.minor >= RESIZE_POLICY_SINCE:
                for number, resize in enumerate(mappings(container.get("resizePolicy"))):
                    if resize.get("restartPolicy") == "RestartContainer":
                        v.invalid(
                            f"{at}.resizePolicy[{number}].restartPolicy",
                            f"`RestartContainer` must not be set for {ordinary}",
                        )


def validate_ephemeral_containers(
    containers: list[dict[str, Any]], others: list[dict[str, Any]], facts: PodFacts, path: str, v: Violations
) -> None:
    """Check `ephemeralContainers`; ``others`` are the main and init containers."""
    other_names = {text(container.get("name")) for container in others}
    facts = facts._replace(in_pod=False, default_host_ports=False)  # nothing is filled in for these
    names = set(other_names)
    for index, container in enumerate(containers):
        at = f"{path}[{index}]"
        _validate_common(container, facts, at, v)
        validate_image_whitespace(container, at, v)
        name = text(container.get("name"))
        if name in names:
            v.duplicate(f"{at}.name", f"there is a container {quoted(name)} already")
        names.add(name)
        target = text(container.get("targetContainerName"))
        if target and target not in other_names:
            v.not_found(f"{at}.targetContainerName", f"there is no container {quoted(target)}")
        for field in _NOT_IN_EPHEMERAL:
            value = container.get(field)
            kept = v.minor >= _KEPT_SINCE.get(field, 0)
            if field == "resources" and not value:
                continue
            if value is not None and kept and not _is_stop_signal(value):
                v.forbidden(f"{at}.{field}", f"`{field}` must not be set for an ephemeral container")
        for number, mount in enumerate(mappings(container.get("volumeMounts"))):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    v.forbidden(
                        f"{at}.volumeMounts[{number}].{field}",
                        f"`{field}` must not be set for an ephemeral container",
                    )


def _is_stop_signal(lifecycle: Any) -> bool:
    """Return whether a lifecycle has a stop signal only, so that the server drops it (gate ContainerStopSignals)."""
    return isinstance(lifecycle, dict) and [key for key in lifecycle if lifecycle[key] is not None] == [
        "stopSignal"
    ]


def validate_image_whitespace(container: dict[str, Any], path: str, v: Violations) -> None:
    """Check that the image of a container in a Pod has no space around it."""
    image = text(container.get("image"))
    if image and image != image.strip():
        v.invalid(
            f"{path}.image",
            f"{quoted(image)} must not have spaces around it",
            repair=Repair("replace", image.strip()),
        )


def _validate_common(container: dict[str, Any], facts: PodFacts, path: str, v: Violations) -> None:
    name = container.get("name")
    if not name:
        v.required(f"{path}.name", "a container must have a name")
    elif isinstance(name, str) and (reason := dns1123_label_fault(name)):
        v.invalid(f"{path}.name", f"{quoted(name)} is no name of a container: it {reason}")
    if not container.get("image"):
        v.required(f"{path}.image", "a container must have an image")
    policy = container.get("terminationMessagePolicy")
    if policy and policy not in _MESSAGE_POLICIES:
        v.unsupported(f"{path}.terminationMessagePolicy", policy, list(_MESSAGE_POLICIES))
    policy = container.get("imagePullPolicy")
    if policy and policy not in PULL_POLICIES:
        v.unsupported(f"{path}.imagePullPolicy", policy, PULL_POLICIES)
    if ports := container.get("ports"):
        _validate_ports(mappings(ports), facts.default_host_ports, f"{path}.ports", v)
    if variables := container.get("env"):
        validate_env(mappings(variables), f"{path}.env", v)
    if sources := container.get("envFrom"):
        validate_env_from(mappings(sources), f"{path}.envFrom", v)
    if container.get("volumeMounts") or container.get("volumeDevices"):
        validate_mounts(container, facts.volumes, facts.refused_volumes, facts.dropped_volumes, path, v)
    if isinstance(resources := container.get("resources"), dict):
        validate_container_resources(resources, facts.claim_names, f"{path}.resources", v, facts.in_pod)
    if (policies := container.get("resizePolicy")) and v.minor >= RESIZE_POLICY_SINCE:
        validate_resize_policy(mappings(policies), facts.restart_policy, f"{path}.resizePolicy", v)
    if isinstance(context := container.get("securityContext"), dict):
        validate_security_context(context, facts.host_users, f"{path}.securityContext", v)


def _validate_ports(ports: list[dict[str, Any]], default_host_ports: bool, path: str, v: Violations) -> None:
    names: set[str] = set()
    for index, port in enumerate(ports):
        name = port.get("name")
        if name and isinstance(name, str):
            if reason := port_name_fault(name):
                v.invalid(f"{path}[{index}].name", f"{quoted(name)} is no name of a port: it {reason}")
            elif name in names:
                v.duplicate(
                    f"{path}[{index}].name", f"there is a port {quoted(name)} in this container already"
                )
            else:
                names.add(name)
        number = int_or_zero(port.get("containerPort"))
        if not number:
            v.required(f"{path}[{index}].containerPort", "`containerPort` must be set")
        elif not 0 < number < 65536:
            v.invalid(f"{path}[{index}].containerPort", f"port {number} must be between 1 and 65535")
        number = host_port(port, default_host_ports)
        if number and not 0 < number < 65536:
            v.invalid(f"{path}[{index}].hostPort", f"port {number} must be between 1 and 65535")
        protocol = port.get("protocol")
        if protocol and protocol not in _PROTOCOLS:
            v.unsupported(f"{path}[{index}].protocol", protocol, list(_PROTOCOLS))


def _validate_host_ports(containers: list[dict[str, Any]], default: bool, path: str, v: Violations) -> None:
    seen: set[str] = set()
    for index, container in enumerate(containers):
        for number, port in enumerate(mappings(container.get("ports"))):
            taken = host_port(port, default)
            if not taken:
                continue
            key = f"{port.get('protocol') or 'TCP'}/{text(port.get('hostIP'))}/{taken}"
            if key in seen:
                v.duplicate(f"{path}[{index}].ports[{number}].hostPort", f"host port {taken} is used already")
            seen.add(key)


def _require_policy_for_rules(container: dict[str, Any], path: str, v: Violations) -> None:
    if container.get("restartPolicyRules"):
        v.required(f"{path}.restartPolicy", "`restartPolicy` must be set beside `restartPolicyRules`")


def _validate_restart_rules(container: dict[str, Any], path: str, v: Violations) -> None:
    policy, rules = container.get("restartPolicy"), mappings(container.get("restartPolicyRules"))
    if policy is None:
        _require_policy_for_rules(container, path, v)
    elif policy not in _RESTART_POLICIES:
        v.unsupported(f"{path}.restartPolicy", policy, _RESTART_POLICIES)
    if len(rules) > 20:
        v.too_long(f"{path}.restartPolicyRules", f"at most 20 rules are allowed, and there are {len(rules)}")
    actions = v.known(_RESTART_ACTIONS, _RESTART_ACTIONS_SINCE)
    for index, rule in enumerate(rules):
        at = f"{path}.restartPolicyRules[{index}]"
        if rule.get("action") not in actions:
            action = rule.get("action") or ""
            v.unsupported(f"{at}.action", action, _RESTART_ACTIONS, _RESTART_ACTIONS_SINCE)
        codes = rule.get("exitCodes")
        if not isinstance(codes, dict):
            v.required(f"{at}.exitCodes", "`exitCodes` must be set")
            continue
        if codes.get("operator") not in ("In", "NotIn"):
            v.unsupported(f"{at}.exitCodes.operator", codes.get("operator") or "", ["In", "NotIn"])
        if isinstance(values := codes.get("values"), list) and len(values) > 255:
            v.too_long(
                f"{at}.exitCodes.values", f"at most 255 exit codes are allowed, and there are {len(values)}"
            )

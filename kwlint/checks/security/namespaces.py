"""Check of pods against the Pod Security labels of their namespace."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.podsecurity import broken_controls
from kwlint.model.podsecurity.namespaces import Policy, policies
from kwlint.rule import Context, Problem, Resource

_OUTCOMES = {
    "enforce": ("enforces", "so the {what}", None),
    "warn": ("asks to be warned of breaches of", "so the API server answers with a warning", "warning"),
    "audit": ("audits", "so the audit log records a violation", "advice"),
}


def namespace_refuses_pod(workload: Resource, context: Context) -> Iterator[Problem]:
    """SEC001: the namespace's labels ask for a profile that the pods do not meet; one problem a control.

    Source: k8s.io/pod-security-admission/admission/admission.go (ValidatePod, ValidatePodController).
    """
    pods = workload.pods
    if pods is None or workload.kind == "PodTemplate":
        return
    space = context.inventory.known_namespace(workload)
    namespace = context.inventory.find(workload, "Namespace", space) if space else None
    if namespace is None:
        return
    said: set[str] = set()
    refused = False
    for policy in policies(namespace, context.inventory.minor):
        if policy.mode == "warn" and refused:
            continue
        for control, breaches in broken_controls(policy.level, policy.version, pods):
            fresh = [breach for breach in breaches if breach.path not in said]
            if not fresh or control.name in said:
                continue
            said.add(control.name)
            said.update(breach.path for breach in breaches)
            # A request that is refused gets no warnings beside; that for a workload's controller is accepted.
            refused = refused or (policy.mode == "enforce" and workload.kind == "Pod")
            first = fresh[0]
            notes = [namespace.note(f"metadata.labels[{policy.label}]", f"{policy.mode}: {policy.value}")]
            notes += [workload.note(breach.path, breach.clause) for breach in fresh[1:]]
            yield workload.problem(
                first.path,
                f"{first.clause}; {_outcome(policy, workload, space)}",
                notes,
                _OUTCOMES[policy.mode][2],
            )


def _outcome(policy: Policy, workload: Resource, space: str) -> str:
    verb, consequence, _ = _OUTCOMES[policy.mode]
    what = "pod is refused" if workload.kind == "Pod" else "pods are refused"
    version = f" ({policy.written})" if policy.written != "latest" else ""
    if policy.value != policy.level:
        version += f' (there is no profile "{policy.value}", and it counts as that one)'
    return f"namespace `{space}` {verb} the Pod Security profile {policy.level}{version}, {consequence.format(what=what)}"

"""The kinds table: each built-in kind's API group, scope, and where its pod template stands.

Source: https://kubernetes.io/docs/reference/kubernetes-api/. Which versions a server serves follows from schemas/.
"""

from __future__ import annotations

from kwlint.util.record import Record


class Kind(Record):
    """A built-in kind: the groups it is or was served under, whether it is namespaced, and its pod template's path.

    ``template`` is None for a kind that makes no pods, and empty for Pod, which is its own template.
    """

    name: str
    groups: tuple[str, ...]
    namespaced: bool
    template: str | None = None


_NAMESPACED = {
    "ConfigMap": "",
    "Endpoints": "",
    "Event": "",
    "LimitRange": "",
    "PersistentVolumeClaim": "",
    "PodTemplate": "",
    "ResourceQuota": "",
    "Secret": "",
    "Service": "",
    "ServiceAccount": "",
    "Lease": "coordination.k8s.io",
    "EndpointSlice": "discovery.k8s.io",
    "NetworkPolicy": "networking.k8s.io extensions",
    "Ingress": "networking.k8s.io extensions",
    "HorizontalPodAutoscaler": "autoscaling",
    "PodDisruptionBudget": "policy",
    "Role": "rbac.authorization.k8s.io",
    "RoleBinding": "rbac.authorization.k8s.io",
    "CSIStorageCapacity": "storage.k8s.io",
    "ControllerRevision": "apps",
}
_CLUSTER = {
    "Namespace": "",
    "Node": "",
    "PersistentVolume": "",
    "ComponentStatus": "",
    "ClusterRole": "rbac.authorization.k8s.io",
    "ClusterRoleBinding": "rbac.authorization.k8s.io",
    "PriorityClass": "scheduling.k8s.io",
    "StorageClass": "storage.k8s.io",
    "CSIDriver": "storage.k8s.io",
    "CSINode": "storage.k8s.io",
    "VolumeAttachment": "storage.k8s.io",
    "VolumeAttributesClass": "storage.k8s.io",
    "RuntimeClass": "node.k8s.io",
    "IngressClass": "networking.k8s.io",
    "IPAddress": "networking.k8s.io",
    "ServiceCIDR": "networking.k8s.io",
    "CustomResourceDefinition": "apiextensions.k8s.io",
    "APIService": "apiregistration.k8s.io",
    "MutatingWebhookConfiguration": "admissionregistration.k8s.io",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io",
    "ValidatingAdmissionPolicy": "admissionregistration.k8s.io",
    "ValidatingAdmissionPolicyBinding": "admissionregistration.k8s.io",
    "MutatingAdmissionPolicy": "admissionregistration.k8s.io",
    "MutatingAdmissionPolicyBinding": "admissionregistration.k8s.io",
    "CertificateSigningRequest": "certificates.k8s.io",
    "FlowSchema": "flowcontrol.apiserver.k8s.io",
    "PriorityLevelConfiguration": "flowcontrol.apiserver.k8s.io",
    "PodSecurityPolicy": "policy extensions",
}
_WORKLOADS = {
    "Pod": ("", ""),
    "ReplicationController": ("", "spec.template"),
    "Deployment": ("apps extensions", "spec.template"),
    "ReplicaSet": ("apps extensions", "spec.template"),
    "DaemonSet": ("apps extensions", "spec.template"),
    "StatefulSet": ("apps", "spec.template"),
    "Job": ("batch", "spec.template"),
    "CronJob": ("batch", "spec.jobTemplate.spec.template"),
}

KINDS: dict[str, Kind] = {
    **{name: Kind(name, tuple(groups.split()) or ("",), True) for name, groups in _NAMESPACED.items()},
    **{name: Kind(name, tuple(groups.split()) or ("",), False) for name, groups in _CLUSTER.items()},
    **{
        name: Kind(name, tuple(groups.split()) or ("",), True, path)
        for name, (groups, path) in _WORKLOADS.items()
    },
}
KINDS["PodTemplate"] = Kind("PodTemplate", ("",), True, "template")

# Long-running workloads keep their pods up; those of Job and CronJob end by themselves.
LONG_RUNNING = frozenset(
    {"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Pod"}
)
SCALABLE = frozenset({"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"})


def builtin(group: str, kind: str) -> Kind | None:
    """Return the built-in kind of this name and API group; None for a custom resource."""
    known = KINDS.get(kind)
    return known if known is not None and group in known.groups else None

"""How containers come to run: as which user, and from which image (POD013, POD018)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.image import parse
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.values import integer, mapping


def root_conflict(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD013: runAsNonRoot and user 0 for the same container.

    Source: verifyRunAsNonRoot in pkg/kubelet/kuberuntime/security_context.go.
    """
    pods = workload.pods
    if pods is None:
        return
    shared = mapping(pods.spec.get("securityContext"))
    base = f"{pods.spec_path}.securityContext"
    said: set[str] = set()
    for container in pods.all_containers:
        own = mapping(container.data.get("securityContext"))
        place = {}
        for field in ("runAsUser", "runAsNonRoot"):
            place[field] = f"{container.path}.securityContext" if own.get(field) is not None else base
        user = integer((own if own.get("runAsUser") is not None else shared).get("runAsUser"))
        non_root = (own if own.get("runAsNonRoot") is not None else shared).get("runAsNonRoot")
        path = f"{place['runAsUser']}.runAsUser"
        if user != 0 or non_root is not True or path in said:
            continue
        said.add(path)
        yield workload.problem(
            path,
            f"the container `{container.name}` is to run as user 0, which is root, and `runAsNonRoot` is true, so the kubelet "
            "refuses to start it (CreateContainerConfigError)",
            [Note(workload, f"{place['runAsNonRoot']}.runAsNonRoot", "forbids root")],
        )


def always_pull_by_digest(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD018: an image that cannot change is asked for at every start."""
    pods = workload.pods
    for container in pods.all_containers if pods is not None else ():
        if container.data.get("imagePullPolicy") == "Always" and parse(container.image).digest:
            yield workload.problem(
                f"{container.path}.imagePullPolicy",
                f"the image of the container `{container.name}` is named by its digest and cannot change, so `Always` only makes each "
                "start depend on the registry; `IfNotPresent` does the same",
            )

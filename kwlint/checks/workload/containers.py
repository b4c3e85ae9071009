"""Checks of a workload's containers: their images and what they request."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.image import parse
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.workloads.limitranges import gives
from kwlint.model.workloads.pod_resources import pod_level, pod_request, request
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import mapping

# What replaces a whole image reference before it reaches the cluster.
_PLACEHOLDERS = ("$", "{", "<", "%", "ko://")


def latest_image(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK005: an image without a digest whose tag is missing or `latest`.

    Source of the pull policies: pkg/apis/core/v1/defaults.go (SetDefaults_Container).
    Knative resolves a tag once, when it makes a revision: https://knative.dev/docs/serving/tag-resolution/.
    """
    pods = workload.pods
    if pods is None or workload.group == "serving.knative.dev":
        return
    for container in pods.all_containers:
        written = container.image.strip()
        if not written or any(mark in written for mark in _PLACEHOLDERS) or _is_injected(written, pods):
            continue
        image, name = parse(written), _name(written)
        if name in workload.loosened_images and not image.floating:
            what = f'a kustomization sets image "{written}" to `latest`'
        elif not image.floating or name in workload.pinned_images:
            continue
        elif image.tag:
            what = f'image "{written}" is tagged `latest`'
        else:
            what = f'image "{written}" has no tag and means `latest`'
        policy = container.data.get("imagePullPolicy")
        if policy in ("IfNotPresent", "Never"):
            then = f"with `imagePullPolicy: {policy}` each node runs whatever it has under that name"
        else:
            then = "each pod that is started or rescheduled runs whatever that name means by then"
        yield workload.problem(f"{container.path}.image", f"{what}, so {then}; name a version or a digest")


def _name(written: str) -> str:
    image = parse(written)
    return f"{image.registry}/{image.repository}" if image.registry else image.repository


def _is_injected(written: str, pods: PodTemplate) -> bool:
    """Return whether Istio's injection puts the proxy's own image in place of the word `auto`.

    Source: https://istio.io/latest/docs/setup/additional-setup/gateway/
    """
    return written == "auto" and any(
        key in found
        for key in ("sidecar.istio.io/inject", "inject.istio.io/templates", "istio.io/rev")
        for found in (pods.annotations, pods.labels.written)
    )


def container_without_requests(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK009: a main container without a request for cpu or memory, which a limit would be too."""
    pods = workload.pods
    if pods is None:
        return
    for container in pods.main_containers:
        missing = [
            name
            for name in ("cpu", "memory")
            if not _has_request(container, name, pods, workload, context.inventory)
        ]
        if missing:
            yield workload.problem(
                f"{container.path}.resources.requests",
                f"the container `{container.name}` has no request for {' and '.join(missing)}, so the scheduler places "
                "it as if it needed none",
            )


def missing_memory_limit(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK010: a main container without a memory limit."""
    pods = workload.pods
    if (
        pods is None
        or mapping(pod_level(pods, context.inventory.minor).get("limits")).get("memory") is not None
    ):
        return
    for container in pods.main_containers:
        if container.resource("limits", "memory") is None and not gives(
            workload, context.inventory, "limits", "memory"
        ):
            yield workload.problem(
                f"{container.path}.resources.limits[memory]",
                f"the container `{container.name}` has no memory limit, so a leak takes the node's memory and other "
                "pods are killed with it",
            )


def _has_request(
    container: Container, name: str, pods: PodTemplate, workload: Resource, inventory: Inventory
) -> bool:
    """Return whether a container gets a request from itself, its limit, its pod's own resources or a LimitRange."""
    if request(container, name) is not None or pod_request(pods, inventory.minor, name) is not None:
        return True
    return gives(workload, inventory, "requests", name)

"""Checks of how far and how fast an autoscaler may go, and of a replica count that works against it."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.kinds import SCALABLE
from kwlint.model.workloads.scaling import minimum
from kwlint.rule import REMOVE, Change, Context, Fix, Note, Problem, Resource
from kwlint.util.values import integer, mapping, text


def replicas_set(workload: Resource, context: Context) -> Iterator[Problem]:
    """HPA004: an autoscaler sets the number of replicas, and so does the manifest, with each apply."""
    replicas = integer(workload.spec.get("replicas"))
    if (
        replicas is None
        or workload.is_patched("replicas")
        or (workload.builtin is not None and workload.kind not in SCALABLE)
    ):
        return
    for scaler in context.inventory.autoscalers(workload):
        if scaler.builtin is not None:
            least, most = minimum(scaler), integer(scaler.spec.get("maxReplicas"))
            if least == most == replicas:
                continue
            span = f"`minReplicas` {least}" if most is None else f"{least} to {most} replicas"
        else:
            span = "the replicas"
        if replicas == 0 and scaler.builtin is not None:
            what = "each apply stops all pods, and it does not scale what has 0 replicas"
        else:
            what = f"each apply sets {replicas} again, whatever it has scaled to"
        yield workload.problem(
            "spec.replicas",
            f"`replicas: {replicas}` is set although {scaler.title} scales it, so {what}; leave `replicas` out",
            [scaler.note("spec.scaleTargetRef", f"sets {span}")],
            fix=Fix("leave out `replicas`", (Change(REMOVE, "spec.replicas"),)),
        )
        return


def min_above_max(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA005: minReplicas is larger than maxReplicas. A maxReplicas below 1 is refused for itself.

    Source: pkg/apis/autoscaling/validation/validation.go (validateHorizontalPodAutoscalerSpec).
    """
    least, most = minimum(autoscaler), integer(autoscaler.spec.get("maxReplicas"))
    if most is not None and 1 <= most < least:
        yield autoscaler.problem(
            "spec.maxReplicas",
            f"`maxReplicas` {most} is below `minReplicas` {least}, and the API server refuses that",
            [autoscaler.note("spec.minReplicas", "larger than `maxReplicas`")],
        )


def never_scales(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA006: minReplicas and maxReplicas are the same number."""
    least, most = minimum(autoscaler), integer(autoscaler.spec.get("maxReplicas"))
    if most is None or most < 1 or least != most:
        return
    related: list[Note] = []
    if autoscaler.spec.get("minReplicas") is None:
        how = "`maxReplicas` is 1 and so is `minReplicas`, which is not set"
    else:
        how = f"`minReplicas` and `maxReplicas` are both {most}"
        related = [autoscaler.note("spec.minReplicas", "the same number")]
    yield autoscaler.problem("spec.maxReplicas", f"{how}, so the number of replicas never changes", related)


def scaling_disabled(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA010: a direction is switched off, or nothing keeps the number from falling with each dip."""
    behavior = mapping(autoscaler.spec.get("behavior"))
    for direction, verb in (("scaleUp", "up"), ("scaleDown", "down")):
        rules = mapping(behavior.get(direction))
        if text(rules.get("selectPolicy")) == "Disabled":
            yield autoscaler.problem(
                f"spec.behavior.{direction}.selectPolicy",
                f"`selectPolicy: Disabled` switches scaling {verb} off",
            )
    window = "stabilizationWindowSeconds"
    down = mapping(behavior.get("scaleDown"))
    if integer(down.get(window)) == 0 and text(down.get("selectPolicy")) != "Disabled":
        yield autoscaler.problem(
            f"spec.behavior.scaleDown.{window}",
            f"`{window}: 0` on the way down removes pods at each dip of the load (the default is 300 seconds)",
        )


def min_one(autoscaler: Resource, context: Context) -> Iterator[Problem]:
    """HPA011: at low load a single pod is left."""
    if minimum(autoscaler) == 1:
        how = "is 1" if integer(autoscaler.spec.get("minReplicas")) is not None else "is not set and means 1"
        yield autoscaler.problem(
            "spec.minReplicas",
            f"`minReplicas` {how}, so at low load a single pod is left, whose loss or eviction is an outage",
        )

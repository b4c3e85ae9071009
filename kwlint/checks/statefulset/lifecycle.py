"""How a StatefulSet's pods are named, updated, ended and counted (STS007, STS009, STS010, STS012)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.image import parse
from kwlint.model.software.images import QUORUM
from kwlint.model.workloads.rollouts import replicas_note
from kwlint.model.workloads.statefulsets import first_ordinal
from kwlint.rule import Context, Problem, Resource
from kwlint.util.values import dig, integer

# A label value has at most 63 characters; the hash at the end of a revision's name has up to 10, after a hyphen.
_LABEL_LIMIT = 63
_NAME_LIMIT = _LABEL_LIMIT - 11


def statefulset_update_never_rolls(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS007: a change of the template reaches no pod by itself."""
    if dig(statefulset.spec, "updateStrategy", "type") == "OnDelete":
        yield statefulset.problem(
            "spec.updateStrategy.type",
            "with `OnDelete` a changed template reaches a pod only after somebody deletes the pod",
        )
        return
    partition = integer(dig(statefulset.spec, "updateStrategy", "rollingUpdate", "partition"))
    replicas = context.inventory.replicas(statefulset)
    if partition is None or replicas is None or replicas.number < 1:
        return
    last = first_ordinal(statefulset) + replicas.number - 1
    if partition > last:
        yield statefulset.problem(
            "spec.updateStrategy.rollingUpdate.partition",
            f"`partition: {partition}` leaves out all pods below ordinal {partition}, and with "
            f"{replicas.number} {'replica' if replicas.number == 1 else 'replicas'} the last is {last}, so no pod is ever updated",
            replicas_note(replicas),
        )


def zero_grace_period(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS009: the pods are killed without time to end."""
    if statefulset.pods is not None and statefulset.pods.spec.get("terminationGracePeriodSeconds") == 0:
        yield statefulset.problem(
            f"{statefulset.pods.spec_path}.terminationGracePeriodSeconds",
            "`terminationGracePeriodSeconds: 0` kills the pods at once and takes their names off before they are known to "
            "have ended, so two pods of one identity may write to the same data",
        )


def statefulset_name_too_long(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS010: the revision's name, which the pods get as a label, is too long for one."""
    length = len(statefulset.name)
    # The API server itself refuses names longer than a label.
    if _NAME_LIMIT < length <= _LABEL_LIMIT:
        yield statefulset.problem(
            "metadata.name",
            f"the name has {length} characters, more than {_NAME_LIMIT}: the label `controller-revision-hash` (this name, a hyphen "
            f"and up to 10 more) passes {_LABEL_LIMIT} and the pods are refused",
        )


def even_quorum(statefulset: Resource, context: Context) -> Iterator[Problem]:
    """STS012: an even number of members of a quorum."""
    replicas = context.inventory.replicas(statefulset)
    if statefulset.pods is None or replicas is None or replicas.number < 2 or replicas.number % 2:
        return
    for container in statefulset.pods.containers:
        name = parse(container.image).name
        if name in QUORUM:
            number = replicas.number
            yield statefulset.problem(
                "spec.replicas",
                f"{number} members of `{name}` need {number // 2 + 1} for a majority, so they bear the loss of "
                f"{number // 2 - 1}, no more than {number - 1} would",
                [] if replicas.source is statefulset else replicas_note(replicas),
            )
            return

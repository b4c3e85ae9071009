"""Checks of a workload's selector and identity: what it selects, whom else, and what stands twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kwlint.model.image import parse as parse_image
from kwlint.model.kinds import LONG_RUNNING
from kwlint.model.project.applications import Identity, identity
from kwlint.model.project.selection import Selection
from kwlint.model.selector import PodLabels, Requirement, Selector, parse, parse_map
from kwlint.rule import Context, Problem, Resource
from kwlint.util.lazyre import pattern
from kwlint.util.spelling import near_miss
from kwlint.util.values import dig, mapping, sequence, strings, text

_SERVED = {"ReplicationController": "v1", "Job": "batch/v1"}
# How many others a finding about overlapping selectors names.
_SHOWN = 3
# Labels that name a release: always, or where the value names a version too.
_RELEASE_KEYS = frozenset({"helm.sh/chart", "app.kubernetes.io/version"})
_VERSION_KEYS = frozenset(
    {"app-version", "appVersion", "build", "image-tag", "release-version", "tag", "version"}
)
# Labels that controllers set on what they make, as a dump of a cluster shows it.
_HASH_KEYS = frozenset({"controller-revision-hash", "pod-template-hash"})
# What kubebuilder's first scaffold writes into every project, whichever version that has.
_SCAFFOLD_KEY = "controller-tools.k8s.io"
_VERSION = pattern(r"[vV]?\d+(?:\.\d+)+(?:[-+_.][0-9A-Za-z][-+_.0-9A-Za-z]*)?")
_HASH = pattern(r"(?:sha-|git-)?(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])(?:[0-9a-f]{7,12}|[0-9a-f]{40})")
_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_KEY = pattern(rf"(?:(?=[^/]{{1,253}}/){_LABEL}(?:\.{_LABEL})*/)?{_NAME}")
_VALUE = pattern(rf"(?:{_NAME})?")


def selector_mismatch(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK001: the selector does not select the template's labels.

    Source: pkg/apis/apps/validation/validation.go (ValidatePodTemplateSpecForReplicaSet and its siblings). Labels
    that a controller adds to its pods later do not count there; a Job's are added before.
    """
    pods = workload.pods
    if pods is None or workload.api_version != _SERVED.get(workload.kind, "apps/v1"):
        return
    written = dig(workload.spec, "template", "metadata", "labels")
    if isinstance(written, dict) and len(written) != len(pods.labels.written):
        return  # a label that is no string is refused for that
    selector = _selector(workload)
    if selector.nothing or not all(map(_is_valid, selector.requirements)):
        return
    generated = workload.kind == "Job" and workload.spec.get("manualSelector") is not True
    labels = pods.labels if generated else PodLabels(pods.labels.written)
    missed = selector.missed(labels)
    if not missed:
        return
    yield workload.problem(
        pods.labels_path,
        f"`spec.selector` wants {_listed(missed)}, but the template's labels have {_had(missed, labels)}, "
        f"so the API server refuses the {workload.kind}",
        related=[workload.note(_path_of(missed[0], workload), "what the selector wants")],
    )


def overlapping_selectors(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK002: the selector of a long-running workload selects the pods of another one."""
    pods = workload.pods
    selector = _selector(workload)
    if pods is None or selector.everything or _owned(workload):
        return
    own = identity(workload)
    found: list[Resource] = []
    for who, other in context.inventory.selected_beside(workload, selector).once(_lasting).items():
        # Of one kind and name there is only one in a namespace: the namespace that is not written is another one.
        if (*who[:2], who[3]) == (*own[:2], own[3]):
            continue
        if other.number > workload.number and other.kind != "Pod" and _selector(other).matches(pods.labels):
            continue
        found.append(other)
        if len(found) > _SHOWN:
            break
    if not found:
        return
    others, more = found[:_SHOWN], " and others" if len(found) > _SHOWN else ""
    titles = ", ".join(other.title for other in others)
    yield workload.problem(
        "spec.selector",
        f"`spec.selector` ({selector}) also selects the pods of {titles}{more}, so what goes by the selector, such as an "
        "autoscaler, takes those pods for its own, and the controllers can adopt each other's",
        related=[
            other.note(other.pods.labels_path, "pods with these labels are selected too")
            for other in others
            if other.pods is not None
        ],
    )


def _lasting(selected: Selection) -> dict[Identity, Resource]:
    """Return the long-running workloads that nobody else made, the first of each identity."""
    found: dict[Identity, Resource] = {}
    for item in selected:
        if item.builtin is not None and item.kind in LONG_RUNNING and not item.hook and not _owned(item):
            found.setdefault(identity(item), item)
    return found


def _owned(workload: Resource) -> bool:
    """Return whether a controller made an object (a dump of a cluster shows both), so that its pods are the owner's too."""
    return any(
        mapping(owner).get("controller") is True
        for owner in sequence(workload.at("metadata", "ownerReferences"))
    )


def volatile_selector_label(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK003: a label that changes with the release in a selector or a claim template, where no change is allowed."""
    pods = workload.pods
    if pods is None:
        return
    tags = {parse_image(container.image).tag for container in pods.all_containers} - {""}
    wanted = [
        (f"spec.selector.matchLabels[{key}]", key, value)
        for key, value in strings(dig(workload.spec, "selector", "matchLabels")).items()
    ]
    for index, expression in enumerate(sequence(dig(workload.spec, "selector", "matchExpressions"))):
        expression = mapping(expression)
        if expression.get("operator") == "In":
            for value in sequence(expression.get("values"))[:1]:
                path = f"spec.selector.matchExpressions[{index}]"
                wanted.append((path, text(expression.get("key")), text(value)))
    for path, key, value in wanted:
        if _is_volatile(key, value, tags):
            yield workload.problem(
                path,
                f'the selector has the label `{key}` with "{value}", which changes from release to release, and '
                f"`spec.selector` is immutable, so the next release is refused",
            )
    if workload.kind != "StatefulSet":
        return
    for index, claim in enumerate(sequence(workload.spec.get("volumeClaimTemplates"))):
        for key, value in strings(dig(claim, "metadata", "labels")).items():
            if _is_volatile(key, value, tags):
                yield workload.problem(
                    f"spec.volumeClaimTemplates[{index}].metadata.labels[{key}]",
                    f'the claim template has the label `{key}` with "{value}", which changes from release to release, '
                    f"and `volumeClaimTemplates` is immutable, so the next release is refused",
                )


def _is_volatile(key: str, value: str, tags: set[str]) -> bool:
    """Return whether a label's value is one of a release; a bare `v1` is a variant unless the image has that tag."""
    if key in _HASH_KEYS or key == _SCAFFOLD_KEY:
        return False
    if key in _RELEASE_KEYS or value == "latest" or _VERSION.fullmatch(value) or _HASH.fullmatch(value):
        return True
    if key == "chart":
        return re.search(r"-v?\d", value) is not None
    return key in _VERSION_KEYS and value in tags and any(letter.isdigit() for letter in value)


def duplicate_object(resource: Resource, context: Context) -> Iterator[Problem]:
    """WRK004: an object that stands twice in one application; said at the later ones."""
    if not resource.name or not resource.kind or resource.hook:
        return
    copies = context.inventory.copies_of(resource)
    if len(copies) < 2:
        return
    first = copies.once(_first)
    # Files that can be applied alone each bring their Namespace.
    if first is resource or (resource.kind == "Namespace" and resource.data == first.data):
        return
    space = f" of namespace `{resource.namespace}`" if resource.namespace else ""
    yield resource.problem(
        "metadata.name",
        f"{resource.title}{space} stands twice in this application, and the last one applied replaces the other",
        related=[first.note("metadata.name", "the first one")],
    )


def _first(copies: Selection) -> Resource:
    return next(item for item in copies if not item.hook)


def _selector(workload: Resource) -> Selector:
    """Return a workload's own selector; a ReplicationController without one takes its template's labels."""
    if workload.kind != "ReplicationController":
        return parse(workload.spec.get("selector"))
    written = workload.spec.get("selector")
    return parse_map(written or dig(workload.spec, "template", "metadata", "labels"))


def _is_valid(requirement: Requirement) -> bool:
    """Return whether the API server can read a requirement; it refuses others as such."""
    if not _KEY.fullmatch(requirement.key) or not all(map(_VALUE.fullmatch, requirement.values)):
        return False
    if requirement.operator in ("In", "NotIn"):
        return bool(requirement.values)
    return requirement.operator in ("Exists", "DoesNotExist") and not requirement.values


def _listed(requirements: list[Requirement]) -> str:
    return " and ".join(f"`{requirement}`" for requirement in requirements)


def _had(missed: list[Requirement], labels: PodLabels) -> str:
    parts = []
    for requirement in missed:
        key = requirement.key
        value = labels.written.get(key)
        if value is not None:
            parts.append(f"`{key}={value}`")
            continue
        near = near_miss(key, labels.written)
        parts.append(f"no `{key}`" + (f" (did you mean `{near}`?)" if near else ""))
    return " and ".join(parts)


def _path_of(requirement: Requirement, workload: Resource) -> str:
    key = requirement.key
    if workload.kind == "ReplicationController":
        return f"spec.selector[{key}]"
    if key in mapping(dig(workload.spec, "selector", "matchLabels")):
        return f"spec.selector.matchLabels[{key}]"
    for index, expression in enumerate(sequence(dig(workload.spec, "selector", "matchExpressions"))):
        if mapping(expression).get("key") == key:
            return f"spec.selector.matchExpressions[{index}]"
    return "spec.selector"

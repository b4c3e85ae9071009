"""Checks of a workload's volumes: what nobody mounts, and claims that only one node may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kwlint.model.links.claims import claim_templates, contested_claims
from kwlint.model.pods import Container, PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.model.workloads.rollouts import replicas_note, rolling_update
from kwlint.rule import REMOVE, SET, Change, Context, Fix, Note, Problem, Resource
from kwlint.util.spelling import near_miss
from kwlint.util.values import mapping, sequence, text

_PATH = r"(?<![\w./:-])(?:/[\w.+-]+)+"
_CONFIGURATION = r"\.(?:ya?ml|json|conf|cfg|cnf|ini|toml|properties|xml|pem|crt|key)$"


def volume_not_mounted(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK006: a volume that no container mounts or uses as a device."""
    pods = workload.pods
    if pods is None or not pods.containers:
        return
    volumes = [
        (path, volume, text(volume.get("name"))) for path, volume in pods.volumes if text(volume.get("name"))
    ]
    if not volumes:
        return
    # A claim template of a StatefulSet takes the place of a volume of its name, and has a rule of its own.
    used = (pods.used_volumes - {""}) | claim_templates(workload)
    unused = [found for found in volumes if found[2] not in used and not _injected(found[2], pods)]
    if not unused:
        return
    dangling = used - {name for _, _, name in volumes} - claim_templates(workload)
    for path, volume, name in unused:
        # A misspelt mount is refused, and that finding names both.
        if near_miss(name, dangling) or (dangling and len(dangling) == len(unused) == 1):
            continue
        message = f"no container mounts the volume `{name}`"
        wanted = _wanted_path(volume, pods, workload, context.inventory)
        if wanted is None:
            message += ", so what it holds reaches none of them"
            yield workload.problem(f"{path}.name", message)
            continue
        container, field, served, certain = wanted
        source = "ConfigMap" if "configMap" in volume else "Secret" if "secret" in volume else "volume"
        modal = "would serve" if certain else "was probably meant to serve"
        yield workload.problem(
            f"{path}.name",
            f"{message}, and the container `{container.name}` is told to read {served}, which this {source} {modal}",
            related=[Note(workload, field, f"names {served}")],
        )


def shared_exclusive_claim(workload: Resource, context: Context) -> Iterator[Problem]:
    """WRK007: several replicas mount one claim that only one node, or one pod, may have."""
    replicas = context.inventory.replicas(workload)
    if replicas is None or replicas.number < 2 or workload.hook:
        return
    for path, claim in contested_claims(workload, context.inventory):
        modes = _modes(claim)
        place = "pod" if modes == "ReadWriteOncePod" else "node"
        yield workload.problem(
            path,
            f"{replicas.number} replicas share the claim `{claim.name}`, which is {modes}, so only the pods of one "
            f"{place} start and the others wait with Multi-Attach errors"
            if place == "node"
            else f"{replicas.number} replicas share the claim `{claim.name}`, which is {modes}, so one pod starts and "
            "the others stay pending",
            related=[claim.note("spec.accessModes", f"only {modes}"), *replicas_note(replicas)],
        )


def exclusive_claim_rolling_update(deployment: Resource, context: Context) -> Iterator[Problem]:
    """WRK008: a rolling update starts a new pod while the old one still has the claim."""
    update = rolling_update(deployment, context.inventory)
    # Where every old pod may go at once, the rollout does not wait for the new one.
    if update is None or not update.surge or update.unavailable >= update.replicas.number or deployment.hook:
        return
    claims = contested_claims(deployment, context.inventory)
    if not claims:
        return
    claim = claims[0].claim
    yield deployment.problem(
        "spec.strategy",
        f"the rolling update starts a new pod (maxSurge comes to {update.surge}) while the old one holds the claim "
        f"`{claim.name}`, which is {_modes(claim)}, so the new pod waits for the volume and the rollout hangs; "
        "use `type: Recreate`",
        related=[
            deployment.note(claims[0].path, "mounts the claim"),
            claim.note("spec.accessModes", f"only {_modes(claim)}"),
        ],
        fix=_recreate(deployment),
    )


def _recreate(deployment: Resource) -> Fix:
    """Return the fix that makes the strategy `Recreate`."""
    strategy = deployment.spec.get("strategy")
    if not isinstance(strategy, dict):
        changes = [Change(SET, "spec.strategy", {"type": "Recreate"}, "replicas")]
    else:
        changes = [Change(SET, "spec.strategy.type", "Recreate")]
        if "rollingUpdate" in strategy:
            changes.append(Change(REMOVE, "spec.strategy.rollingUpdate"))
    return Fix("use the strategy `Recreate`", tuple(changes))


def _modes(claim: Resource) -> str:
    return " and ".join(text(mode) for mode in sequence(claim.spec.get("accessModes")))


def _injected(name: str, pods: PodTemplate) -> bool:
    """Return whether an annotation has an injected sidecar mount the volume (`sidecar.istio.io/userVolumeMount`)."""
    quoted = f'"{name}"'
    return any("olume" in key and quoted in value for key, value in pods.annotations.items())


def _wanted_path(
    volume: dict[str, Any], pods: PodTemplate, workload: Resource, inventory: Inventory
) -> tuple[Container, str, str, bool] | None:
    """Return the container, its field, and the path there that an unmounted ConfigMap or Secret would serve.

    The last of the four says whether the file is known to be in it; where the object is not in the input, a path
    to a file below no mount of the container stands for it.
    """
    files = _served_files(volume, workload, inventory)
    if files is None:
        return None
    for container in pods.all_containers:
        mounts = [text(mount.get("mountPath")).rstrip("/") for mount in container.mounts]
        for field, word in container.words_with_paths():
            for path in re.findall(_PATH, word):
                if any(path == mount or path.startswith(f"{mount}/") for mount in mounts):
                    continue
                base = path.rsplit("/", 1)[-1]
                if base in files:
                    return container, field, path, True
                if not files and re.search(_CONFIGURATION, base):
                    return container, field, path, False
    return None


def _served_files(volume: dict[str, Any], workload: Resource, inventory: Inventory) -> set[str] | None:
    """Return the names of the files of a ConfigMap or Secret volume, empty where not known; None for other volumes."""
    for field, kind, key in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        source = volume.get(field)
        if not isinstance(source, dict):
            continue
        items = {text(mapping(item).get("path")).rsplit("/", 1)[-1] for item in sequence(source.get("items"))}
        if items:
            return items
        found = inventory.find(workload, kind, text(source.get(key)))
        if found is None:
            return set()
        return {
            name for part in ("data", "binaryData", "stringData") for name in mapping(found.data.get(part))
        }
    return None

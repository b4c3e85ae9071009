"""Checks of the keys that pods want of ConfigMaps and Secrets."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.links.references import known_keys, references
from kwlint.model.links.servedfiles import served_files
from kwlint.model.pods import PodTemplate
from kwlint.model.project.inventory import Inventory
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.spelling import near_miss
from kwlint.util.values import mapping, text

_LISTED = 6


def key_not_found(workload: Resource, context: Context) -> Iterator[Problem]:
    """REF001: a key that the ConfigMap or Secret does not have."""
    for reference in references(workload):
        if not reference.key or reference.optional:
            continue
        keys = known_keys(workload, context.inventory, reference.kind, reference.name)
        if keys is None or reference.key in keys:
            continue
        yield workload.problem(
            reference.key_path,
            f"{reference.kind} `{reference.name}` has no key `{reference.key}`, so {reference.effect}{_hint(reference.key, keys)}",
            _notes(workload, context.inventory, reference.kind, reference.name),
        )
    if workload.pods is not None:
        yield from _sub_paths(workload, workload.pods, context.inventory)


def _sub_paths(workload: Resource, pods: PodTemplate, inventory: Inventory) -> Iterator[Problem]:
    volumes = {text(volume.get("name")): volume for _, volume in pods.volumes}
    for container in pods.all_containers:
        for index, mount in enumerate(container.mounts):
            wanted = text(mount.get("subPath")).removeprefix("./").rstrip("/")
            volume = volumes.get(text(mount.get("name")))
            if not wanted or volume is None:
                continue
            files = served_files(workload, inventory, volume)
            if files is None or wanted in files or any(file.startswith(f"{wanted}/") for file in files):
                continue
            kind, name = _source(volume)
            yield workload.problem(
                f"{container.path}.volumeMounts[{index}].subPath",
                f"volume `{text(volume.get('name'))}`{f' ({kind} `{name}`)' if name else ''} has no file `{wanted}`, so an "
                f"empty directory is mounted at {text(mount.get('mountPath'))} in its place{_hint(wanted, files)}",
                _notes(workload, inventory, kind, name),
            )


def _source(volume: dict[str, object]) -> tuple[str, str]:
    for field, kind, name_field in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        name = text(mapping(volume.get(field)).get(name_field))
        if name:
            return kind, name
    return "", ""


def _hint(wanted: str, known: frozenset[str]) -> str:
    miss = near_miss(wanted, known)
    if miss is not None:
        return f"; did you mean `{miss}`?"
    listed = sorted(known)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"; there is {', '.join(f'`{key}`' for key in listed[:_LISTED])}{more}" if listed else ""


def _notes(workload: Resource, inventory: Inventory, kind: str, name: str) -> list[Note]:
    found = inventory.find(workload, kind, name) if name else None
    if found is None:
        return []
    # A Secret's values may stand on the line of its keys, and reports show the lines of related places.
    field = "data" if kind == "ConfigMap" and isinstance(found.data.get("data"), dict) else "metadata.name"
    return [found.note(field, f"the keys of {found.title}" if field == "data" else f"the {found.title}")]

"""Where violations of a StatefulSet's volumes stand: the API server counts its claim templates as volumes first."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.api.groups.statefulset import validate_stateful_set
from kwlint.api.violations import Violations

VOLUMES = "spec.template.spec.volumes"


def stateful_set(claims: list[str], volumes: list[str], mounts: list[str]) -> dict[str, Any]:
    storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    container = {
        "name": "main",
        "image": "app:1",
        "volumeMounts": [{"name": name, "mountPath": f"/{name}"} for name in mounts],
    }
    return {
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "containers": [container],
                    "volumes": [{"name": name, "emptyDir": {}} for name in volumes],
                },
            },
            "volumeClaimTemplates": [{"metadata": {"name": name}, "spec": storage} for name in claims],
        },
    }


@pytest.mark.parametrize(
    ("claims", "volumes", "mounts", "found"),
    [
        (["data"], ["tmp"], ["data", "tmp"], []),
        (["data"], ["data", "tmp"], ["data", "tmp"], []),
        (
            ["data", "Logs"],
            ["tmp"],
            ["data"],
            [(VOLUMES + "[1].name", "spec.volumeClaimTemplates[1].metadata.name")],
        ),
        (
            [""],
            [],
            [],
            [
                (VOLUMES + "[0].name", "spec.volumeClaimTemplates[0].metadata.name"),
                (
                    VOLUMES + "[0].persistentVolumeClaim.claimName",
                    "spec.volumeClaimTemplates[0].metadata.name",
                ),
            ],
        ),
        (["data"], ["tmp", "Tmp"], ["data"], [(VOLUMES + "[2].name", VOLUMES + "[1].name")]),
        (["data"], ["data", "Tmp"], ["data"], [(VOLUMES + "[1].name", VOLUMES + "[1].name")]),
        (["data"], [], ["date"], [("spec.template.spec.containers[0].volumeMounts[0].name", None)]),
    ],
)
def test_paths_are_the_servers_and_places_the_documents(
    claims: list[str], volumes: list[str], mounts: list[str], found: list[tuple[str, str | None]]
) -> None:
    v = Violations(37)
    validate_stateful_set(stateful_set(claims, volumes, mounts), v)
    assert sorted((violation.path, violation.place) for violation in v.found) == sorted(found)

from __future__ import annotations

import pytest

from kwlint.model.links.claims import contested_claims, mounted_claims
from tests.model.inputs import inventory_of, workload

VOLUMES = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"
TEMPLATE = "{volumeClaimTemplates: [{metadata: {name: data}}]}"


def claim(modes: str, namespace: str = "shop") -> str:
    return (
        f"---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data, namespace: {namespace}}}\n"
        f"spec: {{accessModes: [{modes}]}}\n"
    )


@pytest.mark.parametrize(
    ("manifests", "mounted", "contested"),
    [
        (workload(f"{{{VOLUMES}}}") + claim("ReadWriteOnce"), 1, 1),
        (workload(f"{{{VOLUMES}}}") + claim("ReadWriteOncePod"), 1, 1),
        (workload(f"{{{VOLUMES}}}") + claim("ReadWriteMany"), 1, 0),
        (workload(f"{{{VOLUMES}}}") + claim("ReadWriteOnce, ReadOnlyMany"), 1, 0),
        (workload(f"{{{VOLUMES}}}") + claim(""), 1, 0),
        (workload(f"{{{VOLUMES}}}") + claim("ReadWriteOnce", namespace="other"), 0, 0),
        (workload(f"{{{VOLUMES}}}"), 0, 0),
        (workload(f"{{{VOLUMES}, nodeName: a}}") + claim("ReadWriteOnce"), 1, 0),
        (workload(f"{{{VOLUMES}, nodeName: a}}") + claim("ReadWriteOncePod"), 1, 1),
        (workload(f"{{{VOLUMES}}}", spec=TEMPLATE, kind="StatefulSet") + claim("ReadWriteOnce"), 0, 0),
    ],
)
def test_claims(manifests: str, mounted: int, contested: int) -> None:
    inventory = inventory_of(manifests)
    web = inventory.resources[0]
    assert len(mounted_claims(web, inventory)) == mounted
    found = contested_claims(web, inventory)
    assert [item.path for item in found] == contested * [
        "spec.template.spec.volumes[0].persistentVolumeClaim.claimName"
    ]

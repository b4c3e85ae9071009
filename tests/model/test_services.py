"""Services: which one a host name means, and what is said where none has a name."""

from __future__ import annotations

import pytest

from kwlint.model.links.services import absence, find_named, listens, named_by, port_numbers
from kwlint.model.project.inventory import Inventory
from kwlint.model.workloads.statefulsets import ordinals, pod_name
from tests.model.files import inventory_of_files
from tests.model.inputs import inventory_of


def service(name: str, namespace: str = "", spec: str = "ports: [{port: 80, targetPort: 8080}]") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}{space}}}\nspec: {{{spec}}}\n"


def config_map(namespace: str = "") -> str:
    """The object from whose point of view names are read; it comes first."""
    space = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: near{space}}}\n"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("web", ("web", None, None)),
        ("web.pay", ("web", "pay", None)),
        ("web-0.web", ("web", None, "web-0")),
        ("web-0.web.pay", ("web", "pay", "web-0")),
        ("web.pay.svc", ("web", "pay", None)),
        ("web.else.svc.cluster.local", ("web", "else", None)),
        ("web-0.web.else.svc.example.org.", ("web", "else", "web-0")),
        ("example.com", None),
        ("www.example.com", None),
        ("web.else", None),
        ("web.svc", None),
    ],
)
def test_named_by(host: str, expected: tuple[str, str | None, str | None] | None) -> None:
    inventory = inventory_of(config_map("shop") + service("web", "shop") + service("api", "pay"))
    assert named_by(host, inventory.resources[0], inventory) == expected


@pytest.mark.parametrize(
    ("objects", "host", "found"),
    [
        (config_map("shop") + service("web", "shop"), "web", True),
        (config_map("shop") + service("web", "pay"), "web", False),
        (config_map("shop") + service("web", "pay"), "web.pay", True),
        (config_map() + service("web"), "web.default.svc", True),
        (config_map("shop") + service("x", "pay") + service("web"), "web.shop.svc", True),
    ],
)
def test_find_named(objects: str, host: str, found: bool) -> None:
    inventory = inventory_of(objects)
    near = inventory.resources[0]
    named = named_by(host, near, inventory)
    assert named is not None
    assert (find_named(named, near, inventory) is not None) is found


CUSTOM = "---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg}\n"


@pytest.mark.parametrize(
    ("objects", "name", "clause"),
    [
        (config_map() + service("web"), "web", None),
        (config_map() + service("web"), "other", ""),
        (config_map() + service("postgres"), "postgress", "there is a Service `postgres`"),
        (config_map(), "web", None),
        (config_map() + service("web-a"), "web-b", ""),
        (config_map("shop") + service("web", "pay"), "web", "the Service `web` is in namespace `pay`"),
        (config_map("shop") + service("web", "pay"), "api", None),
        (config_map() + service("web") + CUSTOM, "pg-rw", None),
    ],
)
def test_absence(objects: str, name: str, clause: str | None) -> None:
    inventory = inventory_of(objects)
    found = absence(inventory.resources[0], inventory, name)
    assert (None if found is None else found.clause) == clause


def test_absence_in_a_complete_input() -> None:
    inventory = inventory_of_files({"a.yaml": config_map()}, complete=True)
    assert absence(inventory.resources[0], inventory, "web") is not None


def test_absence_is_unknowable_beside_an_unreadable_file() -> None:
    known = inventory_of(config_map() + service("web"))
    application = known.resources[0].application
    inventory = Inventory(known.resources, 37, (application,))
    assert absence(inventory.resources[0], inventory, "other") is None


@pytest.mark.parametrize(
    ("spec", "port", "expected"),
    [
        ("ports: [{port: 80}, {port: 443}]", 443, True),
        ("ports: [{port: 80, targetPort: 8080}]", 8080, False),
        ("clusterIP: None, ports: [{port: 80}]", 8080, True),
        ("type: ExternalName, externalName: a.example.com", 1, True),
        ("ports: [{port: true}]", 1, False),
    ],
)
def test_listens(spec: str, port: int, expected: bool) -> None:
    assert listens(inventory_of(service("web", spec=spec)).resources[0], port) is expected


def test_port_numbers() -> None:
    spec = "ports: [{port: 443, targetPort: tls}, {port: 80, targetPort: 8080}, {port: 80}]"
    found = inventory_of(service("web", spec=spec)).resources[0]
    assert port_numbers(found) == [80, 443]
    assert port_numbers(found, "targetPort") == [8080]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("web-0.web", ("web", 0, "web", None)),
        ("my-web-12.web.pay.svc.cluster.local", ("my-web", 12, "web", "pay")),
        ("web-1.web.pay", ("web", 1, "web", "pay")),
        ("web-1.example.com", None),
        ("web-01.web", None),
        ("web.web", None),
        ("web-0", None),
        ("web-0.web.pay.example.com", None),
    ],
)
def test_pod_name(host: str, expected: tuple[str, int, str, str | None] | None) -> None:
    assert pod_name(host, inventory_of(service("web", "pay"))) == expected


AUTOSCALER = (
    "---\napiVersion: {group}\nkind: {kind}\nmetadata: {{name: web}}\n"
    "spec: {{scaleTargetRef: {{kind: StatefulSet, name: web}}, {maximum}}}\n"
)
HPA = AUTOSCALER.format(group="autoscaling/v2", kind="HorizontalPodAutoscaler", maximum="maxReplicas: 5")
KEDA = AUTOSCALER.format(group="keda.sh/v1alpha1", kind="ScaledObject", maximum="maxReplicaCount: 4")
KEDA_DEFAULT = AUTOSCALER.format(group="keda.sh/v1alpha1", kind="ScaledObject", maximum="triggers: []")


@pytest.mark.parametrize(
    ("spec", "autoscaler", "expected"),
    [
        ("", "", range(1)),
        ("replicas: 3", "", range(3)),
        ("replicas: 0", "", range(0)),
        ("replicas: 3, ordinals: {start: 5}", "", range(5, 8)),
        ("replicas: 1", HPA, range(5)),
        ("ordinals: {start: 1}", KEDA, range(1, 5)),
        ("replicas: 1", KEDA_DEFAULT, range(100)),
    ],
)
def test_ordinals(spec: str, autoscaler: str, expected: range) -> None:
    inventory = inventory_of(
        f"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: web}}\nspec: {{{spec}}}\n{autoscaler}"
    )
    assert ordinals(inventory.resources[0], inventory) == expected

"""The inventory: the namespaces rule, references found nearest first, and indexes that equal a look at everything."""

from __future__ import annotations

import os
from random import Random

import pytest

from kwlint.model.project.inventory import Inventory
from kwlint.model.project.selection import Selection, distance
from kwlint.model.project.silence import Silence
from kwlint.model.resources import Resource
from kwlint.model.selector import parse, parse_map
from tests.model.files import config_map, inventory_of_files, resources_of


def deployment(name: str, labels: str, namespace: str = "", spec: str = "", kind: str = "Deployment") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}{space}}}\n"
        f"spec: {{{spec}template: {{metadata: {{labels: {labels}}}}}}}\n"
    )


def selecting(kind: str, name: str, selector: str, namespace: str = "") -> str:
    version = {"Service": "v1", "PodDisruptionBudget": "policy/v1"}[kind]
    space = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}{space}}}\nspec: {{selector: {selector}}}\n"


def named(inventory: Inventory, name: str) -> Resource:
    return next(item for item in inventory.resources if item.name == name)


@pytest.mark.parametrize(
    ("files", "spaces"),
    [
        ({"x": config_map("a") + config_map("b")}, {"a": "", "b": ""}),
        ({"x": config_map("a") + config_map("b", "shop")}, {"a": "shop", "b": "shop"}),
        (
            {"x": config_map("a") + config_map("b", "shop") + config_map("c", "pay")},
            {"a": "", "b": "shop", "c": "pay"},
        ),
        # An object without a namespace has that of its application, where there is one.
        (
            {
                "dev/x": config_map("a") + config_map("b", "dev") + config_map("same"),
                "prod/x": config_map("c") + config_map("d", "prod") + config_map("same"),
            },
            {"a": "dev", "b": "dev", "c": "prod", "d": "prod"},
        ),
        # Cluster-scoped objects have none, whatever they say, and make none.
        (
            {
                "x": config_map("a")
                + "---\napiVersion: v1\nkind: Node\nmetadata: {name: node, namespace: odd}\n"
                + config_map("b", "shop")
            },
            {"a": "shop", "node": ""},
        ),
    ],
)
def test_namespaces(files: dict[str, str], spaces: dict[str, str]) -> None:
    inventory = inventory_of_files(files)
    assert {name: inventory.namespace_of(named(inventory, name)) for name in spaces} == spaces


@pytest.mark.parametrize(
    ("near", "found"),
    [
        ("app/one.yaml", "app/one.yaml"),
        ("app/two.yaml", "app/two.yaml"),
        ("app/three.yaml", "app/one.yaml"),
        ("app/sub/four.yaml", "app/one.yaml"),
        ("other/five.yaml", "other/six.yaml"),
    ],
)
def test_nearest_first(near: str, found: str) -> None:
    target = config_map("target")
    inventory = inventory_of_files(
        {
            "app/one.yaml": config_map("n1") + target,
            "app/two.yaml": config_map("n2") + target,
            "app/three.yaml": config_map("n3"),
            "app/sub/four.yaml": config_map("n4"),
            "other/five.yaml": config_map("n5"),
            "other/six.yaml": target,
        }
    )
    one = next(item for item in inventory.resources if item.file == near)
    hit = inventory.find(one, "ConfigMap", "target")
    assert hit is not None
    assert hit.file == found
    neighbours = inventory.neighbours(one, "ConfigMap")
    assert neighbours.nearest(one).file == near
    # Many are kept by place, few are looked at.
    many = Selection([*neighbours, *neighbours])
    for some in (neighbours, many):
        assert [distance(one, item) for item in some.nearest_first(one)] == sorted(
            distance(one, item) for item in some
        )
        assert set(some.nearest_first(one)) == set(some)


def test_find_keeps_to_namespaces_and_kinds() -> None:
    inventory = inventory_of_files({"x": config_map("a", "one") + config_map("b", "two") + config_map("c")})
    a = named(inventory, "a")
    assert inventory.find(a, "ConfigMap", "b") is None
    assert inventory.find(a, "ConfigMap", "c") is None
    assert inventory.find(a, "ConfigMap", "b", "two") is named(inventory, "b")
    assert inventory.find(a, "Secret", "a") is None
    assert [item.name for item in inventory.named("ConfigMap", "b")] == ["b"]


def test_the_last_resort_is_the_whole_input() -> None:
    same = config_map("same")
    near, far = "one/x/y.yaml", "one/v/w/x/y.yaml"
    files = {"one/x": same + config_map("a"), "two/x": same + config_map("b"), "c": config_map("c")}
    inventory = inventory_of_files(files)
    a = named(inventory, "a")
    assert len({named(inventory, name).application for name in "abc"}) == 3
    assert inventory.find(a, "ConfigMap", "c") is named(inventory, "c")
    # What has copies of the same objects is an alternative, and not beside them in a cluster.
    assert inventory.find(a, "ConfigMap", "b") is None
    assert inventory.has(a, "ConfigMap", "b")
    assert not inventory.has(a, "ConfigMap", "d")
    for place, found in ((near, True), (far, False)):
        inventory = inventory_of_files({place: same + config_map("a"), "two/x": same, "c": config_map("c")})
        assert (inventory.find(named(inventory, "a"), "ConfigMap", "c") is not None) is found


LABELS = [
    "{app: web}",
    "{app: db}",
    "{app: web, tier: x}",
    "{tier: x}",
    "{}",
    "{app: web, pod-template-hash: q}",
]
SELECTORS = [
    "{matchLabels: {app: web}}",
    "{matchLabels: {tier: x, app: web}}",
    "{}",
    "null",
    "{matchExpressions: [{key: app, operator: In, values: [web, db]}]}",
    "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}",
    "{matchExpressions: [{key: tier, operator: DoesNotExist}]}",
    "{matchLabels: {pod-template-hash: abc}}",
    "{matchLabels: {controller-revision-hash: abc, app: web}}",
]


def generated(seed: int) -> Inventory:
    random = Random(seed)
    files: dict[str, str] = {}
    for number in range(random.randint(2, 10)):
        name = f"{random.choice(['a', 'b', 'b/c'])}/{random.randint(0, 2)}.yaml"
        space = random.choice(["", "", "one", "two"])
        kind = random.choice(["Deployment", "StatefulSet", "DaemonSet"])
        made = random.choice(
            [
                deployment(f"w{number}", random.choice(LABELS), space, kind=kind),
                deployment(f"w{number}", random.choice(LABELS), space, kind=kind),
                selecting("PodDisruptionBudget", f"p{number}", random.choice(SELECTORS), space),
                selecting("Service", f"s{number}", random.choice(LABELS), space),
                config_map("same", space),
            ]
        )
        files[name] = files.get(name, "") + made
    return inventory_of_files(files)


def test_indexes_find_what_a_look_at_everything_finds() -> None:
    hits = 0
    for seed in range(150):
        inventory = generated(seed)
        workloads = [item for item in inventory.resources if item.pods is not None]
        for item in inventory.resources:
            beside = [one for one in workloads if inventory.namespace_of(one) == inventory.namespace_of(item)]
            assert inventory.workloads(item) == beside
            if item.kind not in ("Service", "PodDisruptionBudget"):
                continue
            written = item.spec.get("selector")
            selector = parse_map(written) if item.kind == "Service" else parse(written)
            wanted = [one for one in beside if one.pods and selector.matches(one.pods.labels)]
            selected = inventory.selected(item, selector)
            assert sorted(selected, key=id) == sorted(wanted, key=id)
            hits += len(wanted)
            for one in workloads:
                budgets = inventory.services_of(one) if item.kind == "Service" else inventory.budgets_of(one)
                here = one in wanted
                if item.kind == "Service":
                    here = here and one.application == item.application
                assert (item in budgets) is here
    assert hits > 150


def test_find_is_the_nearest_of_all() -> None:
    def distance(one: Resource, other: Resource) -> tuple[bool, bool, bool]:
        return (
            one.file != other.file,
            os.path.dirname(one.file) != os.path.dirname(other.file),
            one.application != other.application,
        )

    for seed in range(150):
        inventory = generated(seed)
        for one in inventory.resources:
            fitting = [
                item
                for item in inventory.resources
                if (item.kind, item.name) == ("ConfigMap", "same")
                and inventory.namespace_of(item) == inventory.namespace_of(one)
            ]
            found = inventory.find(one, "ConfigMap", "same")
            if found is None:
                assert all(item.application != one.application for item in fitting)
            else:
                assert distance(one, found) == min(distance(one, item) for item in fitting)


def scaler(kind: str, name: str, spec: str) -> str:
    version = "autoscaling/v2" if kind == "HorizontalPodAutoscaler" else "keda.sh/v1alpha1"
    return f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"


TARGET = "scaleTargetRef: {kind: Deployment, name: web}"


@pytest.mark.parametrize(
    ("text", "number", "path"),
    [
        (deployment("web", "{}"), 1, None),
        (deployment("web", "{}", spec="replicas: 3, "), 3, "spec.replicas"),
        (deployment("web", "{}", spec="replicas: 0, "), 0, "spec.replicas"),
        (deployment("web", "{}", spec="replicas: null, "), 1, None),
        (deployment("web", "{}", spec='replicas: "3", '), 1, None),
        (
            deployment("web", "{}", spec="replicas: 5, ")
            + scaler("HorizontalPodAutoscaler", "h", f"minReplicas: 2, {TARGET}"),
            2,
            "spec.minReplicas",
        ),
        (
            deployment("web", "{}", spec="replicas: 5, ") + scaler("HorizontalPodAutoscaler", "h", TARGET),
            1,
            None,
        ),
        (
            deployment("web", "{}", spec="replicas: 5, ")
            + scaler("HorizontalPodAutoscaler", "h", "scaleTargetRef: {kind: StatefulSet, name: web}"),
            5,
            "spec.replicas",
        ),
        (
            deployment("web", "{}", spec="replicas: 5, ")
            + scaler("ScaledObject", "k", "scaleTargetRef: {name: web}, minReplicaCount: 4"),
            4,
            "spec.minReplicaCount",
        ),
        (deployment("web", "{}") + scaler("ScaledObject", "k", "scaleTargetRef: {name: web}"), 0, None),
    ],
)
def test_replicas(text: str, number: int, path: str | None) -> None:
    inventory = inventory_of_files({"x": text})
    found = inventory.replicas(named(inventory, "web"))
    assert found is not None
    assert (found.number, found.path) == (number, path)


def test_replicas_that_are_not_known() -> None:
    inventory = inventory_of_files({"x": deployment("web", "{}", kind="DaemonSet")})
    assert inventory.replicas(named(inventory, "web")) is None


def test_copies_are_those_of_one_application() -> None:
    files = {
        "x/1.yaml": config_map("a") + config_map("a") + config_map("a", "other"),
        "y/1.yaml": config_map("a"),
    }
    inventory = inventory_of_files(files)
    first, second, third, fourth = inventory.resources
    assert inventory.copies_of(first) == inventory.copies_of(second) == [first, second]
    assert inventory.copies_of(third) == [third]
    assert inventory.copies_of(fourth) == [fourth]


def test_unknowable() -> None:
    same = config_map("same")
    resources = resources_of({"x/1.yaml": same, "y/1.yaml": same})
    inventory = Inventory(resources, 37, unreadable=[resources[0].application])
    inventory.asking = "SVC001"
    assert [inventory.unknowable(item) for item in resources] == [True, False]
    assert inventory.silences == {Silence("SVC001", resources[0].application, frozenset())}


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("shop", "shop", True),
        ("shop", "pay", False),
        ("shop", "", None),
        ("", "shop", None),
        ("", "", True),
    ],
)
def test_shares_namespace(one: str, other: str, shared: bool | None) -> None:
    inventory = inventory_of_files({"x": config_map("a", one) + config_map("b", other)})
    first, second = inventory.resources
    assert inventory.shares_namespace(first, second) is shared
    assert inventory.known_namespace(first) == one
    # Of an overlay each object has the namespace of it.
    first.overlaid = first.overlaid._replace(spaces=("pay", "shop"))
    assert inventory.shares_namespace(first, second) is (True if other else None)


def test_without_a_namespace_only_what_is_applied_together_shares_one() -> None:
    same = config_map("same")
    inventory = inventory_of_files({"x/1.yaml": same + config_map("a"), "y/1.yaml": same + config_map("b")})
    assert inventory.shares_namespace(named(inventory, "a"), named(inventory, "b")) is None

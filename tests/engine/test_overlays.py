"""Bases and overlays: what kustomizations set is what counts, defects of overlays are found, and each run says the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine.running import lint, write
from tests.engine.test_kustomized import BUDGET, SCALED, SERVICE

ROUTE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: %s, port: {number: 80}}}}
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: %d
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}
  metrics: [{type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, averageValue: 1}}}]
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}
"""
LOOSE = BUDGET.replace("minAvailable: 1", "maxUnavailable: 1")
SERVED = SCALED.replace('image: "web:1"', 'image: "web:1", ports: [{name: http, containerPort: 80}]')


def found(folder: str = ".") -> list[str]:
    """Return file and code of each finding, as they are named from the project's folder."""
    root = Path.cwd()
    os.chdir(folder)
    try:
        report = lint(project=str(root))
        return sorted(
            f"{Path(item.place.file).resolve().relative_to(root)} {item.code}" for item in report.findings
        )
    finally:
        os.chdir(root)


def overlays(dev: dict[str, str], prod: dict[str, str], base: str, settings: str) -> dict[str, str]:
    """Return the files of a base and of two overlays, which add objects and set something with their names in it."""
    files = {"base/web.yaml": base, "base/kustomization.yaml": "resources: [web.yaml]\n"}
    for name, own in (("dev", dev), ("prod", prod)):
        listed = ", ".join(["../base", *own])
        files[f"{name}/kustomization.yaml"] = f"resources: [{listed}]\n{settings.replace('ENV', name)}\n"
        files |= {f"{name}/{file}": content for file, content in own.items()}
    return files


@pytest.mark.parametrize(
    "settings", ["namespace: ENV", "namePrefix: ENV-", "namespace: ENV\ncommonLabels: {env: ENV}"]
)
@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        (LOOSE, LOOSE.replace("{app: web}", "{app: wbe}"), "PDB001"),
        (SERVICE, SERVICE.replace("{app: web}", "{app: wbe}"), "SVC001"),
        (SERVICE, SERVICE.replace("http", "htpp"), "SVC002"),
        (ROUTE % "base", ROUTE % "bsae", "SVC005"),
        (SCALER % (2, "web"), SCALER % (2, "wbe"), "HPA002"),
    ],
)  # fmt: skip
def test_a_defect_of_one_overlay(settings: str, right: str, wrong: str, code: str) -> None:
    base = SERVED + "---\n" + SERVICE.replace("name: web", "name: base")
    write(overlays({"own.yaml": right}, {"own.yaml": wrong}, base, settings))
    assert found() == [f"prod/own.yaml {code}"]


@pytest.mark.parametrize(
    ("dev", "prod", "expected"),
    [
        ({}, {"pdb.yaml": BUDGET.replace("1", "2", 2).replace("policy/v2", "policy/v1")}, ["prod/pdb.yaml PDB002"]),
        ({"hpa.yaml": SCALER % (1, "web")}, {"hpa.yaml": SCALER % (3, "web"), "pdb.yaml": BUDGET}, []),
        ({"hpa.yaml": SCALER % (1, "web")}, {"pdb.yaml": BUDGET}, []),
        ({"pdb.yaml": BUDGET}, {"pdb.yaml": LOOSE, "other.yaml": LOOSE.replace("name: web", "name: b")}, ["prod/pdb.yaml PDB005"]),
        ({"pdb.yaml": LOOSE.replace("name: web", "name: b")}, {"pdb.yaml": LOOSE}, []),
    ],
)  # fmt: skip
def test_how_many_pods_an_overlay_has(dev: dict[str, str], prod: dict[str, str], expected: list[str]) -> None:
    base = SCALED.replace("  selector", "  replicas: 2\n  selector", 1)
    write(overlays(dev, prod, base, "namespace: ENV"))
    assert [line for line in found() if "HPA004" not in line] == expected


@pytest.mark.parametrize(
    ("count", "budget", "expected"),
    [(3, BUDGET, []), (1, BUDGET, ["base/web.yaml PDB002"]), (1, LOOSE, [])],
)
@pytest.mark.parametrize("component", [False, True])
def test_replicas(count: int, budget: str, expected: list[str], component: bool) -> None:
    base = SCALED.replace("  selector", "  replicas: 2\n  selector", 1) + "---\n" + budget
    files = {"base/web.yaml": base, "base/kustomization.yaml": "resources: [web.yaml]\n"}
    setting = f"replicas: [{{name: web, count: {count}}}]\n"
    if component:
        files["over/kustomization.yaml"] = "resources: [../base]\ncomponents: [../size]\n"
        files["size/kustomization.yaml"] = f"kind: Component\n{setting}"
    else:
        files["over/kustomization.yaml"] = f"resources: [../base]\n{setting}"
    write(files)
    assert found() == expected


@pytest.mark.parametrize(
    ("labelled", "setting", "outside", "expected"),
    [
        (SCALED, "commonLabels: {app: shop}", LOOSE, ["pdb.yaml PDB001"]),
        (SCALED, "commonLabels: {app: shop}", LOOSE.replace("{app: web}", "{app: shop}"), []),
        (SCALED, "labels: [{pairs: {app: shop}, includeTemplates: true}]", "", ["in/web.yaml WRK001"]),
        (
            SCALED,
            "labels: [{pairs: {app: shop, team: a}, includeTemplates: true}]",
            "",
            ["in/web.yaml WRK001"],
        ),
        (LOOSE, "commonLabels: {team: a}", SCALED, ["in/web.yaml PDB001"]),
        (LOOSE, "labels: [{pairs: {team: a}}]", SCALED, []),
        (SERVICE, "commonLabels: {team: a}", SERVED, ["in/web.yaml SVC001"]),
        (POLICY, "commonLabels: {team: a}", SCALED, ["in/web.yaml NET001"]),
        (SCALED + "---\n" + LOOSE, "commonLabels: {app: shop}", "", []),
    ],
)  # fmt: skip
def test_labels_replace_those_that_are_written(
    labelled: str, setting: str, outside: str, expected: list[str]
) -> None:
    write(
        {
            "in/web.yaml": labelled,
            "in/kustomization.yaml": f"resources: [web.yaml]\n{setting}\n",
            "pdb.yaml": outside or "kind: none\n",
            "kustomization.yaml": f"resources: [in{', pdb.yaml' if outside else ''}]\n",
        }
    )
    assert found() == expected


def test_a_pod_has_the_labels_of_all_objects() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1'}]}\n"
    write(
        {
            "pod.yaml": pod + "---\n" + LOOSE,
            "kustomization.yaml": "resources: [pod.yaml]\nlabels: [{pairs: {app: web}}]\n",
        }
    )
    assert "PDB001" not in str(found())


def test_labels_of_what_no_kustomization_takes_in() -> None:
    other = SCALED.replace("web", "other")
    write(
        {
            "web.yaml": SCALED,
            "other.yaml": other,
            "kustomization.yaml": "resources: [web.yaml]\ncommonLabels: {app: shop}\n",
        }
    )
    assert found() == []


def test_labels_that_overlays_set_differently_are_no_overlap() -> None:
    other = SCALED.replace("web", "other")
    write(overlays({}, {}, SCALED, "commonLabels: {app: ENV}") | {"other/other.yaml": other})
    assert found() == []


@pytest.mark.parametrize("outside", [ROUTE % "a-web-b", SCALER % (2, "a-web-b"), ROUTE % "x-a-web-b"])
def test_names_with_prefix_and_suffix(outside: str) -> None:
    write(
        {
            "base/web.yaml": SERVED + "---\n" + SERVICE,
            "base/kustomization.yaml": "resources: [web.yaml]\nnamePrefix: a-\nnameSuffix: -b\n",
            "over/own.yaml": outside,
            "over/kustomization.yaml": "resources: [../base, own.yaml]\nnamePrefix: x-\n",
        }
    )
    assert found() == []


REMOTE = "https://github.com/acme/shop/config?ref=v1"


@pytest.mark.parametrize(
    ("resources", "more", "expected"),
    [
        ([], "", ["HPA002", "PDB001", "SVC001", "SVC005"]),
        ([REMOTE], "", []),
        (["../far"], "", []),
        (["../gone.yaml"], "", []),
        ([REMOTE.replace("config", "config/crd")], "", ["HPA002", "PDB001", "SVC001", "SVC005"]),
        ([], "helmCharts: [{name: shop}]", []),
    ],
)
def test_what_a_kustomization_takes_from_elsewhere(
    resources: list[str], more: str, expected: list[str]
) -> None:
    dangling = [LOOSE, SERVICE, ROUTE % "shop", SCALER % (2, "shop")]
    write(
        {
            "far/kustomization.yaml": f"resources: [{REMOTE}]\n",
            "over/own.yaml": "---\n".join(dangling).replace("{app: web}", "{app: shop}"),
            "over/web.yaml": SERVED,
            "over/kustomization.yaml": f"resources: [{', '.join([*resources, 'own.yaml', 'web.yaml'])}]\n{more}\n",
        }
    )
    assert found() == [f"over/own.yaml {code}" for code in expected]


JSON_PATCH = "patches: [{target: {kind: %s}, patch: '[{op: replace, path: %s, value: %s}]'}]"


@pytest.mark.parametrize(
    ("wrong", "patch", "code"),
    [
        (SERVICE.replace("{app: web}", "{app: wbe}"), ("Service", "/spec/selector/app", "web"), "SVC001"),
        (SERVICE.replace("{app: web}", "{app: web, tier: a}"), ("Deployment", "/spec/template/metadata/labels/tier", "a"), "SVC001"),
        (SERVICE.replace("http", "web"), ("Deployment", "/spec/template/spec/containers/0/ports/0/name", "web"), "SVC002"),
        (ROUTE % "wbe", ("Ingress", "/spec/defaultBackend/service/name", "web"), "SVC005"),
        (SCALER % (2, "wbe"), ("HorizontalPodAutoscaler", "/spec/scaleTargetRef/name", "web"), "HPA002"),
        (SCALER % (1, "web") + "---\n" + BUDGET, ("HorizontalPodAutoscaler", "/spec/minReplicas", "2"), "PDB002"),
    ],
)  # fmt: skip
def test_what_a_patch_mends(wrong: str, patch: tuple[str, str, str], code: str) -> None:
    known = SERVICE.replace("name: web", "name: known")
    files = {
        "base/web.yaml": SERVED + "---\n" + known,
        "base/own.yaml": wrong,
        "base/kustomization.yaml": "resources: [web.yaml, own.yaml]\n",
        "over/kustomization.yaml": f"resources: [../base]\n{JSON_PATCH % patch}\n",
    }
    write(files)
    assert found() == []
    write({"over/kustomization.yaml": "resources: [../base]\n" + JSON_PATCH % (patch[0], "/spec/type", "a")})
    assert found() == [f"base/own.yaml {code}"]


def test_a_json_patch_in_a_file_of_its_own() -> None:
    write(
        {
            "base/web.yaml": SCALED + "---\n" + BUDGET,
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "over/kustomization.yaml": "resources: [../base]\npatches: [{path: size.yaml, target: {name: web}}]\n",
            "over/size.yaml": "- {op: add, path: /spec/replicas, value: 3}\n",
        }
    )
    assert found() == found("base") == []


def test_a_replacement_sets_what_is_written() -> None:
    write(
        {
            "web.yaml": SERVED + "---\n" + SERVICE + "---\n" + ROUTE % "wbe",
            "kustomization.yaml": "resources: [web.yaml]\nreplacements: [{targets: [{select: {kind: Ingress}, "
            "fieldPaths: [spec.defaultBackend.service.name]}]}]\n",
        }
    )
    assert found() == []


def test_the_file_of_a_patch_that_is_a_resource_too_is_judged() -> None:
    write(
        {
            "web.yaml": SCALED + "---\n" + BUDGET,
            "kustomization.yaml": "resources: [web.yaml]\n",
            "over/kustomization.yaml": "patches: [{path: ../web.yaml}]\n",
        }
    )
    assert found() == ["web.yaml PDB002"]


@pytest.mark.parametrize("key", ["b", "c"])
def test_a_patch_adds_a_key_to_a_config_map(key: str) -> None:
    env = "env: [{name: A, valueFrom: {configMapKeyRef: {name: web, key: b}}}]"
    data = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: x}\n"
    write(
        {
            "base/web.yaml": SCALED.replace("name: web, image", f"{env}, name: web, image") + "---\n" + data,
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "over/more.yaml": data.replace("{a: x}", f"{{{key}: x}}"),
            "over/kustomization.yaml": "resources: [../base]\npatches: [{path: more.yaml}]\n",
        }
    )
    assert found() == ([] if key == "b" else ["base/web.yaml REF001"])


def test_an_autoscaler_beside_replicas_that_a_patch_takes_out() -> None:
    written = SCALED.replace("  selector", "  replicas: 3\n  selector", 1)
    removed = "patches: [{target: {kind: Deployment}, patch: '[{op: remove, path: /spec/replicas}]'}]"
    write(overlays({"hpa.yaml": SCALER % (2, "web")}, {}, written, f"namespace: ENV\n{removed}"))
    assert found() == []


def test_a_namespace_that_overlays_do_not_agree_on() -> None:
    # The Service of an overlay that is not in use is no evidence that it selects nothing.
    unused = SERVICE.replace("name: web", "name: hook, namespace: system")
    write(overlays({}, {}, SERVED, "namespace: ENV") | {"hook/web.yaml": unused})
    assert found() == []


@pytest.mark.parametrize("name", ["kustomization.yml", "Kustomization"])
def test_the_names_of_kustomizations(name: str) -> None:
    write({"a/web.yaml": SCALED, f"a/{name}": "namespace: shop\nresources: [web.yaml]\n"})
    write(
        {
            "pdb.yaml": BUDGET.replace("name: web", "name: web, namespace: shop"),
            "b.yaml": SERVED.replace("name: web}\nspec", "name: b, namespace: b}\nspec"),
        }
    )
    assert found() == ["pdb.yaml PDB002"]


def test_where_a_run_starts_makes_no_difference() -> None:
    one, other = BUDGET.replace("name: web", "name: a"), BUDGET.replace("name: web", "name: b")
    files = overlays({"pdb.yaml": one}, {}, SCALED, "commonLabels: {team: a}\nnamespace: shop")
    write(files | {"z/pdb.yaml": other, "z/kustomization.yaml": "resources: [pdb.yaml]\nnamespace: shop\n"})
    whole = found()
    assert whole == ["dev/pdb.yaml PDB002", "z/pdb.yaml PDB002", "z/pdb.yaml PDB005"]
    for folder in ("base", "dev", "z"):
        # The rest is what the files of the folder bring about elsewhere.
        own = [line for line in found(folder) if line.startswith(folder)]
        assert own == [line for line in whole if line.startswith(folder)]


BROKEN = "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n"


@pytest.mark.parametrize(
    ("taken", "expected"), [("web.yaml, bad.yaml", []), ("web.yaml", ["prod/pdb.yaml PDB001"])]
)
def test_an_unreadable_file_of_the_base(taken: str, expected: list[str]) -> None:
    wrong = LOOSE.replace("{app: web}", "{app: shop}")
    write(overlays({"pdb.yaml": LOOSE}, {"pdb.yaml": wrong}, SCALED, "namePrefix: ENV-"))
    write({"base/kustomization.yaml": f"resources: [{taken}]\n", "base/bad.yaml": BROKEN})
    assert found() == ["base/bad.yaml YAML001", *expected]


def test_an_unreadable_kustomization() -> None:
    write({"web.yaml": SCALED, "pdb.yaml": LOOSE.replace("{app: web}", "{app: shop}")})
    write({"kustomization.yaml": "resources: [web.yaml\n"})
    assert found() == ["kustomization.yaml YAML001"]


@pytest.mark.parametrize("name", ["web-canary.yaml", "web-tls.yaml"])
def test_what_stands_beside_alternatives(name: str) -> None:
    write({"web.yaml": SERVED, name: SERVED, "service.yaml": SERVICE.replace("{app: web}", "{app: wbe}")})
    assert found() == ["service.yaml SVC001"]
    write({"service.yaml": SERVICE})
    assert found() == []


def test_labels_of_which_nothing_is_settled_are_no_evidence() -> None:
    own = {"pdb.yaml": BUDGET.replace("{app: web}", "{app: other}")}
    write(overlays(own, {}, SCALED, "labels: [{pairs: {app: ENV}, includeSelectors: true}]"))
    assert found() == []

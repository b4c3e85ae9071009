"""Objects are judged as a kustomization applies them: with its namespace, its labels, and what its patches may set."""

from __future__ import annotations

import pytest

from kwlint.diagnostics.finding import Report
from kwlint.engine.applied import load_applied as load
from kwlint.syntax.limits import Limits
from tests.engine.running import lines, lint, outcome, skipped, write

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec: {containers: [{name: web, image: "web:1"}]}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [%s]
"""
TREE = ["base/kustomization.yaml", "one/kustomization.yaml", "two/kustomization.yaml"]
ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n"


def codes(report: Report) -> list[str]:
    return [item.code for item in report.findings]


@pytest.mark.parametrize(
    ("kustomization", "expected"),
    [
        ("commonLabels: {app: web}", ["PDB002"]),
        ("labels: [{pairs: {app: web}, includeSelectors: true}]", ["PDB002"]),
        ("labels: [{pairs: {app: web}, includeTemplates: true}]", ["API003", "API004", "PDB002"]),
        ("labels: [{pairs: {app: web}}]", ["API003", "API004", "PDB001"]),
        ("commonAnnotations: {app: web}", ["API003", "API004", "PDB001"]),
    ],
)
def test_labels(kustomization: str, expected: list[str]) -> None:
    write(
        {
            "base/web.yaml": DEPLOYMENT,
            "base/kustomization.yaml": f"resources: [web.yaml]\n{kustomization}\n",
            "over/pdb.yaml": BUDGET,
            "over/kustomization.yaml": "resources: [../base, pdb.yaml]\n",
        }
    )
    assert codes(lint()) == expected


def test_namespaces_that_overlays_do_not_agree_on() -> None:
    write({"base/web.yaml": SERVICE, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    for name in ("one", "two"):
        write({f"{name}/kustomization.yaml": f"resources: [../base]\nnamespace: {name}\n"})
    (service,) = load(["base/web.yaml", *TREE], Limits()).resources
    assert service.namespace is None
    write({"two/kustomization.yaml": "resources: [../base]\nnamespace: one\n"})
    (service,) = load(["base/web.yaml", *TREE], Limits()).resources
    assert service.namespace == "one"


def test_a_service_without_a_selector_gets_one() -> None:
    write(
        {
            "web.yaml": DEPLOYMENT,
            "service.yaml": SERVICE.replace("selector: {app: web}, ", ""),
            "kustomization.yaml": "resources: [web.yaml, service.yaml]\ncommonLabels: {app: web}\n",
        }
    )
    assert codes(lint()) == ["SVC002"]


def test_a_written_label_stays_beside_those_of_overlays() -> None:
    labelled = DEPLOYMENT.replace(
        "  template:\n",
        "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n",
    )
    files = {
        "base/web.yaml": labelled,
        "base/pdb.yaml": BUDGET.replace("minAvailable: 1", "maxUnavailable: 1"),
    }
    files["base/kustomization.yaml"] = "resources: [web.yaml, pdb.yaml]\n"
    for name in ("a", "b"):
        files[f"{name}/kustomization.yaml"] = f"resources: [../base]\ncommonLabels: {{app: {name}}}\n"
    write(files)
    assert codes(lint()) == []


def test_the_namespace_reaches_all_that_is_below() -> None:
    write(
        {
            "base/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: _}\n",
            "base/account.yaml": ACCOUNT,
            "base/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n"
            "spec: {serviceAccountName: web, containers: [{name: a, image: 'a:1'}]}\n",
            "base/bound.yaml": BINDING
            % "{kind: ServiceAccount, name: web}, {kind: ServiceAccount, name: web, namespace: default}",
            "base/kustomization.yaml": "resources: [ns.yaml, account.yaml, pod.yaml, bound.yaml]\n",
            "over/kustomization.yaml": "namespace: shop\nresources: [../base]\n",
        }
    )
    assert codes(lint()) == []


def test_what_two_overlays_do_not_agree_on_stays_as_written() -> None:
    files = {
        "base/bound.yaml": BINDING % "{kind: ServiceAccount, name: web}",
        "base/account.yaml": ACCOUNT,
        "base/kustomization.yaml": "resources: [bound.yaml, account.yaml]\n",
    }
    for name in ("dev", "prod"):
        files[f"{name}/kustomization.yaml"] = f"namespace: {name}\nresources: [../base]\n"
    write(files)
    assert codes(lint()) == []
    write(
        {
            "base/kustomization.yaml": "resources: [account.yaml]\n",
            "other/bound.yaml": files["base/bound.yaml"],
        }
    )
    assert lines(lint(["other"]).findings) == ["other/bound.yaml:5:12 API003"]


def test_kustomizations_that_name_each_other() -> None:
    write(
        {
            "a/kustomization.yaml": "namespace: a\nresources: [../b, pod.yaml]\n",
            "b/kustomization.yaml": "namespace: b\nresources: [../a]\n",
            "a/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1'}]}\n",
        }
    )
    assert codes(lint()) == []


SCALED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: %s\n"


@pytest.mark.parametrize(
    ("overlay", "patch", "expected"),
    [
        ("", "", ["PDB002", "SVC002"]),
        ("replicas: [{name: web, count: 3}]", "", ["SVC002"]),
        ("replicas: [{name: other, count: 3}]", "", ["PDB002", "SVC002"]),
        ("patches: [{path: more.yaml}]", PATCH % ("web", "{replicas: 3}"), ["SVC002"]),
        ("patches: [{path: more.yaml}]", PATCH % ("other", "{replicas: 3}"), ["PDB002", "SVC002"]),
        (
            "patchesStrategicMerge: [more.yaml]",
            PATCH % ("web", "{template: {spec: {containers: [{name: proxy, ports: [{name: http, containerPort: 1}]}]}}}"),
            ["PDB002"],
        ),
        (
            "patchesStrategicMerge: [more.yaml]",
            PATCH % ("web", "{template: {spec: {containers: [{name: proxy, ports: [{name: tls, containerPort: 1}]}]}}}"),
            ["PDB002", "SVC002"],
        ),
        (
            "patches: [{target: {kind: Deployment, name: w.*}, patch: '[{op: add, path: /spec/replicas, value: 3}]\n\n'}]",
            "",
            ["SVC002"],
        ),
        (
            "patches: [{target: {kind: Service}, patch: '[{op: add, path: /spec/replicas, value: 3}]\n\n'}]",
            "",
            ["PDB002", "SVC002"],
        ),
        (
            "patches: [{target: {name: '(web|w+x)'}, patch: '[{op: add, path: /spec/replicas, value: 3}]\n\n'}]",
            "",
            ["SVC002"],
        ),
        (
            "patches: [{target: {name: 'we'}, patch: '[{op: add, path: /spec/replicas, value: 3}]\n\n'}]",
            "",
            ["PDB002", "SVC002"],
        ),
        (
            "patches: [{target: {name: 'w(?=e)eb'}, patch: '[{op: add, path: /spec/replicas, value: 3}]\n\n'}]",
            "",
            ["SVC002"],
        ),
        (
            "patches: [{target: {name: 'a{99999999999}'}, patch: '[{op: add, path: /spec/replicas, value: 3}]\n\n'}]",
            "",
            ["SVC002"],
        ),
    ],
)  # fmt: skip
def test_what_a_patch_may_set_is_not_missing(overlay: str, patch: str, expected: list[str]) -> None:
    files = {
        "base/web.yaml": SCALED,
        "base/service.yaml": SERVICE,
        "base/kustomization.yaml": "resources: [web.yaml, service.yaml]\n",
        "over/pdb.yaml": BUDGET,
        "over/kustomization.yaml": f"resources: [../base, pdb.yaml]\n{overlay}\n",
    }
    if patch:
        files["over/more.yaml"] = patch
    write(files)
    assert sorted(codes(lint())) == expected


def test_a_patch_may_declare_the_port() -> None:
    web = DEPLOYMENT.replace('image: "web:1"', 'image: "web:1", ports: [{containerPort: 1}]').replace(
        "template:", "template:\n    metadata: {labels: {app: web}}"
    )
    files = {"web.yaml": web, "svc.yaml": SERVICE.replace("targetPort: http", "targetPort: 8080")}
    resources = "resources: [web.yaml, svc.yaml]\n"
    write({**files, "kustomization.yaml": resources})
    assert codes(lint(select=["SVC002"])) == ["SVC002"]
    patch = PATCH % ("web", "{template: {spec: {containers: [{name: web, ports: [{containerPort: 8080}]}]}}}")
    write({"more.yaml": patch, "kustomization.yaml": f"{resources}patches: [{{path: more.yaml}}]\n"})
    assert codes(lint(select=["SVC002"])) == []


def test_a_component_patches_what_the_kustomization_holds_that_names_it() -> None:
    write(
        {
            "base/web.yaml": SCALED,
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "ha/pdb.yaml": BUDGET,
            "ha/more.yaml": PATCH % ("web", "{replicas: 3}"),
            "ha/kustomization.yaml": "kind: Component\nresources: [pdb.yaml]\npatches: [{path: more.yaml}]\n",
            "over/kustomization.yaml": "resources: [../base]\ncomponents: [../ha]\n",
        }
    )
    assert codes(lint()) == []


def test_a_patch_that_no_kustomization_names_is_known_by_its_name() -> None:
    patch = PATCH % ("web", "{template: {spec: {containers: [{name: web}]}}}")
    write(
        {
            "config/web.yaml": SCALED,
            "config/kustomization.yaml": "resources: [web.yaml]\n#patches: [manager_proxy_patch.yaml]\n",
            "config/manager_proxy_patch.yaml": patch,
            "config/patches/webhook_in_web.yaml": patch,
            "config/dispatch.yaml": patch,
            "plain/manager_proxy_patch.yaml": patch,
        }
    )
    report = lint()
    patches = [name for name, reason in skipped(report).items() if reason == "a kustomize patch"]
    assert patches == ["config/manager_proxy_patch.yaml", "config/patches/webhook_in_web.yaml"]
    assert {item.place.file for item in report.findings if item.refused} == {
        "config/dispatch.yaml",
        "plain/manager_proxy_patch.yaml",
    }


def test_a_resource_that_is_called_a_patch() -> None:
    write({"dispatch-patch.yaml": DEPLOYMENT, "kustomization.yaml": "resources: [dispatch-patch.yaml]\n"})
    assert codes(lint()) == ["API003", "API004"]


@pytest.mark.parametrize(("variables", "expected"), [("", ["POD008"]), ("vars: [{name: PREFIX}]", [])])
def test_variables(variables: str, expected: list[str]) -> None:
    write(
        {
            "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1', "
            "env: [{name: P, value: $(PREFIX)}]}]}\n",
            "kustomization.yaml": f"resources: [pod.yaml]\n{variables}\n",
        }
    )
    assert codes(lint()) == expected


@pytest.mark.parametrize(("patched", "expected"), [("web", []), ("other", ["HPA001", "API003"])])
def test_what_a_container_gets_from_a_patch(patched: str, expected: list[str]) -> None:
    container = "{name: web, image: 'web:1', resources: {requests: {cpu: 1}}}"
    write(
        {
            "base/web.yaml": SCALED.replace(', image: "web:1"', ""),
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "over/hpa.yaml": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
            "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n",
            "over/more.yaml": PATCH % (patched, f"{{template: {{spec: {{containers: [{container}]}}}}}}"),
            "over/kustomization.yaml": "resources: [../base, hpa.yaml]\npatches: [{path: more.yaml}]\n",
        }
    )
    assert sorted(codes(lint())) == sorted(expected)


def _diamonds(levels: int, prefixed: bool) -> dict[str, str]:
    files = {f"{levels}{side}/pod.yaml": ACCOUNT for side in "ab"}
    for side in "ab":
        files[f"{levels}{side}/kustomization.yaml"] = "resources: [pod.yaml]\n"
        for level in range(levels):
            name = f"namePrefix: {side}{level}-\n" if prefixed else "namespace: x\n"
            below = f"resources: [../{level + 1}a, ../{level + 1}b]\n"
            files[f"{level}{side}/kustomization.yaml"] = f"{name}{below}"
    return files


def test_diamonds_are_walked_once_for_each_setting() -> None:
    write(_diamonds(40, prefixed=False))
    found = outcome(select=["YAML"])
    assert found.report.findings == ()
    assert {resource.namespace for resource in found.past.resources} == {"x"}


def test_diamonds_of_too_many_settings_are_told() -> None:
    write(_diamonds(40, prefixed=True))
    found = outcome(select=["YAML"])
    assert {item.code for item in found.report.findings} == {"YAML003"}
    assert "more than 100 ways" in found.report.findings[0].message
    assert all(resource.overlaid.open for resource in found.past.resources)


def test_a_chain_is_longer_than_calls() -> None:
    count = 1500
    files = {f"k{n}/kustomization.yaml": f"resources: [../k{n + 1}]\n" for n in range(count)}
    files["k0/kustomization.yaml"] += "namespace: x\n"
    write({**files, f"k{count}/kustomization.yaml": "resources: [pod.yaml]\n", f"k{count}/pod.yaml": ACCOUNT})
    found = outcome(select=["YAML"])
    assert found.report.findings == ()
    assert [resource.namespace for resource in found.past.resources] == ["x"]


def test_the_pattern_of_a_target_takes_no_time() -> None:
    name = "a" * 60 + "x"
    target = "patches: [{target: {name: (a+)+$}, patch: '[{op: add, path: /spec/replicas, value: 3}]\n\n'}]"
    write(
        {
            "web.yaml": SCALED.replace("name: web", f"name: {name}", 1),
            "kustomization.yaml": f"resources: [web.yaml]\n{target}\n",
        }
    )
    assert load(["web.yaml", "kustomization.yaml"], Limits()).resources[0].patched == frozenset()

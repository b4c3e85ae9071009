"""Inputs of any size whose objects all have to do with each other: what a judgement of pairs would never end on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Files = dict[str, str]
Input = Callable[[int], Files]


def _deployment(
    name: str, labels: str = "app: web", pod: str = "", spec: str = "", namespace: str = ""
) -> str:
    space = f", namespace: {namespace}" if namespace else ""
    pod = pod or "containers: [{name: c, image: 'nginx:1.27', ports: [{containerPort: 80, name: http}]}]"
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{space}}}\n"
        f"spec: {{{spec}selector: {{matchLabels: {{{labels}}}}}, "
        f"template: {{metadata: {{labels: {{{labels}}}}}, spec: {{{pod}}}}}}}\n"
    )


def _service(name: str, selector: str = "app: web", namespace: str = "") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}{space}}}\n"
        f"spec: {{selector: {{{selector}}}, ports: [{{port: 80, targetPort: http}}]}}\n"
    )


def _budget(name: str, selector: str = "{matchLabels: {app: web}}") -> str:
    return (
        f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\n"
        f"spec: {{minAvailable: 1, selector: {selector}}}\n"
    )


def _policy(name: str, selector: str = "{}", rules: str = "") -> str:
    rules = (
        rules
        or "egress: [{to: [{podSelector: {}}], ports: [{port: 80}]}], ingress: [{ports: [{port: 8080}]}]"
    )
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\n"
        f"spec: {{podSelector: {selector}, policyTypes: [Ingress, Egress], {rules}}}\n"
    )


def _simple(kind: str, name: str, body: str = "", version: str = "v1", namespace: str = "") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}{space}}}\n{body}"


def _job(name: str, kind: str = "Job") -> str:
    pods = "metadata: {labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: c, image: 'busybox:1.36'}]}"
    template = f"template: {{{pods}}}"
    spec = template if kind == "Job" else f"schedule: '5 4 * * *', jobTemplate: {{spec: {{{template}}}}}"
    return f"apiVersion: batch/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"


def _scaler(name: str, target: str = "web") -> str:
    return (
        f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}}}\n"
        f"spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}, minReplicas: 2, maxReplicas: 5,\n"
        "  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}\n"
    )


def _one(documents: Iterator[str]) -> Files:
    return {"all.yaml": "---\n".join(documents)}


def _many(n: int, *makers: Callable[[int], str]) -> Files:
    return _one(make(i) for i in range(n) for make in makers)


def clique(n: int) -> Files:
    return _many(n, lambda i: _deployment(f"d{i}"), lambda i: _service(f"s{i}"), lambda i: _budget(f"p{i}"))


def clique_of_several(n: int) -> Files:
    """Those that differ in a label of their own, and in the number of their replicas."""
    return _many(
        n,
        lambda i: _deployment(f"d{i}", f"app: web, id: i{i}", spec=f"replicas: {i % 3 + 1}, "),
        lambda i: _service(f"s{i}"),
        lambda i: _budget(f"p{i}"),
    )


def files_of_a_clique(n: int) -> Files:
    return {
        f"{i}.yaml": "---\n".join((_deployment(f"d{i}"), _service(f"s{i}"), _budget(f"p{i}")))
        for i in range(n)
    }


def all_kinds_of_workloads(n: int) -> Files:
    headless = lambda i: (  # noqa: E731
        f"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: t{i}}}\nspec: {{selector: {{matchLabels: {{app: web}}}},"
        " template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: 'nginx:1.27'}]}}}\n"
    )
    return _many(
        n,
        lambda i: _deployment(f"d{i}"),
        lambda i: _job(f"j{i}"),
        lambda i: _job(f"c{i}", "CronJob"),
        headless,
        lambda i: _service(f"s{i}").replace("spec: {", "spec: {clusterIP: None, "),
    )


def empty_selectors(n: int) -> Files:
    return _many(
        n,
        lambda i: _deployment(f"d{i}", f"app: web{i}"),
        lambda i: _budget(f"p{i}", "{}"),
        lambda i: _policy(f"n{i}"),
    )


def policies_before_services(n: int) -> Files:
    return _many(n, lambda i: _deployment(f"d{i}"), lambda i: _service(f"s{i}"), lambda i: _policy(f"n{i}"))


def expressions(n: int) -> Files:
    absent = "{matchExpressions: [{key: k%s, operator: DoesNotExist}]}"
    return _many(
        n,
        lambda i: _deployment(f"d{i}", f"app: web{i}"),
        lambda i: _budget(f"p{i}", absent % i),
        lambda i: _policy(f"n{i}", absent % i),
    )


def all_but_one(n: int) -> Files:
    unlike = "{matchExpressions: [{key: app, operator: NotIn, values: [web%s]}]}"
    return _many(
        n,
        lambda i: _deployment(f"d{i}", f"app: web{i}"),
        lambda i: _budget(f"p{i}", unlike % i),
        lambda i: _policy(f"n{i}", unlike % i),
    )


def nothing_in_common(n: int) -> Files:
    return _many(
        n,
        lambda i: _deployment(f"d{i}", f"app: web-number-{i * 7919}"),
        lambda i: _service(f"s{i}", f"k{i}: v{i * 104729}"),
    )


def nothing_selected(n: int) -> Files:
    return _many(n, lambda i: _deployment(f"d{i}"), lambda i: _service(f"s{i}", f"app: api, tier: t{i}"))


def near_names(n: int) -> Files:
    mount = "containers: [{name: c, image: 'nginx:1.27', envFrom: [{configMapRef: {name: setings-%s}}]}]"
    return _many(
        n,
        lambda i: _simple("ConfigMap", f"settings-{i}", "data: {a: b}\n"),
        lambda i: _deployment(f"d{i}", f"app: w{i}", mount % i),
    )


def wrong_names(n: int) -> Files:
    mount = "containers: [{name: c, image: 'nginx:1.27', envFrom: [{configMapRef: {name: x%s}}, {secretRef: {name: s%s}}]}]"
    return _many(
        n,
        lambda i: _simple("ConfigMap", f"settings-{i}", "data: {a: b}\n"),
        lambda i: _deployment(f"d{i}", f"app: w{i}", mount % (i, i)),
    )


def custom_kinds(n: int) -> Files:
    definition = (
        "spec: {group: g%s.example.com, scope: Namespaced, names: {plural: ks, kind: K%s}, versions: [{name: v1, served: true,"
        " storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n"
    )
    return _many(
        n,
        lambda i: _simple(
            "CustomResourceDefinition", f"ks.g{i}.example.com", definition % (i, i), "apiextensions.k8s.io/v1"
        ),
        lambda i: _simple(f"K{i}", f"r{i}", "spec: {}\n", f"g{i}.example.com/v1"),
        lambda i: _service(f"s{i}", f"example.org/k{i}: v{i}"),
        lambda i: _scaler(f"h{i}", f"w{i}"),
    )


def one_target(n: int) -> Files:
    resizer = "spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, updatePolicy: {updateMode: Auto}}\n"
    files = _many(
        n,
        lambda i: _scaler(f"h{i}"),
        lambda i: _simple("VerticalPodAutoscaler", f"v{i}", resizer, "autoscaling.k8s.io/v1"),
    )
    return {**files, "web.yaml": _deployment("web", spec="replicas: 2, ")}


def one_name(n: int) -> Files:
    return _many(
        n,
        lambda i: _deployment("web"),
        lambda i: _service("web"),
        lambda i: _budget("web"),
        lambda i: _simple("ConfigMap", "web", "data: {a: b}\n"),
        lambda i: _scaler("web"),
    )


def quotas(n: int) -> Files:
    return _many(
        n,
        lambda i: _deployment(f"d{i}", f"app: w{i}"),
        lambda i: _simple(
            "ResourceQuota", f"q{i}", f"spec: {{hard: {{requests.cpu: '1', pods: '{i + 1}'}}}}\n"
        ),
        lambda i: _simple(
            "LimitRange",
            f"l{i}",
            "spec: {limits: [{type: Container, max: {cpu: '1'}, default: {memory: 1Gi}}]}\n",
        ),
    )


def applications(n: int) -> Files:
    """Folders with the same objects each."""
    everything = "---\n".join((_deployment("web"), _service("web"), _budget("web"), _scaler("web")))
    return {f"app{i}/all.yaml": everything for i in range(n)}


def halves_of_applications(n: int) -> Files:
    """Folders with the same objects each, of which every second lacks what it refers to."""
    pods = "containers: [{name: c, image: 'nginx:1.27', envFrom: [{configMapRef: {name: web}}], env: [{name: U, value: 'http://db:80'}]}]"
    files: Files = {}
    for i in range(n):
        files[f"app{i}/web.yaml"] = _deployment("web", pod=pods)
        if i % 2:
            files[f"app{i}/config.yaml"] = (
                _simple("ConfigMap", "web", "data: {a: b}\n") + "---\n" + _service("db")
            )
        else:
            files[f"app{i}/scaler.yaml"] = _scaler("db", "none")
    return files


def namespaces(n: int) -> Files:
    return _many(
        n,
        lambda i: _simple("Namespace", f"n{i}"),
        lambda i: _deployment("web", namespace=f"n{i}"),
        lambda i: _service("web", "app: api", namespace=f"n{i}"),
    )


def many_objects(n: int) -> Files:
    """Objects of one file, each with a Service, a budget and labels of its own."""
    return _many(
        n,
        lambda i: _deployment(f"d{i}", f"app: w{i}"),
        lambda i: _service(f"d{i}", f"app: w{i}"),
        lambda i: _budget(f"d{i}", f"{{matchLabels: {{app: w{i}}}}}"),
    )


def selector_of_many(n: int) -> Files:
    labels = ", ".join(f"k{i}: v{i}" for i in range(n))
    wanted = ", ".join(f"k{i}: v{i}" for i in range(n + 1))
    return _one(
        iter(
            (
                _deployment("web", labels),
                _service("web", labels),
                _service("api", wanted),
                _budget("web", f"{{matchLabels: {{{wanted}}}}}"),
            )
        )
    )


def rules_of_a_policy(n: int) -> Files:
    rules = ", ".join(
        f"{{to: [{{podSelector: {{matchLabels: {{app: w{i}}}}}}}], ports: [{{port: {i % 60000 + 1}}}]}}"
        for i in range(n)
    )
    ports = ", ".join(f"{{ports: [{{port: {i % 60000 + 1}}}]}}" for i in range(n))
    return _one(
        iter(
            (
                _deployment("web"),
                _service("web"),
                _policy("web", "{}", f"egress: [{rules}], ingress: [{ports}]"),
            )
        )
    )


def paths_of_an_ingress(n: int) -> Files:
    paths = ", ".join(
        f"{{path: /{i // 2}, pathType: Prefix, backend: {{service: {{name: s{i}, port: {{number: 80}}}}}}}}"
        for i in range(n)
    )
    same = ", ".join(
        "{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}" for i in range(n)
    )
    ingress = "spec: {rules: [{host: a.example.com, http: {paths: [%s]}}, {host: b.example.com, http: {paths: [%s]}}]}\n"
    return _one(
        iter(
            (
                _deployment("web"),
                _service("web"),
                _simple("Ingress", "web", ingress % (paths, same), "networking.k8s.io/v1"),
            )
        )
    )


def waits(n: int) -> Files:
    containers = ", ".join(
        f"{{name: i{i}, image: 'busybox:1.36', command: [sh, -c, 'until nc -z w{i} 80; do sleep 1; done']}}"
        for i in range(n)
    )
    main = "containers: [{name: c, image: 'nginx:1.27'}]"
    return _one(iter((_deployment("web", pod=f"initContainers: [{containers}], {main}"), _service("web"))))


def variables(n: int) -> Files:
    env = ", ".join(f"{{name: V{i}, value: 'a $(W{i}) $(V{i + 1})'}}" for i in range(n))
    return _one(
        iter((_deployment("web", pod=f"containers: [{{name: c, image: 'nginx:1.27', env: [{env}]}}]"),))
    )


def containers(n: int) -> Files:
    found = ", ".join(
        f"{{name: c{i}, image: 'nginx:1.27', ports: [{{containerPort: {i % 60000 + 1}}}]}}" for i in range(n)
    )
    return _one(iter((_deployment("web", pod=f"containers: [{found}]"), _service("web"))))


def deep_folders(n: int) -> Files:
    """A folder within a folder, and so on, as deep as a path may be."""
    return {
        "d/" * i + "all.yaml": _deployment(f"d{i}") + "---\n" + _service(f"s{i}") for i in range(min(n, 900))
    }


INPUTS: tuple[Input, ...] = (
    clique, clique_of_several, files_of_a_clique, all_kinds_of_workloads, empty_selectors, policies_before_services,
    expressions, all_but_one, nothing_in_common, nothing_selected, near_names, wrong_names, custom_kinds, one_target,
    one_name, quotas, applications, halves_of_applications, namespaces, many_objects, selector_of_many,
    rules_of_a_policy, paths_of_an_ingress, waits, variables, containers,
)  # fmt: skip

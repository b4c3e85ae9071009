"""Hostile meaning: schedules, selectors, quantities, hosts, scripts and counts that rules read."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import CONFIG_MAP, DIGITS, deployment, quoted, text_of

_N = "9" * 4301
_SCHEDULES = (
    f"{_N} * * * *", f"*/{_N} * * * *", f"1-{_N} * * * *", f"@every {_N}h", f"@every 0.{_N}s", "@every " + "1h" * 300_000, f"@every -{_N}s",
    "@every " + "1" * 1_000_000, "*,*" * 10_000 + " * * * *", " ".join(["1," * 10_000 + "1"] * 5), "*" * 1_000_000, "," * 1_000_000, "/" * 1_000_000,
    "-" * 1_000_000, " " * 1_000_000, "* " * 100_000, "TZ=" + "x" * 100_000 + " * * * * *", "CRON_TZ=../../etc/passwd * * * * *", "0 0 30 2 *", "0 0 31 2 1",
    "١ * * * *", "0 0 L * *", "0 0 1W * *", "0 0 * * 1#2", "@", "@yearlyyy", "", "\0", "? ? ? ? ?", "0-59/0 * * * *", "*/0 * * * *", "59-0 * * * *",
)  # fmt: skip
_QUANTITIES = (
    _N, f"0.{_N}", f"{_N}Mi", f"{_N}m", f"1e{_N}", "1e999999999", "-1e999999999", "1e-999999999", "1E9999999999999", "." * 100_000, "Ki" * 100_000,
    "+" * 100_000, "1" + "i" * 100_000, " " * 100_000, "1e18Ei", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e4096",
    "0x" + "f" * 100_000, "1_000", "١", "1e٣", "NaN", "1e", "e1", ".", "-", "E", "1EE", "1.2.3", "1m1", "1Mi ", "\t1", "1\n", "0", "-0", "1" * 300_000,
)  # fmt: skip
_PORTS = (
    "0",
    "-1",
    "65536",
    "9" * 20,
    "1.5",
    "1e3",
    "0x50",
    '"http"',
    '"-1"',
    f'"{DIGITS}"',
    '"a"',
    "[]",
    "{}",
    "null",
    "true",
    '"' + "a" * 10_000 + '"',
    "1e400",
    DIGITS,
)
_ADDRESSES = (
    ":" * 100_000, "1." * 100_000, f"1.1.1.1/{DIGITS}", f"::/{DIGITS}", DIGITS, "fe80::1%" + "a" * 10_000, "1.2.3.4/-1", "0:0:0:0:0:0:0:0:0",
    "::ffff:999.1.1.1", "10.0.0.0/8/8", "/", "%", "٠.٠.٠.٠", "1.2.3.4/٣", "0x1.2.3.4", "1:" * 50_000, "::1/128",
)  # fmt: skip
_ZONES = (
    "../../../etc/passwd",
    "/etc/passwd",
    "",
    "Local",
    "UTC",
    "x" * 100_000,
    "Europe/Berlin\0",
    "europe/berlin",
    "America/" + "A" * 1000,
    "posixrules",
    "right/UTC",
    "tzdata.zi",
    ".",
    "..",
    "UTC+5",
    f"UTC+{DIGITS}",
    "GMT-0",
)
_LONG = {
    "dashes and letters": "a-" * 300_000, "dots": "." * 600_000, "underscores": "_" * 600_000, "digits": "1" * 600_000, "dashes": "-" * 600_000, "mixed": "aA1-._/:@" * 60_000,
    "white space": " \t" * 150_000, "quotes": "\"'" * 150_000, "equals": "=" * 300_000, "colons": ":" * 300_000, "ampersands": "&" * 300_000,
    "keys": "-----BEGIN CERTIFICATE-----\n" * 10_000, "braces": "{{" * 150_000, "dollars": "$(" * 150_000, "percents": "%" * 300_000, "angles": "<" * 300_000,
    "marks": "@" * 300_000, "hosts": "http://a.b.svc:80/ " * 15_000, "hashes": "#" * 300_000, "slashes": "/" * 300_000, "semicolons": ";" * 300_000,
    "base64": "QUJD" * 75_000, "shells": "sh -c '" * 40_000, "loops": "while true; do " * 20_000, "conditions": "if x; then " * 20_000,
    "substitutions": "`" * 300_000, "here documents": "cat <<EOF\n" * 20_000, "cases": "case x in " * 20_000, "functions": "f() { " * 30_000, "waits": "until nc -z db 5432; do sleep 1; done; " * 5000,
}  # fmt: skip
_CRON = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: j}}\nspec: {{schedule: {0}, timeZone: {1}, jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'b:1'}}]}}}}}}}}}}\n"
_SERVICE = "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{0}}}\nspec: {{selector: {1}, ports: [{{port: 80}}]}}\n"
_BUDGET = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: p{0}}}\nspec: {{minAvailable: 1, selector: {1}}}\n"
_POLICY = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n{0}}}\nspec: {{podSelector: {1}}}\n"
_SCALER = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: h{0}}}\nspec: {{maxReplicas: 3, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}\n"


def _counts() -> Iterator[tuple[str, str]]:
    """Yield large inputs of few shapes, with their names."""
    for count in (250, 1000, 2000):
        same = "".join(
            f"---\n{deployment(f'd{i}')}"
            + _SERVICE.format(i, "{app: web}")
            + _BUDGET.format(i, "{matchLabels: {app: web}}")
            for i in range(count)
        )
        yield f"{count} Deployments, Services and budgets with the same labels", same
    yield (
        "2,000 empty selectors",
        "---\n"
        + deployment()
        + "".join(_BUDGET.format(i, "{}") + _POLICY.format(i, "{}") for i in range(2000)),
    )
    yield (
        "2,000 selectors of what is not there",
        "---\n"
        + deployment()
        + "".join(
            _BUDGET.format(i, "{matchExpressions: [{key: x, operator: DoesNotExist}]}") for i in range(2000)
        ),
    )
    yield (
        "5,000 Services with nothing in common",
        "---\n" + deployment() + "".join(_SERVICE.format(i, f"{{a{i}: b{i}}}") for i in range(5000)),
    )
    yield (
        "5,000 Deployments with nothing in common",
        "".join(
            f"---\n{deployment(f'd{i}').replace('app: web', f'app: web{i}')}"
            + _SERVICE.format(i, f"{{app: web{i}}}")
            for i in range(5000)
        ),
    )
    yield (
        "2,000 near names",
        "".join(f"---\n{CONFIG_MAP.replace('name: c', f'name: settings-number-{i}')}" for i in range(3000))
        + "".join(
            f"---\n{deployment(f'd{i}', envFrom=f'[{{configMapRef: {{name: settings-numbre-{i}}}}}]')}"
            for i in range(3000)
        ),
    )
    yield (
        "2,000 autoscalers of one target",
        "---\n" + deployment() + "".join(_SCALER.format(i) for i in range(2000)),
    )
    yield "2,000 objects of one name", f"---\n{deployment()}" * 2000
    yield (
        "20,000 labels in a selector",
        _SERVICE.format(1, "{" + ", ".join(f"a{i}: b" for i in range(20_000)) + "}") + "---\n" + deployment(),
    )
    yield (
        "20,000 expressions",
        "---\n"
        + deployment()
        + _BUDGET.format(
            1,
            "{matchExpressions: ["
            + ", ".join(f"{{key: a{i}, operator: Exists}}" for i in range(20_000))
            + "]}",
        ),
    )
    yield (
        "100,000 values",
        "---\n"
        + deployment()
        + _BUDGET.format(
            1,
            "{matchExpressions: [{key: app, operator: In, values: ["
            + ", ".join(f"v{i}" for i in range(100_000))
            + "]}]}",
        ),
    )
    yield (
        "20,000 containers",
        deployment() + "".join(f"        - {{name: c{i}, image: 'b:1'}}\n" for i in range(20_000)),
    )
    yield "10,000 containers of one name", deployment() + "        - {name: c, image: 'b:1'}\n" * 10_000
    yield (
        "50,000 variables",
        deployment(env="[" + ", ".join(f"{{name: V{i}, value: $(V{i - 1})}}" for i in range(50_000)) + "]"),
    )
    yield "50,000 equal variables", deployment(env="[" + "{name: V, value: x}, " * 50_000 + "]")
    yield (
        "20,000 ports",
        deployment(ports="[" + ", ".join(f"{{containerPort: {i % 65535 + 1}}}" for i in range(20_000)) + "]"),
    )
    yield (
        "20,000 mounts",
        deployment(
            volumeMounts="[" + ", ".join(f"{{name: v{i}, mountPath: /m/{i}}}" for i in range(20_000)) + "]"
        ),
    )
    yield "50,000 arguments", deployment(args="[" + "--x=y, " * 50_000 + "]")
    yield (
        "10,000 rules of a policy",
        _POLICY.format(
            1, "{}, ingress: [" + "{from: [{podSelector: {matchLabels: {app: x}}}]}, " * 10_000 + "]"
        )
        + "---\n"
        + deployment(),
    )
    yield (
        "10,000 paths",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{host: a.example.com, http: {paths: ["
        + ", ".join(
            f"{{path: /p{i}, pathType: Prefix, backend: {{service: {{name: s{i}, port: {{number: 80}}}}}}}}"
            for i in range(10_000)
        )
        + "]}}]}\n",
    )
    yield (
        "10,000 metrics",
        _SCALER.format(1).replace(
            "maxReplicas: 3",
            "maxReplicas: 3, metrics: ["
            + "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}, "
            * 10_000
            + "]",
        )
        + "---\n"
        + deployment(),
    )
    yield (
        "2,000 quotas",
        "".join(
            f"---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q{i}, namespace: x}}\nspec: {{hard: {{requests.cpu: '1'}}}}\n---\n{deployment(f'd{i}').replace('metadata:', 'metadata:' + chr(10) + '  namespace: x', 1)}"
            for i in range(2000)
        ),
    )


def cases() -> Iterator[Case]:
    """Yield the cases of meaning."""
    for text in _SCHEDULES:
        yield Case(
            "schedules", text[:40], text_of(_CRON.format(quoted(text), "Europe/Berlin")), as_nobody=False
        )
    for text in _ZONES:
        yield Case("time zones", text[:40], text_of(_CRON.format("0 2 * * *", quoted(text))), as_nobody=False)
    for number, text in enumerate(_QUANTITIES):
        resources = f"{{requests: {{cpu: {quoted(text)}, memory: {quoted(text)}}}, limits: {{memory: {quoted(text)}}}}}"
        whole = (
            "---\n"
            + deployment(resources=resources)
            + "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {requests.cpu: "
            + quoted(text)
            + "}}\n---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{type: Container, max: {cpu: "
            + quoted(text)
            + "}}]}\n"
            + _SCALER.format(1)
        )
        yield Case(
            "quantities",
            f"{number}: {text[:40]}",
            text_of(whole),
            ("--preset", "strict", "."),
            as_nobody=False,
        )
    for text in _PORTS:
        yield Case(
            "ports",
            text[:40],
            text_of(
                "---\n"
                + deployment(
                    ports=f"[{{containerPort: {text}}}]", livenessProbe=f"{{httpGet: {{port: {text}}}}}"
                )
                + _SERVICE.format(1, "{app: web}").replace("port: 80", f"port: {text}, targetPort: {text}")
            ),
            as_nobody=False,
        )
    for text in _ADDRESSES:
        yield Case(
            "addresses",
            text[:40],
            text_of(
                _SERVICE.format(1, "{app: web}").replace(
                    "selector:",
                    f"clusterIP: {quoted(text)}, loadBalancerSourceRanges: [{quoted(text)}], selector:",
                )
                + _POLICY.format(1, "{}, ingress: [{from: [{ipBlock: {cidr: " + quoted(text) + "}}]}]")
            ),
            as_nobody=False,
        )
    for name, text in _LONG.items():
        quoted_text = quoted(text)
        places = {
            "an argument": deployment(args=f"[{quoted_text}]"),
            "a script": deployment(command=f"[sh, -c, {quoted_text}]"),
            "a variable": deployment(env=f"[{{name: DB_HOST, value: {quoted_text}}}, {{name: {quoted_text}, value: x}}]"),
            "an image": deployment().replace("example.com/web:1.0", quoted_text),
            "a value": f"{CONFIG_MAP}data: {{a: {quoted_text}}}\n",
            "a name": "---\n" + deployment().replace("name: web\n", f"name: {quoted_text}\n") + _SERVICE.format(1, "{app: web}"),
            "a label": deployment().replace("{app: web}", f"{{app: {quoted_text}}}"),
            "a kind": f"apiVersion: v1\nkind: {quoted_text}\nmetadata: {{name: c}}\n",
            "a backend": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{host: " + quoted_text + ", http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: " + quoted_text + ", port: {number: 80}}}}]}}]}\n" + _SERVICE.format(1, "{app: web}"),
            "an annotation": f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p, annotations: {{a: {quoted_text}, scheduler.alpha.kubernetes.io/tolerations: {quoted_text}}}}}\nspec: {{containers: [{{name: a, image: 'b:1'}}]}}\n",
            "a Secret": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ntype: kubernetes.io/tls\nstringData: {{tls.crt: {quoted_text}, tls.key: {quoted_text}}}\n",
        }  # fmt: skip
        for place, whole in places.items():
            yield Case("long texts", f"{place} of {name}", text_of(whole), as_nobody=False)
    for opener in ("[", '{"a":', "[{", '"', "-"):
        for count in (2000, 100_000):
            for key in (
                "scheduler.alpha.kubernetes.io/tolerations",
                "scheduler.alpha.kubernetes.io/affinity",
                "autoscaling.alpha.kubernetes.io/metrics",
                "kubectl.kubernetes.io/last-applied-configuration",
            ):
                yield Case(
                    "JSON in annotations",
                    f"{count:,} {opener} in {key}",
                    text_of(
                        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p, annotations: {{{key}: {quoted(opener * count)}}}}}\nspec: {{containers: [{{name: a, image: 'b:1'}}]}}\n"
                    ),
                    as_nobody=False,
                )
    for name, text in _counts():
        yield Case("counts", name, text_of(text), as_nobody=False)
        yield Case("counts, concise", name, text_of(text), ("--format", "concise", "."), as_nobody=False)

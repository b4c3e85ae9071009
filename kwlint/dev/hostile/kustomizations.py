"""Hostile kustomizations: what they name, patch, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import DEPLOYMENT, DIGITS, TEXTS, quoted, tree_of

_FIELDS = (
    "resources", "bases", "components", "patches", "patchesStrategicMerge", "patchesJson6902", "configMapGenerator",
    "secretGenerator", "images", "replicas", "labels", "commonLabels", "commonAnnotations", "namePrefix", "namespace",
    "vars", "replacements", "transformers", "generators", "configurations", "crds", "openapi", "helmCharts",
)  # fmt: skip
_VALUES = {
    "null": "null",
    "number": DIGITS,
    "text": "x",
    "list of nulls": "[null, null]",
    "list of numbers": f"[1, {DIGITS}]",
    "list of lists": "[[a], [[b]]]",
    "mapping": "{a: {b: c}}",
    "list of mappings": "[{a: b}, {name: 5}, {path: [x]}, {target: x}, {target: {name: 5}}]",
    "paths": "[/dev/zero, /etc/passwd, ../../../../.., '', ., kustomization.yaml, 'a\u2028b', \"a\\0b\", https://example.com/x, git@example.com:x/y?ref=z]",
    "binary": "[!!binary é]",
}
_TARGETS = {
    "doubled": "(a+)+$",
    "alternatives": "(a|aa)+$",
    "a large number": "a{99999999999}",
    "nested groups": "(" * 2000 + ")" * 2000,
    "look-ahead": "(?=a)(?!b)",
    "back reference": "(a)\\1",
    "unclosed": "(((",
    "much memory": "((a{0,100}){0,100}){0,100}",
    "a class": "[[:foo:]]",
    "a text": "web",
}


def cases() -> Iterator[Case]:
    """Yield the cases of kustomizations."""
    name = "a" * 40 + "X"
    for field in _FIELDS:
        for kind, value in _VALUES.items():
            yield Case(
                "kustomizations",
                f"{field}: {kind}",
                tree_of(
                    {
                        "kustomization.yaml": f"resources: [a.yaml]\n{field}: {value}\n"
                        if field != "resources"
                        else f"resources: {value}\n",
                        "a.yaml": DEPLOYMENT,
                    }
                ),
                as_nobody=False,
            )
    for field in ("namePrefix", "namespace", "nameSuffix"):
        for kind, text in TEXTS.items():
            yield Case(
                "kustomizations",
                f"{field}: text {kind}",
                tree_of(
                    {
                        "kustomization.yaml": f"resources: [a.yaml]\n{field}: {quoted(text)}\n",
                        "a.yaml": DEPLOYMENT,
                    }
                ),
                as_nobody=False,
            )
    for kind, pattern in _TARGETS.items():
        for key in ("name", "kind", "namespace", "labelSelector", "annotationSelector", "group", "version"):
            text = f"resources: [a.yaml]\npatches:\n- target: {{{key}: {quoted(pattern)}}}\n  patch: 'a: b'\n"
            yield Case(
                "patch targets",
                f"{key}: {kind}",
                tree_of(
                    {
                        "kustomization.yaml": text,
                        "a.yaml": DEPLOYMENT.replace("name: web\n", f"name: {name}\n", 1),
                    }
                ),
                as_nobody=False,
            )
    for patch in (
        "[",
        "a: &a [*a]",
        "- op: replace\n  path: /" + "a/" * 5000,
        "- {op: x}",
        "!!binary é",
        f"a: {DIGITS}",
        "null",
        "- null",
        "- op: add\n  path: /spec/-1\n  value: 1",
        "{" * 5000,
    ):
        for field in (
            "patches: [{patch: %s}]",
            "patchesStrategicMerge: [%s]",
            "patchesJson6902: [{target: {version: v1, kind: Deployment, name: web}, patch: %s}]",
        ):
            yield Case(
                "patches",
                f"{field}: {patch[:20]}",
                tree_of(
                    {
                        "kustomization.yaml": "resources: [a.yaml]\n" + field % quoted(patch),
                        "a.yaml": DEPLOYMENT,
                    }
                ),
                as_nobody=False,
            )
    for levels in (8, 14, 40):
        yield Case("diamonds", f"{levels} levels", tree_of(_diamond(levels)), as_nobody=False)
    for length in (50, 1500):
        chain: dict[str, str | bytes] = {
            f"k{i}/kustomization.yaml": f"resources: [../k{i + 1}]\n" for i in range(length)
        }
        yield Case(
            "chains",
            f"{length} kustomizations",
            tree_of(
                {
                    **chain,
                    f"k{length}/kustomization.yaml": "resources: [a.yaml]\n",
                    f"k{length}/a.yaml": DEPLOYMENT,
                }
            ),
            as_nobody=False,
        )
        yield Case(
            "chains",
            f"{length} kustomizations in a ring",
            tree_of({**chain, f"k{length}/kustomization.yaml": "resources: [../k0]\n"}),
            as_nobody=False,
        )
    yield Case(
        "chains",
        "a kustomization of itself",
        tree_of({"kustomization.yaml": "resources: [., a.yaml]\ncomponents: [.]\n", "a.yaml": DEPLOYMENT}),
    )
    overlays: dict[str, str | bytes] = {
        f"o{i}/kustomization.yaml": f"resources: [../base]\nnamePrefix: p{i}-\nnamespace: n{i}\n"
        for i in range(500)
    }
    yield Case(
        "overlays",
        "500 of one base",
        tree_of({**overlays, "base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": DEPLOYMENT}),
        as_nobody=False,
    )
    yield Case(
        "overlays",
        "10,000 resources named",
        tree_of(
            {
                "kustomization.yaml": "resources: [" + ", ".join(f"f{i}.yaml" for i in range(10_000)) + "]\n",
                "a.yaml": DEPLOYMENT,
            }
        ),
        as_nobody=False,
    )


def _diamond(levels: int) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {}
    for level in range(levels):
        for side in "ab":
            files[f"{level}{side}/kustomization.yaml"] = (
                f"resources: [../{level + 1}a, ../{level + 1}b]\nnamePrefix: {side}{level}-\n"
            )
    for side in "ab":
        files[f"{levels}{side}/kustomization.yaml"] = "resources: [a.yaml]\n"
        files[f"{levels}{side}/a.yaml"] = DEPLOYMENT
    return files

"""What kustomizations name and the run does not have is said at its entry, and nothing is concluded from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.engine.cache import CachedOutcome, cached_run
from tests.engine.running import lint, settings, skipped, unjudged, write

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: wep}, ports: [{port: 80}]}\n"
NETWORK = "what a kustomization takes from the network, which is not fetched"
OUTSIDE = "what a kustomization names, and is not among the files of this run"


def gone(name: str) -> str:
    return f"`{name}`, which the kustomization names, is not there"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("resources: [a.yaml, gone.yaml]", gone("gone.yaml")),
        ("resources:\n- a.yaml\n- ../gone", gone("../gone")),
        ("bases:\n- ../gone/", gone("../gone/")),
        ("components:\n- ../gone", gone("../gone")),
        ("components:\n- a.yaml", None),
        ("crds:\n- gone.json", gone("gone.json")),
        ("configurations:\n- gone.yaml", gone("gone.yaml")),
        ("openapi:\n  path: gone.json", gone("gone.json")),
        ("transformers:\n- gone.yaml", gone("gone.yaml")),
        ("transformers:\n- |\n  kind: X\n  b: c", None),
        ("patches:\n- path: gone.yaml", gone("gone.yaml")),
        ("patches:\n- path: a.yaml", None),
        ("patches:\n- patch: |-\n    kind: X\n    b: c", None),
        ("patches:\n- {target: {kind: Pod}}", None),
        ("patchesStrategicMerge:\n- gone.yaml", gone("gone.yaml")),
        ("patchesStrategicMerge:\n- |\n  kind: X\n  b: c", None),
        ("patchesJson6902:\n- {target: {kind: Pod}, path: gone.yaml}", gone("gone.yaml")),
        ("replacements:\n- path: gone.yaml", gone("gone.yaml")),
        ("configMapGenerator:\n- {name: x, files: [there.txt, key=there.txt]}", None),
        ("configMapGenerator:\n- {name: x, files: [key=gone.txt]}", gone("gone.txt")),
        ("configMapGenerator:\n- {name: x, envs: [gone.env]}", gone("gone.env")),
        ("configMapGenerator:\n- {name: x, literals: [a=b]}", None),
        ("secretGenerator:\n- {name: x, env: gone.env}", gone("gone.env")),
        ("resources:\n- https://example.org/a.yaml", NETWORK),
        ("resources:\n- github.com/a/b", NETWORK),
        ("resources:\n- git@github.com:a/b.git", NETWORK),
        ("resources:\n- ssh://git@example.org/a", NETWORK),
        ("resources:\n- example.org/a/b?ref=v1", NETWORK),
        ("resources:\n- example.org/a/b//c", NETWORK),
        ("helmCharts:\n- {name: x}", "a chart of a kustomization, which is not rendered"),
        ("generators:\n- a.yaml", "a generator of a kustomization, which is not run"),
        ("resources:\n- there.txt", OUTSIDE),
        ("resources:\n- ../bare", "`../bare`, which the kustomization names, is a folder in which this run has no kustomization"),
        ("resources: a.yaml", None),
        ("resources:\n- 5\n- null\n- ''\n- [x]\n- {a: b}", None),
        ("resources:\n- \"x\\0y\"", gone("x\0y")),
        (f"resources:\n- {'x' * 5000}", gone("x" * 5000)),
    ],
)  # fmt: skip
def test_what_a_kustomization_names(entry: str, reason: str | None) -> None:
    files = {
        "k/a.yaml": DEPLOYMENT,
        "k/there.txt": "a=b",
        "bare/x.txt": "",
        "k/kustomization.yaml": f"{entry}\n",
    }
    write(files)
    found = unjudged(lint())
    line = 1 if entry.startswith("resources: [") else 3 if "../gone" in entry and "a.yaml" in entry else 2
    assert found == ({} if reason is None else {f"k/kustomization.yaml:{line}": reason})


PLACES = {
    "resources": "resources: [a.yaml, svc.yaml, gone.yaml]\n",
    "patches": "resources: [a.yaml, svc.yaml]\npatches: [{path: gone.yaml}]\n",
    "component": "resources: [a.yaml, svc.yaml]\ncomponents: [../gone]\n",
}


@pytest.mark.parametrize("kustomization", PLACES.values(), ids=PLACES)
def test_only_what_is_concluded_from_absence_is_silent(kustomization: str) -> None:
    write(
        {"a.yaml": DEPLOYMENT, "svc.yaml": SERVICE, "kustomization.yaml": "resources: [a.yaml, svc.yaml]\n"}
    )
    assert [item.code for item in lint().findings] == ["WRK005", "SVC001"]
    write({"kustomization.yaml": kustomization})
    report = lint()
    assert [item.code for item in report.findings] == ["WRK005"]
    assert [item.silenced for item in report.not_judged] == [("SVC001",)]


def test_who_is_silenced_is_told_of_the_file_that_is_judged() -> None:
    write({"a.yaml": DEPLOYMENT, "svc.yaml": SERVICE, "b.yaml": "kind: Pod\napiVersion: [v1\n"})
    report = lint(["svc.yaml"], project=".")
    assert [(item.file, item.line, item.silenced) for item in report.not_judged] == [
        ("b.yaml", 3, ("SVC001",))
    ]
    assert lint(["a.yaml"], project=".").not_judged == ()
    assert lint(["b.yaml"], project=".").not_judged[0].silenced == ()
    assert lint(["."], jobs=2).not_judged == lint(["."]).not_judged == report.not_judged


def test_who_is_silenced_is_the_same_in_parallel(monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.engine import linter as run_module
    from kwlint.engine.parallel import spread
    from tests.engine.running import outcome

    files = {f"{number}.yaml": SERVICE.replace("name: web", f"name: web{number}") for number in range(9)}
    write({**files, "a.yaml": DEPLOYMENT, "z.yaml": "kind: Pod\napiVersion: [v1\n"})
    alone = outcome().report
    assert alone.not_judged[0].silenced == ("SVC001",)
    monkeypatch.setattr(run_module, "spread", lambda work, items, jobs: spread(work, items, jobs, worth=2))
    assert outcome(jobs=3).report == alone


@pytest.mark.parametrize("whole", [True, False])
def test_what_cannot_be_read_is_not_judged(whole: bool) -> None:
    broken = "kind: Pod\napiVersion: [v1\n"
    write({"a.yaml": broken if whole else f"{DEPLOYMENT}---\n{broken}"})
    report = lint()
    assert list(unjudged(report).values()) == ["cannot be read, see YAML001"]
    assert report.judged == (() if whole else ("a.yaml",))
    assert skipped(report) == {}


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.sources import load as load_module

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    write({"a.yaml": DEPLOYMENT})
    monkeypatch.setattr(load_module, "content_of", refuse)
    report = lint()
    assert unjudged(report) == {"a.yaml": "the file cannot be read: permission denied"}
    assert [item.code for item in report.findings] == ["YAML001"]


def test_a_cached_result_knows_what_was_missing() -> None:
    def judged() -> CachedOutcome:
        return cached_run(["."], settings(), load(), project=None, jobs=1, stdin_name="-", use_cache=True)

    kustomization = "resources: [a.yaml]\nconfigMapGenerator: [{name: x, files: [x.txt]}]\n"
    write({"a.yaml": DEPLOYMENT, "kustomization.yaml": kustomization})
    assert len(judged().report.not_judged) == len(judged().report.not_judged) == 1
    Path("x.txt").touch()
    assert judged().report.not_judged == ()
    Path("x.txt").unlink()
    assert len(judged().report.not_judged) == 1


UNFINISHED = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {}}}\n"


@pytest.mark.parametrize(
    ("patch", "content", "may_be_set"),
    [
        ("{path: gone.yaml}", None, True),
        ("{path: gone.yaml, target: {kind: Deployment}}", None, True),
        ("{path: gone.yaml, target: {kind: Service}}", None, False),
        ("{path: p.yaml}", "kind: Deployment\napiVersion: [apps/v1\n", True),
        ("{path: p.yaml}", "kind: Deployment\nmetadata: {name: {{ x }}}\n", True),
        ("{path: p.yaml}", "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web, labels: {a: '*'}}\n", False),
    ],
)  # fmt: skip
def test_a_patch_that_is_not_known_may_set_any_field(
    patch: str, content: str | None, may_be_set: bool
) -> None:
    write({"a.yaml": UNFINISHED, "kustomization.yaml": f"resources: [a.yaml]\npatches: [{patch}]\n"})
    if content is not None:
        write({"p.yaml": content})
    found = [item.code for item in lint().findings if item.place.file == "a.yaml"]
    assert ("API003" in found) is not may_be_set

"""The library: what a program gets from `import kwlint` is what the command line says, and nothing else happens."""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, assert_type

import pytest

import kwlint

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec: {containers: [{name: a, image: b:1}]}\n"
JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Always, containers: [{name: a, image: b:1}]}}}\n"
BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: a}}}\n"
CONFIG: dict[str, Any] = {
    "kubernetes-version": "1.30",
    "preset": "strict",
    "ignore": ["NET"],
    "severity": {"JOB001": "warning"},
    "exclude": ["vendor/"],
    "per-path": {"dev/*": {"ignore": ["JOB001"]}},
}
PROJECT = {
    "kwlint.yaml": json.dumps(CONFIG),
    "pod.yaml": POD,
    "budget.yaml": BUDGET.replace("app: a", "app: other"),
    "job.yaml": JOB,
    "dev/job.yaml": JOB,
    "vendor/job.yaml": JOB,
    "quiet.yaml": JOB.replace("name: a}\nspec", "name: q}\nspec").replace(
        "kind: Job", "kind: Job  # kwlint: ignore[JOB001] it is said"
    ),
    "overlay/kustomization.yaml": "resources: [../pod.yaml, ../gone.yaml]\nnamePrefix: x-\n",
    "broken.yaml": "kind: [\napiVersion: v1\n",
    "values.yaml": "image: b\n",
    "chart/Chart.yaml": "name: c\n",
    "chart/templates/pod.yaml": POD,
}


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("KWLINT_CACHE_DIR", str(tmp_path / "cache"))


def write(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogatepass")


def codes(report: kwlint.Report) -> list[str]:
    return [finding.code for finding in report.findings]


def command_line(*arguments: str) -> Any:
    """Return what ``kwlint --format json`` says."""
    done = subprocess.run(
        [sys.executable, "-m", "kwlint", *arguments, "--format", "json", "--no-cache", "--allow-empty"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def as_json(report: kwlint.Report) -> Any:
    """Return a report in the layout of schemas/report.schema.json."""

    def finding(item: kwlint.Finding) -> dict[str, Any]:
        place, about, fix = item.place, item.object, item.fix
        return {
            "code": item.code,
            "name": item.name,
            "severity": item.severity,
            "refused": item.refused,
            "message": item.message,
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
            "path": item.path,
            "object": about
            and {
                "apiVersion": about.api_version,
                "kind": about.kind,
                "namespace": about.namespace,
                "name": about.name,
            },
            "related": [
                {
                    "file": other.place.file,
                    "line": other.place.line,
                    "column": other.place.column,
                    "path": other.path,
                    "message": other.message,
                }
                for other in item.related
            ],
            "fix": fix and {"safe": fix.safe, "title": fix.title},
            "fingerprint": item.fingerprint,
        }

    def located(item: kwlint.Skipped | kwlint.NotJudged) -> dict[str, Any]:
        return {"file": item.file, "reason": item.reason} | ({"line": item.line} if item.line else {})

    counts = [report.count(severity) for severity in kwlint.SEVERITIES]
    return {
        "version": 2,
        "kwlint": report.kwlint,
        "kubernetes": report.kubernetes,
        "findings": [finding(item) for item in report.findings],
        "suppressed": [
            {**finding(item.finding), "reason": item.reason, "kind": item.kind} for item in report.suppressed
        ],
        "skipped": [located(item) for item in report.skipped],
        "notJudged": [{**located(item), "silenced": list(item.silenced)} for item in report.not_judged],
        "summary": {
            "files": report.files,
            "objects": report.objects,
            **dict(zip(("errors", "warnings", "advice"), counts, strict=True)),
            "suppressed": len(report.suppressed),
            "notJudged": len(report.not_judged),
        },
    }


@pytest.mark.parametrize("name", ["guide", "five-defects"])
def test_fixtures_as_on_the_command_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = kwlint.lint(f"fixtures/{name}")
    assert report.findings
    assert as_json(report) == command_line(f"fixtures/{name}")


@pytest.mark.parametrize(
    ("paths", "arguments", "options"),
    [
        (None, [], {}),
        (".", ["."], {}),
        (["job.yaml", Path("dev")], ["job.yaml", "dev"], {}),
        (Path("overlay"), ["overlay"], {}),
        ("budget.yaml", ["budget.yaml", "--isolated"], {"isolated": True}),
        ("dev", ["dev", "--project", "dev"], {"project": Path("dev")}),
        (["dev", "pod.yaml"], ["dev", "pod.yaml", "--config", "other.yaml"], {"config": "other.yaml"}),
    ],
)
def test_a_project_as_on_the_command_line(paths: Any, arguments: list[str], options: dict[str, Any]) -> None:
    write({**PROJECT, "other.yaml": "select: [JOB, WRK005]\n"})
    report = kwlint.lint(paths, **options)
    assert report.files
    assert as_json(report) == command_line(*arguments)


def test_a_baseline_counts() -> None:
    write({**PROJECT, "kwlint.yaml": json.dumps({**CONFIG, "baseline": "known.txt"})})
    command = [sys.executable, "-m", "kwlint", "--write-baseline", "--quiet"]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    write({"late.yaml": JOB.replace("name: a}\nspec", "name: late}\nspec")})
    report = kwlint.lint()
    assert {finding.place.file for finding in report.findings} == {"late.yaml"}
    assert {item.kind for item in report.suppressed} == {"external", "inSource"}
    assert as_json(report) == command_line()


def test_a_mapping_is_a_file_of_the_same_keys() -> None:
    write(PROJECT)
    by_file = kwlint.lint()
    write({"kwlint.yaml": "preset: security\n"})
    frozen = MappingProxyType({**CONFIG, "ignore": tuple(CONFIG["ignore"])})
    assert kwlint.lint(config=CONFIG) == kwlint.lint(config=frozen) == by_file != kwlint.lint()


def test_a_report_says_what_there_is() -> None:
    write(PROJECT)
    report = assert_type(kwlint.lint(), kwlint.Report)
    finding = next(item for item in report.findings if item.code == "JOB001")
    assert finding.place == kwlint.Place("job.yaml", 4, 41, 4, 47)
    assert finding.object == kwlint.ObjectRef("batch/v1", "Job", None, "a")
    assert (finding.path, finding.severity) == ("spec.template.spec.restartPolicy", "warning")
    assert finding.fix is not None and finding.fix.safe
    assert [edit.text for edit in finding.fix.replacements] == ["OnFailure"]
    assert [item.reason for item in report.suppressed] == ["it is said"]
    assert "values.yaml" in {item.file for item in report.skipped}
    assert {"overlay/kustomization.yaml", "chart/templates/pod.yaml"} <= {
        item.file for item in report.not_judged
    }
    found = Counter(item.severity for item in report.findings)
    assert {severity: report.count(severity) for severity in kwlint.SEVERITIES if found[severity]} == found
    assert (report.kubernetes, report.kwlint) == ("1.30", kwlint.__version__)
    assert set(report.judged) == {"pod.yaml", "budget.yaml", "job.yaml", "dev/job.yaml", "quiet.yaml"}


@pytest.mark.parametrize("absolute", [False, True])
def test_a_text_stands_for_what_its_file_holds(absolute: bool) -> None:
    write({"pod.yaml": POD, "budget.yaml": BUDGET, "kwlint.yaml": "select: [PDB001]\n"})
    name = os.path.abspath("pod.yaml") if absolute else "pod.yaml"
    assert codes(kwlint.lint("pod.yaml")) == []
    # Of the budget beside it, which then selects nothing.
    report = kwlint.lint(texts={name: POD.replace("app: a", "app: b")})
    assert [(item.code, item.place.file) for item in report.findings] == [("PDB001", "budget.yaml")]
    assert (report.files, report.judged) == (1, ("pod.yaml",))
    for paths in ("budget.yaml", ["."], "pod.yaml"):
        assert codes(kwlint.lint(paths, texts={name: POD.replace("app: a", "app: b")})) == ["PDB001"]
    assert Path("pod.yaml").read_text() == POD


def test_a_text_needs_no_file() -> None:
    write({"pod.yaml": POD, "kwlint.yaml": json.dumps({"per-path": {"dev/": {"ignore": ["JOB001"]}}})})
    made = {"new/budget.yaml": BUDGET.replace("app: a", "app: b"), "new/job": JOB, "dev/job": JOB}
    assert codes(kwlint.lint(texts=made)) == ["PDB001", "JOB001"]
    assert codes(kwlint.lint("new.yaml", texts={"new.yaml": JOB})) == ["JOB001"]
    made = {"pod.yaml": POD, "kustomization.yaml": "resources: [pod.yaml, other.yaml]\n", "other.yaml": JOB}
    assert kwlint.lint(texts=made).not_judged == ()
    assert sorted(os.listdir()) == ["kwlint.yaml", "pod.yaml"]


def test_a_text_alone_knows_nothing_else() -> None:
    write({"pod.yaml": POD, "kwlint.yaml": "ignore: [JOB, API, PDB007]\n"})
    texts = {
        "budget.yaml": BUDGET,
        "other.yaml": POD.replace("app: a", "app: b").replace("name: a,", "name: b,", 1),
        "job.yaml": JOB,
    }
    assert codes(kwlint.lint(texts=texts)) == []
    assert codes(kwlint.lint(texts=texts, isolated=True)) == ["PDB001", "JOB001"]


def test_a_text_whose_file_is_come_to_by_a_link() -> None:
    write({"manifests/pod.yaml": POD, "manifests/kwlint.yaml": "{}\n"})
    os.symlink("manifests", "link")
    report = kwlint.lint("manifests", texts={"link/pod.yaml": JOB})
    assert [(item.code, item.place.file) for item in report.findings] == [("JOB001", "manifests/pod.yaml")]
    assert report.objects == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind: [\napiVersion: v1\n", "YAML001"),
        (f"# \udc80\n{POD}", "YAML004"),
        (f"{POD}# {'x' * 300}\n", "YAML003"),
        (f"\ufeff{JOB}", "JOB001"),
        (JOB.replace("\n", "\r\n"), "JOB001"),
    ],
)
def test_a_text_is_read_as_its_file_would_be(text: str, code: str) -> None:
    write({"kwlint.yaml": json.dumps({"limits": {"file": 400}, "ignore": ["WRK", "API"]})})
    by_text = kwlint.lint(texts={"a.yaml": text})
    Path("a.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert codes(by_text) == [code]
    assert kwlint.lint("a.yaml") == by_text


def test_of_nothing_there_is_nothing() -> None:
    write(PROJECT)
    for report in (kwlint.lint([]), kwlint.lint(texts={}), kwlint.lint((), texts={})):
        assert (report.findings, report.skipped, report.files, report.objects) == ((), (), 0, 0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kwlint.lint("gone.yaml"), "gone.yaml: there is no such file or folder"),
        (lambda: kwlint.lint(["a\0b"]), "there is no such file or folder"),
        (lambda: kwlint.lint("-"), "standard input is not read"),
        (lambda: kwlint.lint(["./-"]), "standard input is not read"),
        (lambda: kwlint.lint(texts={"-": POD}), "standard input is not read"),
        (lambda: kwlint.lint(texts={"": POD}), "this is a folder"),
        (lambda: kwlint.lint(texts={"folder": POD}), "folder: this is a folder"),
        (lambda: kwlint.lint(texts={"a.yaml": POD, "./a.yaml": JOB}), "a.yaml: two texts"),
        (lambda: kwlint.lint(project="gone"), "gone: the project folder does not exist"),
        (lambda: kwlint.lint(jobs=0), "jobs is 0"),
        (lambda: kwlint.lint(config="gone.yaml"), "gone.yaml: the configuration cannot be read"),
        (lambda: kwlint.lint(config="bad.yaml"), "bad.yaml:1:1: there is no key `presett`"),
        (
            lambda: kwlint.lint(config={"presett": "strict"}),
            "config: there is no key `presett` (did you mean",
        ),
        (lambda: kwlint.lint(config={"preset": "strickt"}), "config: preset: "),
        (lambda: kwlint.lint(config={"limits": {"depth": 0}}), "config: `limits.depth` must be at least 1"),
        (lambda: kwlint.lint(config={"select": "STS"}), "config: `select` must be a list"),
        (lambda: kwlint.lint(config={"select": ["ST"]}), "config: select: there is no rule `ST`"),
        (lambda: kwlint.lint(config={"ignore": {"STS"}}), "config: `ignore` must be a list"),
        (lambda: kwlint.lint(config={"severity": {1: "error"}}), "config: the key `1` is no string"),
        (lambda: kwlint.lint(config={"rules": {"WRK005": {"nope": 1}}}), "has no option `nope`"),
        (lambda: kwlint.lint(config={"limits": {"file": 10**5000}}), "is a number of too many digits"),
        (lambda: kwlint.lint(config={"crds": ["gone"]}), "config: crds: there is no file or folder gone"),
        (lambda: kwlint.lint(config={"baseline": "gone"}), "gone: the baseline cannot be read"),
        (lambda: kwlint.lint(config={"rules": endless()}), "config: its values are nested too deeply"),
    ],
)
def test_what_cannot_be_meant(call: Callable[[], kwlint.Report], words: str) -> None:
    write({"bad.yaml": "presett: strict\n", "folder/pod.yaml": POD})
    with pytest.raises(kwlint.KwlintError) as caught:
        call()
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def endless() -> dict[str, Any]:
    values: dict[str, Any] = {}
    values["rules"] = values
    return values


@pytest.mark.parametrize(
    "call",
    [
        lambda: kwlint.lint([5]),  # type: ignore[list-item]
        lambda: kwlint.lint(texts={"a.yaml": b""}),  # type: ignore[dict-item]
        lambda: kwlint.lint(config=5),  # type: ignore[arg-type]
        lambda: kwlint.lint(None, {"a.yaml": ""}),  # type: ignore[call-arg]
    ],
)
def test_what_has_a_wrong_type(call: Callable[[], kwlint.Report]) -> None:
    with pytest.raises(TypeError):
        call()


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    os.rmdir(tmp_path / "project")
    with pytest.raises(kwlint.KwlintError, match="the working directory is gone"):
        kwlint.lint(texts={"a.yaml": POD})


def test_nothing_else_happens(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bad = "(?<=x)y"
    write({**PROJECT, "pattern.yaml": POD.replace("name: a,", f"name: '{bad}',"), ".gitignore": "[\n"})

    def state() -> tuple[Any, ...]:
        handlers = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
        files = sorted((str(path), path.stat().st_mtime_ns) for path in Path("..").rglob("*"))
        thresholds = gc.isenabled(), gc.get_freeze_count(), sys.getrecursionlimit()
        return os.getcwd(), handlers, files, dict(os.environ), thresholds

    def forked() -> int:
        raise AssertionError("a process is started")

    monkeypatch.setattr(os, "fork", forked)
    monkeypatch.setattr(sys, "stdin", None)
    before = state()
    assert kwlint.lint().findings
    assert kwlint.lint(texts={"many.yaml": "---\n".join([POD] * 700)}).findings
    with pytest.raises(kwlint.KwlintError):
        kwlint.lint("gone.yaml")
    assert state() == before
    assert capfd.readouterr() == ("", "")


def test_the_cache_is_for_who_asks(tmp_path: Path) -> None:
    write(PROJECT)
    plain = kwlint.lint()
    assert not (tmp_path / "cache").exists()
    assert [kwlint.lint(cache=True), kwlint.lint(cache=True)] == [plain, plain]
    assert any((tmp_path / "cache").iterdir())
    # A text is no file that a later run could have the same answer for.
    assert "JOB001" not in codes(kwlint.lint("job.yaml", texts={"job.yaml": POD}, cache=True))
    assert "JOB001" in codes(kwlint.lint("job.yaml", texts={"job.yaml": JOB}, cache=True))


def test_several_processes_and_threads_say_the_same() -> None:
    many = {
        f"{number}.yaml": JOB.replace("name: a}\nspec", f"name: j{number}}}\nspec") for number in range(700)
    }
    one = kwlint.lint(texts=many, isolated=True)
    assert codes(one).count("JOB001") == 700
    gc.freeze()
    try:
        assert kwlint.lint(texts=many, isolated=True, jobs=2) == one
        assert gc.get_freeze_count() > 0, "what the program froze is thawed"
    finally:
        gc.unfreeze()
    write(PROJECT)
    alone = kwlint.lint()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: kwlint.lint(), range(8))) == [alone] * 8


def test_names_come_when_they_are_asked_for() -> None:
    script = "import sys, kwlint; print(*(name for name in sys.modules if name.startswith('kwlint.')), len(dir(kwlint)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(done.stdout.split()) == 1
    everything: dict[str, Any] = {}
    exec("from kwlint import *", everything)
    assert set(kwlint.__all__) <= set(everything)
    assert set(kwlint.__all__) <= set(dir(kwlint))
    assert not hasattr(kwlint, "open_session")
    assert [name for name in kwlint.__all__ if f"`{name}`" not in PAGE and f"kwlint.{name}" not in PAGE] == []


def test_the_page_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    write({f"manifests/{name}": text for name, text in PROJECT.items()})
    names: dict[str, Any] = {}
    for snippet in SNIPPETS:
        exec(snippet, names)
    printed = capsys.readouterr().out.splitlines()
    expected = [
        f"{item.place.file}:{item.place.line}: {item.severity} {item.code}: {item.message}"
        for item in kwlint.lint("manifests").findings
    ]
    assert len(SNIPPETS) == 2
    assert printed == expected != []
    assert "](docs/library.md)" in (ROOT / "README.md").read_text(encoding="utf-8")

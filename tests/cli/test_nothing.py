"""Nothing judged is no success: exit codes and hints of runs without an object, and what is said of a part of a run."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest

from kwlint.cli import main
from tests.engine.running import write

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1'}]}\n"
TEMPLATE = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n"
BROKEN = "apiVersion: v1\nkind: [Pod\n"
FILES = {
    "good/a.yaml": POD,
    "chart/Chart.yaml": "name: x\n",
    "chart/values.yaml": "name: x\n",
    "chart/templates/deep/a.yaml": TEMPLATE,
    "my chart/Chart.yaml": "name: x\n",
    "templates/a.yaml": TEMPLATE,
    "values/a.yaml": "image: x\n",
    "wrong/a.txt": POD,
    "remote/kustomization.yaml": "resources: ['https://example.org/a.yaml']\n",
    "patched/kustomization.yaml": "patches: [{path: sub/a.yaml}]\n",
    "patched/sub/a.yaml": POD,
    "broken/a.yaml": BROKEN,
    "ignored/.gitignore": "*\n",
    "ignored/a.yaml": POD,
}

Run = Callable[..., tuple[int, str]]


@pytest.fixture(name="run")
def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, stdin: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        monkeypatch.setattr(sys, "argv", ["kwlint", *arguments])
        with pytest.raises(SystemExit) as caught:
            main.main()
        assert isinstance(caught.value.code, int)
        return caught.value.code, capsys.readouterr().err

    write(FILES)
    return run


@pytest.mark.parametrize(
    ("folder", "hint"),
    [
        ("chart", "render the chart: `helm template chart | kwlint -`"),
        ("chart/templates", "render the chart: `helm template chart | kwlint -`"),
        ("chart/templates/deep", "render the chart: `helm template chart | kwlint -`"),
        ("my chart", "render the chart: `helm template 'my chart' | kwlint -`"),
        ("templates", "render its templates, and pass what comes of it to `kwlint -`"),
        ("values", "none of its files is a manifest; is it the right folder?"),
        ("wrong", "it has no YAML or JSON file that is not excluded or ignored by git; is it the right folder?"),
        ("ignored", "it has no YAML or JSON file that is not excluded or ignored by git; is it the right folder?"),
        ("remote", "build the kustomization: `kubectl kustomize remote | kwlint -`"),
        ("patched", "build the kustomization: `kubectl kustomize patched | kwlint -`"),
        ("patched/sub", "its patches are judged with the folder of the kustomization that names them"),
    ],
)  # fmt: skip
def test_a_folder_without_an_object_is_no_success(run: Run, folder: str, hint: str) -> None:
    told = f"kwlint: {folder}: nothing in it could be judged ({hint}); --allow-empty permits that\n"
    if folder == "patched/sub":
        write({"kwlint.yaml": ""})
    assert run(folder) == (2, told)
    assert run(folder, "--quiet") == (2, told)
    assert run(folder, "--diff") == (2, told)
    assert run(folder, "--fix", "--quiet") == (2, told)
    assert run(folder, "--allow-empty") == (0, "")


@pytest.mark.parametrize(
    ("stdin", "hint"),
    [
        ("", "it is empty; did the command before the pipe fail?"),
        ("\n\n", "it is empty; did the command before the pipe fail?"),
        ("# nothing\n", "it has no manifest; did the command before the pipe write what it should?"),
        ("a: b\n", "it has no manifest; did the command before the pipe write what it should?"),
        (TEMPLATE, "it has templates; render them before the pipe"),
    ],
)
def test_standard_input_without_an_object_is_no_success(run: Run, stdin: str, hint: str) -> None:
    told = f"kwlint: standard input: nothing in it could be judged ({hint}); --allow-empty permits that\n"
    assert run("-", stdin=stdin) == (2, told)
    assert run("-", "--allow-empty", stdin=stdin) == (0, "")
    # Under the name of a file it is that file, which may be no manifest; but an editor's is not empty.
    name = ("-", "--stdin-filename", "a.yaml", "--isolated")
    assert run(*name, stdin=stdin)[0] == (2 if not stdin.strip() else 0)


@pytest.mark.parametrize("files", [["values/a.yaml"], ["chart/templates/deep/a.yaml", "templates/a.yaml"]])
def test_files_that_are_named_may_be_no_manifests(run: Run, files: list[str]) -> None:
    assert run(*files) == (0, "")
    assert run(*files, "--force-exclude") == (0, "")


def test_a_run_without_paths(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("values")
    assert run()[0] == 2
    assert run("--allow-empty")[0] == 0


def test_what_cannot_be_read_is_a_finding_or_no_success(run: Run) -> None:
    assert run("broken")[0] == 1
    assert run("broken", "--fail-on", "never")[0] == 2
    assert run("broken", "--ignore", "YAML001")[0] == 2
    # Known findings do not make it one.
    assert run("broken", "--write-baseline", "--baseline", "known")[0] == 2


def test_one_folder_of_several(run: Run) -> None:
    code, told = run("good", "values", "chart", "values/a.yaml")
    assert code == 0
    assert told.splitlines() == [
        "kwlint: values: nothing in it could be judged (none of its files is a manifest; is it the right folder?)",
        "kwlint: chart: nothing in it could be judged (render the chart: `helm template chart | kwlint -`)",
    ]
    assert run("good", "values", "--quiet") == (0, "")
    assert run("good", "values", "--allow-empty") == (0, "")
    assert run("values", "chart")[0] == 2
    assert run("values", "-", stdin=POD)[0] == 0


def test_a_rule_that_crashed_comes_first(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.checks.workload import containers

    def fail(*_: Any) -> Any:
        raise ValueError("no")

    monkeypatch.setattr(containers, "latest_image", fail)
    assert run("good", "values", "--no-cache")[0] == 3


def test_the_cache_knows_what_was_judged(run: Run) -> None:
    assert run("good", "values") == run("good", "values")
    assert run("values") == run("values")

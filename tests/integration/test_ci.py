"""The GitHub action's steps as the runner's shell runs them, and the files and jobs that the documentation shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from kwlint.cli.parser import cli
from kwlint.data import RULES

from .repository import Repository, workload

ROOT = Path(RULES).parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ACTION["runs"]["steps"]
    return found


def test_the_action_uses_the_inputs_that_it_has() -> None:
    assert ACTION["runs"]["using"] == "composite"
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"])
    for step in steps():
        assert "${{" not in step.get("run", ""), "an input in a script would be run as code"
        assert ("run" in step) == ("shell" in step)


def test_the_action_installs_beside_the_python_of_the_job(tmp_path: Path) -> None:
    (step,) = (step for step in steps() if step.get("id") == "install")
    calls, python = tmp_path / "calls", tmp_path / "python"
    # Stands for the interpreter, and for that of the environment that it is asked to make.
    python.write_text(
        f'#!/bin/sh\necho "$@" >> "{calls}"\n'
        '[ "$2" != venv ] || { mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; }\n'
    )
    python.chmod(0o755)
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_ENV")}
    temporary = tmp_path / "runner temp"
    environment = {name: str(path) for name, path in files.items()}
    environment |= {"PYTHON": str(python), "SOURCE": "/the action", "RUNNER_TEMP": str(temporary)}
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        env={**os.environ, **environment},
        check=True,
    )
    assert files["GITHUB_OUTPUT"].read_text() == f"command={temporary}/kwlint/bin/kwlint\n"
    assert not files["GITHUB_PATH"].exists() and not files["GITHUB_ENV"].exists()
    made, installed = calls.read_text().splitlines()
    assert made == f"-m venv {temporary}/kwlint"
    assert installed.startswith("-m pip install ") and installed.endswith(" /the action")
    assert steps()[-1]["env"]["KWLINT"] == "${{ steps.install.outputs.command }}"


def lint(repository: Repository, tmp_path: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's last step as GitHub's runner does."""
    command = tmp_path / "command"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kwlint "$@"\n')
    command.chmod(0o755)
    step = steps()[-1]
    environment = {
        name: inputs.get(
            name.removeprefix("INPUT_").lower(),
            ACTION["inputs"][name.removeprefix("INPUT_").lower()]["default"],
        )
        for name in step["env"]
        if name.startswith("INPUT_")
    }
    environment |= {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_WORKSPACE": str(repository.folder),
        "KWLINT": str(command),
    }
    script = tmp_path / "step.sh"
    script.write_text(step["run"])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        env={**os.environ, **environment},
        cwd=repository.folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.write(old_app=workload("old", tag="latest"), good_app=workload("good"))
    repository.commit()
    return repository


def test_the_action_as_it_is(shop: Repository, tmp_path: Path) -> None:
    done = lint(shop, tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::warning file=old/app.yaml,line=18")
    assert (tmp_path / "summary.md").read_text().startswith("## kwlint\n")


def test_the_action_with_inputs(shop: Repository, tmp_path: Path) -> None:
    shop.write(new_app=workload("new", tag="latest"))
    done = lint(
        shop,
        tmp_path,
        paths="new\nold good",
        args="--statistics --fail-on  error",
        since="HEAD",
        sarif="out.sarif",
        summary="false",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "file=new/app.yaml" in done.stdout
    assert "file=old/app.yaml" not in done.stdout
    assert "1  WRK005  " in done.stdout
    assert (shop.folder / "out.sarif").exists()
    assert not (tmp_path / "summary.md").exists()


def test_words_of_the_inputs_are_no_code(shop: Repository, tmp_path: Path) -> None:
    done = lint(shop, tmp_path, paths="$(touch hit) good/* ;touch hit")
    assert done.returncode == 2
    assert not (shop.folder / "hit").exists()


def test_the_hooks_are_those_that_the_documentation_names() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["kwlint", "kwlint-fix"]
    shown = re.findall(r"- id: ([\w-]+)", CI)
    assert shown == ["kwlint", "kwlint-fix", "kwlint"]
    assert all(hook["require_serial"] and "--force-exclude" in hook["entry"] for hook in hooks)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", CI, re.DOTALL))
def test_the_jobs_shown_are_yaml(block: str) -> None:
    shown = yaml.safe_load(block)
    if isinstance(shown, list):  # hooks
        return
    for step in [step for job in shown.get("jobs", {}).values() for step in job["steps"]]:
        if step["uses"].startswith("kwlint/kwlint@"):
            assert set(step["with"]) <= set(ACTION["inputs"])


def test_the_options_shown_exist() -> None:
    known = CliRunner().invoke(cli, ["check", "--help"]).output
    shown = set(re.findall(r"kwlint[^`\n]*?((?: --[a-z-]+[^`\n]*)+)", CI))
    options = {option for text in shown for option in re.findall(r"--[a-z-]+", text)} - {"--rm", "--user"}
    assert options >= {"--since", "--format", "--fix", "--write-baseline"}
    assert [option for option in options if option not in known] == []


def test_the_image_is_built_from_what_the_wheel_needs() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert allowed >= {"kwlint", "rules", "schemas", "pyproject.toml", "README.md", "LICENSE"}
    assert all((ROOT / name).exists() for name in allowed)
    assert 'ENTRYPOINT ["kwlint"]' in (ROOT / "Dockerfile").read_text()

"""Fixing from the command line: exit codes, what is written, and what the report says of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {port: 80}\n"
MENDED = BROKEN.replace("80", '"80"')
# A port's name must have a letter, so quotes do not help it.
HOPELESS = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
    "    - {name: a, image: 'a:1', ports: [{containerPort: 80, name: 80}]}\n"
)


@pytest.fixture(name="project")
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kwlint(*arguments: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "kwlint", "--isolated", "--no-cache", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_diff_shows_and_writes_nothing(project: Path) -> None:
    Path("a b.yaml").write_text(BROKEN)
    done = kwlint("--diff", ".")
    assert done.returncode == 1
    assert Path("a b.yaml").read_text() == BROKEN
    subprocess.run(["git", "apply"], input=done.stdout.encode(), check=True)
    assert Path("a b.yaml").read_text() == MENDED
    done = kwlint("--diff", ".")
    assert (done.returncode, done.stdout) == (0, "")


def test_fix_writes_and_reports_the_rest(project: Path) -> None:
    Path("a.yaml").write_text(BROKEN)
    Path("b.yaml").write_text(HOPELESS)
    done = kwlint("--fix", "--format", "json", ".")
    assert done.returncode == 1
    assert Path("a.yaml").read_text() == MENDED
    assert Path("b.yaml").read_text() == HOPELESS
    assert "fixed 1 finding in 1 file" in done.stderr
    (finding,) = [item for item in json.loads(done.stdout)["findings"] if item["refused"]]
    assert finding["fix"] is None
    assert finding["message"].endswith(
        "(not fixed: the API server would refuse what it makes of the field too)"
    )


def test_what_is_not_written_is_still_reported(project: Path) -> None:
    outside, inside = project / "outside.yaml", project / "project"
    outside.write_text(BROKEN)
    inside.mkdir()
    (inside / "a.yaml").symlink_to(outside)
    done = kwlint("--fix", "--project", str(inside), str(inside / "a.yaml"))
    assert done.returncode == 1
    assert "not written: a link leads out of the project" in done.stderr
    assert "fixed 0 findings in 0 files" in done.stderr
    assert "API002" in done.stdout
    assert outside.read_text() == BROKEN


def test_standard_input_is_not_fixed(project: Path) -> None:
    done = kwlint("--fix", "-")
    assert done.returncode == 2
    assert "standard input cannot be fixed" in done.stderr


def test_a_pipe_is_not_fixed(project: Path) -> None:
    os.mkfifo("a.yaml")
    done = kwlint("--fix", "a.yaml")
    assert done.returncode == 2
    assert "a.yaml is no file that can be fixed" in done.stderr


def test_a_file_with_two_names_is_fixed_once(project: Path) -> None:
    Path("folder").mkdir()
    Path("folder/a.yaml").write_text(BROKEN)
    Path("a.yaml").symlink_to("folder/a.yaml")
    Path("b.yaml").symlink_to("folder/a.yaml")
    diff = kwlint("--diff", ".").stdout
    assert diff.count("--- a/") == diff.count("--- a/folder/a.yaml") == 1
    done = kwlint("--fix", "--ignore", "WRK004", ".")
    assert (done.returncode, done.stderr) == (0, "kwlint: fixed 1 finding in 1 file\n")
    assert Path("a.yaml").is_symlink()
    assert Path("folder/a.yaml").read_text() == MENDED

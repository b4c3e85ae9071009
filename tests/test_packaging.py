"""The wheel and the sdist: what they hold, and that an installed wheel behaves like the checkout."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = {
    "set.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n  serviceName: db\n"
    "  selector: {matchLabels: {a: b}}\n"
    "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: postgres}]}}\n",
    "service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 1}], selector: {a: b}}\n",
    "bad.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {nam: a}\nspec: {containers: [{image: 5}]}\n",
    "broken.yaml": "kind: [\n",
}


def command(*arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="module", name="built")
def _built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it; return their paths."""
    folder = tmp_path_factory.mktemp("dist")
    isolation = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    built = command(sys.executable, "-m", "build", *isolation, "--outdir", folder, ROOT)
    if built.returncode and not isolation and _is_offline(built.stdout + built.stderr):
        pytest.skip("offline: the build backend cannot be installed")
    assert built.returncode == 0, built.stdout + built.stderr
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def _is_offline(output: str) -> bool:
    signs = (
        "NewConnectionError",
        "No matching distribution",
        "Temporary failure",
        "ConnectTimeout",
        "Max retries",
    )
    return any(sign in output for sign in signs)


@pytest.fixture(scope="module", name="installed")
def _installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a fresh environment; return the folder of its programs."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    found = command(*pip, built[1])
    if found.returncode and _is_offline(found.stdout + found.stderr):
        pytest.skip("offline: the dependencies cannot be installed")
    assert found.returncode == 0, found.stdout + found.stderr
    return python.parent


def shipped(folder: str) -> set[str]:
    """Return the files of a folder of the checkout that git would take, relative to the root."""
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_its_data(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
    assert shipped("kwlint") | {"kwlint/py.typed"} <= names
    for folder in ("rules", "schemas"):
        assert {f"kwlint/{name}" for name in shipped(folder)} <= names
    others = {name.split("/")[0] for name in names} - {"kwlint"}
    assert [name for name in others if not name.endswith(".dist-info")] == []
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_sdist_holds_what_a_build_and_its_tests_need(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for folder in ("kwlint", "rules", "schemas", "tests"):
        assert shipped(folder) <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO"} <= names


def test_an_installed_wheel_behaves_like_the_checkout(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in PROJECT.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KWLINT_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    checkout = [
        sys.executable,
        "-c",
        f"import sys; sys.path[0] = {str(ROOT)!r}; from kwlint.cli.main import main; main()",
    ]
    for arguments in (
        ["--version"],
        ["rules"],
        ["explain", "STS002"],
        ["config"],
        ["."],
        [".", "--format", "json", "--preset", "strict"],
        [".", "--format", "sarif"],
        ["nope.yaml"],
    ):
        mine, theirs = command(*checkout, *arguments), command(installed / "kwlint", *arguments)
        assert (theirs.returncode, theirs.stdout, theirs.stderr) == (
            mine.returncode,
            mine.stdout,
            mine.stderr,
        )
        assert mine.returncode != 3, mine.stderr
    report = command(installed / "python", "-m", "kwlint", ".", "--format", "concise")
    assert report.returncode == 1
    assert {"STS002", "API001", "YAML001", "WRK005"} <= set(report.stdout.split())
    where = command(installed / "python", "-c", "import kwlint.data as d; print(d.RULES); print(d.SCHEMAS)")
    assert all(
        os.path.realpath(line).startswith(os.path.realpath(installed.parent)) for line in where.stdout.split()
    )


def test_an_installed_wheel_has_types_and_metadata(installed: Path) -> None:
    shown = command(
        installed / "python",
        "-c",
        "import importlib.metadata as m; d = m.metadata('kwlint'); "
        "print(d['Version'], d['Requires-Python'], *sorted(d.get_all('Project-URL')), sep='|')",
    )
    called = "import kwlint; print(len(kwlint.lint(texts={'a.yaml': 'kind: ['}, isolated=True).findings))"
    assert command(installed / "python", "-c", called).stdout == "1\n"
    version, python, *links = shown.stdout.strip().split("|")
    assert command(installed / "kwlint", "--version").stdout.split()[-1] == version
    assert python == ">=3.11"
    assert [link.partition(",")[0] for link in links] == ["Changelog", "Documentation", "Homepage", "Issues"]

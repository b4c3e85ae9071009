"""The house: floors and circles of imports, what checks may import, and how large rooms may be."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kwlint"
CHECKS_MAY_IMPORT = (
    "kwlint.rule",
    "kwlint.checks.shared",
    "kwlint.model",
    "kwlint.diagnostics",
    "kwlint.util",
)
MODULES = sorted(PACKAGE.rglob("*.py"))
# The loop over the events of a document calls nothing that it can do itself.
LONGEST = {"kwlint.syntax.tree._fill": 180}


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield what a module imports anywhere in it, as dotted names, and whether it is only for types."""
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from ((f"{node.module}.{alias.name}", id(node) in for_types) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("__import__", "exec", "eval"):
            raise AssertionError(ast.unparse(node))


def test_floors_and_circles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contracts of pyproject.toml hold: no module imports from a floor above its own, none is part of a circle."""
    from importlinter.cli import lint_imports

    monkeypatch.chdir(PACKAGE.parent)
    assert lint_imports() == 0


@pytest.mark.parametrize("path", [path for path in MODULES if "checks" in path.parts], ids=dotted)
def test_checks_import_next_to_nothing(path: Path) -> None:
    module = dotted(path)
    chapter = ".".join(module.split(".")[:3])
    for name, _ in imported(ast.parse(path.read_text("utf-8"))):
        top = name.split(".")[0]
        allowed = (*CHECKS_MAY_IMPORT, chapter)
        known = top in sys.stdlib_module_names or any(
            name == prefix or name.startswith(f"{prefix}.") for prefix in allowed
        )
        assert known, f"{module} imports {name}"


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if {"syntax", "model", "checks", "diagnostics"} & set(path.parts)],
    ids=dotted,
)
def test_nothing_reads_the_world_where_it_must_not(path: Path) -> None:
    """Models and checks read no clock, environment, network or process."""
    forbidden = {"subprocess", "socket", "urllib", "http", "random", "time", "click", "multiprocessing"}
    for name, _ in imported(ast.parse(path.read_text("utf-8"))):
        assert name.split(".")[0] not in forbidden, f"{dotted(path)} imports {name}"


def test_every_module_is_on_a_floor() -> None:
    with open(PACKAGE.parent / "pyproject.toml", "rb") as stream:
        floors = tomllib.load(stream)["tool"]["importlinter"]["contracts"][0]["layers"]
    names = {".".join(dotted(path).split(".")[:2]) for path in MODULES}
    assert names - {"kwlint", "kwlint.__main__"} == set(floors)


def test_modules_and_functions_stay_small() -> None:
    for path in MODULES:
        text = path.read_text("utf-8")
        assert text.count("\n") <= 400, f"{dotted(path)} has more than 400 lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and not dotted(path).startswith("kwlint.dev"):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= LONGEST.get(f"{dotted(path)}.{node.name}", 80), f"{dotted(path)}.{node.name}"


def test_a_start_imports_nothing_heavy() -> None:
    """What only some runs need is imported by those: the start of a run must stay short."""
    import subprocess

    script = "import sys, kwlint.cli.main, kwlint.catalog.catalog, kwlint.config.config, kwlint.engine.session; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    loaded = set(out.stdout.split())
    heavy = {
        "jsonschema",
        "ruamel.yaml",
        "zoneinfo",
        "ipaddress",
        "urllib.request",
        "http",
        "multiprocessing",
    }
    assert not heavy & loaded
    assert "kwlint.cli.main" in loaded

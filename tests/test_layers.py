"""The layers of the design: a module imports only from its own layer and those above it; checks import next to nothing."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kwlint"
# From the top down; `dev` stands outside, and nothing imports it.
LAYERS = [
    {"errors", "records", "packing", "patterns", "data", "findings", "files", "linear", "characters"},
    {"syntax"},
    {"model"},
    {"api"},
    {"facts", "rule", "checks"},
    {"catalog", "config", "configfiles"},
    {"engine"},
    {"report"},
    {"arguments", "commands", "cli", "__main__"},
    {"dev"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
CHECKS_MAY_IMPORT = ("kwlint.rule", "kwlint.model", "kwlint.findings", "kwlint.records", "kwlint.patterns")
MODULES = sorted(PACKAGE.rglob("*.py"))


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


def layer(name: str) -> int:
    return RANK[name.split(".")[1]]


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_keep_to_the_layers(path: Path) -> None:
    module = dotted(path)
    if module == "kwlint":
        return
    for name, _ in imported(ast.parse(path.read_text("utf-8"))):
        if name.startswith("kwlint.") and name != "kwlint.__version__":
            assert layer(name) <= layer(module), f"{module} imports {name} from a layer below it"


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
    [path for path in MODULES if {"syntax", "model", "checks", "findings.py"} & set(path.parts)],
    ids=dotted,
)
def test_nothing_reads_the_world_where_it_must_not(path: Path) -> None:
    """Models and checks read no clock, environment, network or process."""
    forbidden = {"subprocess", "socket", "urllib", "http", "random", "time", "click", "multiprocessing"}
    for name, _ in imported(ast.parse(path.read_text("utf-8"))):
        assert name.split(".")[0] not in forbidden, f"{dotted(path)} imports {name}"


def test_every_module_belongs_to_a_layer() -> None:
    names = {dotted(path).split(".")[1] for path in MODULES if dotted(path) != "kwlint"}
    assert names == set(RANK)
    assert len(MODULES) > 50


def test_a_start_imports_nothing_heavy() -> None:
    """What only some runs need is imported by those: the start of a run must stay short."""
    import subprocess

    script = (
        "import sys, kwlint.cli, kwlint.catalog, kwlint.config, kwlint.engine.session; print(*sys.modules)"
    )
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
    assert "kwlint.cli" in loaded

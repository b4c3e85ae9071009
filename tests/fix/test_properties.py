"""What holds of every fix: lines that it does not touch stay as they are, and a second time changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kwlint.catalog.catalog import load, page
from kwlint.catalog.facts import Facts
from kwlint.config.config import Config
from kwlint.config.settings import Settings, resolve
from kwlint.engine.fixing.fix import fix
from kwlint.engine.linter import run
from kwlint.sources.discover import Discovered

CATALOG = load()
EXAMPLES = [
    pytest.param(facts, example, id=f"{facts.code}-{number}")
    for facts in CATALOG
    if facts.fix != "none"
    for number, example in enumerate(page(facts)["examples"]["fails"], 1)
    if "fixed" in example
]


def commented(text: str) -> str:
    lines = []
    for number, line in enumerate(text.splitlines()):
        own = " " * (len(line) - len(line.lstrip())) + f"# above {number}"
        lines += [own, line + (f"  # beside {number}" if line.rstrip() == line and "#" not in line else "")]
    return "\n".join(lines) + "\n"


VARIANTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "commented": commented,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "no final newline": lambda text: text.rstrip("\n"),
    "second document": lambda text: (
        f"# first\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: ünï}}\n---\n{text}"
    ),
}


def settings_of(facts: Facts, example: dict[str, Any]) -> Settings:
    config = Config()
    if facts.scope != "run":
        config.override("select", [facts.code, "API"])
    if "kubernetes" in example:
        config.override("kubernetes-version", example["kubernetes"])
    return resolve(config, CATALOG)


def is_subsequence(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(line in rest for line in few)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("facts", "example"), EXAMPLES)
def test_what_is_not_touched_stays(
    facts: Facts, example: dict[str, Any], variant: str, tmp_path: Path
) -> None:
    text = VARIANTS[variant](example["manifests"])
    file = tmp_path / "example.yaml"
    file.write_bytes(text.encode())
    settings, found = settings_of(facts, example), Discovered([str(file)], [])
    touched: set[int] = set()
    for finding in run(found, settings, CATALOG).report.findings:
        for replacement in finding.fix.replacements if finding.fix else ():
            touched.update(range(replacement.place.line, replacement.place.end_line + 1))
    result = fix(found, settings, CATALOG, unsafe=True)
    after = result.after.get(str(file), text)
    # A comment above or beside what a fix takes away would be about nothing, so that is not done.
    assert after != text or variant == "commented"
    before = text.splitlines(keepends=True)
    kept = [line for number, line in enumerate(before, 1) if number not in touched]
    if not text.endswith("\n") and kept and len(before) not in touched:
        kept[-1] = after.splitlines(keepends=True)[-1]
    assert is_subsequence(kept, after.splitlines(keepends=True))
    assert ("\r\n" in text) == ("\r\n" in after)
    file.write_bytes(after.encode())
    assert fix(found, settings, CATALOG, unsafe=True).after == {}

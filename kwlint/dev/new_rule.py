"""Scaffolds a rule: its page in rules/ and its function in kwlint/checks/.

usage: python -m kwlint.dev.new_rule CODE NAME [--kinds KIND,KIND] [--scope object|inventory] [--severity SEVERITY]
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from kwlint.catalog.catalog import Catalog, load
from kwlint.data import RULES

PAGE = """\
code: {code}
name: {name}
severity: {severity}
kinds: [{kinds}]
scope: {scope}
check: {check}
refused: false
fix: none
---
summary: TODO one sentence, what is wrong.
why: |
  TODO what happens in the cluster then, with numbers.
fix: |
  TODO what to write instead.
references:
  - https://kubernetes.io/docs/
examples:
  fails:
    - title: TODO
      manifests: |
        apiVersion: v1
        kind: Pod
        metadata: {{name: web}}
        spec:
          containers: [{{name: web, image: "nginx:1.27"}}]
      findings: [spec.containers]
  passes:
    - title: TODO a legal construct that a naive rule would flag
      manifests: |
        apiVersion: v1
        kind: Pod
        metadata: {{name: web}}
        spec:
          containers: [{{name: web, image: "nginx:1.27"}}]
"""
HEADER = '''\
"""The checks of chapter {chapter}."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.rule import Context, Problem, Resource
'''
FUNCTION = '''

def {function}(resource: Resource, context: Context) -> Iterator[Problem]:
    """TODO say what is reported."""
    if False:
        yield resource.problem("spec", "TODO what is wrong, and what happens then")
'''


def chapter_of(code: str, catalog: Catalog) -> str:
    """Return the folder of the chapter that a code belongs to. Raises click.UsageError for a new prefix."""
    prefix = code.rstrip("0123456789")
    for facts in catalog:
        if facts.code.rstrip("0123456789") == prefix:
            return facts.chapter
    raise click.UsageError(
        f"no chapter has the prefix {prefix}; make its folder in rules/ first, with one rule"
    )


def scaffold(code: str, name: str, kinds: str, scope: str, severity: str, root: Path) -> list[Path]:
    """Write the two halves of a rule below ``root`` (a checkout) and return the files. Raises click.UsageError."""
    catalog = load(str(root / "rules"))
    if not re.fullmatch(r"[A-Z]+[0-9]{3}", code) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise click.UsageError("a code is a prefix and three digits, a name is in kebab-case")
    for word in (code, name):
        if catalog.find(word) is not None:
            raise click.UsageError(f"there is a rule `{word}` already; codes and names are never used again")
    chapter = chapter_of(code, catalog)
    function = name.replace("-", "_")
    package = root / "kwlint" / "checks" / chapter
    module = package / f"{function}.py" if package.is_dir() else package.with_suffix(".py")
    where = ".".join(module.relative_to(root / "kwlint" / "checks").with_suffix("").parts)
    page = root / "rules" / chapter / f"{code}-{name}.yaml"
    facts = {"code": code, "name": name, "severity": severity, "kinds": kinds, "scope": scope}
    page.write_text(PAGE.format(**facts, check=f"{where}:{function}"), encoding="utf-8")
    text = module.read_text(encoding="utf-8") if module.exists() else HEADER.format(chapter=chapter)
    module.write_text(text + FUNCTION.format(function=function), encoding="utf-8")
    return [page, module]


@click.command()
@click.argument("code")
@click.argument("name")
@click.option("--kinds", default="Workload", help="Kinds, separated by commas.")
@click.option("--scope", type=click.Choice(["object", "inventory"]), default="object")
@click.option("--severity", type=click.Choice(["error", "warning", "advice"]), default="warning")
def main(code: str, name: str, kinds: str, scope: str, severity: str) -> None:
    """Write the page and the function of a new rule."""
    for path in scaffold(code, name, kinds.replace(",", ", "), scope, severity, Path(RULES).parent):
        click.echo(path)


if __name__ == "__main__":
    main()

"""The rules' pages and the table of rules, as a terminal shows them."""

from __future__ import annotations

from typing import Any

from kwlint.catalog.catalog import Catalog
from kwlint.catalog.facts import Facts
from kwlint.config.config import Config
from kwlint.config.settings import Settings

_HEADINGS = (("why", "Why"), ("guide", "What the guide says"), ("fix", "How to fix it"))
_FIXES = {"safe": "`--fix`", "unsafe": "`--fix --unsafe-fixes`"}


def show(facts: Facts, page: dict[str, Any]) -> str:
    """Return a rule's page as Markdown, which reads well in a terminal too."""
    kinds = ", ".join("all kinds" if kind == "*" else kind for kind in facts.kinds)
    traits = [f"severity: {facts.severity}", f"on with: {facts.preset} preset"]
    if kinds:
        traits.append(f"kinds: {kinds}")
    if facts.fix != "none":
        traits.append(f"can be fixed with {_FIXES[facts.fix]}")
    if facts.refused:
        traits.append("the API server refuses such an object")
    lines = [f"# {facts.code} {facts.name}", "", page["summary"].strip(), "", "; ".join(traits), ""]
    for key, heading in _HEADINGS:
        if page.get(key):
            lines += [f"## {heading}", "", page[key].strip(), ""]
    for name, option in facts.options.items():
        lines += [f"Option `{name}` (default {option.get('default')}): {option.get('description', '')}", ""]
    examples = page.get("examples", {})
    for key, heading in (("fails", "Reported"), ("passes", "Not reported")):
        for example in examples.get(key, ()):
            lines += [f"## {heading}: {example.get('title', '')}".rstrip(": "), ""]
            lines += ["```yaml", example["manifests"].rstrip(), "```", ""]
            if "fixed" in example:
                lines += [f"After {_FIXES[facts.fix]}:", "", "```yaml", example["fixed"].rstrip(), "```", ""]
    if page.get("references"):
        lines += ["## References", "", *(f"- {link}" for link in page["references"]), ""]
    return "\n".join(lines)


def table(catalog: Catalog, config: Config, settings: Settings) -> str:
    """Return all rules, a line each: code, severity, whether it is on and why, name."""
    rows = [
        (
            facts.code,
            settings.selection.severities.get(facts.code, facts.severity),
            _state(facts, config, settings),
            facts.name,
        )
        for facts in catalog
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    text = "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )
    on = sum(facts.code in settings.selection.codes for facts in catalog)
    return f"{text}{len(rows)} rules, {on} on\n"


def _state(facts: Facts, config: Config, settings: Settings) -> str:
    if facts.code in settings.selection.codes:
        if config["select"]:
            return "on (selected)"
        return f"on ({facts.preset})"
    if facts.preset not in ("default", config["preset"]) and not config["select"]:
        return f"off (preset {facts.preset})"
    return "off (not selected)" if config["select"] else "off (ignored)"

"""Hostile values in reports: what a manifest says, in each format, where a terminal, a runner or a browser reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import FORMATS, TEXTS, quoted, tree_of

# Where a text stands, with a finding that repeats it.
_PLACES = {
    "a name": "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {0}}}\n",
    "a namespace": "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: {0}}}\n",
    "a kind": "apiVersion: apps/v1\nkind: {0}\nmetadata: {{name: c}}\n",
    "a version": "apiVersion: {0}\nkind: Deployment\nmetadata: {{name: c}}\n",
    "a key": "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n{0}: x\n",
    "a label": "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, labels: {{a: {0}}}}}\n",
    "a label's key": "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, labels: {{{0}: a}}}}\n",
    "a schedule": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: c}}\nspec: {{schedule: {0}, timeZone: {0}, jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: {0}}}]}}}}}}}}}}\n",
    "a suppression": "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, annotations: {{kwlint.dev/ignore: {0}, kwlint.dev/x: y}}}}\n",
    "a Secret": "apiVersion: v1\nkind: Secret\nmetadata: {{name: c}}\ndata: {{a: {0}, {0}: b}}\n",
    "an anchor": "a: *{1}\nkind: ConfigMap\n",
    "a comment": "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}} # kwlint: ignore[{1}] {1}\nx: y\n",
    "broken YAML": "apiVersion: v1\nkind: ConfigMap\n{1}: [\n",
}


def _parses(name: str) -> Callable[[str, str], list[str]]:
    def check(out: str, err: str) -> list[str]:
        try:
            if name in ("json", "sarif", "gitlab"):
                json.loads(out)
            elif name == "junit":
                ElementTree.fromstring(out)
        except (ValueError, ElementTree.ParseError):
            return ["INVALID"] if not err else []
        bare = re.sub(r"`[^`\n]*`", "", out)
        return ["HTML"] if name == "markdown" and re.search(r"(?<!\\)<script", bare) else []

    return check


def cases() -> Iterator[Case]:
    """Yield the cases of reports."""
    for place, shape in _PLACES.items():
        for kind, text in TEXTS.items():
            plain = text.replace("\n", " ").replace("\r", " ")
            for name in FORMATS:
                environment = {"GITHUB_ACTIONS": "true"} if name in ("text", "concise", "github") else {}
                yield Case(
                    "reports",
                    f"{place}: {kind} as {name}",
                    tree_of({"a.yaml": shape.format(quoted(text), plain)}),
                    ("--format", name, "--preset", "strict", "--show-suppressed", "."),
                    environment=environment,
                    check=_parses(name),
                    as_nobody=False,
                )

"""Mutated examples: the manifests of the rules' own pages with fields, values and bytes damaged, many to a run."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kwlint.catalog.catalog import load, page
from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import DIGITS, FORMATS, TEXTS

BATCHES = 120
_EACH = 60
_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 2**64, 10**400, 1.5, 1e308, "", "x", "0", "-1", "1e400", DIGITS[:5000], "a" * 5000, [], {}, [None], {"": ""}, [[]],
    [{}], {"a": None}, "${X}", "{{ x }}", "<x>", "*", "$(X)", "/", "..", "a/b/c", "\ud83d", *TEXTS.values(),
)  # fmt: skip


def _manifests() -> list[Any]:
    found = []
    for facts in load():
        for listed in page(facts).get("examples", {}).values():
            for example in listed:
                try:
                    found += [item for item in yaml.safe_load_all(str(example["manifests"])) if item]
                except yaml.YAMLError:
                    continue
    return found


def _mutated(value: Any, chance: random.Random) -> Any:
    """Return a value with one place in it replaced, removed, doubled or renamed."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.08:
        return chance.choice(_ODD)
    if isinstance(value, list):
        items = list(value)
        at = chance.randrange(len(items))
        if chance.random() < 0.2:
            items.insert(at, items[at])
        else:
            items[at] = _mutated(items[at], chance)
        return items
    fields = dict(value)
    key = chance.choice(list(fields))
    act = chance.random()
    if act < 0.1:
        del fields[key]
    elif act < 0.2:
        fields[
            chance.choice([f"{key}x", key.upper() if isinstance(key, str) else "k", "", "a\x1bb", "kind"])
        ] = fields.pop(key)
    else:
        fields[key] = _mutated(fields[key], chance)
    return fields


def _damaged(text: str, chance: random.Random) -> str:
    """Return a text with a few characters replaced, removed or repeated."""
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(text) + 1)
        piece = chance.choice(
            [
                "",
                "\t",
                ":",
                "[",
                "{",
                "&a ",
                "*a ",
                "!!x ",
                "'",
                '"',
                "\n",
                "---\n",
                "|",
                "\0",
                "\x1b",
                "#",
                "- ",
                "\u2028",
                text[at : at + 40] * 2,
            ]
        )
        text = text[:at] + piece + text[at + chance.randrange(3) :]
    return text


def _batch(seed: int) -> dict[str, bytes]:
    chance = random.Random(seed)
    manifests = _manifests()
    files = {}
    for number in range(_EACH):
        document = chance.choice(manifests)
        for _ in range(chance.randrange(1, 9)):
            document = _mutated(document, chance)
        if chance.random() < 0.5:
            text = json.dumps(document)
        else:
            text = yaml.safe_dump(document, allow_unicode=chance.random() < 0.5)
        if chance.random() < 0.3:
            text = _damaged(text, chance)
        files[f"f{number:03}.yaml"] = text.encode("utf-8", "surrogatepass")
    return files


def cases() -> Iterator[Case]:
    """Yield the cases of mutated examples, each a folder of documents."""
    for seed in range(BATCHES):

        def make(folder: Path, seed: int = seed) -> None:
            for name, content in _batch(seed).items():
                (folder / name).write_bytes(content)

        chance = random.Random(seed)
        options = (
            "--format",
            chance.choice(FORMATS),
            "--preset",
            chance.choice(["default", "strict", "security"]),
            "--kubernetes-version",
            f"1.{chance.randrange(25, 38)}",
        )
        if seed % 3:
            yield Case("mutated examples", f"seed {seed}", make, (*options, "."), as_nobody=False)
        else:
            yield Case(
                "mutated examples, fixed",
                f"seed {seed}",
                make,
                (*options, "--fix", "--unsafe-fixes", "."),
                may_change=("*.yaml",),
                as_nobody=False,
            )

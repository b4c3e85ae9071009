"""What is read is read in one pass: inputs of a size at which anything quadratic would take minutes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.engine.running import outcome, write

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
BROKEN = "---\napiVersion: v1\nkind: x\n"
INPUTS: dict[str, tuple[int, Callable[[int], str]]] = {
    "blank lines after kind": (200_000, lambda n: "kind\n" + "\n" * n),
    "broken documents": (4_000, lambda n: f"{BROKEN}a: [\n" * n),
    "broken documents with aliases": (4_000, lambda n: f"{BROKEN}a: *b\n".replace("x", "Secret") * n),
    "broken documents with control characters": (4_000, lambda n: f"{BROKEN}a: \x01\n" * n),
    "broken documents with quoted actions": (4_000, lambda n: f"{BROKEN}b: '{{{{ x }}}}'\na: [\n" * n),
    "one key over and over": (40_000, lambda n: f"{CONFIG_MAP}data:\n" + "  k: v\n" * n),
    "many keys twice": (20_000, lambda n: f"{CONFIG_MAP}data:\n" + "".join(f"  k{i}: v\n" for i in range(n)) * 2),
    "many mappings with a key twice": (4_000, lambda n: f"{CONFIG_MAP}data:\n" + "".join(f"  k{i}: {{a: 1, a: 2}}\n" for i in range(n))),
    "suppressions": (4_000, lambda n: CONFIG_MAP + "# kwlint: ignore[STS002] x\n" * n),
    "words of a suppression": (40_000, lambda n: f"{CONFIG_MAP}# kwlint: ignore[{'STS002,' * n}] x\n"),
    "other words of a suppression": (20_000, lambda n: f"{CONFIG_MAP}# kwlint: ignore[{','.join(f'w{i}' for i in range(n))}]\n"),
    "words of an annotation": (20_000, lambda n: f"{CONFIG_MAP}".replace("}", f", annotations: {{kwlint.dev/ignore: '{'STS002,' * n}'}}}}")),
    "suppressions in a scalar": (40_000, lambda n: f"{CONFIG_MAP}data: {{a: '{'#kwlint:' * n}'}}\n"),
    "actions that do not end": (100_000, lambda n: f"{CONFIG_MAP}".replace("}", f", labels: {{a: '{'{{' * n}'}}}}")),
    "comments": (40_000, lambda n: CONFIG_MAP + "# # # #\n" * n),
    "a number of many digits": (1_000_000, lambda n: f"{CONFIG_MAP}data: {{a: {'9' * n}, b: '{'9' * n}'}}\n"),
    "surrogates": (40_000, lambda n: f'{{"apiVersion": "v1", "kind": "ConfigMap", "data": {{"a": "{chr(92)}ud83d{chr(92)}ude00{"x" * 10}'.replace("x" * 10, f"{chr(92)}ud83d{chr(92)}ude00" * n) + '"}}'),
}  # fmt: skip


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_of_twice_the_size_takes_about_twice_as_long(name: str) -> None:
    size, made = INPUTS[name]
    took = []
    for number in (size // 2, size):
        write({"a.yaml": made(number)})
        started = time.process_time()
        assert not outcome(select=["YAML", "KW", "STS002"]).crashed
        took.append(time.process_time() - started)
    assert took[1] < 3 * took[0] + 3

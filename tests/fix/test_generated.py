"""Fixes over generated documents in hostile layouts: bytes outside the replacements stay, and what was right stays right."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.engine.fixing.fix import Fixed, fix
from kwlint.engine.fixing.write import unified, write
from kwlint.engine.linter import run
from kwlint.sources.discover import Discovered
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read

CATALOG = load()
SETTINGS = resolve(Config(), CATALOG)
COUNT = 24


def container(chance: random.Random) -> dict[str, Any]:
    policy = chance.choice(["always", "Always", "ifnotpresent", "Never", "NEVER"])
    values = ["x", 8080, True, 1.5, "9", "ünï😀", "a # b", "it's"]
    resources = {
        "requests": {
            "cpu": chance.choice(["100m", 250]),
            "memory": chance.choice(["64Mi", "100m", "1 Gi", "64MiB", "64MB"]),
        }
    }
    return {
        "name": "main",
        "image": "registry.example.com/main:1.4.2",
        chance.choice(["imagePullPolicy", "imagePullPolicyy", "imagepullpolicy"]): policy,
        "env": [
            {"name": f"V{number}", chance.choice(["value", "vlaue"]): chance.choice(values)}
            for number in range(3)
        ],
        "ports": [{"containerPort": chance.choice([80, "80", "http"])}],
        "resources": resources,
    }


def generated(seed: int) -> dict[str, Any]:
    """Return an object with some faults, fixable or not."""
    chance = random.Random(seed)
    metadata = {"name": f"object-{seed}", "labels": {"on": chance.choice(["yes", True, 7]), "app": "web"}}
    template: dict[str, Any] = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [container(chance) for _ in range(1)]},
    }
    kind = chance.choice(["Deployment", "CronJob", "Job", "DaemonSet", "ConfigMap"])
    if kind == "ConfigMap":
        data = {f"k{number}": chance.choice([1, "two", True, None, 0.5]) for number in range(4)}
        return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": data}
    if kind in ("Job", "CronJob"):
        policy = chance.choice([None, "Always", "OnFailure", "never"])
        if policy is not None:
            place = chance.choice([template["spec"], template["spec"]["containers"][0]])
            place["restartPolicy"] = policy
        spec: dict[str, Any] = {"template": template}
        if kind == "CronJob":
            schedule = chance.choice(["0 4 * * *", "TZ=Europe/Paris 0 4 * * *", "CRON_TZ=UTC */5 * * * *"])
            spec = {"schedule": schedule, "jobTemplate": {"spec": spec}}
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    if kind == "DaemonSet":
        template["spec"]["tolerations"] = [{"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}]
    else:
        spec[chance.choice(["replicas", "replica", "Replicas"])] = chance.choice([1, "2", "many"])
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def block(data: Any, **options: Any) -> str:
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, **options)
    return text


def commented(text: str) -> str:
    lines = []
    for number, line in enumerate(text.splitlines()):
        indent = " " * (len(line) - len(line.lstrip()))
        lines += [f"{indent}# above {number}", f"{line}  # beside {number}"]
    return "\n".join(lines) + "\n"


def anchored(data: dict[str, Any]) -> str:
    """Return text in which the labels are shared: a fix of one place would change the other."""
    text = block(data)
    return text.replace("  labels:\n", "  labels: &shared\n", 1) + "x-labels: *shared\n"


def in_list(data: dict[str, Any]) -> str:
    other = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other"}}
    return block({"apiVersion": "v1", "kind": "List", "items": [other, data]})


LAYOUTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "block": block,
    "commented": lambda data: commented(block(data)),
    "crlf": lambda data: commented(block(data)).replace("\n", "\r\n"),
    "byte order mark": lambda data: "\ufeff" + block(data),
    "no final newline": lambda data: block(data).rstrip("\n"),
    "blank lines": lambda data: block(data).replace("\n", "\n\n"),
    "trailing spaces": lambda data: block(data).replace("\n", "  \n"),
    "wide": lambda data: block(data, indent=8, width=10_000),
    "flow": lambda data: block(data, default_flow_style=True, width=70),
    "single quotes": lambda data: block(data, default_style="'"),
    "json": lambda data: json.dumps(data),
    "json, tabs": lambda data: json.dumps(data, indent="\t", ensure_ascii=False) + "\n",
    "list": in_list,
    "many documents": lambda data: f"# head\n---\n---\n{block({'a': 1})}---\n{block(data)}---\n# end\n",
    "anchors": anchored,
}


@pytest.fixture(name="project")
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(layout: str) -> dict[str, str]:
    """Write the generated documents, each in a folder of its own, and return their texts without byte order marks."""
    texts = {}
    for seed in range(COUNT):
        path = Path(f"{seed}", "object.yaml")
        path.parent.mkdir()
        text = LAYOUTS[layout](generated(seed))
        path.write_bytes(text.encode())
        texts[str(path)] = text.lstrip("\ufeff")
    return texts


def fixed(files: list[str], unsafe: bool = True) -> Fixed:
    return fix(Discovered(sorted(files), []), SETTINGS, CATALOG, unsafe)


def roots(text: str) -> list[Any]:
    return [item.root for item in read(Source("x", text)) if isinstance(item, Document)]


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(data, dict | list):
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in pairs:
            yield from leaves(value, (*path, key))
    else:
        yield path, data


def refusals(result: Any, file: str) -> int:
    return sum(1 for item in result.report.findings if item.refused and item.place.file == file)


def is_kept(old: str, new: str, spans: list[tuple[int, int]]) -> bool:
    """Return whether what stands between the spans of the old text stands in the new one, in that order."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces.append(old[at:start])
        at = end
    pieces.append(old[at:])
    pattern = ".*?".join(map(re.escape, pieces))
    return re.fullmatch(pattern, new, re.DOTALL) is not None


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def check_text(old: str, new: str, mended: int) -> None:
    comments = re.compile(r"# (?:above|beside) \d+|# head|# end")
    assert comments.findall(old) == comments.findall(new)
    assert "\r\n" not in old or "\n" not in new.replace("\r\n", "")
    assert "\r\n" in old or "\r\n" not in new
    assert old.endswith("\n") == new.endswith("\n")
    assert is_json(new) or not is_json(old)
    # A renamed key takes its leaf along, a moved field two.
    assert len(set(leaves(roots(old)[-1])) ^ set(leaves(roots(new)[-1]))) <= 4 * mended


@pytest.mark.parametrize("layout", LAYOUTS)
def test_generated(layout: str, project: Path) -> None:
    texts = written(layout)
    before = run(Discovered(sorted(texts), []), SETTINGS, CATALOG)
    result = fixed(list(texts))
    assert len(result.after) >= COUNT // 3
    single = 0
    for file, new in result.after.items():
        check_text(texts[file], new, result.applied[file])
        assert refusals(before, file) or not refusals(result.outcome, file), "it was accepted before"
        offers = [item.fix for item in before.report.findings if item.place.file == file and item.fix]
        if len(offers) == result.applied[file] and not any(note.startswith(file) for note in result.declined):
            # One round was enough, so that the replacements offered are those that were made.
            single += 1
            spans = [(edit.start, edit.end) for offer in offers for edit in offer.replacements]
            assert is_kept(texts[file], new, spans)
    assert single >= COUNT // 4

    shutil.copytree(project, project / "copy")
    diff = unified(result).encode()
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, check=True, cwd=project / "copy")
    assert write(result, ".") == {}
    for file in texts:
        assert (project / "copy" / file).read_bytes() == Path(file).read_bytes()
    assert fixed(list(texts)).after == {}


def test_only_targets_are_written(project: Path) -> None:
    texts = written("block")
    target, *others = sorted(fixed(list(texts)).after)
    result = fix(Discovered([target], others), SETTINGS, CATALOG, True)
    assert set(result.after) == {target}
    write(result, ".")
    assert all(Path(file).read_text() == texts[file] for file in others)

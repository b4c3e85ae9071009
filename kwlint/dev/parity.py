"""Runs a mutation round: variants of real manifests, the referee's verdicts, kwlint's, and the figures.

Usage: ``python -m kwlint.dev.parity SHARED VERDICT OPENAPI [--minor 37] [--count 6000] [--seed 1]
[--work DIR] [--show N]``: SHARED is the folder with ``apiserver/`` (mutate.py, parity.py) and ``corpus/``,
VERDICT the referee's program, OPENAPI the folder api/openapi-spec/v3 of its version. What DIR already holds
is used again.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kwlint.api.judge import judge
from kwlint.api.violations import Violation
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document, read


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def load(text: str) -> Any:
    """Return the data of a one-document YAML text, None where it can't be read."""
    for document in read(Source("round.yaml", text)):
        return document.root if isinstance(document, Document) else None
    return None


def findings(name: str, violations: list[Violation]) -> list[dict[str, Any]]:
    """Return violations as the entries of a JSON report that parity.py reads."""
    return [
        {
            "code": found.code,
            "file": f"{name}.yaml",
            "path": found.path,
            "message": found.message,
            "refused": found.refused,
        }
        for found in violations
    ]


def _run(command: list[str | Path], source: Path | None, target: Path) -> None:
    if target.exists():
        return
    part = target.with_suffix(".part")
    with part.open("w") as out:
        if source is None:
            subprocess.run(command, stdout=out, check=True)
        else:
            with source.open() as into:
                subprocess.run(command, stdin=into, stdout=out, check=True)
    part.rename(target)


def make_round(arguments: argparse.Namespace, work: Path) -> tuple[Path, Path]:
    """Return the files of variants and of the referee's verdicts, made where they are not there yet."""
    tool = arguments.shared / "apiserver" / "mutate.py"
    docs, base = work / "docs.jsonl", work / f"base{arguments.minor}.jsonl"
    name = f"{arguments.minor}-{arguments.seed}-{arguments.count}"
    variants, verdicts = work / f"m{name}.jsonl", work / f"v{name}.jsonl"
    _run([sys.executable, tool, "--split", arguments.shared / "corpus"], None, docs)
    _run([arguments.verdict], docs, base)
    seeded = [str(arguments.count), str(arguments.seed)]
    _run([sys.executable, tool, docs, base, arguments.openapi, *seeded], None, variants)
    _run([arguments.verdict], variants, verdicts)
    return variants, verdicts


def timed(documents: list[Any], minor: int) -> float:
    """Return how many of the documents are judged a second of processor time, the best of three."""
    for document in documents:
        judge(document, minor)
    best = float("inf")
    gc.disable()
    for _ in range(3):
        start = time.process_time()
        for document in documents:
            judge(document, minor)
        best = min(best, time.process_time() - start)
    gc.enable()
    return len(documents) / best


def main() -> None:
    """Run a round and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("shared", type=Path)
    parser.add_argument("verdict", type=Path)
    parser.add_argument("openapi", type=Path)
    parser.add_argument("--minor", type=int, default=37)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    work = arguments.work or Path(tempfile.mkdtemp(prefix="kwlint-round-"))
    variants, verdicts = make_round(arguments, work)
    names, documents = [], []
    for row in rows(variants):
        names.append(row["id"])
        documents.append(load(row["yaml"]))
    judged = [judge(document, arguments.minor) for document in documents]
    report = [entry for name, found in zip(names, judged, strict=True) for entry in findings(name, found)]
    target = work / "report.json"
    target.write_text(json.dumps({"findings": report}))
    compare = [sys.executable, arguments.shared / "apiserver" / "parity.py", verdicts, target]
    subprocess.run([*compare, "--show", str(arguments.show)], check=True)
    accepted = {row["id"] for row in rows(verdicts) if row["verdict"] == "accepted"}
    good = [document for name, document in zip(names, documents, strict=True) if name in accepted]
    bad = [document for name, document in zip(names, documents, strict=True) if name not in accepted]
    speeds = {"accepted": timed(good, arguments.minor), "refused": timed(bad, arguments.minor)}
    print(json.dumps({f"{name}_per_second": round(speed) for name, speed in speeds.items()}))


if __name__ == "__main__":
    main()

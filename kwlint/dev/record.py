"""Records anew what the API server says to the documents in tests/api/cases/.

Usage: ``python -m kwlint.dev.record MINOR=VERDICT… [FILE…]``: VERDICT is the referee's program for that
minor version (``37=./verdict``). Each line of a case file keeps its ``id``, ``yaml`` and ``minor``; the
answer is replaced. Lines of versions without a referee stay. Without files, all of tests/api/cases/ are
recorded.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[2] / "tests" / "api" / "cases"
_ANSWER = ("verdict", "decode", "strict", "errors", "warnings")


def ask(verdict: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the referee's answers to rows with an ``id`` and a ``yaml``, in their order."""
    questions = "".join(json.dumps({"id": row["id"], "yaml": row["yaml"]}) + "\n" for row in rows)
    done = subprocess.run([verdict], input=questions, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def record(path: Path, referees: dict[int, str]) -> int:
    """Write the answers into a case file; returns how many of them are others than before."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    changed = 0
    for minor, verdict in referees.items():
        mine = [row for row in rows if row["minor"] == minor]
        for row, answer in zip(mine, ask(verdict, mine) if mine else [], strict=True):
            before = {word: row.pop(word, None) for word in _ANSWER}
            row.update({word: answer[word] for word in _ANSWER if answer.get(word)})
            changed += before != {word: row.get(word) for word in _ANSWER}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return changed


def main(arguments: list[str]) -> None:
    """Record the files that the arguments name."""
    referees = {}
    files = []
    for argument in arguments:
        minor, equals, verdict = argument.partition("=")
        if equals:
            referees[int(minor)] = verdict
        else:
            files.append(Path(argument))
    for path in files or sorted(CASES.glob("*.jsonl")):
        print(f"{path.name}: {record(path, referees)} answers changed")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The cases of a warning rule that are only advice are off by default, as rules of that severity are."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.engine.linter import run
from kwlint.sources.discover import Discovered

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostNetwork: true
  containers: [{name: agent, image: "agent:1.0"}]
"""


@pytest.mark.parametrize(
    ("key", "value", "codes"),
    [
        ("preset", "default", []),
        ("preset", "security", []),
        ("preset", "strict", ["POD011"]),
        ("select", ["POD011"], ["POD011"]),
        ("severity", {"POD011": "error"}, ["POD011"]),
    ],
)
def test_advice_of_a_warning_rule(tmp_path: Path, key: str, value: object, codes: list[str]) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text(POD)
    config, catalog = Config(), load()
    config.override(key, value)
    report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
    assert [finding.code for finding in report.findings if finding.code == "POD011"] == codes

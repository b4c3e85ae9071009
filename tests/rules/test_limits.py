"""Amounts against a LimitRange are compared as the admission plugin does: in thousandths, and large ones in whole units."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.engine.linter import run
from kwlint.sources.discover import Discovered

MANIFESTS = """\
apiVersion: v1
kind: LimitRange
metadata: {{name: limits, namespace: shop}}
spec: {{limits: [{{type: PersistentVolumeClaim, max: {{storage: "{most}"}}}}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data, namespace: shop}}
spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: "{asked}"}}}}}}
"""


@pytest.mark.parametrize(
    ("most", "asked", "codes"),
    [
        ("1", "1001m", ["QUO002"]),
        ("1500m", "1900m", ["QUO002"]),
        ("1", "1000100u", ["QUO002"]),  # 1000.1 thousandths are 1001
        ("1001m", "1000100u", []),
        ("9223372036854776100m", "9223372036854776200m", []),
        ("9223372036854776100m", "9223372036854778", ["QUO002"]),
    ],
)
def test_comparison(most: str, asked: str, codes: list[str], tmp_path: Path) -> None:
    file = tmp_path / "claim.yaml"
    file.write_text(MANIFESTS.format(most=most, asked=asked), encoding="utf-8")
    catalog, config = load(), Config()
    config.override("select", ["QUO002"])
    report = run(Discovered([str(file)], []), resolve(config, catalog), catalog).report
    assert [finding.code for finding in report.findings] == codes

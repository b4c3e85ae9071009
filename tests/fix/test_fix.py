"""Fixing whole files: to a fixed point, proven, and nothing but the fields named."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kwlint.catalog import load
from kwlint.config import Config
from kwlint.engine.discover import Discovered
from kwlint.engine.fix import Fixed, fix
from kwlint.engine.proof import difference
from kwlint.engine.settings import resolve
from kwlint.engine.written import unified, write
from kwlint.findings import FixOffer

CATALOG = load()
BROKEN = """\
# head
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {on: yes}
spec:
  replica: 2   # how many
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.27
          imagePullPolicy: always
          env:
            - name: PORT
              value: 8080 # port
          ports: [{containerPort: "80"}]
"""
MENDED = (
    BROKEN.replace("{on: yes}", '{on: "yes"}')
    .replace("replica:", "replicas:")
    .replace("always", "Always")
    .replace("8080", '"8080"')
    .replace('"80"}', "80}")
)


def fixed(path: Path, unsafe: bool = False) -> Fixed:
    config = Config()
    config.override("select", ["API"])
    return fix(Discovered([str(path)], []), resolve(config, CATALOG), CATALOG, unsafe)


def test_to_a_fixed_point(tmp_path: Path) -> None:
    path = tmp_path / "web.yaml"
    path.write_bytes(BROKEN.encode())
    result = fixed(path)
    assert result.after == {str(path): MENDED}
    assert not [item for item in result.outcome.report.findings if item.refused]
    assert path.read_text() == BROKEN
    assert write(result, str(tmp_path)) == []
    assert path.read_text() == MENDED
    assert fixed(path).after == {}


@pytest.mark.parametrize(
    "around",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: text.replace("# head", "# head   ").encode(),
    ],
    ids=["bom", "crlf", "no-final-newline", "utf-16", "trailing-spaces"],
)
def test_encoding_and_line_ends_stay(tmp_path: Path, around: object) -> None:
    assert callable(around)
    path = tmp_path / "web.yaml"
    path.write_bytes(around(BROKEN))
    write(fixed(path), str(tmp_path))
    assert path.read_bytes() == around(MENDED)


def test_mode_stays_and_a_changed_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(BROKEN)
    path.chmod(0o640)
    result = fixed(path)
    write(result, str(tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.write_text(BROKEN + "# later\n")
    (note,) = write(result, str(tmp_path))
    assert "changed since" in note
    assert path.read_text() == BROKEN + "# later\n"
    assert [item.name for item in tmp_path.iterdir()] == ["web.yaml"]


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    outside, project = tmp_path / "outside.yaml", tmp_path / "project"
    outside.write_text(BROKEN)
    project.mkdir()
    link = project / "web.yaml"
    os.symlink(outside, link)
    (note,) = write(fixed(link), str(project))
    assert "out of the project" in note
    assert outside.read_text() == BROKEN


def test_diff_is_unified(tmp_path: Path) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(BROKEN)
    diff = unified(fixed(path))
    assert "-  replica: 2   # how many\n+  replicas: 2   # how many\n" in diff
    assert diff.count("@@") >= 2


def test_what_an_alias_shares_is_not_fixed(tmp_path: Path) -> None:
    path = tmp_path / "web.yaml"
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: &l {n: 1}, annotations: *l}\n"
        "data: {x: 2}\n"
    )
    path.write_text(text)
    assert fixed(path).after == {str(path): text.replace("x: 2", 'x: "2"')}


@pytest.mark.parametrize(
    ("before", "after", "changed", "proven"),
    [
        ("a: 1\nb: 2\n", "a: 1\nb: 3\n", {(0, "b")}, True),
        ("a: 1\nb: 2\n", "a: 2\nb: 3\n", {(0, "b")}, False),
        ("a: 1 # x\nb: 2\n", "a: 1\nb: 3\n", {(0, "b")}, False),
        ("a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n", {(1, "b")}, True),
        ("a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n", {(0, "b")}, False),
        ("a: [1, 2]\n", "a: [1]\n", {(0, "a", 1)}, True),
        ("a: [1, 2]\n", "a: [2]\n", {(0, "a", 1)}, False),
        ("a: 1\n", "a: 1\nb: 2\n", {(0, "b")}, True),
        ("a: 1\n", "a: '1'\n", set(), False),
        ("a: 1\n", "a: [\n", {(0, "a")}, False),
    ],
)
def test_proof(before: str, after: str, changed: set[tuple[str | int, ...]], proven: bool) -> None:
    offer = FixOffer(True, "", (), tuple(changed))
    assert (difference(before, after, [offer]) is None) is proven

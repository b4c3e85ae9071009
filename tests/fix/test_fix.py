"""Fixing whole files: to a fixed point, proven, and nothing but the fields named."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.diagnostics.finding import FixOffer
from kwlint.engine.fixing.fix import Fixed, fix
from kwlint.engine.fixing.proof import difference
from kwlint.engine.fixing.write import unified, write
from kwlint.sources.discover import Discovered

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
    assert write(result, str(tmp_path)) == {}
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
    (note,) = write(result, str(tmp_path)).values()
    assert "changed since" in note
    assert path.read_text() == BROKEN + "# later\n"
    assert [item.name for item in tmp_path.iterdir()] == ["web.yaml"]


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    outside, project = tmp_path / "outside.yaml", tmp_path / "project"
    outside.write_text(BROKEN)
    project.mkdir()
    link = project / "web.yaml"
    os.symlink(outside, link)
    (note,) = write(fixed(link), str(project)).values()
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
        ("a: true\n", "a: 1\n", set(), False),
        ("a: [1, 2]\n", "a: [1, 3]\n", {(0, "a", 1)}, True),
        ("a: {\n  b: 1, # x\n  c: 1\n}\n", "a: {\n  b: 1\n}\n", {(0, "a", "c")}, False),
        ("a: {\n  b: 1, # x\n  c: 1\n}\n", "a: {\n  b: 1 # x\n}\n", {(0, "a", "c")}, True),
        ("a: !x 1\nb: 1\n", "a: !x 1\nb: 2\n", {(0, "b")}, True),
        ("a: !x 1\nb: 1\n", "a: !x 2\nb: 1\n", {(0, "b")}, False),
        ("a: !x 1\nb: 1\n", "a: !y 1\nb: 1\n", {(0, "b")}, False),
        # keys that are one in JSON
        ("1: a\n'1': b\nc: 1\n", "1: x\n'1': b\nc: 2\n", {(0, "c")}, False),
    ],
)
def test_proof(before: str, after: str, changed: set[tuple[str | int, ...]], proven: bool) -> None:
    # What takes away is not safe.
    offer = FixOffer(False, "", (), tuple(changed))
    assert (difference(before, after, [offer]) is None) is proven


@pytest.mark.parametrize(
    ("before", "after", "proven"),
    [
        ("a: {x: 1}\n", "b: {x: 1}\n", True),
        ("a: {x: 1}\n", "b: {x: 2}\n", False),
        ("a: {x: 1}\n", "b: {}\n", False),
        ("a: {x: 1}\n", "c: {x: 1}\n", False),
    ],
)
def test_proof_of_a_renamed_key(before: str, after: str, proven: bool) -> None:
    offer = FixOffer(True, "", (), (), (((0, "a"), "b"),))
    assert (difference(before, after, [offer]) is None) is proven


CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{CONFIG_MAP}data:\n  a: x\n  a: x\n", f"{CONFIG_MAP}data:\n  a: x\n"),
        (f"{CONFIG_MAP}data:\n  a: x\n  a: x\n  a: x\n", f"{CONFIG_MAP}data:\n  a: x\n"),
        # the last one counts, and is another
        (f"{CONFIG_MAP}data:\n  a: x\n  a: x\n  a: y\n", None),
        # true is not 1
        (f"{CONFIG_MAP}data:\n  a: 1\n  a: true\n", None),
        # a mapping that is itself overridden has no path
        (f"{CONFIG_MAP}data:\n  kind: x\n  kind: x\ndata:\n  b: y\n", None),
        # the second item of a list, whose keys the first one has too
        (
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
            "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, metadata: {name: b}}\n",
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
            "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n",
        ),
    ],
)
def test_duplicate_keys(tmp_path: Path, text: str, wanted: str | None) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    config = Config()
    config.override("select", ["YAML002"])
    result = fix(Discovered([str(path)], []), resolve(config, CATALOG), CATALOG, True)
    assert result.after == ({str(path): wanted} if wanted is not None else {})


def test_documents_are_fixed_beside_one_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = f"# head\n---\n{CONFIG_MAP}data: {{a: 5}} # five\n---\na: b: c\n---\n{CONFIG_MAP}data:\n  a: yes\n"
    path.write_text(text)
    assert fixed(path).after == {str(path): text.replace("5", '"5"').replace("yes", '"yes"')}


@pytest.mark.parametrize("before", ["%YAML 1.1\n---\n", "b: 1\n...\n---\n", "b: 1\r---\r", ""])
def test_documents_that_no_line_tells_apart(tmp_path: Path, before: str) -> None:
    path = tmp_path / "a.yaml"
    text = f"{before}{CONFIG_MAP}data: {{a: 5}}\n---\n{CONFIG_MAP}data: {{a: 6}}\n"
    path.write_text(text, newline="")
    assert fixed(path).after == {str(path): text.replace("5", '"5"').replace("6", '"6"')}


def test_values_with_tags_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = f"{CONFIG_MAP}data:\n  a: !!str 5\n  b: !own x\n  c: 6\n"
    path.write_text(text)
    assert fixed(path).after == {str(path): text.replace("6", '"6"')}


def test_a_declined_fix_is_told_by_its_finding(tmp_path: Path) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(BROKEN.replace('containerPort: "80"', "containerPort: 80, name: 99"))
    result = fixed(path)
    (finding,) = [item for item in result.outcome.report.findings if item.path.endswith("ports[0].name")]
    assert finding.fix is None
    assert "(not fixed: the API server would refuse what it makes of the field too)" in finding.message
    (note,) = result.declined
    assert f"{path}:{finding.place.line}:{finding.place.column}: API002 was not fixed" in note
    # what else the file has is fixed all the same
    assert "replicas: 2" in result.after[str(path)]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: 1.5}\n",
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\n"
        "spec: {accessModes: [1.5], resources: {requests: {storage: 1Gi}}}\n",
    ],
)
def test_what_is_refused_either_way_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert fixed(path).after == {}


def test_what_a_misspelt_key_has_hidden_is_no_reason_against_mending_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  contaners: [{name: a}, {name: b}, {name: c}]\n"
    path.write_text(text)
    result = fixed(path)
    assert result.after == {str(path): text.replace("contaners", "containers")}
    assert [item.code for item in result.outcome.report.findings] == ["API003"] * 3


def test_a_text_that_could_not_be_read_any_more_is_declined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(BROKEN)
    monkeypatch.setattr(
        "kwlint.engine.fixing.fix._applied", lambda part, findings: (f"{part.text}a: [\n", None)
    )
    result = fixed(path)
    assert result.after == {}
    assert all(note.endswith("the text could not be read as before") for note in result.declined)
    assert result.declined


def test_a_fix_whose_finding_stays_is_declined(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: ''}\nspec: {clusterIP: None, selector: {a: b}}\n---\n"
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n  serviceName: ''\n"
        "  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n"
        "    spec: {containers: [{name: a, image: 'a:1'}]}\n"
    )
    assert fix(Discovered([str(path)], []), resolve(Config(), CATALOG), CATALOG, True).after == {}


def test_a_read_only_file_and_a_linked_folder(tmp_path: Path) -> None:
    outside, project = tmp_path / "outside", tmp_path / "project"
    outside.mkdir()
    project.mkdir()
    (outside / "web.yaml").write_text(BROKEN)
    (project / "linked").symlink_to(outside)
    (project / "own.yaml").write_text(BROKEN)
    (project / "inside.yaml").symlink_to(project / "own.yaml")
    (note,) = write(fixed(project / "linked" / "web.yaml"), str(project)).values()
    assert "out of the project" in note
    assert write(fixed(project / "inside.yaml"), str(project)) == {}
    assert (project / "inside.yaml").is_symlink()
    assert (project / "own.yaml").read_text() == MENDED
    if os.geteuid():
        (project / "own.yaml").write_text(BROKEN)
        (project / "own.yaml").chmod(0o444)
        assert "read-only" in write(fixed(project / "own.yaml"), str(project))[str(project / "own.yaml")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_owner_stays(tmp_path: Path) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(BROKEN)
    os.chown(path, 1234, 4321)
    path.chmod(0o4750)
    write(fixed(path), str(tmp_path))
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 4321, 0o4750)

"""Places of paths, as a table: keys, values, absent fields, block and flow style, anchors, merges, line breaks."""

from __future__ import annotations

import pytest

from kwlint.syntax.path import child, steps
from tests.syntax.reading import at

BLOCK = """\
# 頭
kind: Pod
metadata:
  labels:
    app.kubernetes.io/name: "日本" # comment
    empty:
  ключ: 値
spec:
  list:
  - name: a
    image: b
  -   name: c
  - - x
    - y
  - plain
  script: |
    one
    two
  flow: {a: 1, b: [x, {c: d}]}
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("kind", "2:7 Pod"),
        ("metadata", "3:1 metadata"),
        ("metadata.labels", "4:3 labels"),
        ("metadata.labels[app.kubernetes.io/name]", '5:29 "日本"'),
        ("metadata.labels[empty]", "6:5 empty"),
        ("metadata.ключ", "7:9 値"),
        ("metadata.name", "3:1 metadata"),
        ("metadata.annotations[x].y.z", "3:1 metadata"),
        ("metadata.labels[absent]", "4:3 labels"),
        ("status.phase", "2:1 kind: Pod"),
        ("", "2:1 kind: Pod"),
        ("spec.list", "9:3 list"),
        ("spec.list[0]", "10:5 name: a"),
        ("spec.list[0].image", "11:12 b"),
        ("spec.list[0].ports", "10:5 name: a"),
        ("spec.list[1].name", "12:13 c"),
        ("spec.list[1].ports[0].name", "12:7 name: c"),
        ("spec.list[2]", "13:7 x"),
        ("spec.list[2][1]", "14:7 y"),
        ("spec.list[3]", "15:5 plain"),
        ("spec.list[3].name", "15:5 plain"),
        ("spec.list[9]", "9:3 list"),
        ("spec.script", "16:11 ||    one|    two|"),
        ("spec.flow", "19:9 {a: 1, b: [x, {c: d}]}"),
        ("spec.flow.a", "19:13 1"),
        ("spec.flow.b[1]", "19:23 {c: d}"),
        ("spec.flow.b[1].c", "19:27 d"),
        ("spec.flow.b[1].absent", "19:23 {c: d}"),
        ("spec.flow.absent", "19:3 flow"),
        ("kind.below", "2:1 kind"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_places(path: str, place: str, newline: str) -> None:
    assert at(BLOCK.replace("\n", newline), path) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("kind", "2:1 kind"),
        ("metadata.labels[app.kubernetes.io/name]", "5:5 app.kubernetes.io/name"),
        ("spec.list[0].image", "11:5 image"),
        ("spec.flow.b", "19:16 b"),
        ("spec.list[3]", "15:5 plain"),
        ("metadata.absent", "3:1 metadata"),
    ],
)
def test_places_of_keys(path: str, place: str) -> None:
    assert at(BLOCK, path, on_key=True) == place


ANCHORS = """\
base: &base
  image: nginx
  name: one
scalar: &s web
tagged: !!str 8
both: &b !!str 9
flow: &f {x: 1}
list: &l
- p
empty: &e
use: *base
word: *s
merged:
- <<: *base
  name: two
- <<: [*base, {extra: 1}]
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("base", "1:1 base"),
        ("base.image", "2:10 nginx"),
        ("scalar", "4:12 web"),
        ("tagged", "5:15 8"),
        ("both", "6:16 9"),
        ("flow", "7:10 {x: 1}"),
        ("flow.x", "7:14 1"),
        ("flow.y", "7:1 flow"),
        ("list", "8:1 list"),
        ("list[0]", "9:3 p"),
        ("empty", "10:1 empty"),
        ("use", "11:6 *base"),
        ("use.image", "2:10 nginx"),
        ("use.absent", "11:1 use"),
        ("word", "12:7 *s"),
        ("merged[0]", "14:3 <<: *base"),
        ("merged[0].name", "15:9 two"),
        ("merged[0].image", "2:10 nginx"),
        ("merged[0].absent", "14:3 <<: *base"),
        ("merged[1].extra", "16:23 1"),
    ],
)
def test_places_with_anchors_and_merges(path: str, place: str) -> None:
    assert at(ANCHORS, path) == place


JSON = '{\n\t"kind": "Pod",\n\t"spec": {"a": [1, {"b": null}],\n\t"face": "\\ud83d\\ude00!", "after": 7}\n}\n'


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("kind", '2:10 "Pod"'),
        ("spec.a", '3:16 [1, {"b": null}]'),
        ("spec.a[1].b", "3:26 null"),
        ("spec.face", '4:10 "\\ud83d\\ude00!"'),
        ("spec.after", "4:36 7"),
        ("spec.none", '3:2 "spec"'),
        ("none", "1:1 {"),
    ],
)
def test_places_in_json(path: str, place: str) -> None:
    assert at(JSON, path) == place


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("", []),
        ("spec", ["spec"]),
        ("spec.ports[0].name", ["spec", "ports", "0", "name"]),
        ("metadata.labels[app.kubernetes.io/name]", ["metadata", "labels", "app.kubernetes.io/name"]),
        ("data[a]b].x", ["data", "a]b", "x"]),
        ("data[]", ["data", ""]),
        ("[0].a", ["0", "a"]),
        ("a[0][1]", ["a", "0", "1"]),
    ],
)
def test_steps(path: str, wanted: list[str]) -> None:
    assert steps(path) == wanted


def test_child() -> None:
    assert child("", "spec") == "spec"
    assert child("spec", "ports") == "spec.ports"

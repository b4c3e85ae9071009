"""Edits as a table: what a change does to the text, and when it is declined."""

from __future__ import annotations

import pytest

from kwlint.diagnostics.change import QUOTE, REMOVE, RENAME, SET, UNQUOTE, Change
from kwlint.syntax.defects import Defect
from kwlint.syntax.edit import UneditableError, apply, edits_for, scalar
from kwlint.syntax.source import Source
from kwlint.syntax.tree import read


def edited(text: str, *changes: Change) -> str:
    (document,) = read(Source("x.yaml", text))
    assert not isinstance(document, Defect)
    return apply(text, edits_for(document, document.root, changes))


@pytest.mark.parametrize(
    ("text", "change", "wanted"),
    [
        ("a: 1 # one\n", Change(SET, "a", 2), "a: 2 # one\n"),
        ("a: x\n", Change(SET, "a", "yes"), 'a: "yes"\n'),
        ("a: x\n", Change(SET, "a", "Forbid"), "a: Forbid\n"),
        ("a: 'x'\n", Change(SET, "a", "it's"), "a: 'it''s'\n"),
        ('{"a": "x"}', Change(SET, "a", "y"), '{"a": "y"}'),
        ('{"a": 1}', Change(SET, "a", "y"), '{"a": "y"}'),
        ("a:\n  b: 1\n", Change(SET, "a.b", True), "a:\n  b: true\n"),
        ("a:\n", Change(SET, "a", 1), "a: 1\n"),
        ("a:   \n", Change(SET, "a", 1), "a: 1   \n"),
        ("- a: 1\n- a: 2\n", Change(SET, "[1].a", 3), "- a: 1\n- a: 3\n"),
        ("é: ü\nb: 1\n", Change(SET, "b", 2), "é: ü\nb: 2\n"),
        ("a: 1\r\nb: 2\r\n", Change(SET, "b", 3), "a: 1\r\nb: 3\r\n"),
        ("a: 8080 # c\n", Change(QUOTE, "a"), 'a: "8080" # c\n'),
        ("a: 012\n", Change(QUOTE, "a"), 'a: "012"\n'),
        ("a: [1, yes]\n", Change(QUOTE, "a[1]"), 'a: [1, "yes"]\n'),
        ('a: "80"\n', Change(UNQUOTE, "a"), "a: 80\n"),
        ("a: 'true'\n", Change(UNQUOTE, "a"), "a: true\n"),
        ("old: {x: 1} # c\n", Change(RENAME, "old", "new"), "new: {x: 1} # c\n"),
        ('{"old": 1}', Change(RENAME, "old", "new"), '{"new": 1}'),
        # a new key goes after the one named, with its indentation, before what follows
        (
            "spec:\n  schedule: x # c\n  job: {}\n",
            Change(SET, "spec.policy", "Forbid", "schedule"),
            "spec:\n  schedule: x # c\n  policy: Forbid\n  job: {}\n",
        ),
        (
            "spec:\n    a:\n      - 1\n    b: 2",
            Change(SET, "spec.c", 3),
            "spec:\n    a:\n      - 1\n    b: 2\n    c: 3",
        ),
        ("a: 1\r\nb: 2\r\n", Change(SET, "c", 3, "a"), "a: 1\r\nc: 3\r\nb: 2\r\n"),
        ("- name: a\n  image: b\n", Change(SET, "[0].c", 3), "- name: a\n  c: 3\n  image: b\n"),
        # where no neighbour is on a line of its own it comes first, above the comments of what was first
        ("a: # x\n  # y\n  b:\n    c: 1\n", Change(SET, "a.d", 2), "a: # x\n  d: 2\n  # y\n  b:\n    c: 1\n"),
        ("a: 1\n", Change(SET, "b", {"c": "x", "d": {"e": 1}}), "a: 1\nb: {c: x, d: {e: 1}}\n"),
        ("a: {b: 1}\n", Change(SET, "a.c", 2), "a: {b: 1, c: 2}\n"),
        ("a: {}\n", Change(SET, "a.c", 2), "a: {c: 2}\n"),
        ('{"a": {"b": 1}}', Change(SET, "a.c", "x"), '{"a": {"b": 1, "c": "x"}}'),
        # removal takes the lines of the entry and nothing else
        ("a: 1\nb:\n  c: 2\nd: 3\n", Change(REMOVE, "b"), "a: 1\nd: 3\n"),
        ("a: 1\nb: 2", Change(REMOVE, "b"), "a: 1"),
        ("a: 1\r\nb: 2", Change(REMOVE, "b"), "a: 1"),
        ("a:\n-\n- 1\n", Change(SET, "a[0]", 1), "a:\n- 1\n- 1\n"),
        ("a: &x\n  b: 1\n  c: 2\nd: 1\n", Change(RENAME, "a", "e"), "e: &x\n  b: 1\n  c: 2\nd: 1\n"),
        # one of two equal keys is taken away though nothing else is there
        ("a: 1\na: 1\n", Change(REMOVE, "a"), "a: 1\n"),
        ("{a: 1, a: 1}", Change(REMOVE, "a"), "{a: 1}"),
        ("- b: 1\n  a: 1\n  c: 1\n  a: 1\n", Change(REMOVE, "[0].b"), "- a: 1\n  c: 1\n  a: 1\n"),
        # JSON over several lines gets a line more
        ('{\n\t"a": 1,\n\t"b": 2\n}\n', Change(SET, "c", 3, "a"), '{\n\t"a": 1,\n\t"c": 3,\n\t"b": 2\n}\n'),
        # comments stay with the entry that they are beside
        (
            "{\n  a: 1, # x\n  b: 2, # y\n}\n",
            Change(SET, "c", 3, "a"),
            "{\n  a: 1, # x\n  c: 3,\n  b: 2, # y\n}\n",
        ),
        ("{\r\n  a: 1 # x\r\n}\r\n", Change(SET, "c", 3), "{\r\n  a: 1, # x\r\n  c: 3\r\n}\r\n"),
        ("{\n  a: 1, b: 2\n}\n", Change(SET, "c", 3), "{\n  a: 1, c: 3, b: 2\n}\n"),
        ('{"a": {}}', Change(SET, "a.b", {"c": "x"}), '{"a": {"b": {"c": "x"}}}'),
        ('{"a": [1]}', Change(SET, "a[0]", "x"), '{"a": ["x"]}'),
        ('{"a":1,"b":2}', Change(SET, "c", "x", "b"), '{"a":1,"b":2,"c":"x"}'),
        ("- a: 1\n  b: 2\n", Change(REMOVE, "[0].a"), "- b: 2\n"),
        ("# x\n- a: 1\n  b: 2\n", Change(REMOVE, "[0].a"), "# x\n- b: 2\n"),
        ("a: 1\n# x\n\nb: 2\nc: 3\n", Change(REMOVE, "b"), "a: 1\n# x\n\nc: 3\n"),
        ("a: {b: 1, c: 2}\n", Change(REMOVE, "a.b"), "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}\n", Change(REMOVE, "a.c"), "a: {b: 1}\n"),
        ("a:\n  - 1\n  - 2\n", Change(REMOVE, "a[0]"), "a:\n  - 2\n"),
        ("a: [1, 2]\n", Change(REMOVE, "a[1]"), "a: [1]\n"),
        ("a: |\n  text\nb: 1\n", Change(REMOVE, "a"), "b: 1\n"),
    ],
)
def test_edit(text: str, change: Change, wanted: str) -> None:
    assert edited(text, change) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("s:\n  old:\n    deep: 1\nb: 1\n", "s:\n  new: yes please\nb: 1\n"),
        ("s: {old: {deep: 1}}\nb: 1\n", "s: {new: yes please}\nb: 1\n"),
        ("s:\n  c: 1\n  old:\n    deep: 1\nb: 1\n", "s:\n  c: 1\n  new: yes please\nb: 1\n"),
    ],
)
def test_an_entry_takes_the_place_of_another(text: str, wanted: str) -> None:
    changes = (Change(SET, "s.new", "yes please"), Change(REMOVE, "s.old"))
    assert edited(text, *changes) == wanted
    assert edited(text, *changes[::-1]) == wanted


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("a: {b}\n", Change(SET, "a.b", 1)),
        ("a: '012'\n", Change(UNQUOTE, "a")),
        ("a: &x 1\nb: *x\n", Change(SET, "a", 2)),
        ("a: &x 1\nb: *x\n", Change(SET, "b", 2)),
        ("a: &x {b: 1}\nc: *x\n", Change(SET, "a.b", 2)),
        ("a: &x {b: 1}\nc: *x\n", Change(SET, "c.b", 2)),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n", Change(SET, "c.b", 2)),
        ("a: !!str 1\n", Change(SET, "a", 2)),
        ("a: |\n  text\n", Change(SET, "a", "x")),
        ("a: one\n  two\n", Change(SET, "a", "x")),
        ("a: {b: 1}\n", Change(SET, "a", 2)),
        ("a: 1\n", Change(SET, "b.c", 2)),
        ("a: 1\nb: 2\n", Change(RENAME, "a", "b")),
        ("a: 1\n", Change(RENAME, "b", "c")),
        ("- a:\n    b: 1\n", Change(SET, "[0].c", 2)),
        ("a:\n  b: 1\n", Change(SET, "c", 2)),
        ("a: 1\n", Change(REMOVE, "a")),
        ("a: abc\n", Change(UNQUOTE, "a")),
        ("a: 'abc'\n", Change(UNQUOTE, "a")),
        ("a: '1'\n", Change(QUOTE, "a")),
        ("a: [1]\n", Change(SET, "a[3]", 2)),
        ("{\n  a: 1, # x\n  b: 2\n}\n", Change(REMOVE, "b")),
        ("{\n  a: 1, # x, y\n  b: 2\n}\n", Change(REMOVE, "a")),
        ("[1, # x, y\n  2\n]\n", Change(REMOVE, "[1]")),
        ("[1, &x 2]\n", Change(REMOVE, "[0]")),
        ("? a\n: 1\n? b\n: 2\n", Change(REMOVE, "b")),
        # what the comment is about would be gone
        ("a: 1\n# x\nb: 2\nc: 3\n", Change(REMOVE, "b")),
        ("{\n  # x\n  a: 1,\n  b: 2\n}\n", Change(REMOVE, "a")),
    ],
)
def test_declined(text: str, change: Change) -> None:
    with pytest.raises(UneditableError):
        edited(text, change)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Forbid", "Forbid"),
        ("a b", "a b"),
        ("yes", '"yes"'),
        ("012", '"012"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("", '""'),
        ("apps/v1", "apps/v1"),
        ("- x", '"- x"'),
        (".inf", '".inf"'),
        (True, "true"),
        (7, "7"),
    ],
)
def test_scalar(value: object, wanted: str) -> None:
    assert scalar(value) == wanted

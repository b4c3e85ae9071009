"""Documents of a stream: duplicates, merges, aliases, JSON, defects with their places, and going on after them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from kwlint.syntax import tree
from kwlint.syntax.defects import Defect
from kwlint.syntax.limits import Budget, Limits
from kwlint.syntax.source import Source, UndecodableError, decode
from kwlint.syntax.tree import Document, read
from tests.syntax.reading import document, items


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: &x {p: 1}\nb: {<<: *x, p: 2}", {"a": {"p": 1}, "b": {"p": 2}}),
        ("a: &x {p: 1}\nb: {p: 2, <<: *x}", {"a": {"p": 1}, "b": {"p": 1}}),
        ("b: {<<: [{p: 1}, {p: 2, q: 3}]}", {"b": {"p": 1, "q": 3}}),
        ("<<: []\na: 1", {"a": 1}),
        ('"<<": {a: 1}', {"<<": {"a": 1}}),
        ("a: <<", {"a": "<<"}),
        ("a: &x {<<: {p: 1}, q: 2}\nb: *x", {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 2}}),
        ("&k key: 1\nother: *k", {"key": 1, "other": "key"}),
        ("a: &n 8\n*n : x", {"a": 8, "8": "x"}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("a: {b, c: , d}", {"a": {"b": None, "c": None, "d": None}}),
        ("a: [b: 1, {c: 2}]", {"a": [{"b": 1}, {"c": 2}]}),
        ("a:\tb", {"a": "b"}),
        ("a: b\u2028c: d", {"a": "b", "c": "d"}),
        ("- a\n-\n- - b\n", ["a", None, ["b"]]),
        ("k: 'a\n  b\n\n  c'", {"k": "a b\nc"}),
        ("%YAML 1.1\n---\na: 1", {"a": 1}),
        ("\n\n# only\n---\n# then\na: 1\n...\n", {"a": 1}),
    ],
)
def test_data(text: str, data: Any) -> None:
    assert document(text).root == data


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("a: 1\na: 1", [("a", 1, 2, True)]),
        ("a: 1\na: 2\na: 3", [("a", 1, 2, False), ("a", 2, 3, False)]),
        ('on: 1\n"true": 1', [("true", 1, 2, True)]),
        ("x: {a: {b: 1}, a: {b: 1}}", [("a", 1, 1, True)]),
        ("a: {x: 1}\nb: {<<: {x: 1}, x: 2}", []),
        ("b: {x: 1, <<: {x: 2}}", []),
        ("b: {<<: {x: 1}, x: 2, x: 2}", [("x", 1, 1, True)]),
        ("b: {<<: {x: 1}, <<: {x: 2}}", []),
        ("a: 1\nb: {a: 1}", []),
    ],
)
def test_duplicate_keys(text: str, repeated: list[tuple[str, int, int, bool]]) -> None:
    found = document(text)
    assert [
        (
            item.key,
            found.source.position(found.starts[item.first]).line,
            found.source.position(found.starts[item.again]).line,
            item.equal,
        )
        for item in found.repeated
    ] == repeated


def test_the_later_value_of_a_duplicate_counts() -> None:
    assert document("a: 1\na: [2]\n").root == {"a": [2]}


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json(indent: Any) -> None:
    data: dict[str, Any] = {
        "a": [1, 2.5, True, None, 'x\n"y" / é 😀', {}, []],
        "ключ": {"b c": "=", "😀k": "yes"},
    }
    for ascii_ in (True, False):
        assert document(json.dumps(data, indent=indent, ensure_ascii=ascii_)).root == data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'{"a": "\ud83d\ude00"}', "😀"),
        (r'{"a": "x\uD83D\uDE00y\ud83d\ude80"}', "x😀y🚀"),
        (r'{"a": "\\ud83d\ude00"}', "\\ud83d\ufffd"),
        (r'{"a": "\ud83d lone"}', "\ufffd lone"),
        (r'{"a": "\ude00\ud83d"}', "\ufffd\ufffd"),
        (r'{"a": "\u00e9\ud83d\ude00\/"}', "é😀/"),
    ],
)
def test_surrogate_escapes_of_json(text: str, value: str) -> None:
    assert document(text).root == {"a": value}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (r'{"a": "\ufdd0\ufdd1", "b": "\ud83d\ude00"}', {"a": "\ufdd0\ufdd1", "b": "😀"}),
        (r'{"a": "\ud83d\ude00 \ufdd0\ufdd0 \ud83d"}', {"a": "😀 \ufdd0\ufdd0 \ufffd"}),
        ('{"a": "\ufdd0 \\ufdd1", "b": "\\ud83d\\ude00"}', {"a": "\ufdd0 \ufdd1", "b": "😀"}),
        ('{"a": "\\U0000fdd0", "b": "\\ud83d\\ude00"}', {"a": "\ufdd0", "b": "😀"}),
        # where a backslash is no escape
        ('{# \\ud83d\\ude00\n"a": "\\ud83d\\ude01"}', {"a": "😁"}),
        ("{'a': '\\ud83d\\ude00', \"b\": \"\\ud83d\\ude01\"}", {"a": "\\ud83d\\ude00", "b": "😁"}),
    ],
)
def test_what_stands_for_surrogates_is_nothing_else(text: str, data: Any) -> None:
    assert document(text).root == data


def test_surrogate_escapes_beside_all_that_could_stand_for_them() -> None:
    noncharacters = "".join(f"\\u{code:04x}" for code in range(0xFDD0, 0xFDF0))
    (defect,) = items(f'{{"a": "{noncharacters} \\ud83d\\ude00"}}')
    assert getattr(defect, "rule", "") == "syntax-error"


@pytest.mark.parametrize(
    ("raised", "rule"), [(KeyError("hunter2"), "rule-crashed"), (MemoryError(), "limits-exceeded")]
)
@pytest.mark.parametrize("head", ["", "---\n", "# head\n---\n"])
def test_a_fault_of_kwlint_ends_one_document(
    raised: Exception, rule: str, head: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(text: str) -> Any:
        if text == "0":
            raise raised
        return int(text)

    monkeypatch.setattr(tree, "resolve", resolve)
    found = items("a: 1\n---\na: 0\n---\na: 2\n---\na: 0\n" if not head else f"{head}a: 0\n---\na: 2\n")
    told = [(item.rule, item.offset) if isinstance(item, Defect) else item.root for item in found]
    if not head:
        assert told == [{"a": 1}, (rule, 5), {"a": 2}, (rule, 23)]
    else:
        assert told == [(rule, len(head) - 4), {"a": 2}]
    assert "hunter2" not in str(found)


def test_a_spent_budget_ends_the_stream_with_one_defect() -> None:
    budget = Budget(1)
    found = list(read(Source("t", "---\na: [1, 2, 3]\n" * 1000), budget=budget))
    assert len(found) < 200
    assert all(isinstance(item, Document) for item in found[:-1])
    assert getattr(found[-1], "rule", "") == "limits-exceeded"
    assert list(read(Source("t", "a: 1"), budget=budget)) != []


def test_where_keys_and_items_stand() -> None:
    text = "a: &a {k: 1, l: [x, {y: z}, w]}\nb: {z: 1, <<: *a, k: 2, q: 3, k: 4, m: [*a, *a]}\nc: {<<: [], d: 1}\n"
    found = document(text)

    def at(ordinal: int) -> str:
        return text[found.starts[ordinal] : found.ends[ordinal]]

    root = found.root
    assert [at(item) for item in root.keys_at.values()] == ["a", "b", "c"]
    assert [at(item) for item in root["a"]["l"].items_at] == ["x", "{y: z}", "w"]
    assert {key: at(item) for key, item in root["b"].keys_at.items()} == {key: key for key in "zklqm"}
    assert found.starts[root["b"].keys_at["k"]] == text.index("k: 4")
    assert [at(item) for item in root["b"]["m"].items_at] == ["*a", "*a"]
    assert at(root["c"].keys_at["d"]) == "d"


def test_surrogate_escapes_are_json_only() -> None:
    (defect,) = items('a: "\\ud83d\\ude00"\n')
    assert isinstance(defect, Defect)


@pytest.mark.parametrize(
    ("text", "line", "column", "needle"),
    [
        ("a: b\n\tc: d\n", 2, 1, "tab"),
        ("a:\n\tb: c\n", 2, 1, "tab"),
        ("a: 'open\nb: c\n", 3, 1, "quote"),
        ("a: b: c\n", 1, 5, "colon"),
        ("a: [1, 2\nb: c\n", 2, 2, "bracket"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
        ("a: @b\n", 1, 4, "quote the value"),
        ("a: *x\n", 1, 4, "anchor"),
        ("a: &x [*x]\n", 1, 8, "itself"),
        ("日本: é\nä: [🙂, *none]\n", 2, 8, "none"),
        ("a: .nan\n", 1, 4, "JSON"),
        ("a: !!int x\n", 1, 10, "int"),
        ("{a: 1}: b\n", 1, 1, "key"),
        ("a: {<<: 1}\n", 1, 5, "merge"),
        ("a: \x07\n", 1, 4, "U+0007"),
        ("é: ü\n\x07", 2, 1, "U+0007"),
    ],
)
@pytest.mark.parametrize("before", ["", "x: é\n---\n"])
def test_defects_and_their_places(text: str, line: int, column: int, needle: str, before: str) -> None:
    source = Source("x.yaml", before + text)
    defect = list(read(source))[-1]
    assert isinstance(defect, Defect)
    assert needle in defect.message
    # libyaml reads ahead, so a character that it does not allow hides what stands before it.
    assert source.position(defect.offset) == (line + before.count("\n"), column)


@pytest.mark.parametrize(
    "broken",
    [
        "a: 'open\n",
        "a: [1,\n",
        "a: b: c\n",
        "a: .inf\n",
        "a: *none\n",
        "a:\n\tb: c\n",
        "a: {b: [}\n",
        "? [a]\n: b\n",
        "key\nother: 1\n",
        "a: " + "[" * 101 + "\n",
    ],
)
def test_reading_goes_on_after_a_defect(broken: str) -> None:
    text = f"doc: 1\n---\n{broken}---\ndoc: 2\n--- # comment\n{broken}---\ndoc: 3\n"
    found = items(text)
    assert [item.root["doc"] for item in found if isinstance(item, Document)] == [1, 2, 3]
    first, second = [
        Source("x", text).position(item.offset).line for item in found if isinstance(item, Defect)
    ]
    assert 3 <= first <= 3 + broken.count("\n") < second


def test_positions_after_a_defect() -> None:
    text = "a: [\n---\né: 日本\nb: {c: d}\n"
    found = items(text)[-1]
    assert isinstance(found, Document)
    assert found.source.position(found.starts[found.root.keys_at["b"]]) == (4, 1)


@pytest.mark.parametrize("text", ["", "\n", "# only\n", "---\n---\n", "---\nnull\n", "~"])
def test_empty_documents_are_left_out(text: str) -> None:
    assert items(text) == []


def laughs(levels: int, width: int = 9) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        laughs(10),
        "a0: &a0 {x: 1}\n" + "\n".join(f"a{n}: &a{n} {{<<: *a{n - 1}, y: *a{n - 1}}}" for n in range(1, 40)),
        "a: " + "[" * 100_000,
        "a: " + "{a: " * 100_000,
        "- " * 100_000,
        "".join(" " * n + "a:\n" for n in range(300)),
    ],
)
def test_bombs_are_refused_in_time(text: str) -> None:
    started = time.process_time()
    (defect,) = items(text)
    assert isinstance(defect, Defect)
    assert defect.rule == "limits-exceeded"
    assert time.process_time() - started < 10


def test_aliases_count_and_plain_nodes_do_not() -> None:
    limits = Limits(nodes=100)
    many = "a: &a [1]\nb: *a\nc: [" + "x, " * 500 + "]\nd: *a\n"
    assert isinstance(items(many, limits)[0], Document)
    (defect,) = items("a: &a [1, 2, 3, 4]\nb: [" + "*a, " * 21 + "]\n", limits)
    assert isinstance(defect, Defect)
    assert "100 nodes" in defect.message
    assert isinstance(items("a: &a x\nb: [" + "*a, " * 500 + "]\n", limits)[0], Document)


def test_limit_of_depth() -> None:
    assert isinstance(items("[" * 100 + "]" * 100)[0], Document)
    assert isinstance(items("[" * 101 + "]" * 101)[0], Defect)
    assert isinstance(items("[[[]]]", Limits(depth=2))[0], Defect)


def test_a_large_document_is_refused_and_its_neighbours_are_read() -> None:
    large = "a: |\n" + "  text\n" * 50
    found = items(f"n: 1\n---\n{large}---\nn: 2\n", Limits(size=100))
    assert [type(item) for item in found] == [Document, Defect, Document]
    assert isinstance(found[1], Defect)
    assert (found[1].rule, found[1].offset) == ("limits-exceeded", 5)
    assert len(items("---\nn: 1\n" * 40, Limits(size=100))) == 40


def test_over_ten_mebibytes() -> None:
    started = time.process_time()
    text = "a: |\n" + "  0123456789abcdef\n" * 600_000
    found = items(f"n: 1\n---\n{text}\n---\nn: 2\n")
    assert [getattr(item, "rule", None) for item in found] == [None, "limits-exceeded", None]
    assert time.process_time() - started < 20


def test_many_defects_take_linear_time() -> None:
    started = time.process_time()
    text = "a: [\n---\n" * 20_000
    found = items(text)
    assert len(found) == 20_000
    assert all(isinstance(item, Defect) for item in found)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"a: b\nc: \xff\n", 2, 4),
        ("é: ".encode() + b"\xc3(", 1, 4),
        (b"a: \x00b", 1, 4),
        (b"a: b\n\xf0\x9f", 2, 1),
        ("\ufeffa: b\n".encode("utf-16-le") + b"x", 2, 1),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", 1, 1),
    ],
)
def test_undecodable(content: bytes, line: int, column: int) -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(content)
    assert caught.value.line == line
    if not content.startswith(b"\xff\xfe"):
        assert caught.value.column == column

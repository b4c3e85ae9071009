"""Nothing is lost: what a fix may take away, missing separators, and documents that a second loader is no referee of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.diagnostics.finding import FixOffer, Place, Replacement
from kwlint.engine.fixing import fix as fixing
from kwlint.engine.fixing.fix import Fixed, fix
from kwlint.engine.fixing.proof import difference, separable
from kwlint.engine.fixing.second import unprovable
from kwlint.sources.discover import Discovered
from kwlint.syntax.limits import Limits

CATALOG = load()
ONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"
TWO = "kind: ConfigMap\nmetadata: {name: two}\napiVersion: v1\n"
THREE = "metadata:\n  name: three\nkind: ConfigMap\napiVersion: v1\ndata:\n  a: |+\n    b\n\n"


def fixed(folder: Path, texts: dict[str, str], unsafe: bool = False) -> Fixed:
    for name, text in texts.items():
        (folder / name).write_text(text, newline="")
    config = Config()
    config.override("select", ["YAML", "API", "KW001"])
    settings = resolve(config, CATALOG)._replace(limits=Limits(depth=500))
    return fix(Discovered([str(folder / name) for name in texts], []), settings, CATALOG, unsafe)


def new_text(folder: Path, text: str, unsafe: bool = False) -> str | None:
    return fixed(folder, {"a.yaml": text}, unsafe).after.get(str(folder / "a.yaml"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ONE + ONE.replace("one", "two"), ONE + "---\n" + ONE.replace("one", "two")),
        # equal in part, or all
        (ONE + ONE, ONE + "---\n" + ONE),
        (ONE + TWO + THREE + ONE, "---\n".join([ONE, TWO, THREE, ONE])),
        ("# a\n" + ONE + "# b\n\n# c\n" + TWO, "# a\n" + ONE + "---\n# b\n\n# c\n" + TWO),
        # blank lines are part of a value above, a comment that is indented belongs to it
        (THREE + "# c\n\n" + ONE, THREE + "---\n# c\n\n" + ONE),
        (ONE + "data:\n  a: b\n  # c: d\n" + TWO, ONE + "data:\n  a: b\n  # c: d\n---\n" + TWO),
        # a line of a quoted value is no comment
        (f'{ONE}data:\n  a: "b\n# c"\n{TWO}', f'{ONE}data:\n  a: "b\n# c"\n---\n{TWO}'),
        ((ONE + TWO).replace("\n", "\r\n"), (ONE + "---\n" + TWO).replace("\n", "\r\n")),
        (f"{ONE}---\n{ONE}{TWO}---\n{ONE}", f"{ONE}---\n{ONE}---\n{TWO}---\n{ONE}"),
        # what is wrong with each object is seen, and mended, once they are parted
        (
            f"{ONE}data: {{a: 5}}\n{TWO}data: {{a: 6}}\n",
            f'{ONE}data: {{a: "5"}}\n---\n{TWO}data: {{a: "6"}}\n',
        ),
        # a suppression may be needed by then
        (
            f"{ONE}data:\n  a: b\n  a: c # kwlint: ignore[YAML002]\n{TWO}",
            f"{ONE}data:\n  a: b\n  a: c # kwlint: ignore[YAML002]\n---\n{TWO}",
        ),
    ],
)
def test_a_missing_separator_is_written(tmp_path: Path, text: str, wanted: str) -> None:
    assert new_text(tmp_path, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        # one of the two is no whole object
        f"{ONE}apiVersion: v1\nkind: ConfigMap\n",
        f"apiVersion: v1\nkind: ConfigMap\n{ONE}",
        f"kind: ConfigMap\n{ONE}",
        # nothing tells whose `data` it is
        f"{ONE}data: {{a: 5}}\ndata: {{a: 5}}\n{TWO}",
        f"data: {{a: b}}\n{ONE}binaryData: {{}}\n{ONE}",
        # an anchor holds them together; a merge brings keys
        f"{ONE}data: {{a: &x b}}\n{TWO}data: {{a: *x}}\n",
        f"<<: {{data: {{a: b}}}}\n{ONE}{TWO}",
        # no line can part them
        '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "apiVersion": "v1", '
        '"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": 5}}',
        "? apiVersion\n: v1\n? kind\n: ConfigMap\n? metadata\n: {name: a}\n? apiVersion\n: v1\n? kind\n: ConfigMap\n"
        "? metadata\n: {name: a}\n",
        # a suppression that seems unused is not seen as it is meant
        f"{ONE}kind: ConfigMap\ndata: {{a: b}} # kwlint: ignore[API001]\n",
    ],
)
def test_where_it_is_not_sure_nothing_is_changed(tmp_path: Path, text: str) -> None:
    result = fixed(tmp_path, {"a.yaml": text}, unsafe=True)
    assert result.after == {}
    found = [*result.outcome.report.findings, *(item.finding for item in result.outcome.report.suppressed)]
    assert [item.path for item in found if item.code == "YAML002"].count("apiVersion") <= 1
    assert not [item for item in found if item.path in ("metadata", "data")]


def test_items_of_a_list_are_not_parted(tmp_path: Path) -> None:
    item = "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n"
    text = f"apiVersion: v1\nkind: List\nitems:\n{item}{item.replace('- ', '  ')}"
    result = fixed(tmp_path, {"a.yaml": text})
    # Perhaps a dash is missing; what is equal of two items is not there twice.
    assert result.after == {}
    assert {finding.message.partition(" stands")[2] for finding in result.outcome.report.findings} == {
        " twice in this mapping, and the later one wins"
    }


@pytest.mark.parametrize(
    ("entries", "safe", "unsafe"),
    [
        ("  a: x\n  a: x\n", "  a: x\n", "  a: x\n"),
        # the same data in other words
        ("  a: x\n  a: 'x'\n", None, "  a: x\n"),
        ("  a: &x x\n  a: x\n", None, "  a: &x x\n"),
        # the words beside and within it
        ("  a: x\n  a: x # why\n", None, None),
        ("  a: |\n    x\n  a: |\n    x\n", "  a: |\n    x\n", "  a: |\n    x\n"),
    ],
)
def test_only_what_is_there_twice_is_taken_away(
    tmp_path: Path, entries: str, safe: str | None, unsafe: str | None
) -> None:
    for wanted, too in ((safe, False), (unsafe, True)):
        expected = f"{ONE}data:\n{wanted}" if wanted is not None else None
        assert new_text(tmp_path, f"{ONE}data:\n{entries}", too) == expected


REFUSED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a:1\n"
    "    readinessProbe:\n      tcpSocket: {port: 80}\n      terminationGracePeriodSeconds: 5\n"
)


def test_what_the_server_refuses_is_taken_away_when_that_is_asked_for(tmp_path: Path) -> None:
    assert new_text(tmp_path, REFUSED) is None
    assert new_text(tmp_path, REFUSED, unsafe=True) == REFUSED.replace(
        "      terminationGracePeriodSeconds: 5\n", ""
    )


def offer_of(before: str, gone: str, safe: bool = True, parts: int = 1, text: str = "") -> FixOffer:
    at = before.index(gone)
    replacement = Replacement(Place("", 1, 1, 1, 1), at, at + len(gone) if not text else at, text)
    return FixOffer(safe, "", (replacement,), ((0, "a"),), (), parts)


@pytest.mark.parametrize(
    ("before", "gone", "after", "safe", "reason"),
    [
        ("b: 1\na: 1\n", "a: 1\n", "b: 1\n", True, "`a` would be lost"),
        ("b: 1\na: 1\n", "a: 1\n", "b: 1\n", False, None),
        ("b: 1\na: 1\na: 1\n", "a: 1\n", "b: 1\na: 1\n", True, None),
        ("b: 1\na: 1\na: '1'\n", "a: '1'\n", "b: 1\na: 1\n", True, "words would be lost"),
        (
            f"a: 1\n{ONE}---\n{ONE}",
            f"---\n{ONE}",
            f"a: 1\n{ONE}",
            False,
            "the number of documents would change",
        ),
        (
            f"{ONE}a: 1\n---\nb: 1\n",
            "a: 1\n",
            f"{ONE}---\nkind: 1\n",
            False,
            "the number of objects would change",
        ),
    ],
)
def test_the_proof_knows_what_may_go(
    before: str, gone: str, after: str, safe: bool, reason: str | None
) -> None:
    assert (difference(before, after, [offer_of(before, gone, safe)]) or "None").startswith(str(reason))


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (f"{ONE}---\n{TWO}", None),
        (ONE + TWO, "the number of documents"),
        (f"{ONE}---\n---\n{TWO}", "the number of documents"),
        (f"{ONE}---\n{TWO.replace('two', 'x')}", "more than lines"),
        (f"{ONE}---\n{TWO}data: {{}}\n", "more than lines"),
        (f"{ONE.replace('metadata', f'---{chr(10)}metadata')}{TWO}", "what would be parted"),
    ],
)
def test_the_proof_of_a_separator(after: str, reason: str | None) -> None:
    offer = offer_of(ONE + TWO, "kind: ConfigMap\nmetadata: {name: two}", True, 2, "---\n")
    assert (difference(ONE + TWO, after, [offer]) or "None").startswith(str(reason))


DEEP = f"x: {'[' * 300}{']' * 300}\n"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (f"{ONE}x: 2001-99-99\ndata: {{a: 5}}\n", "a second loader (ValueError)"),
        (f"{ONE}{DEEP}data: {{a: 5}}\n", "the text nests too deep"),
        (f"{ONE}x: !!set {{a, b}}\ndata: {{a: 5}}\n", None),
        (f"{ONE}x: !!omap [a: b]\ndata: {{a: 5}}\n", None),
        (f"{ONE}x: [&a 1, &a 2]\ndata: {{a: 5}}\n", None),
        # in bounded time, though no part of a document that is fixed
        (f"{ONE}data: {{a: 5}}\n...\n---\nx:\n  {'? ' * 30}a\n", None),
    ],
)
def test_a_document_that_the_second_loader_does_not_read_stops_no_other(
    tmp_path: Path, document: str, reason: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    other = f"{ONE}data: {{a: 5}}\n"
    result = fixed(tmp_path, {"a.yaml": f"{other}---\n{document}", "b.yaml": other})
    assert result.after[str(tmp_path / "b.yaml")] == other.replace("5", '"5"')
    assert result.after[str(tmp_path / "a.yaml")].startswith(other.replace("5", '"5"'))
    assert [note for note in result.declined if reason is not None and reason in note] == list(
        result.declined
    )
    assert bool(result.declined) is (reason is not None)
    assert capfd.readouterr() == ("", "")


def test_a_key_that_is_a_mapping_is_not_loaded() -> None:
    assert "a key is a list or mapping" in (unprovable(f"{'? ' * 40}a\n") or "")
    assert "a key is a list or mapping" in (unprovable("[{[a]: b}]\n") or "")
    assert unprovable("? a\n: [b, {c: d}]\n") is None


def test_a_proof_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kwlint.engine.fixing.second._SECONDS", 0.05)
    monkeypatch.setattr("kwlint.engine.fixing.second._CHARACTERS_A_SECOND", 10**9)
    endless = "a: &a [1]\n" + "# no other test has this text\n"

    def load_all(self: object, text: str) -> Iterator[None]:
        while text:
            pass
        yield

    monkeypatch.setattr("ruamel.yaml.YAML.load_all", load_all)
    assert unprovable(endless) == "the text takes a second loader too long"


def test_aliases_of_aliases_are_not_compared_without_end() -> None:
    levels = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    text = "\n".join(levels) + "\nb: 1\n"
    found = difference(text, text.replace("b: 1", "b: 2"), [FixOffer(True, "", (), ((0, "b"),))])
    assert found == "aliases of aliases make too much of the text to compare"


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("a: 1\n---\nb: 1\n", ["a: 1\n", "---\nb: 1\n"]),
        ("a: 1\n...\nb: 1\n...\n", ["a: 1\n...\n", "b: 1\n...\n"]),
        ("%YAML 1.1\n# c\n---\na: 1\n...\n%YAML 1.1\n---\nb: 1\n", None),
        ("a: 1\r---\rb: 1\r", ["a: 1\r", "---\rb: 1\r"]),
        ("a: 1\n----\nb: 1\n ---\n...x\n", ["a: 1\n----\nb: 1\n ---\n...x\n"]),
    ],
)
def test_where_documents_part(text: str, cuts: list[str] | None) -> None:
    found = [*separable(text), len(text)]
    parts = [text[start:end] for start, end in pairwise(found)]
    if cuts is None:
        cuts = ["%YAML 1.1\n# c\n---\na: 1\n...\n", "%YAML 1.1\n---\nb: 1\n"]
    assert parts == cuts


def test_few_proofs_find_the_fixes_that_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def proof(before: str, after: str, offers: list[FixOffer], *rest: object) -> str | None:
        tried.append(len(offers))
        return "no" if any(offer.fields[0][-1] in ("k7", "k300") for offer in offers) else None

    monkeypatch.setattr(fixing, "difference", proof)
    text = f"{ONE}data:\n" + "".join(f"  k{number}: {number}\n" for number in range(500))
    result = fixed(tmp_path, {"a.yaml": text})
    (new,) = result.after.values()
    assert new.count('"') == 2 * 498
    assert len(result.declined) == 2
    assert len(tried) < 60

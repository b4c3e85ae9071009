"""The cache: every input of a result is in its key, and an entry is believed only if the same user can have written it."""

from __future__ import annotations

import marshal
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kwlint import __version__, data
from kwlint.catalog.catalog import load
from kwlint.data import cache_folder, read_cached, write_cached
from kwlint.diagnostics.finding import Finding, FixOffer, ObjectRef, Place, Replacement, Report, Skipped
from kwlint.engine.cache import CachedOutcome, _key, cached_run
from kwlint.sources.discover import discover
from kwlint.util.packing import PackingError, packed, unpacked
from tests.engine.running import settings, write

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:latest'}]}\n"
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: foos.ex.com}
spec:
  group: ex.com
  names: {kind: Foo, plural: foos}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: TYPE}}}}}
"""
FOO = "apiVersion: ex.com/v1\nkind: Foo\nmetadata: {name: f}\nspec: text\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: 12345678}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KWLINT_CACHE_DIR", str(tmp_path / "cache"))
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    load()
    return tmp_path / "cache"


def run(**values: Any) -> CachedOutcome:
    return cached_run(
        ["."], settings(**values), load(), project=None, jobs=1, stdin_name="<stdin>", use_cache=True
    )


def codes(**values: Any) -> list[str]:
    return [item.code for item in run(**values).report.findings]


def entry(folder: Path, kind: str = "run-") -> Path:
    (found,) = folder.glob(f"{kind}*")
    return found


def is_from_cache(outcome: CachedOutcome) -> bool:
    return not outcome.sources


def test_the_same_again(folder: Path) -> None:
    write({"a.yaml": POD})
    first, again = run(), run()
    assert first.report == again.report
    assert not is_from_cache(first) and is_from_cache(again)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_definitions_outside_of_the_project_are_part_of_the_key(folder: Path) -> None:
    write({"foo.yaml": FOO, "../crds/crd.yaml": CRD.replace("TYPE", "string")})
    assert codes(crds=["../crds"]) == []
    write({"../crds/crd.yaml": CRD.replace("TYPE", "integer")})
    assert codes(crds=["../crds"]) == ["API002"]
    Path("../crds/crd.yaml").rename("../crds/crd.txt")
    assert codes(crds=["../crds"]) == []


def test_a_chart_that_appears_is_part_of_the_key(folder: Path) -> None:
    write({"app/templates/a.yaml": POD})
    assert codes(exclude=["Chart.yaml"]) == ["WRK005"]
    write({"app/Chart.yaml": "name: app\n"})
    assert codes(exclude=["Chart.yaml"]) == []
    Path("app/Chart.yaml").unlink()
    assert codes(exclude=["Chart.yaml"]) == ["WRK005"]


@pytest.mark.parametrize(
    "change",
    [
        lambda: write({"b.yaml": POD}),
        lambda: write({"a.yaml": POD.replace("latest", "1")}),
        lambda: write({".gitignore": "a.yaml\n"}),
        lambda: Path("a.yaml").unlink(),
        lambda: Path("a.yaml").rename("c.yaml"),
    ],
)
def test_what_changes_the_files_changes_the_key(folder: Path, change: Callable[[], None]) -> None:
    write({"a.yaml": POD})
    run()
    change()
    run()
    assert len([*folder.glob("run-*")]) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"ignore": ["WRK005"]},
        {"severity": {"WRK005": "error"}},
        {"kubernetes_version": "1.30"},
        {"per_path": {"a.yaml": {"ignore": ["WRK005"]}}},
        {"complete": True},
        {"external": ["Secret/*"]},
        {"limits": {"depth": 20}},
    ],
)
def test_every_setting_is_part_of_the_key(folder: Path, values: dict[str, Any]) -> None:
    write({"a.yaml": POD})
    run()
    run(**values)
    assert len([*folder.glob("run-*")]) == 2


def test_a_pipe_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo("a.yaml")
    # A writer goes on once it is opened, and fails once it is closed again.
    monkeypatch.setattr("kwlint.engine.cache.read_file", lambda path: pytest.fail("it is opened"))
    assert _key(discover(["a.yaml"], [], None), settings(), load()) is None


def test_the_value_of_a_secret_is_not_kept(folder: Path) -> None:
    write({"s.yaml": SECRET})
    (found,) = run().report.findings
    assert found.fix is not None and "12345678" in found.fix.replacements[0].text
    assert not [path for path in folder.iterdir() if b"12345678" in path.read_bytes()]


def _linked(path: Path) -> None:
    path.rename(path.parent / "elsewhere")
    path.symlink_to("elsewhere")


def _piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _another(path: Path) -> None:
    # What is sound under another name.
    (path.parent / "run-other").write_bytes(path.read_bytes())
    path.unlink()
    write_cached("run-other", b"x")
    (path.parent / "run-other").rename(path)


@pytest.mark.parametrize(
    "spoil",
    [
        _linked,
        _piped,
        _another,
        lambda path: path.chmod(0o622),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"latest", b"newest")),
        lambda path: os.truncate(path, 1 << 40),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: path.parent.rename(path.parent.with_name("other")),
    ],
)
def test_what_is_odd_is_a_miss(folder: Path, spoil: Callable[[Path], object]) -> None:
    write({"a.yaml": POD})
    report = run().report
    spoil(entry(folder))
    again = run()
    assert again.report == report
    assert not is_from_cache(again)


def test_what_another_user_owns_is_a_miss(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"a.yaml": POD})
    run()
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    before = sorted(folder.iterdir())
    assert not is_from_cache(run())
    assert sorted(folder.iterdir()) == before


PLACE = Place("a.yaml", 1, 1, 1, 2)
FINDING = Finding(
    "WRK005", "latest-image", "warning", False, "x", PLACE, "", ObjectRef("v1", "Pod", None, "a"),
    fix=FixOffer(True, "y", (Replacement(PLACE, 1, 2, "z"),), (("0", 1, "b"),), (((1, "c"), "d"),)),
)  # fmt: skip


def forged(**values: Any) -> Report:
    return REPORT._replace(findings=(FINDING._replace(**values),))


REPORT = Report(__version__, "1.37", (FINDING,), (), (Skipped("a", 0, "b"),), 1, 1)


@pytest.mark.parametrize(
    "report",
    [
        forged(severity="fatal"),
        forged(code="XXX001"),
        forged(name="another"),
        forged(refused=1),
        forged(message=None),
        forged(place=PLACE._replace(line=0)),
        forged(place=PLACE._replace(end_line=0)),
        forged(place=PLACE._replace(file=b"a")),  # type: ignore[arg-type]
        forged(place=PLACE._replace(line=True)),
        forged(place=tuple(PLACE)[:-1]),
        forged(related=(1,)),
        forged(object=("v1", "Pod", 5, "a")),
        forged(fix=(True, "y", ((PLACE, 1, 2),))),
        REPORT._replace(skipped=(Skipped("a", -1, "b"),)),
        REPORT._replace(findings=[]),  # type: ignore[arg-type]
        REPORT._replace(files=-1),
        REPORT._replace(kwlint="0"),
        (REPORT, REPORT),
        5,
        None,
    ],
)
def test_an_entry_that_no_run_can_have_written_is_a_miss(folder: Path, report: Any) -> None:
    write({"a.yaml": POD})
    fresh = run().report
    name = entry(folder).name
    write_cached(name, marshal.dumps(packed((REPORT, ()))))
    assert run().report == REPORT, "a sound one is believed"
    write_cached(name, marshal.dumps(packed((report, ()))))
    assert run().report == fresh


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chapter", "../os"),
        ("chapter", "job"),
        ("chapter", "os.path"),
        ("check", "../os:system"),
        ("check", "os.path"),
        ("check", "os:__import__"),
        ("name", "--init--"),
        ("name", "a_b"),
        ("severity", "fatal"),
        ("kinds", "Pod"),
        ("options", {"a": 1}),
        ("code", "wrk"),
        ("file", "/etc/passwd"),
    ],
)
def test_an_odd_catalogue_is_a_miss(folder: Path, field: str, value: Any) -> None:
    rules = [*load().rules.values()]
    sound = [rule for rule in rules if rule.chapter == "workload"]
    name = entry(folder, "catalog-").name
    rows = [rule._replace(**{field: value}) if rule is sound[0] else rule for rule in rules]
    write_cached(name, marshal.dumps(packed(tuple(rows))))
    assert [*load().rules.values()] == rules


def test_packing() -> None:
    assert unpacked(Finding, packed(FINDING), {}) == FINDING
    assert type(unpacked(Finding, packed(FINDING), {}).fix.replacements[0].place) is Place
    with pytest.raises(PackingError):
        unpacked(Finding, packed(FINDING), {Place: lambda place: place.line > 5})


def test_the_folder_is_pruned(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "_OCCASIONS", 256)
    now = time.time()
    ages = {
        "run-old": 40 * 86400,
        "run-new": 3 * 86400,
        ".kwlint-0": 7200,
        ".kwlint-1": 60,
        "notes": 90 * 86400,
    }
    for name, age in ages.items():
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (now - age, now - age))
    write_cached("run-1", b"x")
    assert {path.name for path in folder.iterdir()} & set(ages) == {"run-new", ".kwlint-1", "notes"}
    # What is read stays in use.
    write_cached("run-2", b"x")
    os.utime(folder / "run-2", (now - 20 * 86400,) * 2)
    assert read_cached("run-2") == b"x"
    assert now - (folder / "run-2").stat().st_mtime < 60
    monkeypatch.setattr(data, "_MOST", 500)
    for number in range(3, 20):
        write_cached(f"run-{number}", b"x" * 100)
    assert sum(path.stat().st_size for path in folder.glob("run-*")) < 500
    assert read_cached("run-19") is not None


def test_a_planted_name_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    monkeypatch.setattr(os, "urandom", bytes)
    (folder / f".kwlint-{'00' * 8}").symlink_to(victim)
    write_cached("run-1", b"x")
    (folder / "run-2").symlink_to(victim)
    assert read_cached("run-2") is None
    assert victim.read_text() == "precious"


def test_a_full_disk_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(folder.iterdir())

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    write_cached("run-1", b"x")
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("variables", [{"HOME": "."}, {"HOME": ".", "XDG_CACHE_HOME": "cache"}])
def test_no_cache_lies_where_a_run_is_started(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    monkeypatch.delenv("KWLINT_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() is None
    write_cached("run-1", b"x")
    assert read_cached("run-1") is None
    assert os.listdir() == []

"""Baselines: adopted with one command, then only what is new is reported; and the file itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from kwlint.diagnostics.finding import Finding, Place, Report
from kwlint.engine.filters.baseline import entries_of, read, set_aside, write

from .repository import Repository, budget, ingress, service, workload
from .test_since import FLOW

FILE = "kwlint-baseline.txt"


def lines(repository: Repository, name: str = FILE) -> list[str]:
    text = (repository.folder / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_a_repository_with_200_findings(repository: Repository) -> None:
    for number in range(50):
        repository.write(
            **{
                f"team{number % 5}_app{number:02}": "---\n".join(
                    [
                        workload(f"app{number:02}", tag="latest"),
                        service(f"app{number:02}", f"application{number:02}"),
                        budget(f"app{number:02}", f"application{number:02}"),
                        ingress(f"app{number:02}", f"application{number:02}"),
                    ]
                )
            }
        )
    repository.commit()
    before = repository.found()
    assert len(before) == 200
    repository.kwlint(code=1)

    done = repository.kwlint("--write-baseline", code=0)
    assert done.stdout == "No findings in 50 files (200 objects); 200 suppressed\n"
    assert done.stderr.startswith(f"kwlint: wrote 200 findings to {FILE}; use it with --baseline {FILE}")
    assert len(lines(repository)) == 200
    assert (repository.folder / FILE).stat().st_size < 20_000
    repository.write(kwlint=f"baseline: {FILE}\n")
    adopted = repository.commit("adopt kwlint")
    repository.kwlint(code=0)

    # A new commit moves lines, renames a file, reformats, and adds two findings.
    path = repository.folder / "team0/app00.yaml"
    path.write_text("# moved\n\n" + path.read_text())
    repository.git("mv", "team1", "squad1")
    repository.write(new_app=workload("new", tag="latest"), new_service=service("new", "newer"))
    repository.commit("more")
    expected = ["new/app.yaml WRK005", "new/service.yaml SVC001"]
    assert repository.found() == expected
    assert repository.found("new/app.yaml") == expected, "the one is in the file, the other caused by it"
    assert repository.found("--since", adopted) == expected
    assert repository.kwlint("--quiet", "--format", "json", code=1).stderr == ""

    # What is mended is said, and dropped when asked for.
    repository.write(team2_app02=workload("app02"))
    done = repository.kwlint(code=1)
    assert done.stderr == f"kwlint: {FILE}: 4 of its findings are gone; --write-baseline drops them\n"
    repository.git("rm", "--quiet", "-r", "new")
    repository.kwlint("--write-baseline", code=0)
    assert len(lines(repository)) == 196
    assert repository.kwlint(code=0).stderr == ""


@pytest.fixture
def old(repository: Repository) -> Repository:
    repository.write(a_old=workload("old", tag="latest"), b_other=workload("other", tag="latest"))
    repository.kwlint("--write-baseline", code=0)
    return repository


@pytest.mark.parametrize(
    "text",
    [
        "# moved\n\n" + workload("old", tag="latest"),
        FLOW,
        yaml.safe_dump(yaml.safe_load(workload("old", tag="latest")), indent=4),
        yaml.safe_dump(yaml.safe_load(workload("old", tag="latest")), default_style='"', sort_keys=False),
        json.dumps(yaml.safe_load(workload("old", tag="latest"))),
        "apiVersion: v1\nkind: List\nitems:\n- " + workload("old", tag="latest").replace("\n", "\n  "),
        workload("first") + "---\n" + workload("old", tag="latest").replace("replicas: 3", "replicas: 4"),
    ],
    ids=["moved", "flow style", "indented", "quoted", "json", "in a list", "edited"],
)
@pytest.mark.parametrize("name", ["a_old", "c_renamed"])
def test_what_fingerprints_survive(old: Repository, text: str, name: str) -> None:
    (old.folder / "a/old.yaml").unlink()
    old.write(**{name: text})
    assert len(old.found()) == 2
    done = old.kwlint("--baseline", FILE, code=0)
    assert done.stderr == ""


def test_one_more_of_what_is_known_is_new(old: Repository) -> None:
    old.write(c_old=workload("old", tag="latest"))
    assert "c/old.yaml WRK005" in old.found("--baseline", FILE, "--ignore", "WRK004")


def test_a_run_over_a_part_says_nothing_of_the_rest(old: Repository) -> None:
    assert old.kwlint("--baseline", FILE, "a/old.yaml", code=0).stderr == ""
    old.write(a_old=workload("old"))
    assert "1 of its findings is gone" in old.kwlint("--baseline", FILE, "a", code=0).stderr
    assert old.kwlint("--baseline", FILE, "b", code=0).stderr == ""


def test_writing_for_a_part_keeps_the_rest(old: Repository) -> None:
    old.write(a_old=workload("old"), a_new=workload("new", tag="latest"))
    done = old.kwlint("--write-baseline", "a", code=0)
    assert "wrote 1 finding to kwlint-baseline.txt and kept 1 that are not of this run" in done.stderr
    assert sorted(line.split("\t")[1:] for line in lines(old)) == [
        ["WRK005", "Deployment/shop/new", "a/new.yaml"],
        ["WRK005", "Deployment/shop/other", "b/other.yaml"],
    ]
    old.kwlint("--baseline", FILE, code=0)


def test_rules_that_the_command_line_leaves_out_are_not_gone(old: Repository) -> None:
    old.write(b_service=service("other", "another"))
    old.kwlint("--write-baseline", code=0)
    before = lines(old)
    assert {line.split("\t")[1] for line in before} == {"SVC001", "WRK005"}
    for arguments in (["--select", "SVC"], ["--ignore", "WRK005"]):
        assert old.kwlint("--baseline", FILE, *arguments, code=0).stderr == ""
        old.kwlint("--write-baseline", *arguments, code=0)
        assert lines(old) == before
    old.write(kwlint="ignore: [WRK005]\n")
    done = old.kwlint("--baseline", FILE, code=0)
    assert "2 of its findings are gone" in done.stderr, "the configuration is there to stay"


def test_the_file_is_sorted_and_its_merge_is_one_of_text(old: Repository) -> None:
    assert lines(old) == sorted(lines(old))
    old.commit("the baseline")
    for branch, name in (("one", "c_one"), ("two", "d_two")):
        old.git("switch", "--quiet", "-c", branch, "main")
        old.write(**{name: workload(branch, tag="latest")})
        old.kwlint("--write-baseline", code=0)
        old.commit(branch)
    (old.folder / ".gitattributes").write_text(f"{FILE} merge=union\n")
    old.git("merge", "--quiet", "--no-edit", "one")
    assert len(lines(old)) == 4
    assert old.kwlint("--baseline", FILE, code=0).stderr == ""


def test_from_another_folder(old: Repository) -> None:
    (old.folder / "kwlint.yaml").write_text(f"baseline: {FILE}\n")
    old.write(a_old=workload("old"))
    old.folder /= "b"
    done = old.kwlint("..", code=0)
    assert (
        done.stderr
        == "kwlint: ../kwlint-baseline.txt: 1 of its findings is gone; --write-baseline drops them\n"
    )
    old.kwlint("--write-baseline", "..", code=0)
    assert not Path("b", FILE).exists()
    assert [line.rpartition("\t")[2] for line in lines(old, f"../{FILE}")] == ["b/other.yaml"]


def test_with_fixes(old: Repository) -> None:
    old.write(a_new=workload("new").replace("replicas: 3", 'replicas: "3"'))
    assert len(old.found("--baseline", FILE)) == 1
    done = old.kwlint("--baseline", FILE, "--fix", code=0)
    assert "fixed 1 finding in 1 file" in done.stderr
    assert "replicas: 3\n" in Path("a/new.yaml").read_text()


def test_what_is_known_is_not_fixed(old: Repository) -> None:
    old.write(a_new=workload("new").replace("replicas: 3", 'replicas: "3"'))
    old.kwlint("--write-baseline", "--baseline", FILE, code=0)
    done = old.kwlint("--baseline", FILE, "--fix", code=0)
    assert "fixed 0 findings in 0 files" in done.stderr
    assert 'replicas: "3"\n' in Path("a/new.yaml").read_text()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "hello\n",
            "kwlint-baseline.txt:1: this is no line of a baseline (delete the file, and write it anew with --write-baseline)",
        ),
        (
            "# kwlint baseline, version 2: whatever that is\n",
            "kwlint-baseline.txt:1: baselines of version 2 are not known (delete the file and write it anew with --write-baseline, or use the kwlint that wrote it)",
        ),
        (
            "# a\n\n<<<<<<< HEAD\n",
            "kwlint-baseline.txt:3: this is no line of a baseline (this is left from a merge; keep the lines of both sides)",
        ),
        (
            None,
            "kwlint-baseline.txt: the baseline cannot be read: no such file or directory (--write-baseline makes one)",
        ),
    ],
)
def test_what_is_no_baseline(old: Repository, text: str | None, expected: str) -> None:
    if text is None:
        Path(FILE).unlink()
    else:
        Path(FILE).write_text(text)
    done = old.kwlint("--baseline", FILE, code=2)
    assert done.stderr == f"kwlint: {expected}\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"0123456789abcdef\tWRK005\tPod/a\ta\0b\n", ":1: this is no line of a baseline (delete the file"),
        (b"\xff\xfe#\0", ":1: this is no line of a baseline (delete the file"),
        (b"# kwlint baseline, version " + b"9" * 5000 + b": x\n", ":1: baselines of version 999"),
    ],
)
def test_a_spoilt_baseline_is_one_line(old: Repository, content: bytes, expected: str) -> None:
    Path(FILE).write_bytes(content)
    done = old.kwlint("--baseline", FILE, code=2)
    assert done.stderr.startswith(f"kwlint: {FILE}{expected}")
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 300
    assert old.kwlint("--baseline", FILE, "--write-baseline", code=2).stderr == done.stderr
    # What the hint says works.
    Path(FILE).unlink()
    old.kwlint("--baseline", FILE, "--write-baseline", code=0)


@pytest.mark.parametrize("device", ["/dev/zero", "pipe"])
def test_a_baseline_that_is_no_file(old: Repository, device: str) -> None:
    os.mkfifo("pipe")
    done = old.kwlint("--baseline", device, code=2)
    assert done.stderr.startswith(f"kwlint: {device}: the baseline cannot be read: it is a ")


def test_a_large_baseline_is_read_line_by_line(old: Repository) -> None:
    old.kwlint("--write-baseline")
    lines = [f"{number:016x}\tWRK005\tPod/a{number}\tgone/{number % 99}.yaml\n" for number in range(50_000)]
    with open(FILE, "a") as stream:
        stream.writelines(lines)
    done = old.kwlint("--baseline", FILE, code=0)
    assert "50000 of its findings are gone" in done.stderr
    # Lines of one file share its name.
    assert len({id(entry.file) for entry in read(FILE) if "gone" in entry.file}) == 99


def test_names_with_line_breaks_of_unicode(old: Repository) -> None:
    old.write(**{"a\u2028b": workload("odd", tag="latest"), "a\x85b": workload("odder", tag="latest")})
    old.kwlint("--write-baseline")
    assert old.found("--baseline", FILE) == []


def test_a_baseline_is_not_written_out_of_the_project(old: Repository, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("# precious\n")
    Path(FILE).unlink()
    Path(FILE).symlink_to(victim)
    done = old.kwlint("--write-baseline", code=2)
    assert (
        done.stderr
        == f"kwlint: {FILE}: the baseline leads out of ., and is not written there (name the file with --baseline)\n"
    )
    Path("kwlint.yaml").write_text("baseline: ../victim\n")
    assert "the baseline leads out of ." in old.kwlint("--write-baseline", code=2).stderr
    assert victim.read_text() == "# precious\n"
    # Who names it means it.
    old.kwlint("--baseline", str(victim), "--write-baseline", code=0)
    assert victim.read_text() != "# precious\n"


def test_a_crash_is_in_no_baseline() -> None:
    place = Place("a.yaml", 1, 1, 1, 2)
    crash = Finding("KW003", "crash", "error", False, "x", place, "", None, fingerprint="0" * 16)
    report = Report("0", "1.37", (crash,), (), (), 1, 1)
    write(FILE, report.findings)
    assert read(FILE) == []
    assert set_aside(report, entries_of(report), "known", lambda _: True)[0].findings == (crash,)


def test_what_cannot_be_written(old: Repository) -> None:
    done = old.kwlint("--baseline", "no/such/folder.txt", "--write-baseline", code=2)
    assert (
        done.stderr
        == "kwlint: no/such/folder.txt: the baseline cannot be written: no such file or directory\n"
    )

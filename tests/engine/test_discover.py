"""Discovery: .gitignore as git reads it, exclusion, links, and files that are named."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from kwlint.config.ignore import Ignores
from kwlint.errors import KwlintError
from kwlint.sources.discover import discover, project_root, shown
from tests.engine.running import lint, skipped, unjudged, write

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1'}]}\n"


def names(*paths: str, exclude: tuple[str, ...] = (), base: str | None = None) -> list[str]:
    return discover(list(paths or (".",)), list(exclude), None, base).targets


@pytest.mark.parametrize(
    ("ignores", "kept"),
    [
        ({}, ["a/b/x.yaml", "a/x.yaml", "keep.json", "x.yml"]),
        ({".gitignore": "a/\n"}, ["keep.json", "x.yml"]),
        ({".gitignore": "*.yaml\n"}, ["keep.json", "x.yml"]),
        ({".gitignore": "*.yaml\n!a/x.yaml\n"}, ["a/x.yaml", "keep.json", "x.yml"]),
        ({".gitignore": "a/*\n!a/b\n"}, ["a/b/x.yaml", "keep.json", "x.yml"]),
        ({".gitignore": "a/\n!a/x.yaml\n"}, ["keep.json", "x.yml"]),
        (
            {".gitignore": "*.yaml\n", "a/.gitignore": "!*.yaml\n"},
            ["a/b/x.yaml", "a/x.yaml", "keep.json", "x.yml"],
        ),
        ({"a/.gitignore": "/x.yaml\n"}, ["a/b/x.yaml", "keep.json", "x.yml"]),
        ({".gitignore": "/x.yml\r\n# note\r\n\r\nkeep.json\r\n"}, ["a/b/x.yaml", "a/x.yaml"]),
        ({".gitignore": "\ufeff/x.yml\n"}, ["a/b/x.yaml", "a/x.yaml", "keep.json"]),
        ({".gitignore": b"\xff\xfe*\nx.yml\n"}, ["a/b/x.yaml", "a/x.yaml", "keep.json"]),
    ],
)
def test_ignore_files(ignores: dict[str, str | bytes], kept: list[str]) -> None:
    write(
        dict.fromkeys(
            ["a/b/x.yaml", "a/x.yaml", "keep.json", "x.yml", "notes.txt", "node_modules/n.yaml"], "a: b\n"
        )
    )
    write(ignores)
    assert names() == kept


def test_the_modules_that_a_go_project_uses_are_not_its_own() -> None:
    write(dict.fromkeys(["a/vendor/modules.txt", "a/vendor/x.yaml", "vendor/y.yaml"], "a: b\n"))
    assert names() == ["vendor/y.yaml"]
    assert names("a/vendor") == ["a/vendor/x.yaml"]


def test_ignore_files_above_the_folder_count_within_a_repository() -> None:
    write({".git/HEAD": "", ".gitignore": "b/\n", "a/b/x.yaml": "", "a/x.yaml": ""})
    assert names("a") == ["a/x.yaml"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_agrees_with_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = ["a", "b", "vendor", "build"]
    patterns = ["vendor/", "build", "/a", "*.yaml", "!keep.yaml", "!x.yaml", "a/*", "!a/b", "a/**", "**/b", "b/",
                "/build/*", "!build/", "y.*", "[xy].yaml", "a/b/x.yaml", "!*/", "*", " x.yaml", "#y", "?.yaml",
                "x.yaml  ", "[!y].yaml", "[^a-x]*", "*a*b*/*", "*[a-e]*p.*a*l", "**/a/**/b/**/x.yaml", "*/**/*.y*l", "**/?/**/?/*", "a*/**/[a-b]*/**",
                "**/b*/**/*x*a*l", "**/**/a/**/**/*.yaml", "b/**/*e*p*.yaml", "[[:lower:]].yaml", "**", "a/**/x.yaml", "**/a/*", "***/b/", "/**/y.yaml",
                "\\x.yaml", "[x", "x**l", "a**", "/", "!", "//a", "b/**/", "[b-a]", "\\", "[]x].yaml", "a/b/", "a[/]b", "a?b"]  # fmt: skip
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for seed in range(60):
        random = Random(seed)
        top = tmp_path / str(seed)
        top.mkdir()
        monkeypatch.chdir(top)
        subprocess.run(["git", "init", "-q"], check=True)
        for _ in range(random.randint(2, 9)):
            folder = "/".join(random.choices(folders, k=random.randint(0, 3)))
            write({os.path.join(folder, random.choice(["x.yaml", "y.yaml", "keep.yaml"])): ""})
        inner = sorted({os.path.dirname(name) for name in names()} | {""})
        for folder in random.sample(inner, min(len(inner), 2)):
            write({os.path.join(folder, ".gitignore"): "\n".join(random.sample(patterns, 4))})
        listed = subprocess.run(
            ["git", "ls-files", "-z", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
        )
        assert names() == sorted(name for name in listed.stdout.split("\0") if name.endswith(".yaml")), seed


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_random_patterns_match_what_git_matches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``git check-ignore`` is asked which of many paths each of many patterns ignores."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    pieces = [
        "a",
        "b",
        "ab",
        "*",
        "*a",
        "**",
        "/",
        "/**/",
        "**/",
        "/**",
        "?",
        "[ab]",
        "[!a]",
        "\\a",
        "***",
        "a*b",
    ]
    random = Random(11)
    paths = sorted(
        {"/".join("".join(random.choices("ab", k=random.randint(1, 3))) for _ in range(random.randint(1, 5))) for _ in range(150)}
    )  # fmt: skip
    subprocess.run(["git", "init", "-q"], check=True)
    for _ in range(150):
        pattern = "".join(random.choices(pieces, k=random.randint(2, 9)))
        Path(".gitignore").write_text(pattern + "\n")
        asked = subprocess.run(
            ["git", "check-ignore", "--no-index", "--stdin"],
            input="".join(f"{path}\n" for path in paths), capture_output=True, text=True, check=False,
        )  # fmt: skip
        ignores = Ignores([pattern])
        assert [path for path in paths if ignores.excludes(path)] == asked.stdout.splitlines(), pattern


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*a*a*ab", "a" * 250),
        ("*a" * 100 + "b", "a" * 250),
        ("**/a/" * 12 + "b", "a/" * 1000 + "a"),
        ("a/**/" * 40 + "b", "a/" * 1000 + "a"),
        ("**/" * 12 + "*a" * 40 + "b", "/".join(["a" * 100] * 40)),
        ("/**/*a*a/" * 7 + "b", "/".join(["a" * 50] * 80)),
        ("[a-z]*" * 30 + "[0-9]", "a" * 250),
        ("?*" * 60 + "b", "a" * 250),
        ("*a" * 40_000 + "b", "a" * 250),
    ],
)
def test_patterns_take_no_longer_than_their_length_times_that_of_the_path(pattern: str, path: str) -> None:
    # Each would take longer than the universe has lasted where a wildcard is tried in combination with another.
    assert Ignores([pattern]).verdict(path, False) is None


@pytest.mark.parametrize(
    ("exclude", "kept"),
    [
        (("b",), ["a/x.yaml", "x.yaml"]),
        (("/x.yaml",), ["a/b/x.yaml", "a/x.yaml"]),
        (("a/*.yaml",), ["a/b/x.yaml", "x.yaml"]),
        (("x.yaml", "!a/b/x.yaml"), ["a/b/x.yaml"]),
        (("a/", "!a/b"), ["x.yaml"]),
    ],
)
def test_exclude(
    exclude: tuple[str, ...], kept: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"x.yaml": "", "a/x.yaml": "", "a/b/x.yaml": "", "a/b/.gitignore": "!x.yaml\n"})
    assert names(exclude=exclude) == kept
    # Patterns are relative to the config file, wherever the run is started.
    monkeypatch.chdir(tmp_path / "a")
    assert names("..", exclude=exclude, base="..") == sorted(os.path.relpath(name, "a") for name in kept)


def test_what_is_named_is_taken() -> None:
    write(
        {
            ".gitignore": "*\n",
            "a.yaml": "",
            "Makefile": "",
            "sub/b.yaml": "",
            "sub/.gitignore": "c.yaml\n",
            "sub/c.yaml": "",
        }
    )
    assert names() == []
    assert names("a.yaml", "Makefile", exclude=("a.yaml",)) == ["Makefile", "a.yaml"]
    assert names("sub") == ["sub/b.yaml"]
    assert names("sub", exclude=("sub",)) == ["sub/b.yaml"]


def test_an_excluded_folder_that_is_named_is_taken_whole() -> None:
    write(dict.fromkeys(["a/a/x.yaml", "a/y.yaml"], "a: b\n"))
    assert names(exclude=("a",)) == []
    assert names("a", exclude=("a",)) == ["a/a/x.yaml", "a/y.yaml"]
    assert names("a", exclude=("a/a",)) == ["a/y.yaml"]


def test_only_what_discovery_finds_and_standard_input() -> None:
    write(dict.fromkeys(["a/x.yaml", "y.yaml"], "a: b\n"))
    found = discover(["-", "a/x.yaml", "y.yaml"], ["a/"], ".", only_discovered=True)
    assert found.targets == ["-", "y.yaml"]


def test_links(tmp_path: Path) -> None:
    write({"real/a.yaml": POD, "outside.txt": POD})
    os.symlink("real", "linked")
    os.symlink("..", "real/up")
    os.symlink("real", "folder.yaml")
    os.symlink("outside.txt", "linked.yaml")
    os.symlink("nowhere", "dangling.yaml")
    os.symlink("loop.yaml", "loop.yaml")
    os.mkfifo("pipe.yaml")
    others = ["folder.yaml", "linked", "pipe.yaml", "real/up"]
    assert names() == sorted(["dangling.yaml", "linked.yaml", "loop.yaml", "real/a.yaml", *others])
    assert names("linked") == ["linked/a.yaml", "linked/up"]
    report = lint()
    pipe = "the file cannot be read: it is a pipe, and no file"
    assert unjudged(report) == {
        **dict.fromkeys(["dangling.yaml", "loop.yaml"], "a symbolic link that leads nowhere"),
        "pipe.yaml": pipe,
    }
    assert skipped(report) == dict.fromkeys(
        ["folder.yaml", "linked", "real/up"], "a symbolic link to a folder, which is not followed"
    )
    assert [(item.place.file, item.message) for item in report.findings if item.code == "YAML001"] == [
        ("pipe.yaml", pipe)
    ]
    assert report.objects == 2


def test_a_folder_may_be_called_like_a_file() -> None:
    write({"x.yaml/y.yaml": ""})
    assert names() == names("x.yaml") == ["x.yaml/y.yaml"]


def test_a_folder_that_cannot_be_listed_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    write({"a.yaml": POD, "closed/b.yaml": POD})
    scandir = os.scandir

    def refuse(path: str) -> object:
        if os.path.basename(path) == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (finding,) = lint().findings
    assert (finding.code, finding.place.file) == ("YAML001", "closed")
    assert finding.message == "the folder cannot be listed: permission denied"


def test_a_file_that_cannot_be_read_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    write({"a.yaml": POD, "b.yaml": POD})
    found = discover(["."], [], None)
    Path("b.yaml").unlink()
    Path("b.yaml").mkdir()
    from kwlint.catalog.catalog import load
    from kwlint.engine.linter import run
    from tests.engine.running import settings

    report = run(found, settings(), load()).report
    assert [(item.code, item.place.file) for item in report.findings] == [("YAML001", "b.yaml")]
    assert report.objects == 1


def test_names_that_are_not_utf8() -> None:
    name = b"caf\xe9.yaml"
    with open(name, "wb") as stream:
        stream.write(POD.replace("a:1", "nginx").encode())
    (finding,) = lint().findings
    assert os.fsencode(finding.place.file) == name


def test_the_project_is_known_besides_the_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"a.yaml": "", "sub/b.yaml": "", "sub/c.yaml": "", "d.txt": ""})
    found = discover(["sub/b.yaml"], [], ".")
    assert (found.targets, found.known) == (["sub/b.yaml"], ["a.yaml", "sub/c.yaml"])
    found = discover([".", "sub"], [], ".")
    assert (found.targets, found.known) == (["a.yaml", "sub/b.yaml", "sub/c.yaml"], [])
    # A file has one name, however it was called.
    monkeypatch.chdir(tmp_path / "sub")
    for named in ("b.yaml", "./b.yaml", "../sub/b.yaml", str(tmp_path / "sub" / "b.yaml")):
        found = discover([named], [], "..")
        assert (found.targets, found.known) == (["b.yaml"], ["../a.yaml", "c.yaml"])


def test_a_path_that_does_not_exist() -> None:
    with pytest.raises(KwlintError, match="there is no such file or folder"):
        discover(["nope.yaml"], [], None)


@pytest.mark.parametrize(
    ("marker", "text", "root"),
    [
        (".git/HEAD", "", "top"),
        (".git", "gitdir: elsewhere\n", "top"),
        ("kwlint.yaml", "", "top"),
        (".kwlint.yaml", "", "top"),
        ("pyproject.toml", "[tool.kwlint]\n", "top"),
        ("pyproject.toml", "[tool.other]\n", None),
        ("README.md", "", None),
    ],
)
def test_project_root(marker: str, text: str, root: str | None, tmp_path: Path) -> None:
    write({f"top/{marker}": text, "top/a/b/x.yaml": ""})
    expected = str(tmp_path / root) if root else None
    for start in ("top", "top/a/b", "top/a/b/x.yaml"):
        assert project_root(start) == expected


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("a.yaml", "a.yaml"), ("./a//b.yaml", "a/b.yaml"), ("a/../b.yaml", "b.yaml"), ("..a.yaml", "..a.yaml")],
)
def test_shown(path: str, wanted: str) -> None:
    assert shown(path) == wanted


def test_an_ignore_file_that_is_a_link_counts_for_nothing() -> None:
    """As git has it: https://git-scm.com/docs/gitignore#_notes"""
    write({"a.yaml": "", "patterns": "*.yaml\n"})
    os.symlink("patterns", ".gitignore")
    assert names() == ["a.yaml"]
    os.unlink(".gitignore")
    os.symlink("/dev/zero", ".gitignore")
    assert names() == ["a.yaml"]


def test_an_ignore_file_that_cannot_be_read_is_told() -> None:
    write({"a.yaml": POD, "sub/b.yaml": POD.replace("name: a}", "name: b}", 1)})
    os.mkfifo(".gitignore")
    Path("sub/.gitignore").write_bytes(b"b.yaml\n" * 200_000)
    report = lint()
    assert {item.place.file: item.message for item in report.findings if item.code == "YAML001"} == {
        ".gitignore": "the ignore patterns cannot be read: it is a pipe, and no file",
        "sub/.gitignore": "the ignore patterns cannot be read: it is larger than the limit of 1,048,576 bytes",
    }
    assert report.objects == 2


def test_folders_nest_deeper_than_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    write({"a.yaml": POD})
    monkeypatch.chdir(tmp_path)
    try:
        assert lint().objects == 1
        assert lint(["d"], exclude=["/x"]).objects == 1
    finally:
        subprocess.run(["rm", "-r", "d"], check=True)

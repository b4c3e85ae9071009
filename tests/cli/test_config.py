"""The configuration: each key, where it is looked for, and errors with file, line, column and a hint."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kwlint.catalog.catalog import load as load_catalog
from kwlint.cli.options import FAIL_ON, PRESETS
from kwlint.cli.options import FORMATS as ARGUMENT_FORMATS
from kwlint.config.config import DEFAULTS, Config, load
from kwlint.config.files import find
from kwlint.config.settings import Settings, resolve
from kwlint.data import SCHEMAS
from kwlint.errors import KwlintError
from kwlint.report import FORMATS
from tests.engine.running import write


def configured(text: str, name: str = "kwlint.yaml") -> Settings:
    write({name: text})
    return resolve(load(None, ".", False), load_catalog())


def complaint(text: str, name: str = "kwlint.yaml") -> str:
    with pytest.raises(KwlintError) as caught:
        configured(text, name)
    return str(caught.value)


KEYS: Mapping[str, tuple[str, Any]] = {
    "project": ("project: ..", ".."),
    "kubernetes-version": ("kubernetes-version: '1.31'", "1.31"),
    "targets": ("targets: ['1.31', v1.33]", ["1.31", "v1.33"]),
    "preset": ("preset: strict", "strict"),
    "select": ("select: [STS, latest-image]", ["STS", "latest-image"]),
    "ignore": ("ignore: [WRK005]", ["WRK005"]),
    "severity": ("severity: {WRK005: error}", {"WRK005": "error"}),
    "rules": ("rules: {}", {}),
    "per-path": ("per-path: {'a/*': {ignore: [STS]}}", {"a/*": {"ignore": ["STS"]}}),
    "exclude": ("exclude: [vendor/]", ["vendor/"]),
    "complete": ("complete: yes", True),
    "external": ("external: [Secret/tls, 'ConfigMap/shop/*']", ["Secret/tls", "ConfigMap/shop/*"]),
    "crds": ("crds: [crds]", ["crds"]),
    "fail-on": ("fail-on: never", "never"),
    "baseline": ("baseline: known.json", "known.json"),
    "limits": ("limits: {size: 5, depth: 6, nodes: 7}", {"size": 5, "depth": 6, "nodes": 7}),
}


def test_every_key_is_covered() -> None:
    schema = json.loads((Path(SCHEMAS) / "config.schema.json").read_text("utf-8"))
    assert set(schema["properties"]) == set(DEFAULTS)
    assert set(KEYS) <= set(DEFAULTS)


def test_options_and_keys_have_the_same_words() -> None:
    properties = json.loads((Path(SCHEMAS) / "config.schema.json").read_text("utf-8"))["properties"]
    assert tuple(properties["preset"]["enum"]) == PRESETS
    assert tuple(properties["fail-on"]["enum"]) == FAIL_ON
    assert tuple(FORMATS) == ARGUMENT_FORMATS


@pytest.mark.parametrize("key", sorted(KEYS))
def test_keys(key: str) -> None:
    text, value = KEYS[key]
    write({"kwlint.yaml": text + "\n"})
    config = load(None, ".", False)
    assert config[key] == value
    assert config.origins == {**dict.fromkeys(DEFAULTS, "default"), key: "kwlint.yaml"}
    if key not in ("crds", "baseline"):
        resolve(config, load_catalog())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("preest: strict\n", "kwlint.yaml:1:1: there is no key `preest` (did you mean `preset`?)"),
        ("a: 1\n", "kwlint.yaml:1:1: there is no key `a` (the keys are project, "),
        ("# é\nlimits: {size: 1, deph: 2}\n", "kwlint.yaml:2:19: there is no key `deph` (did you mean `depth`?)"),
        ("per-path:\n  a:\n    ignroe: []\n", "kwlint.yaml:3:5: there is no key `ignroe` (did you mean `ignore`?)"),
        ("preset: strct\n", 'kwlint.yaml:1:9: "strct" is not allowed here (did you mean `strict`?)'),
        ("fail-on: x\n", 'kwlint.yaml:1:10: "x" is not allowed here (allowed are error, warning, advice, never)'),
        ("severity:\n  STS001: eror\n", 'kwlint.yaml:2:11: "eror" is not allowed here (did you mean `error`?)'),
        ("select: STS001\n", "kwlint.yaml:1:9: `select` must be a list"),
        ("limits: {depth: 0}\n", "kwlint.yaml:1:17: `limits.depth` must be at least 1, and is 0"),
        ("limits: {depth: 501}\n", "kwlint.yaml:1:17: `limits.depth` must be at most 500, and is 501"),
        ("targets: ['1.30']\n", "kwlint.yaml:1:10: `targets` must have at least 2 items (A range of versions"),
        ("per-path:\n  'a[0-9].b/**': {ignore: [NOPE]}\n", "kwlint.yaml:2:28: there is no rule `NOPE`"),
        ("complete: 1\n", "kwlint.yaml:1:11: `complete` must be true or false"),
        ("ignore:\n- a: b\n", "kwlint.yaml:2:3: `ignore[0]` must be a string"),
        ("kubernetes-version: 1.30\n", 'kwlint.yaml:1:21: `kubernetes-version` must be a string (put it in quotes: "1.30")'),
        ("targets:\n- '1.30'\n- 1.31\n", 'kwlint.yaml:3:3: `targets[1]` must be a string (put it in quotes: "1.31")'),
        ("kubernetes-version: '2'\n", "kwlint.yaml:1:21: "),
        ("kubernetes-version: '1.3'\n", "kwlint.yaml:1:21: Kubernetes 1.3 is not known (known are 1."),
        ("kubernetes-version: '1.999'\n", "kwlint.yaml:1:21: Kubernetes 1.999 is not known (known are 1."),
        ("targets: ['1.33', '1.31']\n", "kwlint.yaml:1:10: the range 1.33 to 1.31 is empty"),
        ("limits: {size: 0}\n", "kwlint.yaml:1:16: "),
        ("select: [STS001,\n  latest-imag]\n", "kwlint.yaml:2:3: there is no rule `latest-imag` (did you mean `latest-image`?)"),
        ("ignore: [STS, nope]\n", "kwlint.yaml:1:15: there is no rule `nope` (`kwlint rules` lists them all)"),
        ("severity:\n  no-servce-name: error\n", "kwlint.yaml:2:3: there is no rule `no-servce-name` (did you mean `no-service-name`?)"),
        ("rules:\n  latest-imag: {}\n", "kwlint.yaml:2:3: there is no rule `latest-imag` (did you mean `latest-image`?)"),
        ("rules:\n  latest-image:\n    x: 1\n", "kwlint.yaml:3:5: rule WRK005 has no option `x` (its options: none)"),
        ("per-path:\n  a:\n    ignore:\n    - nope\n", "kwlint.yaml:4:7: there is no rule `nope` "),
        ("per-path:\n  a:\n    severity: {nope: error}\n", "kwlint.yaml:3:16: there is no rule `nope` "),
        ("a: [\n", "kwlint.yaml:2:1: "),
        ("a:\n\tb: 1\n", "kwlint.yaml:2:1: found character '\\t'"),
        ("- a\n", "kwlint.yaml:1:1: a configuration is a mapping of keys to values"),
        ("preset: strict\nselect: []\npreset: default\n", "kwlint.yaml:3:1: the key `preset` stands twice"),
        ("preset: strict\n---\nselect: []\n", "kwlint.yaml:3:1: a configuration is one document"),
    ],
)  # fmt: skip
def test_errors(text: str, message: str) -> None:
    assert complaint(text).startswith(message)
    # What was refused once is refused again.
    assert complaint(text).startswith(message)


def test_not_utf8() -> None:
    write({"kwlint.yaml": b"# x\nselect: [\xff]\n"})
    with pytest.raises(KwlintError, match=r"^kwlint.yaml:2:10: the file is not valid UTF-8"):
        load(None, ".", False)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}\n"])
def test_empty(text: str) -> None:
    write({"kwlint.yaml": text})
    assert load(None, ".", False).values == DEFAULTS


def test_pyproject() -> None:
    text = '[project]\nname = "x"\n[tool.kwlint]\npreset = "strict"\nkubernetes-version = "1.31"\n[tool.kwlint.severity]\nWRK005 = "error"\n'
    settings = configured(text, "pyproject.toml")
    assert settings.minors == (31,)
    assert settings.selection.severities == {"WRK005": "error"}
    assert complaint('[tool.kwlint]\nprset = "strict"\n', "pyproject.toml") == (
        "pyproject.toml: there is no key `prset` (did you mean `preset`?)"
    )
    assert complaint('[tool.kwlint]\nselect = ["latest-imag"]\n', "pyproject.toml") == (
        "pyproject.toml: select: there is no rule `latest-imag` (did you mean `latest-image`?)"
    )
    assert complaint('[tool.kwlint]\npreset = "strct"\n', "pyproject.toml") == (
        'pyproject.toml: preset: "strct" is not allowed here (did you mean `strict`?)'
    )
    write({"pyproject.toml": "tool = 1 # tool.kwlint\n"})
    assert load(None, ".", False).file is None
    with pytest.raises(KwlintError, match=r"^nope\.toml: the configuration cannot be read: no such file"):
        load("nope.toml", ".", False)
    assert complaint("[tool.kwlint\n", "pyproject.toml").startswith("pyproject.toml: this is not TOML: ")
    write({"pyproject.toml": "[tool.other]\nx = 'tool.kwlint'\n"})
    assert find(".") is None
    with pytest.raises(KwlintError, match=r"there is no table \[tool.kwlint\]"):
        load("pyproject.toml", ".", False)


@pytest.mark.parametrize(
    ("files", "start", "found"),
    [
        ({"kwlint.yaml": ""}, ".", "kwlint.yaml"),
        ({"kwlint.yaml": "", ".kwlint.yaml": "", "pyproject.toml": "[tool.kwlint]"}, ".", "kwlint.yaml"),
        ({".kwlint.yaml": "", "pyproject.toml": "[tool.kwlint]"}, ".", ".kwlint.yaml"),
        ({"pyproject.toml": "[tool.kwlint]"}, "a/b", "pyproject.toml"),
        ({"kwlint.yaml": ""}, "a/b/c.yaml", "kwlint.yaml"),
        ({"kwlint.yaml": "", "a/.kwlint.yaml": ""}, "a/b", "a/.kwlint.yaml"),
        ({"kwlint.yaml": "", "a/pyproject.toml": "[tool.other]"}, "a/b", "kwlint.yaml"),
        ({"kwlint.yaml/x": ""}, ".", None),
        ({}, "a", None),
    ],
)
def test_nearest_first_and_upward(files: dict[str, str], start: str, found: str | None) -> None:
    write({"a/b/c.yaml": "", **files})
    assert find(start) == found


def test_isolated_and_explicit() -> None:
    write({"kwlint.yaml": "preset: strict\n", "other.yaml": "preset: security\n"})
    assert load(None, ".", True)["preset"] == "default"
    assert load("other.yaml", ".", False)["preset"] == "security"
    assert load("other.yaml", ".", True)["preset"] == "security"
    with pytest.raises(KwlintError, match=r"^none.yaml: the configuration cannot be read: no such file"):
        load("none.yaml", ".", False)
    Path("folder").mkdir()
    with pytest.raises(KwlintError, match=r"^folder: the configuration cannot be read: is a directory"):
        load("folder", ".", False)


def test_per_path_is_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured(
        "per-path:\n  dev/: {ignore: [STS]}\n  '*.yml': {severity: {WRK005: error}}\n  /top.yaml: {ignore: [all]}\n"
    )
    monkeypatch.chdir(tmp_path / "..")
    prefix = tmp_path.name
    assert settings.adjust(f"{prefix}/dev/x/a.yaml", "STS001") == (False, None)
    assert settings.adjust(f"{prefix}/prod/a.yaml", "STS001") == (True, None)
    assert settings.adjust(f"{prefix}/prod/a.yml", "WRK005") == (True, "error")
    assert settings.adjust(f"{prefix}/top.yaml", "WRK005") == (False, None)
    assert settings.adjust(f"{prefix}/prod/top.yaml", "WRK005") == (True, None)


def test_selection() -> None:
    def codes(**values: Any) -> frozenset[str]:
        config = Config()
        for key, value in values.items():
            config.override(key, value, "command line")
        return resolve(config, load_catalog()).selection.codes

    catalog = load_catalog()
    default, strict = codes(), codes(preset="strict")
    assert default < strict
    assert default == {facts.code for facts in catalog if facts.preset == "default"}
    assert codes(select=["sts001", "latest-image"]) == {
        "STS001", "WRK005", "YAML001", "YAML002", "YAML003", "YAML004", "KW003",
    }  # fmt: skip
    assert {code for code in codes(select=["STS"]) if code[:3] == "STS"} == {
        facts.code for facts in catalog if facts.code[:3] == "STS"
    }
    assert codes(select=["all"]) == set(catalog.rules)
    assert "YAML001" not in codes(ignore=["YAML"])
    assert codes(ignore=["WRK005"]) == default - {"WRK005"}
    assert codes(select=["STS001"], preset="strict") == strict | {"STS001"}


def test_the_command_line_names_itself() -> None:
    config = Config()
    config.override("ignore", ["nope"])
    with pytest.raises(KwlintError, match=r"^--ignore: there is no rule `nope`"):
        resolve(config, load_catalog())


DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("kwlint.yaml", f"limits: {{size: {DIGITS}}}\n", "kwlint.yaml"),
        ("kwlint.yaml", f"limits: {{depth: {DIGITS}}}\n", "kwlint.yaml"),
        ("kwlint.yaml", f"targets: ['1.{DIGITS}', '1.31']\n", "kwlint.yaml:1:10: Kubernetes 1.999999"),
        ("kwlint.yaml", f"kubernetes-version: '1.{DIGITS}'\n", "kwlint.yaml:1:21: Kubernetes 1.999999"),
        ("kwlint.yaml", f"preset: '{DIGITS}'\n", 'kwlint.yaml:1:9: "999'),
        ("kwlint.yaml", f"'{DIGITS[:1000]}': 1\n", "kwlint.yaml:1:1: there is no key `999"),
        ("kwlint.yaml", f"select: ['{DIGITS}']\n", "kwlint.yaml:1:10: there is no rule `999"),
        ("kwlint.yaml", "select: " + "[" * 5000 + "]" * 5000 + "\n", "kwlint.yaml"),
        ("kwlint.yaml", "# " + "x" * (1 << 20) + "\n", "kwlint.yaml: the configuration cannot be read: it is larger than"),
        ("kwlint.yaml", 'baseline: "a\\0b"\n', "kwlint.yaml:1:11: `baseline` has a character that no path can have"),
        ("kwlint.yaml", 'project: "\\0"\n', "kwlint.yaml:1:10: `project` has a character that no path can have"),
        ("kwlint.yaml", 'crds: [a, "b\\0"]\n', "kwlint.yaml:1:11: `crds` has a character that no path can have"),
        ("pyproject.toml", 'tool.kwlint.baseline = "a\\u0000"\n', "pyproject.toml: baseline: `baseline` has a character"),
        ("pyproject.toml", f"x = {DIGITS}\n[tool.kwlint]\n", "pyproject.toml: a number of it has too many digits (mend it, or name"),
        ("pyproject.toml", f"[tool.kwlint]\nlimits.size = 0x{DIGITS}\n", "pyproject.toml: `limits.size` is a number of too many digits"),
        ("pyproject.toml", "[tool.kwlint]\nx = " + "[" * 1000 + "]" * 1000, "pyproject.toml: its values are nested too deeply"),
        ("pyproject.toml", "[tool.kwlint.rules." + ".".join("a" * 3000) + "]\n", "pyproject.toml"),
        ("pyproject.toml", "[tool.kwlint.x" + ".a" * 3000 + "]\n", "pyproject.toml"),
        ("pyproject.toml", "[[tool.kwlint]]\npreset = 'strict'\n", "pyproject.toml: `tool.kwlint` must be a table (begin it with a line [tool.kwlint])"),
        ("pyproject.toml", "tool.kwlint = 1\n", "pyproject.toml: `tool.kwlint` must be a table"),
        ("pyproject.toml", "[ tool . 'kwlint' ]\nprset = 1\n", "pyproject.toml: there is no key `prset`"),
        ("pyproject.toml", "[tool]\nkwlint = {prset = 1}\n", "pyproject.toml: there is no key `prset`"),
        ("pyproject.toml", "[tool.kwlint]\npreset = 1979-05-27\n", "pyproject.toml"),
        ("pyproject.toml", "[tool.kwlint]\npreset = nan\n", "pyproject.toml"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(name: str, text: str, message: str) -> None:
    said = complaint(text, name)
    assert said.startswith(message)
    assert "\n" not in said and len(said) < 400


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_pyproject_that_is_no_utf8(encoding: str) -> None:
    write({"pyproject.toml": "[tool.kwlint]\npreset = 'strict'\n".encode(encoding)})
    with pytest.raises(KwlintError, match=r"^pyproject.toml: this is not TOML: "):
        load(None, ".", False)


@pytest.mark.parametrize("text", ["[", "x = 1\nx = 2\n", f"x = {DIGITS}\n", "x = " + "[" * 5000])
def test_a_broken_pyproject_of_others_is_theirs(text: str) -> None:
    write({"pyproject.toml": text})
    assert load(None, ".", False).file is None
    write({"kwlint.yaml": "preset: strict\n", "pyproject.toml": f"{text}\n# kwlint\n"})
    assert load(None, ".", False)["preset"] == "strict"


@pytest.mark.parametrize("name", ["kwlint.yaml", ".kwlint.yml", "pyproject.toml"])
@pytest.mark.parametrize("inside", [True, False])
def test_a_link_out_of_the_project_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, inside: bool
) -> None:
    target = tmp_path / ("repository" if inside else "machine") / "other"
    write({"repository/.git/HEAD": "", "repository/app/a.yaml": ""})
    target.parent.mkdir(exist_ok=True)
    target.write_text("[tool.kwlint]\nroot = 'x'\n" if name == "pyproject.toml" else "root: x\n")
    Path("repository/app", name).symlink_to(target)
    monkeypatch.chdir(tmp_path / "repository/app")
    for explicit in (None, name):
        with pytest.raises(KwlintError) as caught:
            load(explicit, ".", False)
        if inside:
            assert "there is no key `root`" in str(caught.value)
        else:
            assert str(caught.value).startswith(
                f"{name}: this is a link out of the project, which is not followed"
            )
            assert "root" not in str(caught.value)


@pytest.mark.parametrize(
    "make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path), lambda path: os.symlink("none", path)]
)
def test_a_configuration_that_is_no_file(make: Callable[[str], None]) -> None:
    make("kwlint.yaml")
    with pytest.raises(KwlintError, match=r"^kwlint.yaml: "):
        load(None, ".", False)


@pytest.mark.parametrize("marker", [".git/HEAD", ".git"])
def test_no_configuration_outside_of_the_repository_is_obeyed(marker: str) -> None:
    write({"kwlint.yaml": "ignore: [all]\n", f"repository/{marker}": "", "repository/app/a.yaml": ""})
    config = load(None, "repository/app", False)
    assert config.file is None
    (note,) = config.notes
    assert note.endswith(
        "/kwlint.yaml is not read, since it stands outside of the repository; --config kwlint.yaml reads it"
    )
    write({"repository/kwlint.yml": "preset: strict\n"})
    config = load(None, "repository/app", False)
    assert (config.file, config.notes) == ("repository/kwlint.yml", [])
    assert load("kwlint.yaml", "repository/app", False)["ignore"] == ["all"]


def test_a_second_configuration_is_said() -> None:
    write({"kwlint.yml": "preset: strict\n", ".kwlint.yml": "", "pyproject.toml": "[tool.kwlint]\n"})
    config = load(None, ".", False)
    assert config["preset"] == "strict"
    assert config.notes == [
        f"{name} is not read, since kwlint.yml is" for name in (".kwlint.yml", "pyproject.toml")
    ]
    assert load("kwlint.yml", ".", False).notes == []


def test_a_crash_cannot_be_ignored() -> None:
    settings = configured("ignore: [KW003, all]\nper-path: {'*': {ignore: [KW003]}}\n")
    assert settings.selection.codes == {"KW003"}
    assert settings.adjust("a.yaml", "KW003") == (True, None)

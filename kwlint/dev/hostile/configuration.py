"""Hostile configuration: kwlint.yaml, pyproject.toml, options, patterns and baselines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import CONFIG_MAP, DEPLOYMENT, DIGITS, TEXTS, also, quoted, text_of, tree_of

_KEYS = (
    "project", "kubernetes-version", "targets", "preset", "select", "ignore", "severity", "rules", "per-path",
    "exclude", "complete", "external", "crds", "fail-on", "baseline", "limits",
)  # fmt: skip
_VALUES = {
    "null": "null",
    "number": "5",
    "long number": DIGITS,
    "float": "1e400",
    "truth": "true",
    "text": "x",
    "empty": '""',
    "list": "[a]",
    "list of lists": "[[[[]]]]",
    "mapping": "{a: b}",
    "NUL": '"a\\0b"',
    "NUL in a list": '["a\\0b"]',
    "deep": "[" * 90 + "]" * 90,
    "long text": "x" * 100_000,
    "root": "/",
    "root in a list": "[/]",
    "above": "../../..",
    "device": "/dev/zero",
    "device in a list": "[/dev/zero]",
    "shadow": "/etc/shadow",
    "binary": "!!binary /w==",
    "Python": "!!python/object/apply:os.system ['touch $MARK']",
    "alias": "&a [*a]",
}
_OPTIONS = (
    "--project", "--kubernetes-version", "--preset", "--select", "--ignore", "--fail-on", "--baseline", "--config",
    "--jobs", "--format", "--stdin-filename", "--output", "--color", "--since",
)  # fmt: skip
_ARGUMENTS = {
    "a long number": DIGITS,
    "a negative number": "-5",
    "nothing": "",
    "a long text": "x" * 60_000,
    "a surrogate": "a\udcffb",
    "a folder": "/etc",
    "a missing file": "/nowhere/x",
    "an option": "--help-me",
    "a list": ",,,",
    **{f"text {key}": value for key, value in TEXTS.items()},
}
_TOML: dict[str, str | bytes] = {
    "deep list": f"[tool.kwlint]\nx = {'[' * 1000}{']' * 1000}\n",
    "deep list of another tool": f"[tool.kwlint]\npreset = 'default'\n[tool.x]\nx = {'[' * 1000}{']' * 1000}\n",
    "deep table": f"[tool.kwlint{'.a' * 5000}]\nx = 1\n",
    "deep inline table": f"[tool.kwlint]\nx = {'{a=' * 1000}1{'}' * 1000}\n",
    "long number": f"[tool.kwlint]\nx = {DIGITS}\n",
    "long number of another tool": f"x = {DIGITS}\n[tool.kwlint]\n",
    "list of tables": "[[tool.kwlint]]\npreset = 'strict'\n",
    "a number for the table": "[tool]\nkwlint = 1\n# tool.kwlint\n",
    "no TOML": "[tool.kwlint\n",
    "UTF-16": "[tool.kwlint]\npreset = 'strict'\n".encode("utf-16"),
    "bytes": b"[tool.kwlint]\n\xff\xfe",
    "escape in a value": '[tool.kwlint]\npreset = "\\u001b[31m\\n::error::x"\n',
    "escape in a key": '[tool.kwlint]\n"\\u001b[31m\\n::error::x" = 1\n',
    "escape in the text": "[tool.kwlint]\n\x1b[31m = 1\n",
    "dates": "[tool.kwlint]\npreset = 1979-05-27T07:32:00Z\n",
}
_PATTERNS = {
    "stars": "*a*a*a*a*a*a*a*a*a*a*a*ab",
    "doubled stars": "**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b",
    "doubled stars and stars": "**/*a*a*a*a*a*a*a/**/b",
    "marks": "?" * 200 + "b",
    "classes": "[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*b",
    "unclosed class": "[a-z",
    "backslashes": "\\" * 1001,
    "a long pattern": "*a" * 5000,
    "a regular expression": "(a+)+$",
    "many negations": "!" * 500 + "a",
}
_LONG_NAME = "a" * 200


def cases() -> Iterator[Case]:
    """Yield the cases of configuration, options, patterns and baselines."""
    for key in _KEYS:
        for name, value in _VALUES.items():
            yield Case(
                "configuration",
                f"{key}: {name}",
                tree_of({"p/kwlint.yaml": f"{key}: {value}\n", "p/a.yaml": DEPLOYMENT}),
                ("p",),
                isolated=False,
                as_nobody=key in ("project", "crds", "baseline") and "shadow" not in name,
            )
        for name, text in TEXTS.items():
            yield Case(
                "configuration",
                f"{key}: text {name}",
                tree_of({"kwlint.yaml": f"{key}: {quoted(text)}\n", "a.yaml": CONFIG_MAP}),
                isolated=False,
                as_nobody=False,
            )
    for name, text in TEXTS.items():
        for shape in (
            "{}: 1\n",
            "severity: {{{}: error}}\n",
            "rules: {{{}: {{x: 1}}}}\n",
            "rules: {{WRK003: {{{}: 1}}}}\n",
            "per-path: {{{}: {{ignore: [x]}}}}\n",
            "select: [{}]\n",
            "exclude: [{}]\n",
            "external: [{}]\n",
            "crds: [{}]\n",
            "limits: {{{}: 1}}\n",
        ):
            yield Case(
                "configuration",
                f"{shape.strip()} {name}",
                tree_of({"kwlint.yaml": shape.format(quoted(text)), "a.yaml": CONFIG_MAP}),
                isolated=False,
                as_nobody=False,
            )
    for name, content in _TOML.items():
        yield Case(
            "TOML",
            name,
            tree_of({"pyproject.toml": content, "a.yaml": DEPLOYMENT}),
            isolated=False,
            as_nobody=False,
        )
    for option in _OPTIONS:
        for name, value in _ARGUMENTS.items():
            yield Case(
                "options",
                f"{option} {name}",
                text_of(DEPLOYMENT),
                (option, value, "."),
                may_change=("*",) if option == "--output" else (),
                as_nobody=False,
            )
    for name, value in _ARGUMENTS.items():
        for command in ("explain", "rules", "config", "nonsense"):
            yield Case(
                "commands",
                f"{command} {name}",
                text_of(DEPLOYMENT),
                (command, value),
                isolated=False,
                cached=True,
                as_nobody=False,
            )
        yield Case("paths", name, text_of(DEPLOYMENT), ("--", value, "."), as_nobody=False)
    for name, pattern in _PATTERNS.items():
        many = {
            f"{_LONG_NAME}.yaml": CONFIG_MAP,
            f"{'/'.join('a' * 40)}/c.yaml": CONFIG_MAP,
            "good.yaml": DEPLOYMENT,
        }
        yield Case(
            "patterns",
            f".gitignore: {name}",
            tree_of({**many, ".gitignore": f"{pattern}\n"}),
            as_nobody=False,
        )
        yield Case(
            "patterns",
            f"exclude: {name}",
            tree_of({**many, "kwlint.yaml": f"exclude: [{quoted(pattern)}]\n"}),
            isolated=False,
            as_nobody=False,
        )
        yield Case(
            "patterns",
            f"per-path: {name}",
            tree_of({**many, "kwlint.yaml": f"per-path: {{{quoted(pattern)}: {{ignore: [API002]}}}}\n"}),
            isolated=False,
            as_nobody=False,
        )
        yield Case(
            "patterns",
            f"external: {name}",
            tree_of({**many, "kwlint.yaml": f"external: [{quoted('Secret/' + pattern)}]\n"}),
            isolated=False,
            as_nobody=False,
        )
    yield Case(
        "patterns",
        "20,000 lines",
        tree_of({".gitignore": "*a*b*c\n" * 20_000, **{f"{i}.yaml": CONFIG_MAP for i in range(50)}}),
        as_nobody=False,
    )
    yield from _baselines()
    yield Case(
        "configuration",
        "a link out of the project",
        also(
            tree_of({"p/a.yaml": CONFIG_MAP}),
            lambda folder: os.symlink("/etc/passwd", folder / "p" / "kwlint.yaml"),
        ),
        ("p",),
        isolated=False,
        check=lambda out, err: ["LEAK"] if "root:" in out + err or "root`" in err else [],
    )
    yield Case(
        "configuration",
        "a crash is hidden",
        tree_of(
            {"kwlint.yaml": "ignore: [KW003]\nper-path: {'*': {ignore: [KW003]}}\n", "a.yaml": CONFIG_MAP}
        ),
        isolated=False,
    )
    yield Case(
        "configuration",
        "a file that is an option",
        tree_of({"--config=off.yaml": CONFIG_MAP, "off.yaml": "ignore: [all]\n", "a.yaml": DEPLOYMENT}),
        ("--", "a.yaml", "--config=off.yaml"),
        exits=frozenset({1}),
    )


def _baselines() -> Iterator[Case]:
    texts: dict[str, str | bytes] = {
        "nothing": "",
        "NUL": b"\0" * 5000,
        "bytes": bytes(range(256)),
        "JSON": "{}",
        "an escape in its version": "# kwlint baseline, version \x1b[31m2: x\n",
        "an escape in a line": "# kwlint baseline, version 1\n\x1b[31m::error::x\n",
        "a long line": "# kwlint baseline, version 1\n" + "x" * 5_000_000,
        "a million lines": "# kwlint baseline, version 1\n"
        + "a.yaml API002 0123456789abcdef x\n" * 1_000_000,
        "long numbers": f"# kwlint baseline, version {DIGITS}\n",
    }
    for name, text in texts.items():
        for option in ((), ("--write-baseline",)):
            yield Case(
                "baselines",
                f"{name} {' '.join(option)}",
                also(text_of(text, "b.txt"), text_of(DEPLOYMENT)),
                ("--baseline", "b.txt", *option, "."),
                may_change=("b.txt",),
                as_nobody=False,
            )
    for target in ("../outside.txt", "/dev/full", "/dev/zero", "folder", "nowhere/b.txt", "a\0b"):

        def make(folder: Path, path: str = target) -> None:
            text_of(DEPLOYMENT)(folder)
            (folder / "folder").mkdir()
            (folder / "kwlint.yaml").write_text(f"baseline: {quoted(path)}\n")

        yield Case(
            "baselines",
            f"written to {quoted(target)} of the configuration",
            make,
            ("--write-baseline", "."),
            isolated=False,
            as_nobody=False,
        )
    yield Case(
        "baselines",
        "written through a link",
        also(text_of(DEPLOYMENT), lambda folder: os.symlink("../victim.txt", folder / "b.txt")),
        ("--baseline", "b.txt", "--write-baseline", "."),
        as_nobody=False,
    )

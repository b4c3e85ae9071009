"""The pieces that inputs are made of: small manifests, hostile texts and names, and ways to write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kwlint.dev.hostile.case import Make

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
# Has an error that can be fixed (API002).
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: "2"
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: example.com/web:1.0
"""
LONG = 10_000
DIGITS = "9" * LONG
# What a terminal, a log, a runner or a reader of a report must not be given as it is.
TEXTS = {
    "escape": "\x1b[31mred",
    "title": "\x1b]0;title\x07",
    "bell": "a\x07b",
    "backspace": "a\x08\x08b",
    "carriage": "a\rb",
    "line": "a\n::error::forged",
    "stop": "::stop-commands::token",
    "set-output": "::set-output name=x::y",
    "mask": "::add-mask::secret",
    "legacy": "##[error]forged",
    "c1": "a\x9b31mb",
    "del": "a\x7fb",
    "bidi": "a\u202eb\u202c",
    "isolate": "a\u2067b\u2069",
    "separator": "a\u2028b",
    "paragraph": "a\u2029b",
    "html": "<script>alert(1)</script>",
    "markdown": "[x](http://example.com) | `b` | ![i](http://example.com/i)",
    "xml": "]]><x/>&amp;\"'",
    "percent": "%0A::error::x%25",
    "quote": "\"'`\\",
    "emoji": "\U0001f600\u200d\U0001f525",
    "noncharacter": "a\ufffeb",
}
# Bytes that a file's name may be of, without the ones that only texts can have.
NAMES = {
    **{key: text.replace("/", "_").encode() for key, text in TEXTS.items()},
    "latin": b"caf\xe9",
    "lone": b"a\xed\xa0\x80b",
    "dash": b"--config=off",
    "dashes": b"--",
    "space": b" a b ",
    "star": b"*",
    "tilde": b"~root",
    "dollar": b"$(touch x)",
    "newline": b"a\nb",
    "long": b"n" * 240,
}


def text_of(content: str | bytes, name: str = "a.yaml") -> Make:
    """Return what writes one file."""

    def make(folder: Path) -> None:
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        (folder / name).write_bytes(data)

    return make


def tree_of(files: dict[str, str | bytes]) -> Make:
    """Return what writes files by their paths."""

    def make(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            text_of(content, name)(folder)

    return make


def also(*makes: Callable[[Path], object]) -> Make:
    """Return what does several things in a folder, in order."""

    def make(folder: Path) -> None:
        for each in makes:
            each(folder)

    return make


def marked(folder: Path) -> str:
    """Return the path of the file that a planted command makes; it stands outside of the folder that is linted."""
    return str(folder.parent / "EXECUTED")


def quoted(value: Any) -> str:
    """Return a value as a YAML scalar in double quotes, with escapes for all but ASCII."""
    return json.dumps(value)


def named(path: bytes, content: str) -> Make:
    """Return what writes a file whose path is bytes."""

    def make(folder: Path) -> None:
        target = folder / path.decode("utf-8", "surrogateescape")
        target.parent.mkdir(exist_ok=True)
        target.write_text(content)

    return make


def deployment(name: str = "web", **fields: str) -> str:
    """Return a Deployment that has no error; ``fields`` are put into the container as they are."""
    lines = "".join(f"          {key}: {value}\n" for key, value in fields.items())
    return DEPLOYMENT.replace("name: web\n", f"name: {name}\n", 1).replace('"2"', "2") + lines

"""The configuration: what a run is asked to do, and where each value comes from."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kwlint.api import NEWEST
from kwlint.data import SCHEMAS, read_cached, write_cached
from kwlint.errors import ConfigError, KwlintError
from kwlint.model.near import near_miss

if TYPE_CHECKING:
    from kwlint.syntax.source import Span
    from kwlint.syntax.tree import Document

FILE_NAMES = ("kwlint.yaml", ".kwlint.yaml")
# What JSON Schema calls the types, as messages call them.
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "a mapping",
    "string": "a string",
}
DEFAULTS: dict[str, Any] = {
    "project": None,
    "kubernetes-version": f"1.{NEWEST}",
    "targets": [],
    "preset": "default",
    "select": [],
    "ignore": [],
    "severity": {},
    "rules": {},
    "per-path": {},
    "exclude": [],
    "complete": False,
    "external": [],
    "crds": [],
    "fail-on": "warning",
    "baseline": None,
    "limits": {},
}


class Config:
    """The effective values by key, and the origin of each: ``default``, a config file, or the command line."""

    __slots__ = ("document", "file", "origins", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = dict(DEFAULTS)
        self.origins: dict[str, str] = dict.fromkeys(DEFAULTS, "default")
        self.file: str | None = None
        self.document: Document | None = None

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    @property
    def folder(self) -> str:
        """The folder that the paths and patterns of the config file are relative to."""
        return os.path.dirname(os.path.abspath(self.file)) if self.file else os.getcwd()

    def place(self, *steps: str | int, on_key: bool = False) -> str:
        """Return where a value comes from, for messages: ``--KEY``, FILE:LINE:COLUMN, or the file and the key."""
        key = str(steps[0])
        origin = self.origins[key]
        if origin == "command line":
            return f"--{key}"
        if self.document is None:
            return f"{origin}: {key}"
        return _position(origin, self.document, steps, on_key)

    def override(self, key: str, value: Any, origin: str = "command line") -> None:
        """Set a value that comes from elsewhere than the config file."""
        self.values[key] = value
        self.origins[key] = origin


def load(explicit: str | None, start: str, isolated: bool) -> Config:
    """Return the configuration: the file that is named, else the nearest one from ``start`` upward.

    Raises ConfigError, with file, line and column, for what the file may not hold.
    """
    config = Config()
    if isolated and explicit is None:
        return config
    path = explicit or find(start)
    if path is None:
        return config
    values, config.document = _read(path)
    config.file = path
    for key, value in values.items():
        config.override(key, value, path)
    return config


def find(start: str) -> str | None:
    """Return the config file that counts for a folder: kwlint.yaml, .kwlint.yaml or [tool.kwlint], nearest first."""
    folder = os.path.abspath(start)
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    while True:
        path = in_folder(folder)
        if path is not None:
            return os.path.relpath(path)
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def in_folder(folder: str) -> str | None:
    """Return the path of the config file that stands in a folder, or None."""
    for name in FILE_NAMES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    path = os.path.join(folder, "pyproject.toml")
    return path if os.access(path, os.R_OK) and os.path.isfile(path) and _table(path) is not None else None


def _table(path: str) -> dict[str, Any] | None:
    """Return the table [tool.kwlint] of a file, None where there is none. Raises KwlintError for what is no TOML."""
    content = _content(path)
    if b"tool.kwlint" not in content:
        return None
    import tomllib

    try:
        tool = tomllib.loads(content.decode()).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(os.path.relpath(path), f"this is not TOML: {error}") from None
    table = tool.get("kwlint") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise KwlintError(
            f"{path}: the configuration cannot be read: {(error.strerror or str(error)).lower()}"
        ) from None


def _span(document: Document, steps: Iterable[str | int], on_key: bool = False) -> Span:
    from kwlint.syntax.path import locate_steps

    return locate_steps(document, document.root, map(str, steps), on_key)


def _position(path: str, document: Document, steps: Iterable[str | int], on_key: bool) -> str:
    position = document.source.position(_span(document, steps, on_key).start)
    return f"{path}:{position.line}:{position.column}"


def _read(path: str) -> tuple[dict[str, Any], Document | None]:
    if path.endswith(".toml"):
        table = _table(path)
        if table is None:
            raise ConfigError(path, "there is no table [tool.kwlint]")
        _validate(path, table, None)
        return table, None
    from kwlint.syntax.defects import Defect
    from kwlint.syntax.source import Source, UndecodableError, decode
    from kwlint.syntax.tree import Mapping, read

    content = _content(path)
    try:
        source = Source(path, decode(content))
    except UndecodableError as error:
        raise ConfigError(f"{path}:{error.line}:{error.column}", str(error)) from None
    documents: list[Document] = []
    for item in read(source):
        if isinstance(item, Defect):
            position = source.position(item.offset)
            raise ConfigError(f"{path}:{position.line}:{position.column}", item.message)
        documents.append(item)
    if not documents:
        return {}, None
    document = documents[0]
    if not isinstance(document.root, Mapping):
        raise ConfigError(f"{path}:1:1", "a configuration is a mapping of keys to values")
    if len(documents) > 1:
        line = source.position(documents[1].starts[0]).line
        raise ConfigError(f"{path}:{line}:1", "a configuration is one document", "remove the line `---`")
    if document.repeated:
        position = source.position(document.starts[document.repeated[0].again])
        raise ConfigError(
            f"{path}:{position.line}:{position.column}", f"the key `{document.repeated[0].key}` stands twice"
        )
    name = f"config-{zlib.crc32(content):08x}{zlib.adler32(content):08x}-{_schema_stamp():08x}"
    if read_cached(name) is None:
        _validate(path, document.root, document)
        write_cached(name, b"valid")
    return document.root, document


def _schema_text() -> str:
    with open(os.path.join(SCHEMAS, "config.schema.json"), encoding="utf-8") as stream:
        return stream.read()


def _schema_stamp() -> int:
    return zlib.crc32(_schema_text().encode())


def _validate(path: str, values: dict[str, Any], document: Document | None) -> None:
    import json

    import jsonschema

    schema = json.loads(_schema_text())
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(values))
    if not errors:
        return
    error = min(errors, key=lambda item: [str(step) for step in item.absolute_path])
    steps: list[str | int] = list(error.absolute_path)
    if error.validator == "additionalProperties":
        steps.append(_unknown_key(error))
    message, hint = _explained(error, steps, document)
    if document is not None:
        place = _position(path, document, steps, error.validator == "additionalProperties")
    else:
        place = f"{path}: {_shown(steps)}" if error.validator in ("enum", "pattern") else path
    raise ConfigError(place, message, hint)


def _unknown_key(error: Any) -> str:
    return str(next(key for key in error.instance if key not in error.schema.get("properties", {})))


def _shown(steps: list[str | int]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _explained(error: Any, steps: list[str | int], document: Document | None) -> tuple[str, str]:
    """Return what is wrong with the value at ``steps`` as a sentence, and what to do about it."""
    field, limit = _shown(steps), error.validator_value
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        miss = near_miss(str(steps[-1]), known)
        hint = f"did you mean `{miss}`?" if miss else f"the keys are {', '.join(known)}"
        return f"there is no key `{steps[-1]}`", hint
    if error.validator == "enum":
        allowed = [str(item) for item in limit]
        miss = near_miss(str(error.instance), allowed)
        hint = f"did you mean `{miss}`?" if miss else f"allowed are {', '.join(allowed)}"
        return f'"{error.instance}" is not allowed here', hint
    if error.validator == "pattern":
        return f'"{error.instance}" is not allowed here', error.schema.get("description", "")
    if error.validator == "type":
        hint = ""
        if limit == "string" and isinstance(error.instance, int | float) and document is not None:
            start, end = _span(document, steps)
            hint = f'put it in quotes: "{document.source.text[start:end]}"'
        return f"`{field}` must be {_TYPES[limit]}", hint
    if error.validator in ("minItems", "maxItems"):
        least = "least" if error.validator == "minItems" else "most"
        return f"`{field}` must have at {least} {limit} items", error.schema.get("description", "")
    if error.validator in ("minimum", "maximum"):
        least = "least" if error.validator == "minimum" else "most"
        return f"`{field}` must be at {least} {limit}, and is {error.instance}", ""
    return f"`{field}`: {error.message}", ""

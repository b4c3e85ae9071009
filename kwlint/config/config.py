"""The configuration: what a run is asked to do, and where each value comes from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kwlint.api import NEWEST
from kwlint.config.files import content, find, table, unread
from kwlint.data import SCHEMAS, digest, read_cached, write_cached
from kwlint.errors import ConfigError
from kwlint.util.characters import shortened
from kwlint.util.spelling import near_miss

if TYPE_CHECKING:
    from kwlint.syntax.source import Source, Span
    from kwlint.syntax.tree import Document

# Keys whose values are paths.
_PATHS = ("project", "baseline", "crds")
# Bits of an integer beyond which Python makes no text of it; 4,300 digits have more.
_READABLE = 14_000
# What JSON Schema calls the types, as messages call them.
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "a mapping",
    "string": "a string",
}
_VALID = b"valid"
# What messages call a configuration that a program hands over.
_GIVEN = "config"
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
    """The effective values by key, and the origin of each: ``default``, a config file, ``config`` or ``command line``.

    ``notes`` are sentences about files that a person may take for the configuration, and that are not read;
    ``is_chosen`` says that whoever runs kwlint says which file is, or that none is.
    """

    __slots__ = ("document", "file", "is_chosen", "notes", "origins", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = dict(DEFAULTS)
        self.origins: dict[str, str] = dict.fromkeys(DEFAULTS, "default")
        self.file: str | None = None
        self.document: Document | None = None
        self.notes: list[str] = []
        self.is_chosen = False

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


def given(values: Mapping[str, Any]) -> Config:
    """Return the configuration that a program hands over, with the keys of a config file.

    Its paths and patterns are relative to the working directory. Raises ConfigError for what no file could hold either.
    """
    config = Config()
    config.is_chosen = True
    try:
        copied = _copied(values)
    except RecursionError:
        raise ConfigError(_GIVEN, "its values are nested too deeply") from None
    _validate(_GIVEN, copied, None)
    for key, value in copied.items():
        config.override(key, value, _GIVEN)
    _check_paths(config)
    return config


def _copied(value: Any) -> Any:
    """Return plain data that nobody else changes. Raises RecursionError for what has no end."""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ConfigError(_GIVEN, f"the key `{shortened(str(key))}` is no string")
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list | tuple) else value


def load(explicit: str | None, start: str, isolated: bool, use_cache: bool = True) -> Config:
    """Return the configuration: the file that is named, else the nearest one from ``start`` upward.

    With the cache it is kept there that a file is valid. Raises ConfigError, with file, line and column, for what the
    file may not hold.
    """
    config = Config()
    config.is_chosen = isolated or explicit is not None
    if isolated and explicit is None:
        return config
    path = explicit or find(start)
    if explicit is None:
        config.notes = unread(start, path)
    if path is None:
        return config
    values, config.document = _read(path, explicit is not None, use_cache)
    config.file = path
    for key, value in values.items():
        config.override(key, value, path)
    _check_paths(config)
    return config


def _check_paths(config: Config) -> None:
    for key in _PATHS:
        value = config[key]
        for index, path in enumerate(value if isinstance(value, list) else [value or ""]):
            try:
                is_path = b"\0" not in os.fsencode(path)
            except UnicodeEncodeError:
                is_path = False
            if not is_path:
                place = config.place(key, index) if isinstance(value, list) else config.place(key)
                raise ConfigError(place, f"`{key}` has a character that no path can have")


def _span(document: Document, steps: Iterable[str | int], on_key: bool = False) -> Span:
    from kwlint.syntax.path import locate_steps

    return locate_steps(document, document.root, map(str, steps), on_key)


def _position(path: str, document: Document, steps: Iterable[str | int], on_key: bool) -> str:
    position = document.source.position(_span(document, steps, on_key).start)
    return f"{path}:{position.line}:{position.column}"


def _read(path: str, named: bool, use_cache: bool) -> tuple[dict[str, Any], Document | None]:
    if path.endswith(".toml"):
        values = table(path, named)
        if values is None:
            raise ConfigError(path, "there is no table [tool.kwlint]")
        _validate(path, values, None)
        return values, None
    from kwlint.syntax.source import Source, UndecodableError, decode

    found = content(path, named)
    try:
        source = Source(path, decode(found))
    except UndecodableError as error:
        raise ConfigError(f"{path}:{error.line}:{error.column}", str(error)) from None
    document = _document(source)
    if document is None:
        return {}, None
    name = f"config-{digest(found + _schema_text().encode())}"
    if not use_cache or read_cached(name) != _VALID:
        _validate(path, document.root, document)
        if use_cache:
            write_cached(name, _VALID)
    return document.root, document


def _document(source: Source) -> Document | None:
    """Return the one document of a config file, which is a mapping; None where there is nothing in it."""
    from kwlint.syntax.defects import Defect
    from kwlint.syntax.tree import Mapping, read

    path = source.name
    documents: list[Document] = []
    try:
        for item in read(source):
            if isinstance(item, Defect):
                position = source.position(item.offset)
                raise ConfigError(f"{path}:{position.line}:{position.column}", item.message)
            documents.append(item)
    except (ValueError, RecursionError):
        raise ConfigError(path, "a number of it has too many digits, or it is nested too deeply") from None
    if not documents:
        return None
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
    return document


def _schema_text() -> str:
    with open(os.path.join(SCHEMAS, "config.schema.json"), encoding="utf-8") as stream:
        return stream.read()


def _validate(path: str, values: dict[str, Any], document: Document | None) -> None:
    import json

    import jsonschema

    steps = next(_unreadable(values), None)
    if steps is not None:
        place = _position(path, document, steps, False) if document is not None else path
        raise ConfigError(place, f"`{_shown(steps)}` is a number of too many digits")
    schema = json.loads(_schema_text())
    try:
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(values))
    except RecursionError:
        raise ConfigError(path, "its values are nested too deeply") from None
    if not errors:
        return
    error = min(errors, key=lambda item: [str(step) for step in item.absolute_path])
    steps = list(error.absolute_path)
    if error.validator == "additionalProperties":
        steps.append(_unknown_key(error))
    message, hint = _explained(error, steps, document)
    if document is not None:
        place = _position(path, document, steps, error.validator == "additionalProperties")
    else:
        place = f"{path}: {_shown(steps)}" if error.validator in ("enum", "pattern") else path
    raise ConfigError(place, message, hint)


def _unreadable(values: dict[str, Any]) -> Iterator[list[str | int]]:
    """Yield where numbers stand of which no message could be made."""
    waiting: list[tuple[Any, list[str | int]]] = [(values, [])]
    while waiting:
        value, steps = waiting.pop()
        if isinstance(value, int) and value.bit_length() > _READABLE:
            yield steps
        elif isinstance(value, dict):
            waiting += [(item, [*steps, key]) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(item, [*steps, index]) for index, item in enumerate(value)]


def _unknown_key(error: Any) -> str:
    return str(next(key for key in error.instance if key not in error.schema.get("properties", {})))


def _shown(steps: list[str | int]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return shortened(text.removeprefix("."))


def _explained(error: Any, steps: list[str | int], document: Document | None) -> tuple[str, str]:
    """Return what is wrong with the value at ``steps`` as a sentence, and what to do about it."""
    field, limit = _shown(steps), error.validator_value
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        miss = near_miss(str(steps[-1]), known)
        hint = f"did you mean `{miss}`?" if miss else f"the keys are {', '.join(known)}"
        return f"there is no key `{shortened(str(steps[-1]))}`", hint
    if error.validator == "enum":
        allowed = [str(item) for item in limit]
        miss = near_miss(str(error.instance), allowed)
        hint = f"did you mean `{miss}`?" if miss else f"allowed are {', '.join(allowed)}"
        return f'"{shortened(str(error.instance))}" is not allowed here', hint
    if error.validator == "pattern":
        return f'"{shortened(str(error.instance))}" is not allowed here', error.schema.get("description", "")
    if error.validator == "type":
        hint = ""
        if limit == "string" and isinstance(error.instance, int | float) and document is not None:
            start, end = _span(document, steps)
            hint = f'put it in quotes: "{shortened(document.source.text[start:end])}"'
        return f"`{field}` must be {_TYPES[limit]}", hint
    if error.validator in ("minItems", "maxItems"):
        least = "least" if error.validator == "minItems" else "most"
        return f"`{field}` must have at {least} {limit} items", error.schema.get("description", "")
    if error.validator in ("minimum", "maximum"):
        least = "least" if error.validator == "minimum" else "most"
        return f"`{field}` must be at {least} {limit}, and is {shortened(str(error.instance))}", ""
    return f"`{field}`: {shortened(error.message, 200)}", ""

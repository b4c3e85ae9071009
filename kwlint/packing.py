"""Packing: records as the plain tuples that a cache keeps, and records again from tuples that are of the declared types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

Check = Callable[[Any], bool]
_Reader = Callable[[Any], Any]


class PackingError(ValueError):
    """What is no packed record of the kind that is asked for."""


def packed(value: Any) -> Any:
    """Return a record as a tuple of plain values, with its records as such tuples; marshal knows no others."""
    return tuple(map(packed, value)) if isinstance(value, tuple) else value


def unpacked(kind: Any, value: Any, checks: Mapping[Any, Check]) -> Any:
    """Return the record of a kind that ``packed`` made a tuple of.

    Every field must be of the type that the record declares, and every record must pass the check of its kind, where
    ``checks`` has one. Raises PackingError.
    """
    return _reader(kind, checks, {})(value)


def _reader(hint: Any, checks: Mapping[Any, Check], known: dict[Any, _Reader]) -> _Reader:
    """Return what reads a value of a type; ``known`` has the readers of the types that were met before."""
    from types import UnionType
    from typing import get_args, get_origin, get_type_hints

    reader = known.get(hint)
    if reader is not None:
        return reader
    arguments = get_args(hint)
    if isinstance(hint, UnionType):
        reader = partial(_one_of, [_reader(item, checks, known) for item in arguments])
    elif get_origin(hint) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        reader = partial(_many, _reader(arguments[0], checks, known))
    elif get_origin(hint) is tuple:
        reader = partial(_row, [_reader(item, checks, known) for item in arguments])
    elif get_origin(hint) is dict:
        reader = partial(_mapping, *(_reader(item, checks, known) for item in arguments))
    elif hasattr(hint, "_fields"):
        types = get_type_hints(hint)
        fields = [_reader(types[name], checks, known) for name in hint._fields]
        reader = partial(_record, hint._make, fields, checks.get(hint))
    elif hint is Any:
        reader = _anything
    elif hint in (bool, int, str, type(None)):
        reader = partial(_scalar, hint)
    else:
        raise TypeError(f"{hint} cannot be packed")
    known[hint] = reader
    return reader


def _anything(value: Any) -> Any:
    return value


def _scalar(kind: type, value: Any) -> Any:
    # Exactly: True is an int to isinstance.
    if type(value) is not kind:
        raise PackingError
    return value


def _one_of(readers: list[_Reader], value: Any) -> Any:
    for reader in readers:
        try:
            return reader(value)
        except PackingError:
            continue
    raise PackingError


def _many(reader: _Reader, value: Any) -> Any:
    if type(value) is not tuple:
        raise PackingError
    return tuple(map(reader, value))


def _row(readers: list[_Reader], value: Any) -> Any:
    if type(value) is not tuple or len(value) != len(readers):
        raise PackingError
    return tuple([reader(item) for reader, item in zip(readers, value, strict=True)])


def _mapping(keys: _Reader, values: _Reader, value: Any) -> Any:
    if type(value) is not dict:
        raise PackingError
    return {keys(key): values(item) for key, item in value.items()}


def _record(make: Callable[[Any], Any], readers: list[_Reader], check: Check | None, value: Any) -> Any:
    record = make(_row(readers, value))
    if check is not None and not check(record):
        raise PackingError
    return record

"""Packing: records as the plain tuples that a cache keeps, and records again from tuples that are of the declared types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from kwlint.util.record import Record

Check = Callable[[Any], bool]
_Reader = Callable[[Any], Any]
_SCALARS = {bool, int, str, type(None)}


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
        others = [_reader(item, checks, known) for item in arguments if item is not type(None)]
        reader = partial(_one_of, others, len(others) < len(arguments))
    elif get_origin(hint) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        reader = partial(_many, _reader(arguments[0], checks, known))
    elif get_origin(hint) is tuple:
        reader = partial(_row, _columns(arguments, checks, known))
    elif get_origin(hint) is dict:
        reader = partial(_mapping, *(_reader(item, checks, known) for item in arguments))
    elif hasattr(hint, "_fields"):
        types = get_type_hints(hint)
        columns = _columns([types[name] for name in hint._fields], checks, known)
        reader = partial(_record, hint._make, columns, checks.get(hint))
    elif hint is Any:
        reader = _anything
    elif hint in _SCALARS:
        reader = partial(_scalar, hint)
    else:
        raise TypeError(f"{hint} cannot be packed")
    known[hint] = reader
    return reader


class _Columns(Record):
    """What the values of a row are: how many, those of scalar types with these types, and what reads the others by index."""

    length: int
    scalars: Callable[[tuple[type, ...]], Any]
    types: tuple[Any, ...]
    readers: list[tuple[int, _Reader]]


def _columns(hints: Sequence[Any], checks: Mapping[Any, Check], known: dict[Any, _Reader]) -> _Columns:
    scalars = [index for index, hint in enumerate(hints) if hint in _SCALARS]
    readers = [
        (index, _reader(hint, checks, known)) for index, hint in enumerate(hints) if hint not in _SCALARS
    ]
    # Two slices more, so that several are picked whatever their number is.
    pick = itemgetter(*scalars, slice(0), slice(0))
    return _Columns(len(hints), pick, (*(hints[index] for index in scalars), (), ()), readers)


def _anything(value: Any) -> Any:
    return value


def _scalar(kind: type, value: Any) -> Any:
    # Exactly: True is an int to isinstance.
    if type(value) is not kind:
        raise PackingError
    return value


def _one_of(readers: list[_Reader], is_optional: bool, value: Any) -> Any:
    if value is None and is_optional:
        return None
    for reader in readers[:-1]:
        try:
            return reader(value)
        except PackingError:
            continue
    return readers[-1](value)


def _many(reader: _Reader, value: Any) -> Any:
    if type(value) is not tuple:
        raise PackingError
    return tuple(map(reader, value)) if value else value


def _row(columns: _Columns, value: Any) -> Any:
    # Most values are scalars, whose types are compared all at once.
    if type(value) is not tuple or len(value) != columns.length:
        raise PackingError
    if columns.scalars(tuple(map(type, value))) != columns.types:
        raise PackingError
    if not columns.readers:
        return value
    row = list(value)
    for index, reader in columns.readers:
        row[index] = reader(row[index])
    return tuple(row)


def _mapping(keys: _Reader, values: _Reader, value: Any) -> Any:
    if type(value) is not dict:
        raise PackingError
    return {keys(key): values(item) for key, item in value.items()}


def _record(make: Callable[[Any], Any], columns: _Columns, check: Check | None, value: Any) -> Any:
    record = make(_row(columns, value))
    if check is not None and not check(record):
        raise PackingError
    return record

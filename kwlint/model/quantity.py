"""Parses, compares and writes resource quantities as k8s.io/apimachinery/pkg/api/resource does.

An amount is an exact integer of billionths (``NANO`` of them make 1), the finest the API keeps, so amounts are
compared, added and multiplied as plain integers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from kwlint.util.lazyre import pattern
from kwlint.util.literals import atoi
from kwlint.util.record import Record

NANO = 10**9
"""Amount of the quantity 1."""

_DECIMAL = {"": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_LARGEST_BINARY = (2**63 - 1) * NANO
# Billionths of more digits make no difference to any comparison but for the last ones, by which 64 bits wrap around;
# their sums and products still stay below the 4,300 digits that Python writes.
_DIGITS, _LAST = 4000, 80
# A text beyond this is read again at each use rather than kept.
_KEPT = 256

# also matches numbers without digits, which the API server reads as 0 (`.`, `-`, `Ki`) while 64 bits suffice
_split = pattern(r"([+-]?)([0-9]*+)(?:\.([0-9]*+))?([eEinumkKMGTP]*+[-+]?[0-9]*+)").fullmatch


class Quantity(Record):
    """A quantity: its amount in billionths and the notation that it was written in.

    ``notation`` is ``DecimalSI``, ``BinarySI`` or ``DecimalExponent``. ``wraps``: beyond 64 bits, its number of
    thousandths wraps around in the API server instead of being 0.
    """

    nanos: int
    notation: str
    wraps: bool


def _parse(written: str) -> Quantity | None:
    match = _split(written)
    if not match:
        return None
    sign, whole, fraction, suffix = match.groups("")
    digits = whole + fraction
    size = max(len(whole.lstrip("0")), 1) + len(fraction)
    if (exponent := _DECIMAL.get(suffix)) is not None:
        notation = "DecimalSI"
    elif (power := _BINARY.get(suffix)) is not None:
        if not digits and power > 40:
            return None
        nanos = _binary(whole, fraction, power)
        notation = "DecimalSI" if fraction and 0 < nanos < NANO else "BinarySI"
        return Quantity(-nanos if sign == "-" else nanos, notation, True)
    else:
        if suffix[:1] not in ("e", "E") or not suffix:
            return None
        read_exponent = atoi(suffix[1:])
        if read_exponent is None:
            return None
        notation = "DecimalExponent"
        exponent = (read_exponent + 2**31) % 2**32 - 2**31  # kept in 32 bits
    scale = exponent - len(fraction)
    if not digits and scale < -9:
        return None
    nanos = _scaled(digits, scale + 9)
    exact = scale >= -9 and size <= 18  # else the server goes on with arbitrary precision
    return Quantity(-nanos if sign == "-" else nanos, notation, not exact or scale + 3 in (1, 2, 3, 6, 9))


def _scaled(digits: str, exponent: int) -> int:
    """Return the number that digits write times a power of ten, rounded up, as far as its digits count."""
    digits = digits.lstrip("0")
    if not digits or exponent < 0:
        cut = max(len(digits) + exponent, 0)
        rest = digits[cut:].strip("0")
        return _scaled(digits[:cut], 0) + bool(rest) if digits else 0
    if len(digits) + exponent > _DIGITS:
        last = digits[-_LAST:]
        return _power(_DIGITS) + (int(last) * _power(exponent) if exponent < _LAST else 0)
    return int(digits) * _power(exponent)


def _binary(whole: str, fraction: str, power: int) -> int:
    """Return the billionths of a number times a power of two, rounded up and capped at the largest."""
    whole = whole.lstrip("0")
    if len(whole) > 19:
        return _LARGEST_BINARY
    # Digits beyond these are less than a billionth: they only tell that there is more.
    kept = fraction[:_LAST] + ("1" if fraction[_LAST:].strip("0") else "")
    unit = (int(whole + kept or "0") << power) * NANO
    return min(-(-unit // _power(len(kept))), _LARGEST_BINARY)


def _power(exponent: int) -> int:
    found: int = 10**exponent
    return found


_parse_kept = lru_cache(maxsize=8192)(_parse)


def _read(written: str) -> Quantity | None:
    if not written:
        return None
    return _parse_kept(written) if len(written) <= _KEPT else _parse(written)


def read(value: Any) -> Quantity | None:
    """Return the quantity that a decoded YAML value (string or number) is, or None where it is none.

    None (null) is 0, as in Go; so are, surprisingly, a lone sign, point or suffix (parseQuantityString).
    """
    if isinstance(value, str):
        # the server trims the JSON text, in which a tab or a line break is escaped
        return _read(value.strip(" "))
    if value is None:
        return Quantity(0, "DecimalSI", True)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _read(repr(value))
    return None


def parse(value: Any) -> int | None:
    """Return the amount of a decoded YAML value in billionths, or None where it is no quantity."""
    quantity = read(value)
    return None if quantity is None else quantity.nanos


def amount(value: Any) -> int:
    """Return the amount in billionths, and 0 for what is no quantity."""
    return parse(value) or 0


def ceiling(nanos: int, unit: int = NANO) -> int:
    """Return an amount in whole units, rounded away from zero (Quantity.Value)."""
    size = -(-abs(nanos) // unit)
    return size if nanos >= 0 else -size


def milli_value(quantity: Quantity) -> int:
    """Return the number of thousandths, rounded away from zero, in 64 bits (Quantity.MilliValue)."""
    milli = ceiling(quantity.nanos, NANO // 1000)
    if -(2**63) <= milli < 2**63:
        return milli
    return (milli + 2**63) % 2**64 - 2**63 if quantity.wraps else 0


def is_whole(value: Any) -> bool:
    """Return whether the API server takes a quantity for a whole number (``MilliValue() % 1000 == 0``)."""
    quantity = read(value)
    return quantity is None or milli_value(quantity) % 1000 == 0


def fault(value: Any) -> str:
    """Return why a value is no quantity, as the end of a sentence; only for values that ``read`` refuses."""
    if not isinstance(value, str):
        return "must be a string or a number"
    written = value.strip()
    if not written:
        return "must not be empty"
    match = re.fullmatch(r"([+-]?[0-9]+(?:\.[0-9]*)?)\s*([A-Za-z]+)", written)
    if not match:
        return "must be a number with an optional suffix, such as `500m`, `1.5` or `2Gi`"
    number, suffix = match.groups()
    known = {name.lower(): name for name in (*_BINARY, *_DECIMAL) if name != "m"}
    short = suffix.lower().removesuffix("b").removesuffix("yte")
    meant = known.get(short) or known.get(suffix.lower())
    listed = "the suffixes are n, u, m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei"
    if meant:
        return f"has the unknown suffix {suffix}; did you mean {number}{meant}? ({listed})"
    return f"has the unknown suffix {suffix}; {listed}"


def render(nanos: int, notation: str = "DecimalSI") -> str:
    """Return an amount in canonical form (Quantity.CanonicalizeBytes): the largest suffix without a fraction."""
    if not nanos:
        return "0"
    sign, rest = ("-", -nanos) if nanos < 0 else ("", nanos)
    if notation == "BinarySI" and rest >= 1024 * NANO and rest % NANO == 0:
        rest //= NANO
        power = 0
        while power < 60 and rest % 1024 == 0:
            rest //= 1024
            power += 10
        suffix = next((name for name, exponent in _BINARY.items() if exponent == power), "")
        return f"{sign}{rest}{suffix}"
    exponent = -9
    while rest % 1000 == 0 and (exponent < 18 or notation == "DecimalExponent"):
        rest //= 1000
        exponent += 3
    if notation == "DecimalExponent":
        return f"{sign}{rest}e{exponent}" if exponent else f"{sign}{rest}"
    suffix = next(name for name, power in _DECIMAL.items() if power == exponent)
    return f"{sign}{rest}{suffix}"


def canonical(value: Any) -> str | None:
    """Return a decoded YAML value in canonical form (1.5Gi is 1536Mi), or None where it is no quantity."""
    quantity = read(value)
    return None if quantity is None else render(quantity.nanos, quantity.notation)

"""What a scalar means: the resolution that sigs.k8s.io/yaml (goyaml.v2) gives it on the way to JSON.

Source: go.yaml.in/yaml/v2 resolve.go and sigs.k8s.io/yaml yaml.go.
"""

from __future__ import annotations

from kwlint.util.lazyre import pattern

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | str | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_NOT_FINITE = frozenset(
    sign + word
    for sign, words in {
        "": (".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF"),
        "+": (".inf", ".Inf", ".INF"),
        "-": (".inf", ".Inf", ".INF"),
    }.items()
    for word in words
)
# A plain scalar that starts with any other character is a string.
HINTS = frozenset("+-0123456789.yYnNtTfFoO~")
_FLOAT = pattern(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# A scalar that starts with a point goes to strconv.ParseFloat as it is, which takes underscores between digits.
_FRACTION = pattern(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
_INTEGER = pattern(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
    r"|0b(?P<inner>[-+])(?P<late>[01]+)"
)
_BASES = (("dec", 10), ("oct", 8), ("hex", 16), ("bin", 2), ("late", 2))
_LARGEST = (1 << 63) - 1
# More digits than a uint64 has in any base.
_MOST_DIGITS = 64


class ScalarError(ValueError):
    """A scalar that can't become JSON: NaN, an infinity, or a value that its explicit tag forbids."""


def resolve(text: str) -> Scalar:
    """Return what a plain scalar without a tag means.

    Integral floats come back as integers, as they do in JSON (``1e3`` is 1000, ``3.0`` is 3); dates and ``22:22``
    are strings. Raises ScalarError for NaN and infinities, which JSON does not have.
    """
    value = _resolve(text)
    if value.__class__ is not float:
        return value
    assert isinstance(value, float)
    if value - value != 0:
        # Without the value, which may be a Secret's.
        raise ScalarError("this number has no form in JSON, which the API server reads")
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def _resolve(text: str) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in HINTS or text[0] in "yYnNtTfFoO~":
        return text
    if text in _NOT_FINITE:
        return float(text.replace(".", ""))
    plain = text.replace("_", "")
    if text[0] != ".":
        number = _integer(plain)
        if number is not None:
            return number
    if _FLOAT.fullmatch(plain) if text[0] != "." else _FRACTION.fullmatch(text):
        value = float(plain)
        return value if value - value == 0 else text
    return text


def _integer(plain: str) -> int | None:
    match = _INTEGER.fullmatch(plain)
    if match is None:
        return None
    sign = match["sign"] or match["inner"]
    for group, base in _BASES:
        digits = match[group]
        if digits:
            digits = digits.lstrip("0") or "0"
            if len(digits) > _MOST_DIGITS:
                return None
            value = int(digits, base)
            # strconv.ParseInt, then ParseUint, which takes no sign.
            if value <= _LARGEST + (sign == "-") or (not sign and value < 1 << 64):
                return -value if sign == "-" else value
    return None


def resolve_tagged(text: str, tag: str) -> Scalar:
    """Return what a scalar with an explicit tag means, quoted or not.

    Unknown tags leave the text as it is. Raises ScalarError where the tag forbids the value.
    """
    short = tag.removeprefix("tag:yaml.org,2002:")
    if short == "binary":
        import base64
        import binascii

        try:
            encoded = text.replace("\r", "").replace("\n", "").encode()
            return base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise ScalarError("`!!binary` needs a value in base64") from None
    if short not in ("null", "bool", "int", "float"):
        return text
    value = _resolve(text)
    fits = {
        "null": value is None,
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | float) and not isinstance(value, bool) and not _is_large(value),
    }[short]
    if not fits:
        # Without the value, which may be a Secret's.
        raise ScalarError(f"`!!{short}` cannot have this value")
    return resolve(text)


def resolve_key(text: str, plain: bool, tag: str | None = None) -> str:
    """Return the JSON key that a mapping's key becomes; with an explicit tag what that makes of it.

    Raises ScalarError for a key that JSON has no form for.
    """
    if tag is not None:
        value = resolve_tagged(text, tag)
        if isinstance(value, str):
            return value
    elif not plain:
        return text
    value = _resolve(text)
    if value is None:
        raise ScalarError("a key must not be null")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_key(value)
    if _is_large(value):
        raise ScalarError(f"the key {value} is too large for a number; put it in quotes")
    return str(value)


def _is_large(value: Scalar) -> bool:
    # An integer that Go holds as uint64, which goyaml turns neither into a float nor into a key.
    return isinstance(value, int) and value > _LARGEST


def _float_key(value: float) -> str:
    """Return a float as strconv.FormatFloat(value, 'g', -1, 32) writes it: the shortest text of the float32."""
    import struct

    try:
        packed = struct.pack("f", value)
    except OverflowError:
        packed = struct.pack("f", float("inf") if value > 0 else float("-inf"))
    (single,) = struct.unpack("f", packed)
    if single - single != 0:
        return {"inf": ".inf", "-inf": "-.inf"}.get(str(single), ".nan")
    digits = next(
        count for count in range(9) if count == 8 or struct.pack("f", float(f"{single:.{count}e}")) == packed
    )
    exponent = int(f"{single:.{digits}e}".partition("e")[2])
    return (
        f"{single:.{digits}e}"
        if exponent < -4 or exponent >= 6
        else f"{single:.{max(digits - exponent, 0)}f}"
    )

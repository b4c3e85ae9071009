"""What a scalar means: the resolution that sigs.k8s.io/yaml (goyaml.v2) gives it on the way to JSON.

Source: go.yaml.in/yaml/v2 resolve.go and sigs.k8s.io/yaml yaml.go.
"""

from __future__ import annotations

import re

type_of_scalar = str | int | float | bool | None

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
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_BASES = (("dec", 10), ("oct", 8), ("hex", 16), ("bin", 2))


class ScalarError(ValueError):
    """A scalar that can't become JSON: NaN, an infinity, or a value that its explicit tag forbids."""


def resolve(text: str) -> type_of_scalar:
    """Return what a plain scalar without a tag means.

    Integral floats come back as integers, as they do in JSON (``1e3`` is 1000, ``3.0`` is 3); dates and ``22:22``
    are strings. Raises ScalarError for NaN and infinities, which JSON does not have.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in HINTS:
        return text
    if text[0] in "yYnNtTfFoO~":
        return text
    if text in _NOT_FINITE:
        raise ScalarError(f"`{text}` has no form in JSON, which the API server reads")
    number = _number(text)
    return text if number is None else number


def _number(text: str) -> int | float | None:
    if text[0] == ".":
        return _float(text) if _FLOAT.fullmatch(text) else None
    plain = text.replace("_", "")
    match = _INTEGER.fullmatch(plain)
    if match:
        for group, base in _BASES:
            digits = match[group]
            if digits:
                value = int(digits, base)
                negative = match["sign"] == "-"
                # strconv.ParseInt, then ParseUint, which takes no sign.
                if value <= (1 << 63) - (not negative) or (not match["sign"] and value < 1 << 64):
                    return -value if negative else value
    return _float(plain) if _FLOAT.fullmatch(plain) else None


def _float(text: str) -> int | float | None:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return None
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def resolve_tagged(text: str, tag: str, plain: bool) -> type_of_scalar:
    """Return what a scalar with an explicit tag means; ``plain`` says that it is not quoted.

    Unknown tags leave the text as it is. Raises ScalarError where the tag forbids the value.
    """
    short = tag.removeprefix("tag:yaml.org,2002:")
    if short in ("str", "!"):
        return text
    if short == "null":
        return None
    if short == "binary":
        import base64
        import binascii

        try:
            return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise ScalarError("`!!binary` needs a value in base64") from None
    if short in ("bool", "int", "float"):
        value = resolve(text)
        fits = {
            "bool": isinstance(value, bool),
            "int": isinstance(value, int) and not isinstance(value, bool),
            "float": isinstance(value, int | float) and not isinstance(value, bool),
        }[short]
        if not fits:
            raise ScalarError(f'`!!{short}` cannot have the value "{text}"')
        return value
    return text


def resolve_key(text: str, plain: bool) -> str:
    """Return the JSON key that a mapping's key becomes. Raises ScalarError for a null key."""
    if not plain:
        return text
    value = resolve(text)
    if value is None:
        raise ScalarError("a key must not be null")
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)

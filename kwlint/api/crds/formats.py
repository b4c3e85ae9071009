"""The string formats of custom resources' schemas that can be judged without guessing; others pass.

Source: k8s.io/apiextensions-apiserver/pkg/apiserver/validation/formats.go; names are without hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kwlint.util.lazyre import pattern

_UUID = pattern(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_DATE_TIME = pattern(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:?\d\d)?", re.ASCII)


def _is_address(text: str, version: int) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(text).version == version
    except ValueError:
        return False


def _is_network(text: str) -> bool:
    from ipaddress import ip_interface

    address, slash, bits = text.partition("/")
    try:
        return bool(slash) and bits.isdigit() and bool(ip_interface(f"{address}/{bits}"))
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


FORMATS: dict[str, Callable[[str], bool]] = {
    "ipv4": lambda text: _is_address(text, 4),
    "ipv6": lambda text: _is_address(text, 6),
    "cidr": _is_network,
    "uuid": lambda text: bool(_UUID.fullmatch(text)),
    "date": _is_date,
    "datetime": lambda text: bool(_DATE_TIME.fullmatch(text)) and _is_date(text[:10]),
}

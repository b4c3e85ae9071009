"""Checks the formats of names, labels, ports and the like that all validators share.

The formats are those of k8s.io/apimachinery/pkg/util/validation and pkg/api/validate/content. Each ``is_…``
function takes a string and returns None where the format fits, else the reason as the end of a sentence
(``must …``); where the server reports two causes for one string, the reasons are joined.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from kwlint.util.lazyre import pattern

_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = _LABEL + r"(?:\." + _LABEL + ")*"
_UNDERSCORE_LABEL = "_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?"

_match_label = pattern(_LABEL).fullmatch
_match_subdomain = pattern(_SUBDOMAIN).fullmatch
_match_name_part = pattern("(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]").fullmatch

_LABEL_CHARACTERS = (
    "must consist of lower case letters, digits and `-`, and start and end with a letter or a digit"
)
_SUBDOMAIN_CHARACTERS = (
    "must consist of lower case letters, digits, `-` and `.`, and start and end with a letter or a digit"
)
_NAME_CHARACTERS = (
    "must consist of letters, digits, `-`, `_` and `.`, and start and end with a letter or a digit"
)


def is_longer(value: str, limit: int) -> bool:
    """Return whether a string has more than ``limit`` bytes in UTF-8, which is what Go's ``len`` counts."""
    return len(value) > limit or (not value.isascii() and len(value.encode()) > limit)


def _joined(*reasons: str | None) -> str | None:
    return " and ".join(reason for reason in reasons if reason) or None


def _length(value: str, limit: int) -> str | None:
    if not is_longer(value, limit):
        return None
    return f"must be no longer than {limit} characters (it has {len(value)})"


def dns1123_label_fault(value: str) -> str | None:
    """Check a DNS label of RFC 1123 (IsDNS1123Label), at most 63 characters."""
    if _match_label(value) and len(value) <= 63:
        return None
    length = _length(value, 63)
    if _match_label(value):
        return length
    return _joined(length, "must not contain dots" if _match_subdomain(value) else _LABEL_CHARACTERS)


def dns1123_subdomain_fault(value: str) -> str | None:
    """Check a DNS subdomain of RFC 1123 (IsDNS1123Subdomain), at most 253 characters."""
    if _match_subdomain(value) and len(value) <= 253:
        return None
    return _joined(_length(value, 253), None if _match_subdomain(value) else _SUBDOMAIN_CHARACTERS)


def dns1123_subdomain_with_underscore_fault(value: str) -> str | None:
    """Check a DNS subdomain that may also contain underscores (IsDNS1123SubdomainWithUnderscore)."""
    matched = re.fullmatch(_UNDERSCORE_LABEL + r"(?:\." + _UNDERSCORE_LABEL + ")*", value)
    return _joined(
        _length(value, 253),
        None
        if matched
        else "must consist of lower case letters, digits, `_`, `-` and `.`, and start and end with a letter or a digit",
    )


def dns1035_label_fault(value: str) -> str | None:
    """Check a DNS label of RFC 1035 (IsDNS1035Label): it starts with a letter, at most 63 characters."""
    if re.fullmatch("[a-z](?:[-a-z0-9]*[a-z0-9])?", value):
        return _length(value, 63)
    return _joined(
        _length(value, 63),
        "must consist of lower case letters, digits and `-`, start with a letter and end with a letter or a digit",
    )


def wildcard_dns1123_subdomain_fault(value: str) -> str | None:
    """Check a wildcard domain such as ``*.example.com`` (IsWildcardDNS1123Subdomain)."""
    matched = value.startswith("*.") and _match_subdomain(value[2:])
    return _joined(
        _length(value, 253),
        None if matched else "must be `*.` followed by a domain of lower case letters, digits, `-` and `.`",
    )


@lru_cache(maxsize=4096)
def label_key_fault(value: str) -> str | None:
    """Check a label key, also called a qualified name: a name with an optional DNS prefix and ``/``."""
    prefix, slash, name = value.rpartition("/")
    if "/" in prefix:
        return "must be a name with at most one `/` after an optional DNS prefix, such as `example.com/name`"
    reason = None
    if slash:
        if not prefix:
            reason = "must have a DNS prefix before the `/`"
        elif fault := dns1123_subdomain_fault(prefix):
            reason = f"must have a valid DNS prefix: the part before the `/` {fault}"
    if not name:
        return _joined(reason, "must not have an empty name part")
    part = _joined(_length(name, 63), None if _match_name_part(name) else _NAME_CHARACTERS)
    if part and slash:
        part = f"must have a valid name: the part after the `/` {part}"
    return _joined(reason, part)


def label_value_fault(value: str) -> str | None:
    """Check a label value: at most 63 characters, or empty (IsValidLabelValue)."""
    if not value or (_match_name_part(value) and len(value) <= 63):
        return None
    return _joined(
        _length(value, 63), None if _match_name_part(value) else "must be empty or " + _NAME_CHARACTERS[5:]
    )


def port_number_fault(value: Any) -> str | None:
    """Check a port number, 1 to 65535 (IsValidPortNum)."""
    if isinstance(value, int) and 1 <= value <= 65535:
        return None
    return "must be between 1 and 65535"


def port_name_fault(value: str) -> str | None:
    """Check a port name, as IsValidPortName: 1 to 15 of ``a-z0-9-`` with a letter, no hyphen at the ends or twice."""
    if 0 < len(value) <= 15 and value.isascii() and value.islower() and value.replace("-", "a").isalnum():
        if not ("--" in value or value[0] == "-" or value[-1] == "-"):
            return None
    return _joined(
        _length(value, 15),
        None if re.fullmatch("[-a-z0-9]+", value) else "must consist of lower case letters, digits and `-`",
        None if re.search("[a-z]", value) else "must contain at least one lower case letter",
        "must not contain `--`" if "--" in value else None,
        "must not start or end with `-`" if value.startswith("-") or value.endswith("-") else None,
    )


def percent_fault(value: str) -> str | None:
    """Check a percentage such as ``25%`` (IsValidPercent)."""
    if re.fullmatch("[0-9]+%", value):
        return None
    return "must be a whole number followed by `%`, such as `25%`"


def http_header_name_fault(value: str) -> str | None:
    """Check the name of an HTTP header (IsHTTPHeaderName)."""
    if re.fullmatch("[-A-Za-z0-9]+", value):
        return None
    return "must consist of letters, digits and `-`"


def env_var_name_fault(value: str) -> str | None:
    """Check the name of an environment variable by the rules up to Kubernetes 1.33 (IsEnvVarName)."""
    return _joined(
        None
        if re.fullmatch("[-._a-zA-Z][-._a-zA-Z0-9]*", value)
        else "must consist of letters, digits, `_`, `-` and `.`, and not start with a digit",
        _parent_directory(value),
    )


def relaxed_env_var_name_fault(value: str) -> str | None:
    """Check the name of an environment variable by the rules since Kubernetes 1.34 (IsRelaxedEnvVarName)."""
    if not value:
        return "must not be empty"
    if value.isascii() and value.isprintable() and "=" not in value:
        return None
    return "must consist of printable ASCII characters other than `=`"


def config_map_key_fault(value: str) -> str | None:
    """Check a key of a ConfigMap or a Secret (IsConfigMapKey), at most 253 characters."""
    return _joined(
        _length(value, 253),
        None
        if re.fullmatch("[-._a-zA-Z0-9]+", value)
        else "must consist of letters, digits, `-`, `_` and `.`",
        _parent_directory(value),
    )


def _parent_directory(value: str) -> str | None:
    if value in (".", ".."):
        return f"must not be `{value}`"
    return "must not start with `..`" if value.startswith("..") else None


def path_segment_name_fault(value: str) -> str | None:
    """Check a name that only has to be a segment of a URL path (IsPathSegmentName), as for RBAC."""
    if value in (".", ".."):
        return f"must not be `{value}`"
    return _joined(*(f"must not contain `{c}`" for c in "/%" if c in value))

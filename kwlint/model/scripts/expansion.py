"""Expansion of `$(NAME)` in env, command and args, as the kubelet does it.

Source: third_party/forked/golang/expansion/expand.go, and makeEnvironmentVariables in pkg/kubelet/kubelet_pods.go.
"""

from __future__ import annotations

from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_FORMS = pattern(r"_SERVICE_HOST$|_SERVICE_PORT(?:_|$)|_PORT$|_PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_|$)")


class Reference(Record):
    """A reference to a variable: its name and where it stands in the text."""

    name: str
    start: int


def references(value: str) -> list[Reference]:
    """Return the references of a text; `$$` is an escaped dollar sign, and what is no variable's name is no reference."""
    found = []
    at = value.find("$")
    while 0 <= at < len(value) - 1:
        step = 2
        if value[at + 1] == "(":
            end = value.find(")", at)
            if end < 0:
                break
            name = value[at + 2 : end]
            if _NAME.fullmatch(name):
                found.append(Reference(name, at))
            step = end + 1 - at
        at = value.find("$", at + step)
    return found


def names_service(name: str) -> str:
    """Return the part of a variable's name that is a Service's (`REDIS` of `REDIS_SERVICE_HOST`); empty for others."""
    match = _FORMS.search(name)
    return name[: match.start()] if match else ""


def service_variable(service: str, suffix: str = "_PORT") -> str:
    """Return the name of a variable that the kubelet makes for a Service.

    Source: pkg/kubelet/envvars/envvars.go.
    """
    return service.upper().replace("-", "_") + suffix

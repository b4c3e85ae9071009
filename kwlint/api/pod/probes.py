"""Validates probes and lifecycle handlers of containers.

Upstream: validateProbe, validateHandler and validateLifecycle in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.names import http_header_name_fault, port_name_fault, port_number_fault
from kwlint.api.violations import Repair, Violations, quoted
from kwlint.util.literals import digits_value
from kwlint.util.values import int_or_zero, mappings, text

SLEEP_SINCE = 30
"""Minor version from which the `sleep` handler is kept (gate PodLifecycleSleepAction); before it is dropped."""
_ZERO_SLEEP_SINCE = 33
_COUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def validate_probes(container: dict[str, Any], grace: int, path: str, v: Violations) -> None:
    """Check the three probes of a container at ``path``; ``grace`` is the pod's termination grace in seconds."""
    for field in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(field)
        if not isinstance(probe, dict):
            continue
        at = f"{path}.{field}"
        _validate_handler(probe, False, grace, at, v)
        for count in _COUNTS:
            number = probe.get(count)
            if number and isinstance(number, int) and number < 0:
                v.invalid(f"{at}.{count}", f"`{count}` must not be negative, and is {number}")
        period = probe.get("terminationGracePeriodSeconds")
        if isinstance(period, int):
            if period <= 0:
                v.invalid(
                    f"{at}.terminationGracePeriodSeconds",
                    f"`terminationGracePeriodSeconds` must be greater than 0, and is {period}",
                )
            if field == "readinessProbe":
                v.invalid(
                    f"{at}.terminationGracePeriodSeconds",
                    "`terminationGracePeriodSeconds` must not be set for a readinessProbe, which ends nothing",
                    repair=Repair("remove"),
                )
        if field != "readinessProbe" and (probe.get("successThreshold") or 1) != 1:
            v.invalid(
                f"{at}.successThreshold",
                f"`successThreshold` of a {field} must be 1, and is {probe['successThreshold']}",
                repair=Repair("replace", 1),
            )


def validate_lifecycle(container: dict[str, Any], grace: int, path: str, v: Violations) -> None:
    """Check the `lifecycle` of a container at ``path``."""
    lifecycle = container.get("lifecycle")
    if not isinstance(lifecycle, dict):
        return
    for field in ("postStart", "preStop"):
        handler = lifecycle.get(field)
        if isinstance(handler, dict):
            _validate_handler(handler, True, grace, f"{path}.lifecycle.{field}", v)


def _validate_handler(handler: dict[str, Any], lifecycle: bool, grace: int, path: str, v: Violations) -> None:
    found = ""
    kinds = (
        ("exec", "httpGet", "tcpSocket", "sleep") if lifecycle else ("exec", "httpGet", "tcpSocket", "grpc")
    )
    for kind in kinds:
        action = handler.get(kind)
        if not isinstance(action, dict) or (kind == "sleep" and v.minor < SLEEP_SINCE):
            continue
        at = f"{path}.{kind}"
        if found:
            v.forbidden(at, f"a handler must be of one type only, and `{found}` is set too")
            continue
        found = kind
        if kind == "exec":
            if not action.get("command"):
                v.required(f"{at}.command", "a command must be set")
        elif kind == "httpGet":
            _validate_http_get(action, at, v)
        elif kind == "tcpSocket":
            validate_port(action.get("port"), f"{at}.port", v)
        elif kind == "grpc":
            validate_port(action.get("port") or 0, f"{at}.port", v)
        else:
            seconds = int_or_zero(action.get("seconds"))
            least = 0 if v.minor >= _ZERO_SLEEP_SINCE else 1
            if seconds < least or seconds > grace:
                v.invalid(
                    at,
                    f"a sleep of {seconds} s must be between {least} and the {grace} s of "
                    "`terminationGracePeriodSeconds`",
                )
    if not found:
        listed = ", ".join(f"`{kind}`" for kind in kinds if kind != "sleep" or v.minor >= SLEEP_SINCE)
        v.required(path, f"a handler must be set: one of {listed}")


def _validate_http_get(action: dict[str, Any], path: str, v: Violations) -> None:
    validate_port(action.get("port"), f"{path}.port", v)
    scheme = action.get("scheme")
    if scheme and scheme not in ("HTTP", "HTTPS"):
        v.unsupported(f"{path}.scheme", scheme, ["HTTP", "HTTPS"])
    for header in mappings(action.get("httpHeaders")):
        name = text(header.get("name"))
        if reason := http_header_name_fault(name):
            v.invalid(f"{path}.httpHeaders", f"{quoted(name)} is no name of a header: it {reason}")


def validate_port(port: Any, path: str, v: Violations) -> None:
    """Check a port that is a number or the name of one (ValidatePortNumOrName); unset is the number 0."""
    if isinstance(port, str):
        if reason := port_name_fault(port):
            number = digits_value(port)
            repair = Repair("unquote", number) if number and number < 65536 else None
            hint = f"; did you mean the number {number}?" if repair else ""
            v.invalid(path, f"{quoted(port)} is no name of a port: it {reason}{hint}", repair=repair)
    elif reason := port_number_fault(port or 0):
        v.invalid(path, f"port {port or 0} {reason}")

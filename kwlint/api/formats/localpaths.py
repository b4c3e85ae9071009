"""Checks paths inside volumes and on nodes: relative ones, those without ``..`` and file modes.

Upstream: validateLocalDescendingPath, validatePathNoBacksteps and ValidateLocalNonReservedPath in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.violations import Violations, quoted

MAX_ID = 2**31 - 1
"""The largest user or group id."""


def validate_no_backsteps(value: str, path: str, v: Violations) -> None:
    """Check that a path has no ``..`` in it."""
    if ".." in value and ".." in value.split("/"):
        v.invalid(path, f"the path {quoted(value)} must not contain `..`")


def validate_descending_path(value: str, path: str, v: Violations) -> None:
    """Check that a path is relative and has no ``..`` in it."""
    if value.startswith("/"):
        v.invalid(path, f"the path {quoted(value)} must be relative, without a `/` at its start")
    validate_no_backsteps(value, path, v)


def validate_file_path(value: str, path: str, v: Violations) -> None:
    """Check the path of a file in a volume that the kubelet writes, where names from ``..`` on are reserved."""
    if not value or (value[0] not in "/." and ".." not in value):
        return
    validate_descending_path(value, path, v)
    if value.startswith("..") and not value.startswith("../"):
        v.invalid(path, f"the path {quoted(value)} must not start with `..`")


def validate_mode(mode: Any, path: str, v: Violations) -> None:
    """Check the permission bits of a file: 0 to 0777 octal."""
    if isinstance(mode, int) and not 0 <= mode <= 0o777:
        digits = str(mode)
        octal = len(digits) == 3 and not set(digits) - set("01234567")
        hint = f"; for the mode 0{digits} write 0{digits} (or {int(digits, 8)} in JSON)" if octal else ""
        v.invalid(path, f"the mode must be between 0 and 0777 octal (511), and is {mode}{hint}")


def validate_id(value: Any, path: str, v: Violations) -> None:
    """Check the id of a user or a group: 0 to 2147483647."""
    if isinstance(value, int) and not 0 <= value <= MAX_ID:
        v.invalid(path, f"the id must be between 0 and {MAX_ID}, and is {value}")

"""Violations: what the API server's judgement says of one document, one entry a cause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kwlint.syntax.path import steps
from kwlint.util.record import Record

# What a message starts with that leaves its subject to the field's name.
_VERBS = ("must ", "may ", "is ", "has ", "hides ")


class Repair(Record):
    """What would mend a violation, where that is determined; the fixes are made from it.

    ``action`` is ``rename-key`` (``value``: the new key), ``replace`` (``value``: the new value),
    ``quote``, ``unquote``, ``remove``, or ``api-version`` (``value``: that of the object).
    """

    action: str
    value: Any = None


class Violation(Record):
    """One cause: a rule code of chapter API, the API server's field path, a sentence, and what would mend it.

    ``refused`` is false for what the server only warns of. ``on_key`` says that the place meant is the key
    at ``path`` and not its value (an unknown field). ``place`` is the path in the document where the server's
    path is not the document's (a StatefulSet's volumes are counted with those of its claim templates).
    """

    code: str
    path: str
    message: str
    refused: bool = True
    on_key: bool = False
    repair: Repair | None = None
    place: str | None = None


class Violations:
    """Collects the violations of one document; validators get it beside the data and the path.

    ``minor`` is the target version's minor number (37 for Kubernetes 1.37). A message that starts with its verb
    (`must be set`) is said of the field at the path.
    """

    __slots__ = ("found", "minor")

    def __init__(self, minor: int) -> None:
        self.minor = minor
        self.found: list[Violation] = []

    def _add(
        self,
        code: str,
        path: str,
        message: str,
        refused: bool = True,
        repair: Repair | None = None,
        place: str | None = None,
    ) -> None:
        self.found.append(Violation(code, path, sentence(path, message), refused, False, repair, place))

    def required(self, path: str, message: str) -> None:
        """Record a missing required field (field.Required)."""
        self._add("API003", path, message)

    def invalid(self, path: str, message: str, repair: Repair | None = None) -> None:
        """Record a value of the right type that is not valid (field.Invalid)."""
        self._add("API004", path, message, repair=repair)

    def unsupported(
        self,
        path: str,
        value: Any,
        supported: list[str],
        since: dict[str, int] | None = None,
        place: str | None = None,
    ) -> None:
        """Record a value outside an enumeration (field.NotSupported), with the near miss as repair.

        ``since`` has the minor versions from which the younger ones of the ``supported`` values are there, on by default.
        ``place`` is where the value stands if that is not ``path``.
        """
        if since is not None:
            if (first := since.get(str(value), 0)) > self.minor:
                self.not_in_version(path, f"the value {quoted(value)}", first)
                return
            supported = self.known(supported, since)
        repair = in_case(value, supported)
        listed = ", ".join(f"`{name}`" for name in sorted(supported))
        hint = f"; did you mean `{repair.value}`?" if repair else ""
        message = f"unsupported value {quoted(value)}; it must be one of {listed}{hint}"
        self._add("API005", path, message, repair=repair, place=place)

    def known(self, values: list[str], since: dict[str, int]) -> list[str]:
        """Return those values that are there in the target version; ``since`` as for ``unsupported``."""
        return [value for value in values if since.get(value, 0) <= self.minor]

    def not_in_version(self, path: str, what: str, first: int) -> None:
        """Record something that is refused because it is there, or on by default, only since 1.``first``."""
        message = f"{what} is accepted only since Kubernetes 1.{first}; the target is 1.{self.minor}"
        self._add("API012", path, message)

    def duplicate(self, path: str, message: str) -> None:
        """Record an item that may stand only once (field.Duplicate)."""
        self._add("API006", path, message)

    def forbidden(self, path: str, message: str, repair: Repair | None = None) -> None:
        """Record a field that must not be set here (field.Forbidden)."""
        self._add("API007", path, message, repair=repair)

    def too_long(self, path: str, message: str) -> None:
        """Record a value that is too long (field.TooLong, and field.TooMany for lists)."""
        self._add("API008", path, message)

    def not_found(self, path: str, message: str) -> None:
        """Record a reference to a name that the same object does not define (field.NotFound)."""
        self._add("API009", path, message)

    def warning(self, path: str, message: str, code: str = "API014", place: str | None = None) -> None:
        """Record what the server answers with a ``Warning:`` header; the object is accepted."""
        self._add(code, path, message, refused=False, place=place)


def sentence(path: str, message: str) -> str:
    """Return a message with the field at ``path`` as its subject where it starts with its verb."""
    if not message.startswith(_VERBS):
        return message
    *above, name = steps(path) or ["the object"]
    if name.isdecimal() and above:
        name = f"{above[-1]}[{name}]"
    return f"`{name}` {message}" if path else f"{name} {message}"


def in_case(value: Any, names: Iterable[str]) -> Repair | None:
    """Return the repair that writes a value as the one of the names that it is but for letter case, if there is one."""
    lowered = str(value).lower()
    match = next((name for name in names if name.lower() == lowered), None)
    return Repair("replace", match) if match else None


def quoted(value: Any) -> str:
    """Return a value as messages show it: strings in double quotes and cut at 60 characters, the rest as JSON."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        shown = value if len(value) <= 60 else value[:57] + "..."
        return '"' + shown.replace("\n", "\\n") + '"'
    return str(value)

"""The errors that kwlint shows to a person: each is one line that says what is wrong and what to do."""

from __future__ import annotations

from kwlint.util.characters import one_line


class KwlintError(Exception):
    """A usage or configuration error: printed as one line, exit code 2.

    Message and hint may hold foreign text as it is: whatever is raised, its text is one line without control characters.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return one_line(f"{self.message} ({self.hint})" if self.hint else self.message)


class ConfigError(KwlintError):
    """A configuration file that can't be used; ``place`` is ``FILE:LINE:COLUMN`` where that is known."""

    def __init__(self, place: str, message: str, hint: str = "") -> None:
        super().__init__(f"{place}: {message}", hint)


def raised_at(error: BaseException) -> str:
    """Return the module and line that an unexpected exception comes from, as ``MODULE.py:LINE``."""
    where = ""
    trace = error.__traceback__
    while trace is not None:
        where = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where

"""Linear patterns: regular expressions that come from outside, run by RE2, whose time grows with the text alone.

RE2 is what Go's ``regexp`` implements, so a pattern means here what it means to the API server and to kustomize.
https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

# What a compiled pattern may take of memory; RE2 refuses a larger one.
_MEMORY = 8 * 1024 * 1024


class PatternError(ValueError):
    """A text that RE2 does not take as a pattern; the message says why."""


@lru_cache(maxsize=4096)
def compiled(text: str) -> Any:
    """Return the compiled pattern, with ``search``, ``match`` and ``fullmatch`` of ``re``. Raises PatternError."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "not a valid pattern"
        raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None
    except UnicodeEncodeError:
        raise PatternError("it has a character that is no Unicode text") from None

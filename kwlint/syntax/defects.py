"""Defects: why a document cannot be read, and what the parser's complaints mean."""

from __future__ import annotations

import yaml

from kwlint.errors import raised_at
from kwlint.util.record import Record

# libyaml 0.2.6 and later give up at 1,000 levels, before the first event of a line full of brackets.
_TOO_DEEP = "exceeded maximum nesting depth"
_ADVICE = (
    ("found character '\\t'", "YAML does not allow tabs for indentation; use spaces"),
    ("cannot start any token", "quote the value if it is meant to start with this character"),
    ("found unexpected end of stream", "a quote that was opened is not closed"),
    (
        "mapping values are not allowed",
        "a second `: ` on the line, or wrong indentation; quote the value if the colon is part of it",
    ),
    ("did not find expected key", "check the indentation and quotes of this line and the one above"),
    ("did not find expected node content", "a value is missing here, or a bracket or brace is not closed"),
    ("did not find expected '-' indicator", "this line is indented less than the list items above it"),
    ("could not find expected ':'", "a key needs a colon and a space after it"),
    ("found undefined alias", "an anchor must stand before the alias that uses it"),
    (
        "did not find expected ',' or",
        "a bracket or brace that was opened is not closed, or a comma is missing",
    ),
)


class Defect(Record):
    """Why a document could not be read: a rule's name of chapter YAML, a sentence, and the offset."""

    rule: str
    message: str
    offset: int


def defect_of(error: yaml.YAMLError, text: str, shift: int) -> Defect:
    """Return what the parser complains of as a sentence at its own position; ``shift`` is where in the text it began."""
    if (
        isinstance(error, yaml.MarkedYAMLError)
        and (mark := error.problem_mark or error.context_mark) is not None
    ):
        offset = min(mark.index + shift, len(text))
        problem = error.problem or "this is not YAML"
        if error.context and error.context != problem:
            problem = f"{problem} {error.context}"
    else:  # a character that YAML does not allow; libyaml gives its position in bytes of UTF-8
        position = getattr(error, "position", 0)
        position = position if isinstance(position, int) else 0
        before = text[shift : shift + position].encode()
        offset = shift + len(before[:position].decode("utf-8", "ignore"))
        character = getattr(error, "character", None)
        shown = f" (U+{character:04X})" if isinstance(character, int) else ""
        problem = f"a character{shown} that YAML does not allow"
    if _TOO_DEEP in problem:
        return Defect(
            "limits-exceeded",
            "the document nests deeper than the 1,000 levels that the YAML parser reads",
            offset,
        )
    line = text[text.rfind("\n", 0, offset) + 1 : offset + 1]
    if "cannot start any token" in problem and "\t" in line.lstrip(" ")[:1]:
        problem = problem.replace("character that", "character '\\t' that")
    advice = next((hint for needle, hint in _ADVICE if needle in problem), "")
    return Defect("syntax-error", f"{problem}: {advice}" if advice else problem, offset)


def defect_of_kwlint(error: Exception, offset: int, what: str = "document") -> Defect:
    """Return what is said of a document (or file) on which kwlint itself failed: where, and nothing of what it holds."""
    if isinstance(error, MemoryError):
        return Defect("limits-exceeded", f"there is not enough memory to read this {what}", offset)
    return Defect(
        "rule-crashed",
        f"reading this {what} failed with {type(error).__name__} at {raised_at(error)}; "
        f"this is a bug of kwlint, and the other {what}s were not affected",
        offset,
    )

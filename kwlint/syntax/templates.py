"""Templates: whether YAML can't be read because actions of Go templates or Jinja stand where its structure should be."""

from __future__ import annotations

import yaml
from yaml._yaml import CParser

from kwlint.util.lazyre import pattern

_ACTION = pattern(r"\{\{|\{%")
# What surely is a template in the midst of a plain value: actions that trim, and those that control or include.
_CONTROL = pattern(
    r"\{\{-|-\}\}|\{%|\{\{ *(?:include|template|if|end|range|with|else|block|define)\b|\n[ \t]*(?:-[ \t]+)*\{\{"
)
# `@NAME@` as a whole value, which autoconf and its like replace; no plain value of YAML may start with an `@`.
_MARKED = pattern(r"[ \t]*(?:-[ \t]+)*[\w./-]+:[ \t]+@\w+@")
# How many lines after an action the parser may notice it.
_NEAR = 1


def is_template(text: str, offset: int) -> bool:
    """Return whether the document that can't be read at ``offset`` has template actions there or before, as its structure.

    What stands in quotes, block scalars and comments is no structure, but for quotes that end within an action.
    """
    start = _document_start(text, offset)
    first = last = text.rfind("\n", 0, offset) + 1
    for _ in range(_NEAR):
        first = max(text.rfind("\n", 0, max(first - 1, 0)) + 1, start)
    for _ in range(_NEAR + 1):
        last = text.find("\n", last) + 1 or len(text)
    if _MARKED.match(text, text.rfind("\n", 0, offset) + 1):
        return True
    if _ACTION.search(text, start, last) is None:
        return False
    return _has_structural_action(text[start:last], first - start)


def _document_start(text: str, offset: int) -> int:
    found = text.rfind("\n---", 0, offset)
    while found >= 0 and not text[found + 4 : found + 5].isspace():
        found = text.rfind("\n---", 0, found)
    return found + 1


def _has_structural_action(text: str, near: int) -> bool:
    """Return whether a text has actions among its tokens; from ``near`` on those in the midst of plain values count too."""
    brace = -2
    try:
        get_token = CParser(text).get_token
        while (token := get_token()) is not None:
            start, end = token.start_mark.index, token.end_mark.index
            if isinstance(token, yaml.FlowMappingStartToken):
                if start == brace + 1:
                    return True
                brace = start
            elif isinstance(token, yaml.ScalarToken) and _is_cut(text[start:end], end > near):
                return True
    except yaml.MarkedYAMLError as error:
        # What the scanner could not make a token of has its place in the error.
        mark = error.problem_mark
        if mark is None or "scalar" in (error.context or ""):
            return False
        begun = error.context_mark.index if error.context_mark is not None else mark.index
        # Before a `%` that starts no token there is a brace.
        start = begun if begun < mark.index else max(begun - 1, 0)
        end = text.find("\n", mark.index)
        return _is_cut(text[start : end if end >= 0 else len(text)], True)
    except yaml.YAMLError:
        return False
    return False


def _is_cut(written: str, near: bool) -> bool:
    """Return whether a scalar as it is written, and perhaps what follows, is a piece of a template's text."""
    first = written[:1]
    if first in ('"', "'"):
        # The quote that ends it stands within an action.
        inside = written[: written.find(first, 1)]
        return inside.count("{{") > inside.count("}}")
    if first in ("|", ">"):
        return False
    return _CONTROL.search(written) is not None or (near and _ACTION.search(written) is not None)

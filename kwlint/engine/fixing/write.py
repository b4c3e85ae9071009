"""Writing what was fixed: as a unified diff, or into the files, each replaced in one step."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable

from kwlint.engine.fixing.fix import Fixed
from kwlint.engine.fixing.leftovers import cleared, sweep
from kwlint.engine.fixing.replace import replace
from kwlint.syntax.source import UndecodableError, decode
from kwlint.util.files import read_file

# What git writes for a byte that it quotes: quote.c (https://github.com/git/git/blob/master/quote.c, cq_lookup).
_QUOTED = {
    **{code: f"\\{code:03o}" for code in (*range(0x20), *range(0x7F, 0x100))},
    **{ord(char): f"\\{word}" for char, word in zip('\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)},
}


def unified(fixed: Fixed) -> str:
    """Return what fixing changes as a unified diff that ``patch -p1`` and ``git apply`` take."""
    from kwlint.engine.fixing.lines import hunks

    lines: list[str] = []
    for file in sorted(fixed.after):
        mark = "\ufeff" if file in fixed.marked else ""
        old, new = _lines(mark + fixed.before[file]), _lines(mark + fixed.after[file])
        lines += [f"--- {_name('a', file)}\n", f"+++ {_name('b', file)}\n"]
        for line in hunks(old, new):
            lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def _name(side: str, file: str) -> str:
    """Return a file's name as git writes it in a patch: in quotes, with escapes, where it is not plain ASCII.

    A name that is written as it is could end its line and go on as a patch of another file. As git's
    ``core.quotePath`` has it where nobody sets it, letters beyond ASCII are written by their bytes.
    """
    path = f"{side}/{file.lstrip(os.sep)}"
    quoted = "".join(_QUOTED.get(byte) or chr(byte) for byte in os.fsencode(path))
    if quoted != path:
        return f'"{quoted}"'
    # A tab ends a name with a space in it.
    return f"{path}\t" if " " in path else path


def for_terminal(diff: str) -> str:
    """Return a diff to be looked at, without the characters that would drive a terminal."""
    from kwlint.util.characters import masked

    return "\n".join(map(masked, diff.split("\n")))


def _lines(text: str) -> list[str]:
    # str.splitlines knows more line breaks than patch.
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


def write(fixed: Fixed, root: str | None) -> dict[str, str]:
    """Write the new texts and return why for each file that was left alone.

    A file is replaced in one step and keeps its mode, owner, attributes, names, encoding and byte order mark. One that
    has changed since it was read, that may not be written, or that a link out of the project ``root`` leads to, is left
    alone. Without a project nothing but its own folder is known to belong to a link.
    """
    left: dict[str, str] = {}
    for folder in sorted({os.path.dirname(os.path.realpath(file)) for file in fixed.after}):
        sweep(folder)
    if not fixed.after:
        return left
    with cleared() as announce:
        for file, text in sorted(fixed.after.items()):
            reason = _why_not(file, text, fixed.before[file], root, announce)
            if reason is not None:
                left[file] = reason
    return left


def _why_not(
    file: str, text: str, before: str, root: str | None, announce: Callable[[str], None]
) -> str | None:
    """Write a file, or return in words why it is left alone."""
    try:
        return _write(file, text, before, root, announce)
    except FileNotFoundError:
        return "it is gone"
    except IsADirectoryError:
        return "it is a folder"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except UndecodableError as error:
        return str(error)


def _write(
    file: str, text: str, before: str, root: str | None, announce: Callable[[str], None]
) -> str | None:
    """Write a file, or return why it is left alone. Raises OSError and UndecodableError for what can't be read or written."""
    real = os.path.realpath(file)
    folder = root if root is not None else os.getcwd()
    if (os.path.islink(file) or _is_below(os.path.abspath(file), os.path.abspath(folder))) and not _is_below(
        real, os.path.realpath(folder)
    ):
        return "a link leads out of the project"
    if root is None and os.path.islink(file) and not _is_below(real, _folder_of(file)):
        return "a link leads out of its folder, and what else belongs to the project is not known"
    content = read_file(real)
    status = os.stat(real)
    if decode(content) != before:
        return "it has changed since it was read"
    if not os.access(real, os.W_OK):
        return "it is read-only"
    new = _encoded(text, content)
    if not replace(real, content, new, status, announce):
        return "it has changed since it was read"
    return None


def _folder_of(file: str) -> str:
    return os.path.realpath(os.path.dirname(os.path.abspath(file)))


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(os.path.join(folder, ""))


def _encoded(text: str, content: bytes) -> bytes:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode()

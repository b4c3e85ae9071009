"""Writing what was fixed: as a unified diff, or into the files, each replaced in one step."""

from __future__ import annotations

import codecs
import os
import stat
import tempfile

from kwlint.engine.fix import Fixed
from kwlint.syntax.source import UndecodableError, decode


def unified(fixed: Fixed) -> str:
    """Return what fixing changes as a unified diff that ``patch -p1`` and ``git apply`` take."""
    from difflib import unified_diff

    lines: list[str] = []
    for file in sorted(fixed.after):
        mark = _mark(file)
        old, new = _lines(mark + fixed.before[file]), _lines(mark + fixed.after[file])
        # A tab ends a name with a space in it.
        end = "\t" if " " in file else ""
        for line in unified_diff(old, new, f"a/{file.lstrip(os.sep)}{end}", f"b/{file.lstrip(os.sep)}{end}"):
            lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def _mark(file: str) -> str:
    """Return the byte order mark of a file in UTF-8, which is part of its first line."""
    with open(file, "rb") as stream:
        return "\ufeff" if stream.read(3) == codecs.BOM_UTF8 else ""


def _lines(text: str) -> list[str]:
    # str.splitlines knows more line breaks than patch.
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


def write(fixed: Fixed, root: str) -> dict[str, str]:
    """Write the new texts and return why for each file that was left alone.

    A file is replaced in one step and keeps its mode, owner, encoding and byte order mark. One that has changed
    since it was read, that may not be written, or that a link out of ``root`` leads to, is left alone.
    """
    left: dict[str, str] = {}
    for file, text in sorted(fixed.after.items()):
        real = os.path.realpath(file)
        if (
            os.path.islink(file) or _is_below(os.path.abspath(file), os.path.abspath(root))
        ) and not _is_below(real, os.path.realpath(root)):
            left[file] = "a link leads out of the project"
            continue
        if not os.access(real, os.W_OK):
            left[file] = "it is read-only"
            continue
        try:
            with open(real, "rb") as stream:
                content = stream.read()
            if decode(content) != fixed.before[file]:
                left[file] = "it has changed since it was read"
                continue
            _replace(real, _encoded(text, content))
        except OSError as error:
            left[file] = (error.strerror or str(error)).lower()
        except UndecodableError as error:
            left[file] = str(error)
    return left


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


def _replace(path: str, content: bytes) -> None:
    status = os.stat(path)
    handle, temporary = tempfile.mkstemp(prefix=".kwlint-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        own = os.stat(temporary)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            os.chown(temporary, status.st_uid, status.st_gid)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise

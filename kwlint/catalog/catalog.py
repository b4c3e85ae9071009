"""The catalogue: every rule's facts, read from rules/ at startup, and its page when it is asked for."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from kwlint.catalog.facts import Facts
from kwlint.data import RULES, digest, read_cached, write_cached
from kwlint.diagnostics.finding import SEVERITIES
from kwlint.errors import KwlintError
from kwlint.util.characters import shortened
from kwlint.util.lazyre import pattern
from kwlint.util.packing import PackingError, packed, unpacked
from kwlint.util.spelling import near_miss

_CODE = pattern(r"[A-Z]+\d{3}")
_CHECK = pattern(r"[a-z]\w*(\.[a-z]\w*)*:[a-z]\w*")
_NAME = pattern(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Catalog:
    """All rules by code; names and codes are looked up without regard to case."""

    def __init__(self, rules: Iterable[Facts]) -> None:
        self.rules = {facts.code: facts for facts in sorted(rules, key=_order)}
        self._names = {facts.name: facts for facts in self.rules.values()}
        self._chapters: dict[str, set[str]] = {"ALL": set(self.rules)}
        for code in self.rules:
            self._chapters.setdefault(code.rstrip("0123456789"), set()).add(code)

    def __iter__(self) -> Iterator[Facts]:
        return iter(self.rules.values())

    def find(self, word: str) -> Facts | None:
        """Return the rule of a code or name, or None."""
        return self.rules.get(word.upper()) or self._names.get(word.lower())

    def suggestion(self, word: str) -> str:
        """Return ``did you mean …?`` for a word that names no rule, or where to look."""
        letters = word.rstrip("0123456789")
        padded = f"{letters.upper()}{word[len(letters) :].lstrip('0').zfill(3)}"
        miss = (
            padded
            if padded in self.rules
            else near_miss(word.upper(), self.rules) or near_miss(word.lower(), self._names)
        )
        return f"did you mean `{miss}`?" if miss else "`kwlint rules` lists them all"

    def expand(self, words: Iterable[str], place: str) -> set[str]:
        """Return the codes that words name: codes, names, or a chapter's prefix (``STS``).

        Raises KwlintError for a word that names nothing; ``place`` says where it stands.
        """
        codes: set[str] = set()
        for word in words:
            rule = self.find(word)
            if rule is not None:
                codes.add(rule.code)
                continue
            chapter = self._chapters.get(word.upper())
            if chapter is None:
                raise KwlintError(f"{place}: there is no rule `{shortened(word)}`", self.suggestion(word))
            codes |= chapter
        return codes

    def preset(self, name: str) -> set[str]:
        """Return the codes that a preset turns on; ``strict`` and ``security`` add theirs to the default."""
        wanted = {"default", name}
        return {facts.code for facts in self if facts.preset in wanted}


def _order(facts: Facts) -> tuple[str, str]:
    return facts.chapter, facts.code


def load(folder: str = RULES, use_cache: bool = True) -> Catalog:
    """Return the catalogue of a folder. With the cache, its facts are kept there under the files' times and sizes."""
    files = sorted(_rule_files(folder))
    listing = repr((folder, sys.hexversion, Facts._fields, files)).encode("utf-8", "surrogateescape")
    name = f"catalog-{digest(listing)}"
    cached = read_cached(name) if use_cache else None
    if cached:
        try:
            rows = unpacked(tuple[Facts, ...], marshal.loads(cached), {Facts: _is_sound})
            if [facts.file for facts in rows] == [path for path, _, _ in files]:
                return Catalog(rows)
        except (ValueError, EOFError, TypeError, PackingError, MemoryError):
            pass
    rules = [_facts(path) for path, _, _ in files]
    if use_cache:
        write_cached(name, marshal.dumps(packed(tuple(rules))))
    return Catalog(rules)


def _is_sound(facts: Facts) -> bool:
    """Return whether facts can be those of their file: a check is imported and called as they say."""
    return (
        _CODE.fullmatch(facts.code) is not None
        and _NAME.fullmatch(facts.name) is not None
        and _NAME.fullmatch(facts.chapter) is not None
        and facts.chapter == os.path.basename(os.path.dirname(facts.file))
        and (_CHECK.fullmatch(facts.check) is not None or not facts.check)
        and facts.severity in SEVERITIES
        and all(isinstance(schema, dict) for schema in facts.options.values())
    )


def _rule_files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as chapters:
        for chapter in chapters:
            if not chapter.is_dir():
                continue
            with os.scandir(chapter.path) as entries:
                for entry in entries:
                    if entry.name.endswith(".yaml"):
                        status = entry.stat()
                        yield entry.path, status.st_mtime_ns, status.st_size


def _documents(path: str) -> list[Any]:
    from kwlint.syntax.defects import Defect
    from kwlint.syntax.source import Source
    from kwlint.syntax.tree import read

    with open(path, encoding="utf-8") as stream:
        documents = list(read(Source(path, stream.read())))
    for document in documents:
        if isinstance(document, Defect):
            raise ValueError(f"{path}: {document.message}")
    return [document.root for document in documents if not isinstance(document, Defect)]


def _facts(path: str) -> Facts:
    from kwlint.syntax.defects import Defect
    from kwlint.syntax.source import Source
    from kwlint.syntax.tree import read

    # The first document ends at the first separator; the page is not parsed.
    with open(path, encoding="utf-8") as stream:
        text = stream.read().partition("\n---")[0]
    (document,) = list(read(Source(path, text)))
    if isinstance(document, Defect):
        raise ValueError(f"{path}: {document.message}")
    facts = document.root
    severity = facts["severity"]
    return Facts(
        facts["code"],
        facts["name"],
        os.path.basename(os.path.dirname(path)),
        severity,
        tuple(facts.get("kinds", ())),
        facts["scope"],
        facts.get("refused", False),
        facts.get("fix", "none"),
        facts.get("preset", "strict" if severity == "advice" else "default"),
        str(facts.get("since", "")),
        _plain(facts.get("options", {})),
        path,
        facts.get("replaced-by", ""),
        facts.get("check", ""),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def page(facts: Facts) -> dict[str, Any]:
    """Return a rule's page: summary, why, guide, fix, references and examples, as the second document has them."""
    documents = _documents(facts.file)
    found = documents[1] if len(documents) > 1 else {}
    assert isinstance(found, dict)
    return found

"""Random YAML documents that know what they mean and where each of their scalars stands."""

from __future__ import annotations

from random import Random
from typing import Any

# Scalars as they are written in block and flow style, and what they mean.
SCALARS: list[tuple[str, Any]] = [
    ("value", "value"),
    ("8080", 8080),
    ("true", True),
    ("1.5", 1.5),
    ("null", None),
    ("три слова тут", "три слова тут"),
    ("日本", "日本"),
    ("𝒳-1", "𝒳-1"),
    ("a#b", "a#b"),
    ("http://x/#y", "http://x/#y"),
    ("-dash", "-dash"),
    ("'it''s # no {comment}'", "it's # no {comment}"),
    ('"a\\tb: [\\U0001F600"', "a\tb: [😀"),
    ('"8080"', "8080"),
    ("''", ""),
]
KEYS = ["name", "ключ", "a/b.c", "'q k'", '"日本"', "on", "8", "x-y", "kind", "𝒳"]
KEY_VALUES = {"'q k'": "q k", '"日本"': "日本", "on": "true"}


class Generated:
    """A generated document: its text, its data, and (path, text) of each key and scalar with its offset."""

    def __init__(self, seed: int, newline: str = "\n") -> None:
        self.random = Random(seed)
        self.break_ = newline
        self.text = ""
        self.keys: list[tuple[str, int, str]] = []
        self.values: list[tuple[str, int, str]] = []
        self.named = 0
        self.anchors: list[tuple[str, Any]] = []
        if self.random.random() < 0.3:
            self.text += f"# head: {{ 頭{newline}"
        if self.random.random() < 0.3:
            self.text += f"---{newline}"
        self.data = self._mapping("", 0)

    def _end_line(self) -> None:
        if self.random.random() < 0.2:
            self.text += "   # note: [ 'open"
        self.text += self.break_
        if self.random.random() < 0.1:
            self.text += f"        # alone{self.break_}{self.break_}"

    def _key(self, path: str, taken: set[str]) -> tuple[str, str]:
        written = self.random.choice([key for key in KEYS if KEY_VALUES.get(key, key) not in taken])
        key = KEY_VALUES.get(written, written)
        taken.add(key)
        below = f"{path}[{key}]"
        self.keys.append((below, len(self.text), written))
        self.text += written
        return key, below

    def _mapping(self, path: str, indent: int, first: bool = False) -> dict[str, Any]:
        data: dict[str, Any] = {}
        taken: set[str] = set()
        for number in range(self.random.randint(1, 4)):
            if number or not first:
                self.text += " " * indent
            key, below = self._key(path, taken)
            self.text += ":"
            data[key] = self._value(below, indent)
        return data

    def _sequence(self, path: str, indent: int) -> list[Any]:
        data: list[Any] = []
        for number in range(self.random.randint(1, 3)):
            self.text += " " * indent + "-"
            below = f"{path}[{number}]"
            if self.random.random() < 0.4 and indent < 10:
                self.text += " "
                data.append(self._mapping(below, indent + 2, first=True))
            else:
                data.append(self._value(below, indent))
        return data

    def _value(self, path: str, indent: int) -> Any:
        choice = self.random.random()
        if choice < 0.25 and indent < 8:
            anchor = self._properties("!!map" if choice < 0.15 else "!!seq")
            self._end_line()
            node = self._mapping if choice < 0.15 else self._sequence
            value: Any = node(path, indent + 2)
            return self._remember(anchor, value)
        if choice < 0.35:
            return self._literal(path, indent)
        if choice < 0.4 and self.anchors:
            name, value = self.random.choice(self.anchors)
            self.text += " "
            self.values.append((path, len(self.text), f"*{name}"))
            self.text += f"*{name}"
        elif choice < 0.45:
            value = None
        elif choice < 0.5:
            self.text += " "
            written = f'"one{self.break_}{" " * (indent + 3)}two"'
            self.values.append((path, len(self.text), written))
            self.text += written
            value = "one two"
        elif choice < 0.6:
            anchor = self._properties("")
            self.text += " "
            value = self._remember(anchor, self._flow(path, indent))
        else:
            anchor = self._properties("")
            self.text += " "
            value = self._remember(anchor, self._scalar(path))
        self._end_line()
        return value

    def _properties(self, tag: str) -> str:
        name = ""
        if self.random.random() < 0.15:
            self.named += 1
            name = f"a{self.named}"
            self.text += f" &{name}"
        if tag and self.random.random() < 0.1:
            self.text += f" {tag}"
        return name

    def _remember(self, name: str, value: Any) -> Any:
        if name:
            self.anchors.append((name, value))
        return value

    def _scalar(self, path: str) -> Any:
        written, value = self.random.choice(SCALARS)
        self.values.append((path, len(self.text), written))
        self.text += written
        return value

    def _literal(self, path: str, indent: int) -> str:
        self.text += " "
        style = self.random.choice("|>")
        start = len(self.text)
        lines = ["# no comment: {", "second"][: self.random.randint(1, 2)]
        self.text += style + self.break_
        self.text += "".join(f"{' ' * (indent + 2)}{line}{self.break_}" for line in lines)
        self.values.append((path, start, self.text[start:]))
        return ("\n" if style == "|" else " ").join(lines) + "\n"

    def _flow(self, path: str, indent: int, depth: int = 0) -> Any:
        if depth == 2 or self.random.random() < 0.3:
            return self._scalar(path)
        gap = self.random.choice(["", " ", f"{self.break_}{' ' * (indent + 3)}"])
        count = self.random.randint(0, 3)
        data: Any
        if self.random.random() < 0.5:
            data, taken = {}, set[str]()
            self.text += "{" + gap
            for number in range(count):
                key, below = self._key(path, taken)
                self.text += ": "
                data[key] = self._flow(below, indent, depth + 1)
                self.text += f"{gap},{gap}" if number < count - 1 else gap
            self.text += "}"
            return data
        data = []
        self.text += "[" + gap
        for number in range(count):
            data.append(self._flow(f"{path}[{number}]", indent, depth + 1))
            self.text += f" ,{gap}" if number < count - 1 else gap
        self.text += "]"
        return data

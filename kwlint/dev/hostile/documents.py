"""Hostile documents: YAML and JSON of every kind, and texts that are large or repeat what is costly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kwlint.dev.hostile.case import Case
from kwlint.dev.hostile.pieces import CONFIG_MAP, DEPLOYMENT, DIGITS, FORMATS, deployment, text_of, tree_of

_DATA = f"{CONFIG_MAP}data:\n"
_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
TEXTS: dict[str, str | bytes] = {
    "integer of 10,000 digits": f"{_DATA}  a: {DIGITS}\n",
    "negative integer": f"{_DATA}  a: -{DIGITS}\n",
    "integer of 5 million digits": f"{_DATA}  a: {'9' * 5_000_000}\n",
    "integer with underscores": f"{_DATA}  a: {'9_' * 50_000}9\n",
    "octal, hexadecimal and binary": f"{_DATA}  a: 0o{'7' * 9000}\n  b: 0x{'f' * 9000}\n  c: 0b{'1' * 9000}\n  d: 0{'7' * 9000}\n",
    "float of many digits": f"{_DATA}  a: 0.{DIGITS}\n  b: {DIGITS}.5\n  c: {DIGITS}e5\n",
    "exponents": f"{_DATA}  a: 1e{DIGITS}\n  b: 1e-{DIGITS}\n  c: 1e400\n  d: -1e400\n  e: .inf\n  f: .nan\n",
    "number as a key": f"{_DATA}  {DIGITS}: a\n",
    "numbers as keys": f"{_DATA}  1.5: a\n  0x1f: b\n  1e400: c\n  -0: d\n  .nan: e\n  .inf: f\n",
    "tagged integer": f"{_DATA}  a: !!int {DIGITS}\n",
    "tagged and quoted integer": f'{_DATA}  a: !!int "{DIGITS}"\n',
    "text tagged as a number": f"{_DATA}  a: !!int SECRET\n  b: !!float x\n",
    "text tagged as a truth value": f"{_DATA}  a: !!bool maybe\n",
    "binary that is not ASCII": f'{_DATA}  a: !!binary "é"\n',
    "binary that is not base64": f'{_DATA}  a: !!binary "===="\n  b: !!binary "a"\n',
    "binary that is no text": f'{_DATA}  a: !!binary "/w=="\n',
    "timestamps": f"{_DATA}  a: 2001-12-14t21:59:43.10-05:00\n  b: 9999-99-99\n  c: !!timestamp x\n",
    "Python tags": f'{_DATA}  a: !!python/object/apply:os.system ["touch $MARK"]\n  b: !!python/name:os.system\n',
    "unknown tags": f"{_DATA}  a: !x y\n  b: !<tag:example.com,2000:x> y\n  c: !!set {{a, b}}\n  d: !!omap [a: b]\n",
    "tag on a key": f'{_DATA}  !!bool foo: bar\n  !!int "5": bar\n  !!null x: y\n',
    "alias as a key": f"a: &big 18446744073709551615\n*big : y\n{CONFIG_MAP}",
    "aliases of all kinds as keys": f"{CONFIG_MAP}data: {{a: &a 1.5, b: &b true, c: &c null, d: &d x, *a : 1, *b : 2, *d : 3}}\n",
    "alias of null as a key": f"{CONFIG_MAP}data: {{c: &c null, *c : 1}}\n",
    "alias of a list as a key": f"{CONFIG_MAP}data: {{c: &c [1], *c : 1}}\n",
    "list as a key": f"{_DATA}  ? [a, b]\n  : c\n",
    "mapping as a key": f"{_DATA}  {{a: b}}: c\n",
    "billion laughs": _BOMB + CONFIG_MAP,
    "merge bomb": "a: &a {x: 1}\n"
    + "".join(f"k{i}: &k{i} {{<<: [{', '.join(['*a'] * 50)}]}}\n" for i in range(500))
    + CONFIG_MAP,
    "alias to itself": f"{CONFIG_MAP}data: &a [*a]\n",
    "alias without an anchor": f"{CONFIG_MAP}data: *nothing\n",
    "anchors twice": f"{DEPLOYMENT}x: [&a 1, &a 2]\n",
    "merge of a text": f"{CONFIG_MAP}<<: text\n",
    "merge of itself": f"{CONFIG_MAP}data: &a\n  <<: *a\n",
    "surrogates as escapes": '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"\\ufdd0\\ufdd1","b":"\\ud83d\\ude00 \\ufdd0\\ufdd1"}}',
    "lone surrogate": '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"\\ud83d","\\ude00":"b"}}',
    "lone surrogates everywhere": '{"apiVersion":"v1","kind":"\\ud800","metadata":{"name":"\\udfff","namespace":"\\udbff\\udbff"}}',
    "escapes of controls": f'{_DATA}  a: "\\e[31m\\a\\0\\x9b\\u202e\\L\\P\\N"\n',
    "nesting in brackets": "[" * 100_000,
    "nesting in braces": "{a: " * 100_000,
    "nesting closed": f"{CONFIG_MAP}data: " + "[" * 5000 + "]" * 5000,
    "nesting in blocks": f"{_DATA}" + "".join(f"{' ' * i}a:\n" for i in range(2, 1500)),
    "nesting in items": f"{CONFIG_MAP}data:\n" + "- " * 50_000 + "a\n",
    "nesting in complex keys": f"{CONFIG_MAP}x:\n " + "? " * 5000 + "a\n",
    "nesting of 99 levels": f"{CONFIG_MAP}data: " + "[" * 95 + "]" * 95,
    "NUL": CONFIG_MAP + "\0",
    "binary file": bytes(range(256)) * 200,
    "invalid UTF-8": CONFIG_MAP.encode() + b"data: {a: \xff\xfe\xfd}\n",
    "overlong UTF-8": CONFIG_MAP.encode() + b"data: {a: \xc0\xae}\n",
    "surrogate in UTF-8": CONFIG_MAP.encode() + b"data: {a: \xed\xa0\x80}\n",
    "UTF-16": CONFIG_MAP.encode("utf-16"),
    "UTF-16 of odd length": CONFIG_MAP.encode("utf-16") + b"\x00",
    "UTF-16 without a mark": CONFIG_MAP.encode("utf-16-le"),
    "UTF-32": CONFIG_MAP.encode("utf-32"),
    "marks of byte order": b"\xef\xbb\xbf\xef\xbb\xbf" + CONFIG_MAP.encode() + b"\xef\xbb\xbfx: y\n",
    "line ends of all kinds": CONFIG_MAP.replace("\n", "\r").encode()
    + b"\r\ndata: {a: b}\x85\xe2\x80\xa8x: y",
    "directives": f"%YAML 9.9\n%TAG ! tag:x,2000:\n---\n{CONFIG_MAP}",
    "unfinished directive": "%" * 5000,
    "tabs": CONFIG_MAP.replace("  ", "\t") + "data:\n\ta: b\n",
    "only separators": "---\n" * 100_000,
    "only document ends": "...\n" * 50_000,
    "unclosed quote": f'{_DATA}  a: "b\n',
    "block scalar of 9 MB": f"{_DATA}  a: |\n" + "    x\n" * 1_500_000,
    "line of 9 MB": f"{_DATA}  a: {'x' * 9_000_000}\n",
    "template that is quoted": f'{_DATA}  a: "{{{{ x }}}}"\n  b: [\n',
    "template in a block": f"{_DATA}  a: |\n    {{{{ .Values.x }}}}\n  b: [\n",
    "JSON in NaN": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": NaN}',
    "JSON twice": CONFIG_MAP + '---\n{"apiVersion": "v1"}{"kind": "x"}\n',
    "values of every wrong type": "apiVersion: [v1]\nkind: {a: b}\nmetadata: 5\n---\napiVersion: v1\nkind: 5\n---\napiVersion: null\nkind: null\nmetadata: []\n",
    "empty keys": "'': ''\n? \n: \napiVersion: v1\nkind: ConfigMap\nmetadata: {'': '', name: c}\n",
    "list in lists": "apiVersion: v1\nkind: List\nitems: "
    + "[{apiVersion: v1, kind: List, items: " * 40
    + "[]"
    + "}]" * 40,
    "list whose items are none": "apiVersion: v1\nkind: List\nitems: [null, 5, text, [], {}, {kind: Pod}, {apiVersion: v1}]\n",
    "list whose items are a mapping": "apiVersion: v1\nkind: List\nitems: {a: b}\n",
}
# What is costly where it repeats: a text of n such pieces.
_REPEATED = {
    "blank lines after kind": ("kind\n", "\n", "", (25_000, 50_000, 1_000_000)),
    "blanks after kind": ("kind", " ", "", (50_000, 1_000_000)),
    "broken documents": ("", "---\napiVersion: v1\nkind: x\na: [\n", "", (5000, 20_000)),
    "broken documents of another kind": ("", "---\nkind: Secret\na: *b\n", "", (5000, 20_000)),
    "broken documents that name a Secret": ("kind: Secret\n", "---\na: [\n", "", (5000, 20_000)),
    "equal keys": (_DATA, "  k: v\n", "", (5000, 100_000)),
    "unequal keys": (_DATA, "  k: v\n  j: [a]\n", "", (5000, 50_000)),
    "suppression comments": (CONFIG_MAP, "# kwlint: ignore[STS002] x\n", "", (8000, 50_000)),
    "suppression words": (f"{CONFIG_MAP}# kwlint: ignore[", "STS002,", "] x\n", (8000, 40_000)),
    "unknown suppression words": (f"{CONFIG_MAP}# kwlint: ignore[", "STS,", "] x\n", (2000, 8000)),
    "suppression comments that cover": (DEPLOYMENT, "# kwlint: ignore-file[API002] x\n", "", (2000, 8000)),
    "suppressions in a text": (f'{CONFIG_MAP}a: "', "#kwlint:", '"\n', (20_000, 40_000)),
    "words of an annotation": (
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {kwlint.dev/ignore: "',
        "STS002,",
        '"}}\n',
        (12_000, 40_000),
    ),
    "comments": (CONFIG_MAP, "# comment\n", "", (1_000_000,)),
    "deep comments": (CONFIG_MAP, " #", "\n", (1_000_000,)),
    "template marks": (f'{_DATA}  a: "', "{{", '"\n', (150_000,)),
    "other marks": (f'{_DATA}  a: "', "<%${{%@__", '"\n', (50_000,)),
    "anchors": (_DATA, "  ? &a b\n  : *a\n", "", (50_000,)),
    "empty items": (CONFIG_MAP, "", "", (1,)),
    "items of a list": (
        "apiVersion: v1\nkind: List\nitems:\n",
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, x: 1}\n",
        "",
        (2000, 20_000),
    ),
    "documents": ("", "---\n" + CONFIG_MAP, "", (2000, 20_000)),
    "dashes": (_DATA, "-", "\n", (1_000_000,)),
    "colons": (_DATA + "  a", ":", "\n", (1_000_000,)),
    "exclamation marks": (_DATA + "  a: ", "!", "\n", (1_000_000,)),
    "ampersands": (_DATA + "  a: ", "&a ", "\n", (100_000,)),
    "quotes": (_DATA + "  a: '", "''", "'\n", (1_000_000,)),
    "backslashes": (_DATA + '  a: "', "\\\\", '"\n', (1_000_000,)),
}


def _minified(count: int) -> str:
    items = ",".join(
        f'{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"c{i}"}},"x":1}}' for i in range(count)
    )
    return f'{{"apiVersion":"v1","kind":"List","items":[{items}]}}'


def _many(count: int, files: int) -> dict[str, str | bytes]:
    text = "".join(f"---\n{deployment(f'w{i}')}" for i in range(count))
    return {f"f{i}.yaml": text for i in range(files)}


def _sparse(size: int):  # type: ignore[no-untyped-def]
    def make(folder: Path) -> None:
        with open(folder / "a.yaml", "wb") as stream:
            stream.truncate(size)

    return make


def cases() -> Iterator[Case]:
    """Yield the cases of documents."""
    for name, text in TEXTS.items():
        yield Case("documents", name, text_of(text))
        yield Case(
            "documents beside others",
            name,
            tree_of({"a.yaml": text, "b.yaml": DEPLOYMENT}),
            exits=frozenset({1}),
        )
        yield Case(
            "documents on standard input",
            name,
            lambda folder: None,
            ("-",),
            stdin=text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"),
        )
        yield Case(
            "documents with --fix",
            name,
            tree_of({"a.yaml": text, "b.yaml": DEPLOYMENT}),
            ("--fix", "--unsafe-fixes", "."),
            may_change=("*.yaml",),
        )
    for name, (head, piece, tail, counts) in _REPEATED.items():
        for count in counts:
            text = head + piece * count + tail
            yield Case("repeated", f"{count:,} {name}", text_of(text), as_nobody=False)
            yield Case(
                "repeated, concise",
                f"{count:,} {name}",
                text_of(text),
                ("--format", "concise", "."),
                as_nobody=False,
            )
    for count in (700, 5700, 20_000):
        for name in FORMATS:
            yield Case(
                "minified JSON",
                f"{count:,} findings as {name}",
                text_of(_minified(count), "a.json"),
                ("--format", name, "."),
                as_nobody=False,
            )
    for count, files in ((1000, 5), (100, 100), (20_000, 1), (360_000, 1), (3600, 100)):
        yield Case(
            "large",
            f"{count * files:,} Deployments in {files} files",
            tree_of(_many(count, files)),
            exits=frozenset({1}),
            as_nobody=False,
        )
    for size in (11 * 2**20, 100 * 2**20, 50 * 2**30):
        yield Case("large", f"a file without data of {size:,} bytes", _sparse(size), as_nobody=False)
        yield Case(
            "large",
            f"a file without data of {size:,} bytes by its name",
            _sparse(size),
            ("a.yaml",),
            as_nobody=False,
        )

"""The options of ``check``: one table, what they come to, and a reader of plain ones that spares a run click's import."""

from __future__ import annotations

from typing import Any

from kwlint.util.record import Record

# Options whose order counts: which --output follows which --format.
ORDERED = ("formats", "outputs")
COMMANDS = ("check", "explain", "rules", "config")
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
PRESETS = ("default", "strict", "security")
FAIL_ON = ("error", "warning", "advice", "never")


class Option(Record):
    """An option: what it is called, the key of its value, and its kind.

    Kinds are ``flag``, ``value``, ``number`` (1 or more), ``many`` (repeatable), and ``rules`` (repeatable lists of rules
    with commas between them).
    """

    name: str
    key: str
    kind: str
    help: str
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    short: str | None = None

    @property
    def default(self) -> Any:
        """The value where the command line does not have it."""
        return getattr(UNSAID, self.key)


class Arguments(Record):
    """What a command line says, by the keys of the table; the defaults are what one without options says.

    ``order`` has the keys of ORDERED as they follow each other.
    """

    formats: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preset: str | None = None
    kubernetes_version: str | None = None
    fail_on: str | None = None
    project: str | None = None
    config_file: str | None = None
    baseline: str | None = None
    write_baseline: bool = False
    since: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    force_exclude: bool = False
    isolated: bool = False
    stdin_filename: str = "<stdin>"
    allow_empty: bool = False
    jobs: int | None = None
    no_cache: bool = False
    statistics: bool = False
    show_suppressed: bool = False
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    order: tuple[str, ...] = ()


UNSAID = Arguments()


OPTIONS = (
    Option("--format", "formats", "many", "How to report; repeatable.", choices=FORMATS),
    Option(
        "--output",
        "outputs",
        "many",
        "Where the format before it goes (`-`: standard output); repeatable.",
        "FILE",
    ),
    Option("--select", "select", "rules", "Run only these rules or chapters.", "RULES"),
    Option("--ignore", "ignore", "rules", "Leave out these rules or chapters.", "RULES"),
    Option("--preset", "preset", "value", "Which rules are on.", choices=PRESETS),
    Option(
        "--kubernetes-version",
        "kubernetes_version",
        "value",
        "The version to judge for (default: the newest known).",
        "1.N",
    ),
    Option("--fail-on", "fail_on", "value", "When to exit with 1.", choices=FAIL_ON),
    Option("--project", "project", "value", "The folder that is known as a whole.", "DIR"),
    Option("--config", "config_file", "value", "The configuration file.", "FILE"),
    Option("--baseline", "baseline", "value", "Leave out the findings that this file lists.", "FILE"),
    Option("--write-baseline", "write_baseline", "flag", "Write all findings to the baseline."),
    Option(
        "--since", "since", "value", "Only findings that the changes since a git revision brought.", "REV"
    ),
    Option("--fix", "fix", "flag", "Write what has one right answer."),
    Option("--unsafe-fixes", "unsafe_fixes", "flag", "As --fix, and also what changes behaviour."),
    Option("--diff", "diff", "flag", "Show what --fix would write, and write nothing."),
    Option("--force-exclude", "force_exclude", "flag", "Leave out excluded files even where they are named."),
    Option("--isolated", "isolated", "flag", "No configuration, and nothing known beyond the paths."),
    Option(
        "--stdin-filename",
        "stdin_filename",
        "value",
        "What `-` is called in reports.",
        "NAME",
    ),
    Option("--allow-empty", "allow_empty", "flag", "Exit with 0 even where nothing could be judged."),
    Option("--jobs", "jobs", "number", "How many processes to use (default: the cores).", "N"),
    Option("--no-cache", "no_cache", "flag", "Neither read nor write cached results."),
    Option("--statistics", "statistics", "flag", "Count findings by rule."),
    Option("--show-suppressed", "show_suppressed", "flag", "Show suppressed findings too."),
    Option(
        "--color",
        "color",
        "value",
        "Colour in text reports.",
        choices=("auto", "always", "never"),
    ),
    Option("--quiet", "quiet", "flag", "Findings only.", short="-q"),
    Option("--verbose", "verbose", "flag", "Also which patterns match nothing.", short="-v"),
)


def split_rules(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of lists of rules."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def whole_number(text: str) -> int | None:
    """Return the number that a text writes, None for one that is no whole number from 1 to 999,999,999."""
    digits = text.lstrip("0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def plain(arguments: list[str]) -> tuple[list[str], Arguments] | None:
    """Return paths and options of a ``check`` that is written in full, else None.

    None is for what needs more than this parser: help, other commands, abbreviations, and every mistake, which click
    explains.
    """
    if arguments and arguments[0] == "check":
        arguments = arguments[1:]
    elif arguments and arguments[0] in COMMANDS:
        return None
    known = {word: option for option in OPTIONS for word in (option.name, option.short) if word}
    paths: list[str] = []
    values: dict[str, Any] = {}
    repeated: dict[str, list[str]] = {"order": []}
    repeated |= {option.key: [] for option in OPTIONS if option.kind in ("many", "rules")}
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            paths += waiting
            break
        if not word.startswith("-") or word == "-":
            paths.append(word)
            continue
        name, equals, value = word.partition("=")
        option = known.get(name)
        if option is None or (equals and (option.kind == "flag" or name == option.short)):
            return None
        if option.kind == "flag":
            values[option.key] = True
            continue
        if not equals:
            following = next(waiting, None)
            if following is None or (following.startswith("-") and following != "-"):
                return None
            value = following
        if not value and option.kind == "value":
            return None
        if option.choices and value not in option.choices:
            return None
        if option.kind == "number":
            values[option.key] = whole_number(value)
            if values[option.key] is None:
                return None
        elif option.kind == "value":
            values[option.key] = value
        else:
            repeated[option.key] += split_rules((value,)) if option.kind == "rules" else (value,)
            if option.key in ORDERED:
                repeated["order"].append(option.key)
    values |= {key: tuple(words) for key, words in repeated.items()}
    return paths, Arguments(**values)

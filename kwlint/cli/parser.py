"""The commands as click has them: help, completion, and the mistakes that a person makes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kwlint import __version__
from kwlint.cli.options import OPTIONS, ORDERED, Arguments, Option, split_rules, whole_number
from kwlint.errors import KwlintError
from kwlint.util.characters import shortened

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    _Words = click.Choice[str]
    _Integer = click.ParamType[int]
else:
    # Generic since click 8.2 and later.
    _Words, _Integer = click.Choice, click.ParamType


# Set by the shell while it completes a command line.
COMPLETION = "_KWLINT_COMPLETE"
_COMPLETIONS = tuple(
    f"{shell}_{what}" for shell in ("bash", "zsh", "fish") for what in ("source", "complete")
)


class _Choice(_Words):
    """One of some words; a word that is none of them is told which was probably meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kwlint.util.spelling import near_miss

        miss = near_miss(str(value), self.choices) if value not in self.choices else None
        if miss is not None:
            self.fail(
                f"'{value}' is not one of {', '.join(self.choices)}; did you mean '{miss}'?", param, ctx
            )
        return super().convert(value, param, ctx)


class _Number(_Integer):
    """A whole number from 1 to 999,999,999."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        number = whole_number(str(value))
        if number is None:
            self.fail(f"'{shortened(str(value))}' is not a whole number from 1 to 999,999,999", param, ctx)
        return number


class _Command(click.Command):
    """Prints its help as kwlint prints everything, also where the reader has gone or the disk is full."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        _show(ctx, ctx.get_help())


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        _show(ctx, f"kwlint, version {__version__}")


def _show(ctx: click.Context, text: str) -> None:
    from kwlint.cli.outputs import print_text

    print_text(f"{text}\n")
    ctx.exit()


class _Check(_Command):
    """Keeps the order of the options whose order counts, which click does not hand on."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        rest = super().parse_args(ctx, args)
        ctx.params["order"] = tuple(option.name for option in given if option.name in ORDERED)
        return rest


class _Commands(_Command, click.Group):
    """A first word that is no command is a path, and belongs to ``check``."""

    command_class = _Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        # While a first word is being completed there are no arguments yet, and a command can still come of it.
        if not (args or ctx.resilient_parsing) or (
            args and args[0] not in self.commands and args[0] not in own
        ):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        command = self.commands["check"]
        inner = command.make_context("check", [], parent=ctx, resilient_parsing=True)
        found = super().shell_complete(ctx, incomplete) + command.shell_complete(inner, incomplete)
        if not incomplete.startswith("-"):
            found += command.params[0].shell_complete(inner, incomplete)
        return found


def _rules_completion(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from kwlint.catalog.catalog import load

    words = [word for facts in load() for word in (facts.code, facts.name)]
    return [word for word in words if word.lower().startswith(incomplete.lower())]


def _split(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return split_rules(value)


def _filled(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    # An empty one is a variable that is not set, and would be passed over in silence.
    if value == "":
        raise click.BadParameter("it is empty", ctx, param)
    return value


def _declared(option: Option) -> Callable[[Any], Any]:
    settings: dict[str, Any] = {"help": option.help, "metavar": option.metavar, "default": option.default}
    if option.kind == "flag":
        settings = {"help": option.help, "is_flag": True}
    elif option.kind == "number":
        settings["type"] = _Number()
    elif option.choices:
        settings["type"] = _Choice(option.choices)
    elif option.kind == "value":
        settings["callback"] = _filled
    if option.kind in ("many", "rules"):
        settings["multiple"] = True
    if option.kind == "rules":
        settings |= {"callback": _split, "shell_complete": _rules_completion}
    names = [name for name in (option.short, option.name) if name]
    return click.option(*names, option.key, **settings)


def _with_options(*keys: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return what gives a command these options of the table; without a key, all of them."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(OPTIONS):
            if option.key in keys or not keys:
                command = _declared(option)(command)
        return command

    return decorate


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Judge Kubernetes workload manifests: what is wrong, exactly where, why, and what to write instead.

    `kwlint PATH…` is `kwlint check PATH…`. Exit codes: 0 nothing found, 1 findings, 2 usage, configuration, or
    nothing that could be judged, 3 kwlint itself failed, 130 interrupted, 143 terminated.
    """


@cli.command(cls=_Check)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@_with_options()
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Lint files, folders, or `-` for standard input; without a path, the project."""
    from kwlint.cli.check import check as run_check

    sys.exit(run_check(list(paths), Arguments(**options)))


@cli.command()
@click.argument("rule", shell_complete=_rules_completion)
def explain(rule: str) -> None:
    """Show a rule's page: what it finds, why it matters, how to fix it, with examples.

    It is written as Markdown where the output is no terminal.
    """
    from kwlint.catalog.catalog import load, page
    from kwlint.cli.outputs import print_text, wants_color
    from kwlint.cli.pages import show

    catalog = load()
    facts = catalog.find(rule)
    if facts is None:
        raise KwlintError(f"there is no rule `{rule}`", catalog.suggestion(rule))
    text = show(facts, page(facts))
    if sys.stdout is not None and sys.stdout.isatty():
        from shutil import get_terminal_size

        from kwlint.cli.terminal import rendered

        text = rendered(text, get_terminal_size().columns, wants_color(True))
    print_text(text)


@cli.command()
@_with_options("select", "ignore", "preset", "config_file")
def rules(
    select: tuple[str, ...], ignore: tuple[str, ...], preset: str | None, config_file: str | None
) -> None:
    """List all rules: what each finds, what is on, and why."""
    from kwlint.catalog.catalog import load
    from kwlint.cli.outputs import print_text
    from kwlint.cli.pages import table
    from kwlint.config.config import load as load_config
    from kwlint.config.settings import resolve

    config = load_config(config_file, ".", False)
    for key, value in (("select", select), ("ignore", ignore), ("preset", preset)):
        if value:
            config.override(key, value)
    catalog = load()
    print_text(table(catalog, config, resolve(config, catalog)))


@cli.command("config")
@_with_options("config_file")
def show_config(config_file: str | None) -> None:
    """Show the effective configuration and where each value comes from."""
    import json

    from kwlint.catalog.catalog import load
    from kwlint.cli.outputs import print_text
    from kwlint.config.config import load as load_config
    from kwlint.config.settings import resolve
    from kwlint.util.characters import json_text, one_line

    config = load_config(config_file, ".", False)
    resolve(config, load())
    width = max(map(len, config.values))
    print_text(
        "".join(
            f"{key:<{width}}  {json_text(json.dumps(value, ensure_ascii=False))}  # {one_line(config.origins[key])}\n"
            for key, value in config.values.items()
        )
        + "".join(f"# {note}\n" for note in config.notes)
    )


def run() -> int:
    """Parse the command line and run its command; return the exit code. Raises KwlintError for mistakes in it."""
    from kwlint.cli.outputs import failed_to_print

    completion = os.environ.get(COMPLETION)
    if completion is not None and completion not in _COMPLETIONS:
        raise KwlintError(
            f"{COMPLETION} is `{shortened(completion)}` in the environment, which shells set while they complete",
            f"unset it; known are {', '.join(_COMPLETIONS)}",
        )
    try:
        code = cli.main(prog_name="kwlint", standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        raise KwlintError(error.format_message()) from None
    except OSError as error:
        raise failed_to_print(error) or error from None
    return code if isinstance(code, int) else 0

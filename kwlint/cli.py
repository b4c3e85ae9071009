"""The command line: the only place that prints errors and exits."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from kwlint import __version__
from kwlint.errors import KwlintError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kwlint.engine.cache import CachedOutcome
    from kwlint.engine.progress import Progress
    from kwlint.engine.session import Session

    _Words = click.Choice[str]
else:
    _Words = click.Choice  # generic since click 8.2

EXIT_FINDINGS, EXIT_USAGE, EXIT_FAILED, EXIT_INTERRUPTED = 1, 2, 3, 130
BASELINE = "kwlint-baseline.txt"
_FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
_RANK = {"error": 0, "warning": 1, "advice": 2, "never": -1}


class _Choice(_Words):
    """One of some words; a word that is none of them is told which was probably meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kwlint.model.near import near_miss

        miss = near_miss(str(value), self.choices) if value not in self.choices else None
        if miss is not None:
            self.fail(f"'{value}' is not one of {', '.join(self.choices)}; did you mean '{miss}'?", param, ctx)
        return super().convert(value, param, ctx)


class _Commands(click.Group):
    """A first word that is no command is a path, and belongs to ``check``."""

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
    from kwlint.catalog import load

    words = [word for facts in load() for word in (facts.code, facts.name)]
    return [word for word in words if word.lower().startswith(incomplete.lower())]


def _split(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> list[str]:
    return [word.strip() for item in value for word in item.split(",") if word.strip()]


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kwlint")
def cli() -> None:
    """Judge Kubernetes workload manifests: what is wrong, exactly where, why, and what to write instead.

    `kwlint PATH…` is `kwlint check PATH…`. Exit codes: 0 nothing found, 1 findings, 2 usage or configuration,
    3 kwlint itself failed, 130 interrupted.
    """


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option(
    "--format", "formats", multiple=True, type=_Choice(_FORMATS), help="How to report; repeatable."
)
@click.option(
    "--output", "outputs", multiple=True, metavar="FILE", help="Where the format before it goes; repeatable."
)
@click.option(
    "--select", multiple=True, callback=_split, metavar="RULES", shell_complete=_rules_completion,
    help="Run only these rules or chapters.",
)  # fmt: skip
@click.option(
    "--ignore", multiple=True, callback=_split, metavar="RULES", shell_complete=_rules_completion,
    help="Leave out these rules or chapters.",
)  # fmt: skip
@click.option("--preset", type=_Choice(["default", "strict", "security"]), help="Which rules are on.")
@click.option(
    "--kubernetes-version", metavar="1.N", help="The version to judge for (default: the newest known)."
)
@click.option(
    "--fail-on", type=_Choice(["error", "warning", "advice", "never"]), help="When to exit with 1."
)
@click.option("--project", metavar="DIR", help="The folder that is known as a whole.")
@click.option("--config", "config_file", metavar="FILE", help="The configuration file.")
@click.option("--baseline", metavar="FILE", help="Leave out the findings that this file lists.")
@click.option("--write-baseline", is_flag=True, help="Write all findings to the baseline.")
@click.option("--since", metavar="REV", help="Only findings that the changes since a git revision brought.")
@click.option("--fix", is_flag=True, help="Write what has one right answer.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff, also what changes behaviour.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@click.option("--force-exclude", is_flag=True, help="Leave out excluded files even where they are named.")
@click.option("--isolated", is_flag=True, help="No configuration, and nothing known beyond the paths.")
@click.option("--stdin-filename", metavar="NAME", default="<stdin>", help="What `-` is called in reports.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="How many processes to use (default: the cores)."
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write cached results.")
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("--show-suppressed", is_flag=True, help="Show suppressed findings too.")
@click.option(
    "--color", type=_Choice(["auto", "always", "never"]), default="auto", help="Colour in text reports."
)
@click.option("-q", "--quiet", is_flag=True, help="Findings only.")
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Lint files, folders, or `-` for standard input; without a path, the project."""
    sys.exit(_check(list(paths), options))


def _check(paths: list[str], options: dict[str, Any]) -> int:
    from kwlint.engine.progress import Progress
    from kwlint.engine.session import open_session
    from kwlint.report.outputs import pairs

    formats = pairs(list(options["formats"]), list(options["outputs"]))
    session = open_session(paths, options)
    terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    progress = Progress(sys.stderr if terminal and not options["quiet"] else None)
    try:
        if options["fix"] or options["diff"] or options["unsafe_fixes"]:
            return _fix(session, formats, options, progress)
        outcome = _without_known(session, session.outcome(progress), options, progress)
        return _finish(session, outcome, formats, options)
    finally:
        progress.end()


def _without_known(
    session: Session, outcome: CachedOutcome, options: dict[str, Any], progress: Progress
) -> CachedOutcome:
    """Write the baseline where that is asked for, and set aside what it, or a revision, had."""
    from kwlint.engine import baseline

    known = session.known_at(options["since"], progress) if options["since"] else None
    progress.end()

    path, report = session.baseline, outcome.report
    if options["write_baseline"]:
        path = path or BASELINE
        kept: list[baseline.Entry] = []
        if os.path.exists(path):
            kept = baseline.read(path)
            _, left = baseline.set_aside(report, baseline.marks_of(kept), "")
            _, kept = baseline.sort_out(kept, left, session.covers)
        baseline.write(path, report.findings, kept)
        what = f"{len(report.findings)} findings to {path}"
        what += f" and kept {len(kept)} of files that are not in this run" if kept else ""
        use = "" if session.baseline else f"; use it with --baseline {path}, or `baseline: {path}` in the configuration"
        click.echo(f"kwlint: wrote {what}{use}", err=True)
    if path is not None:
        entries = baseline.read(path)
        report, left = baseline.set_aside(report, baseline.marks_of(entries), "in the baseline")
        gone, _ = baseline.sort_out(entries, left, session.covers)
        if gone and not options["quiet"]:
            what = f"{len(gone)} of its findings are gone; --write-baseline drops them"
            click.echo(f"kwlint: {path}: {what}", err=True)
    if known is not None:
        report, _ = baseline.set_aside(report, known, f"there at {options['since']}")
    return outcome._replace(report=report)


def _finish(
    session: Session, outcome: CachedOutcome, formats: list[tuple[str, str | None]], options: dict[str, Any]
) -> int:
    from kwlint.report.outputs import write

    for name, path in formats:
        write(name, path, outcome, session.catalog, options)
    if outcome.crashed:
        return EXIT_FAILED
    least = _RANK[session.config["fail-on"]]
    worst = min((_RANK[finding.severity] for finding in outcome.report.findings), default=9)
    return EXIT_FINDINGS if worst <= least else 0


def _fix(
    session: Session, formats: list[tuple[str, str | None]], options: dict[str, Any], progress: Progress
) -> int:
    from kwlint.engine.cache import CachedOutcome
    from kwlint.engine.discover import STDIN
    from kwlint.engine.fix import fix, unified, write

    if STDIN in session.paths:
        raise KwlintError("standard input cannot be fixed", "name the file")
    unsafe = options["unsafe_fixes"]
    fixed = fix(session.files(), session.settings, session.catalog, unsafe, session.jobs, progress)
    progress.end()
    for note in fixed.declined:
        click.echo(f"kwlint: {note}", err=True)
    if options["diff"]:
        click.echo(unified(fixed), nl=False)
        return EXIT_FINDINGS if fixed.after else 0
    left = write(fixed, session.project or os.getcwd())
    for note in left:
        click.echo(f"kwlint: {note}", err=True)
    if not options["quiet"]:
        files = len(fixed.after) - len(left)
        click.echo(f"kwlint: fixed {fixed.applied} findings in {files} files", err=True)
    outcome = _without_known(session, CachedOutcome(*fixed.outcome), options, progress)
    return _finish(session, outcome, formats, options)


@cli.command()
@click.argument("rule", shell_complete=_rules_completion)
def explain(rule: str) -> None:
    """Show a rule's page: what it finds, why it matters, how to fix it, with examples."""
    from kwlint.catalog import load, page
    from kwlint.report.pages import show

    catalog = load()
    facts = catalog.find(rule)
    if facts is None:
        raise KwlintError(f"there is no rule `{rule}`", catalog.suggestion(rule))
    click.echo(show(facts, page(facts)), nl=False)


@cli.command()
@click.option("--select", multiple=True, callback=_split, metavar="RULES", help="As for check.")
@click.option("--ignore", multiple=True, callback=_split, metavar="RULES", help="As for check.")
@click.option("--preset", type=_Choice(["default", "strict", "security"]), help="As for check.")
@click.option("--config", "config_file", metavar="FILE", help="The configuration file.")
def rules(select: list[str], ignore: list[str], preset: str | None, config_file: str | None) -> None:
    """List all rules: what each finds, what is on, and why."""
    from kwlint.catalog import load
    from kwlint.config import load as load_config
    from kwlint.engine.settings import resolve
    from kwlint.report.pages import table

    config = load_config(config_file, ".", False)
    for key, value in (("select", select), ("ignore", ignore), ("preset", preset)):
        if value:
            config.override(key, value)
    catalog = load()
    click.echo(table(catalog, config, resolve(config, catalog)), nl=False)


@cli.command("config")
@click.option("--config", "config_file", metavar="FILE", help="The configuration file.")
def show_config(config_file: str | None) -> None:
    """Show the effective configuration and where each value comes from."""
    import json

    from kwlint.catalog import load
    from kwlint.config import load as load_config
    from kwlint.engine.settings import resolve

    config = load_config(config_file, ".", False)
    resolve(config, load())
    width = max(map(len, config.values))
    for key, value in config.values.items():
        shown = json.dumps(value, ensure_ascii=False)
        click.echo(f"{key:<{width}}  {shown}  # {config.origins[key]}")


def main() -> NoReturn:
    """Run the command line; errors are one line each, and the exit code tells what happened."""
    try:
        code = cli.main(prog_name="kwlint", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except KwlintError as error:
        _fail(str(error), EXIT_USAGE)
    except click.exceptions.Abort:
        _fail("interrupted", EXIT_INTERRUPTED)
    except KeyboardInterrupt:
        _fail("interrupted", EXIT_INTERRUPTED)
    except click.ClickException as error:
        _fail(error.format_message(), EXIT_USAGE)
    except BrokenPipeError:
        from kwlint.report.outputs import close_standard_output

        close_standard_output()
        sys.exit(0)
    except Exception as error:
        if os.environ.get("KWLINT_DEBUG"):
            raise
        _fail(
            f"kwlint itself failed with {type(error).__name__}: {error}; this is a bug (KWLINT_DEBUG=1 shows where)",
            EXIT_FAILED,
        )


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"kwlint: {message}", err=True)
    sys.exit(code)

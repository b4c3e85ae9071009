"""Runs the hostile inputs and prints what each came to; exits with 1 where one did harm.

usage: python -m kwlint.dev.hostile [--kwlint COMMAND] [--memory MIB] [--seconds N] [--share K/N] [-k WORD] [--list]
"""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import click

from kwlint.dev.hostile.cases import cases
from kwlint.dev.hostile.harness import Harness
from kwlint.util.characters import one_line


def say(text: str) -> None:
    """Print a line of text that may hold anything."""
    print(one_line(text).encode("utf-8", "backslashreplace").decode(), flush=True)


@click.command()
@click.option("--kwlint", default=f"{shlex.quote(sys.executable)} -m kwlint", help="The command to run.")
@click.option("--memory", default=1024, help="Address space of a run, in MiB.")
@click.option("--seconds", default=20.0, help="Time that a run may take.")
@click.option("--share", default="1/1", help="K/N: only each Nth input, starting with the Kth.")
@click.option("-k", "word", default="", help="Only inputs whose family or name has this word.")
@click.option("--jobs", default=2, help="Runs at the same time.")
@click.option("--list", "only_list", is_flag=True, help="List the inputs and run none.")
@click.option("--verbose", is_flag=True, help="Show each run, not only those that did harm.")
def main(
    kwlint: str, memory: int, seconds: float, share: str, word: str, jobs: int, only_list: bool, verbose: bool
) -> None:
    """Run kwlint on hostile and unlucky inputs."""
    first, _, each = share.partition("/")
    chosen = [case for case in cases() if word in f"{case.family}: {case.name}"][int(first) - 1 :: int(each)]
    if only_list:
        for case in chosen:
            say(f"{case.family}: {case.name}")
        return
    harness = Harness(shlex.split(kwlint), memory, seconds)
    if not harness.asks_nobody:
        say("not compared with what nobody gets: this is not root, or nobody may not start kwlint")
    flags: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    slowest = (0.0, "")
    with ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(harness.run, chosen):
            case = result.case
            tried[case.family] += 1
            slowest = max(slowest, (result.seconds, f"{case.family}: {case.name}"))
            if result.flags:
                flagged[case.family] += 1
                flags.update({flag.split()[0] for flag in result.flags})
            if result.flags or verbose:
                told = ", ".join(result.flags) or "held"
                say(
                    f"{case.family}: {case.name}: {told}; exit {result.exit}, {result.seconds:.1f} s; {result.words}"
                )
    for family, number in tried.items():
        click.echo(f"{number:6} {family}, {flagged[family]} flagged")
    click.echo(
        f"{sum(tried.values())} inputs, {sum(flagged.values())} flagged: {dict(flags)}; slowest {slowest[0]:.1f} s, {slowest[1]}"
    )
    sys.exit(1 if flagged else 0)


if __name__ == "__main__":
    main()

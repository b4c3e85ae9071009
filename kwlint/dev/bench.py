"""Measures kwlint against an empty Python, and against other programs, in the same run.

usage: python -m kwlint.dev.bench [--runs N] [--against COMMAND]... PATH...

Machines are noisy: quote the ratios with the inputs, not the milliseconds.
"""

from __future__ import annotations

import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

import click


def wall(command: list[str], runs: int) -> tuple[float, float]:
    """Return the fastest and the median wall time of a command, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - start)
    return min(times), statistics.median(times)


def in_process(paths: list[str]) -> dict[str, float]:
    """Return the seconds that loading and judging take in one warm process, and the characters loaded."""
    import gc

    from kwlint.catalog.catalog import load as load_catalog
    from kwlint.config.config import Config
    from kwlint.config.settings import resolve
    from kwlint.engine.applied import load_applied
    from kwlint.engine.linter import run
    from kwlint.sources.discover import discover

    catalog = load_catalog()
    settings = resolve(Config(), catalog)
    found = discover(paths, [], None)
    run(found, settings, catalog)
    gc.disable()
    start = time.perf_counter()
    loaded = load_applied(found.targets, settings.limits)
    loading = time.perf_counter() - start
    start = time.perf_counter()
    run(found, settings, catalog)
    whole = time.perf_counter() - start
    size = sum(len(source.text) for source in loaded.sources.values())
    return {
        "load": loading,
        "whole": whole,
        "characters": float(size),
        "objects": float(len(loaded.resources)),
    }


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--runs", default=15, help="How often each command is run.")
@click.option("--against", multiple=True, help="Another command; the paths are appended.")
def main(paths: tuple[str, ...], runs: int, against: tuple[str, ...]) -> None:
    """Time kwlint on PATHS: without its cache, with it, and in one process."""
    kwlint = [sys.executable, "-m", "kwlint", "--isolated", *paths]
    empty = wall([sys.executable, "-c", "pass"], runs)
    rows = [
        ("python -c pass", empty),
        ("kwlint --no-cache --jobs 1", wall([*kwlint, "--no-cache", "--jobs", "1"], runs)),
    ]
    rows.append(("kwlint --no-cache", wall([*kwlint, "--no-cache"], runs)))
    subprocess.run(kwlint, stdout=subprocess.DEVNULL, check=False)
    rows.append(("kwlint (cached)", wall(kwlint, runs)))
    rows += [(command, wall([*shlex.split(command), *paths], runs)) for command in against]
    for name, (best, median) in rows:
        click.echo(
            f"{name:<32} {best * 1000:8.1f} ms  median {median * 1000:8.1f} ms  {best / empty[0]:6.2f} x empty Python"
        )
    if all(Path(path).exists() for path in paths):
        figures = in_process(list(paths))
        megabytes = figures["characters"] / 1e6
        click.echo(
            f"one process: {megabytes:.2f} MB, {figures['objects']:.0f} objects; loaded at {megabytes / figures['load']:.1f} MB/s, "
            f"loaded and judged at {megabytes / figures['whole']:.1f} MB/s"
        )


if __name__ == "__main__":
    main()

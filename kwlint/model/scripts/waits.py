"""What a container waits for: the hosts that its command tries to reach or to look up, as people write that.

Read are shell scripts (`sh -c`), plain commands, and arguments of images that are known programs. What has a variable
in its host's name, is an address, or only stands in a text that is printed, is no wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kwlint.model.image import parse
from kwlint.model.links.hostnames import is_address, is_local
from kwlint.model.pods import Container
from kwlint.model.scripts.netclients import Target, reader
from kwlint.model.scripts.shell import Loop, commands, inline_script, program
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record

_NAME = pattern(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?", re.IGNORECASE)
_DEVICE = pattern(r"/dev/(?:tcp|udp)/([^/]+)/([^/]+)")
_DEPTH = 4


class Wait(Record):
    """A wait: its host and port, whether it is for the name alone, and the field that says it.

    ``implied`` is set where the port is the protocol's. ``limited`` says that it gives up by itself after some time.
    """

    host: str
    port: int | None
    lookup: bool
    path: str
    implied: bool = False
    limited: bool = False


def waits(container: Container) -> list[Wait]:
    """Return what a container waits for, each host and port once, in the order in which they are written."""
    pairs = container.words_with_paths()
    words = [word for _, word in pairs]
    if not container.data.get("command") and words and not inline_script(words, 0):
        entrypoint = parse(container.image).name
        if (
            reader(entrypoint) is not None
            and program(words) is not None
            and reader(_program_name(words)) is None
        ):
            pairs, words = [("", entrypoint), *pairs], [entrypoint, *words]
    found: dict[tuple[str, int | None, bool], Wait] = {}
    for wait in _read(words, [path for path, _ in pairs], None, False, _DEPTH):
        known = found.get((wait.host, wait.port, wait.lookup))
        if known is None or (known.limited and not wait.limited):
            found[wait.host, wait.port, wait.lookup] = wait
    return list(found.values())


def endless_loop(container: Container) -> str | None:
    """Return the field of a script of the container that waits in a loop without a limit, or None."""
    pairs = container.words_with_paths()
    words = [word for _, word in pairs]
    run = program(words)
    script = inline_script(words, run.at) if run is not None and not run.timed else None
    if script is None or not _loops(words[script], _DEPTH):
        return None
    return pairs[script][0]


def _loops(script: str, depth: int) -> bool:
    for command in commands(script):
        run = program(command.words)
        if run is None:
            continue
        if command.loop is not None and not command.loop.bounded:
            if run.name == "sleep" or reader(run.name) is not None:
                return True
        inner = inline_script(command.words, run.at)
        if inner is not None and depth and not run.timed and _loops(command.words[inner], depth - 1):
            return True
    return False


def _program_name(words: list[str]) -> str:
    found = program(words)
    return found.name if found is not None else ""


def _read(words: list[str], paths: list[str], loop: Loop | None, timed: bool, depth: int) -> Iterator[Wait]:
    """Yield the waits of one command; ``paths`` are the fields of its words."""
    run = program(words)
    if run is None:
        return
    script = inline_script(words, run.at)
    # A limit on one try does not limit the loop around it.
    timed = timed or (run.timed and loop is None)
    if script is not None or (run.name == "eval" and len(words) > run.at + 1):
        script = run.at + 1 if script is None else script
        if depth:
            yield from _read_script(words[script], paths[script], loop, timed, depth - 1)
        return
    read_targets = reader(run.name)
    if read_targets is None:
        return
    for host in read_targets(words[run.at + 1 :], loop is not None):
        wait = _wait(host, paths[run.at + 1 + host.at], loop, timed)
        if wait is not None:
            yield wait


def _read_script(script: str, path: str, outer: Loop | None, timed: bool, depth: int) -> Iterator[Wait]:
    for command in commands(script):
        loop = command.loop if command.loop is not None else outer
        for target in command.redirects:
            device = _DEVICE.fullmatch(target)
            if device:
                wait = _wait(Target(device[1], device[2], 0), path, loop, timed)
                if wait is not None:
                    yield wait
        yield from _read(list(command.words), [path] * len(command.words), loop, timed, depth)


def _wait(found: Target, path: str, loop: Loop | None, timed: bool) -> Wait | None:
    host = found.host.rstrip(".").lower()
    if not _NAME.fullmatch(found.host) or is_address(host) or is_local(host):
        return None
    port = found.port
    if isinstance(port, str):
        port = int(port) if port.isdecimal() and len(port) < 6 else None
    limited = timed or (loop is not None and loop.bounded)
    return Wait(host, port, found.lookup, path, found.implied and port is not None, limited)

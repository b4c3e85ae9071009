"""Parallel execution: forked workers share what is loaded and send back findings, never trees."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
# Below this many items a fork costs more than it brings.
WORTH_IT = 600


def spread(
    work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], jobs: int, worth: int = WORTH_IT
) -> list[Result]:
    """Return ``work`` over all items, in pieces on up to ``jobs`` processes; the order of results is that of the pieces.

    The result is the same for any number of jobs as long as ``work`` treats items one by one.
    """
    jobs = min(jobs, max(1, len(items) * 2 // worth))
    if jobs <= 1 or not hasattr(os, "fork"):
        return work(items)
    import pickle
    import signal

    size = -(-len(items) // jobs)
    # A program that lints may have frozen what is its own.
    freezes = not gc.get_freeze_count()
    if freezes:
        gc.freeze()
    workers: list[tuple[int, int]] = []
    # What ends a run ends a worker at once, and is not seen by what the parent does between a fork and noting its worker.
    endings = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    alive, lifeline = os.pipe()
    for number in range(1, jobs):
        piece = items[number * size : (number + 1) * size]
        reader, writer = os.pipe()
        try:
            pid = os.fork()
        except OSError:  # no more processes are allowed: the pieces that are left are done here
            os.close(reader)
            os.close(writer)
            break
        if pid == 0:
            status = 1
            try:
                for ending in endings:
                    if signal.getsignal(ending) is not signal.SIG_IGN:
                        signal.signal(ending, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
                os.close(reader)
                os.close(lifeline)
                _end_with_parent(alive)
                with os.fdopen(writer, "wb") as stream:
                    pickle.dump(work(piece), stream, protocol=pickle.HIGHEST_PROTOCOL)
                status = 0
            finally:
                os._exit(status)
        os.close(writer)
        workers.append((pid, reader))
    os.close(alive)
    inputs = [os.fdopen(reader, "rb") for _, reader in workers]
    pieces: list[bytes] = []
    failed: set[int] = set()
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        results = list(work(items[:size]))
        pieces = [stream.read() for stream in inputs]
    except BaseException:
        for pid, _ in workers:
            os.kill(pid, signal.SIGKILL)
        raise
    finally:
        # Closed first, so that no worker waits for a reader that was interrupted.
        for opened in inputs:
            opened.close()
        failed = {number for number, (pid, _) in enumerate(workers, 1) if os.waitpid(pid, 0)[1] != 0}
        os.close(lifeline)
        if freezes:
            gc.unfreeze()
    for number in range(1, jobs):
        # A worker that died, or was never started, leaves its piece to be done here.
        if number in failed or number > len(pieces):
            results += work(items[number * size : (number + 1) * size])
        else:
            results += pickle.loads(pieces[number - 1])
    return results


def _end_with_parent(alive: int) -> None:
    """End this process as soon as its parent has ended in whatever way: nobody else holds the pipe's other end."""
    from threading import Thread

    def wait() -> None:
        os.read(alive, 1)
        os._exit(1)

    Thread(target=wait, daemon=True).start()

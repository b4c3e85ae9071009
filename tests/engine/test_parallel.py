"""Workers: what ends a run ends them too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kwlint.engine.parallel import spread

WORK = """
import os, signal, sys, time
from pathlib import Path
from kwlint.engine.parallel import spread

def end(number, frame):
    raise SystemExit(128 + number)

if sys.argv[1] == "raises":
    signal.signal(signal.SIGTERM, end)

def work(items):
    Path(f"{os.getpid()}.pid").write_text("")
    time.sleep(60)
    return list(items)

spread(work, list(range(10)), 3, 1)
"""


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
@pytest.mark.parametrize("handler", ["raises", "none"])
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(tmp_path: Path, handler: str, ending: int) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    parent = subprocess.Popen([sys.executable, "-c", WORK, handler], cwd=tmp_path, env=environment)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("*.pid"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    processes = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert len(processes) == 3
    parent.send_signal(ending)
    parent.wait(30)
    while any(map(is_running, processes)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [process for process in processes if is_running(process)]


def test_results_are_in_the_order_of_the_items() -> None:
    assert spread(lambda items: [item * 2 for item in items], list(range(101)), 3, 1) == list(
        range(0, 202, 2)
    )

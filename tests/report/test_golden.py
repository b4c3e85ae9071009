"""Every format against the output kept in expected/."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kwlint.diagnostics.finding import Report
from kwlint.report import FORMATS
from kwlint.report.options import Options

from .sample import ALL, CLEAN, FULL, OPTIONS, written

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("case", "report", "options"),
    [
        ("plain", FULL, OPTIONS),
        ("all", FULL, ALL),
        ("quiet", FULL, OPTIONS._replace(quiet=True)),
        ("clean", CLEAN, ALL),
    ],
)
def test_golden(name: str, case: str, report: Report, options: Options) -> None:
    expected = (EXPECTED / f"{case}.{name}").read_bytes().decode()
    assert written(name, report, options) == expected


def test_color() -> None:
    colored = written("text", FULL, ALL._replace(color=True))
    assert "\x1b[1;31merror\x1b[0m" in colored
    assert "\x1b[31m" not in colored, "a message must not bring its own"
    plain = colored
    for style in ("1;31", "1;33", "1;36", "1;34", "34", "1", "2", "0"):
        plain = plain.replace(f"\x1b[{style}m", "")
    assert plain == written("text", FULL, ALL)


def test_a_writer_loads_no_other() -> None:
    script = (
        "import sys; from kwlint.report import writer; writer('text'); "
        "print(*sorted(m for m in sys.modules if m.startswith('kwlint.report.')), 'urllib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = ["options", "secrets", "snippet", "text", "wording"]
    assert done.stdout.split() == [*(f"kwlint.report.{module}" for module in modules), "False"]


def test_no_format_of_that_name() -> None:
    with pytest.raises(KeyError):
        written("yaml", CLEAN)

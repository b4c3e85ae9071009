"""Memory: the share that documents get of what the machine and its limits give."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kwlint.util import memory


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ({}, 0),
        ({"_physical": 24 << 30}, 4096),
        ({"_physical": 24 << 30, "_control_groups": 3 << 30}, 512),
        ({"_physical": 24 << 30, "_address_space": 0}, 16),
    ],
)
def test_the_least_of_what_is_given_counts(
    given: dict[str, int], share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_physical", "_control_groups", "_address_space"):
        monkeypatch.setattr(memory, name, lambda name=name: [given[name]] if name in given else [])
    assert memory.documents_memory() == share


@pytest.mark.parametrize(
    ("text", "number"),
    [("4294967296\n", [1 << 32]), ("max\n", []), ("9223372036854771712\n", [(1 << 63) - 4096]), ("", [])],
)
def test_what_a_control_group_says(text: str, number: list[int], tmp_path: object) -> None:
    path = f"{tmp_path}/memory.max"
    with open(path, "w") as stream:
        stream.write(text)
    assert list(memory._number(path)) == number
    assert list(memory._number(f"{path}.none")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no limit of the address space")
def test_a_limit_of_the_address_space_counts() -> None:
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, resource.RLIM_INFINITY)); "
        "from kwlint.util.memory import documents_memory; print(documents_memory())"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert int(out) <= 288

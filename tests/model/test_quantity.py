"""Quantities against what k8s.io/apimachinery/pkg/api/resource of 0.37 answers for the same text."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.model import quantity

# written, canonical form, billionths, rounded thousandths as the API server has them
READ = [
    ("0", "0", 0, 0),
    ("1", "1", 10**9, 1000),
    ("00012", "12", 12 * 10**9, 12000),
    ("+5", "5", 5 * 10**9, 5000),
    ("-1", "-1", -(10**9), -1000),
    ("100m", "100m", 10**8, 100),
    ("1500m", "1500m", 1_500_000_000, 1500),
    ("1.5", "1500m", 1_500_000_000, 1500),
    ("1000m", "1", 10**9, 1000),
    ("0.1m", "100u", 100_000, 1),
    ("1u", "1u", 1000, 1),
    ("1n", "1n", 1, 1),
    ("0.5n", "1n", 1, 1),
    ("0.0000000001", "1n", 1, 1),
    ("1.0000000001", "1000000001n", 1_000_000_001, 1001),
    ("5k", "5k", 5 * 10**12, 5_000_000),
    ("1000k", "1M", 10**15, 10**9),
    ("12e6", "12e6", 12 * 10**15, 12 * 10**9),
    ("1e3", "1e3", 10**12, 10**6),
    ("1E3", "1e3", 10**12, 10**6),
    ("1e+5", "100e3", 10**14, 10**8),
    ("2e-1", "200e-3", 2 * 10**8, 200),
    ("5e-10", "1e-9", 1, 1),
    ("1E", "1E", 10**27, 0),
    ("1Ki", "1Ki", 1024 * 10**9, 1_024_000),
    ("0.5Ki", "512", 512 * 10**9, 512_000),
    ("1.5Gi", "1536Mi", 1536 * 2**20 * 10**9, 1_610_612_736_000),
    ("1025Ki", "1025Ki", 1025 * 2**10 * 10**9, 1_049_600_000),
    ("0.5n", "1n", 1, 1),
    ("16Pi", "16Pi", 16 * 2**50 * 10**9, -432_345_564_227_567_616),
    ("8Ei", "9223372036854775807", (2**63 - 1) * 10**9, -1000),
    ("9223372036854775808", "9223372036854775808", 2**63 * 10**9, 0),
    (".", "0", 0, 0),
    ("-", "0", 0, 0),
    ("Ki", "0", 0, 0),
    ("m", "0", 0, 0),
    ("1.", "1", 10**9, 1000),
    (".5", "500m", 5 * 10**8, 500),
    (" 1Gi ", "1Gi", 2**30 * 10**9, 2**30 * 1000),
    (2, "2", 2 * 10**9, 2000),
    (0.25, "250m", 25 * 10**7, 250),
    (1e21, "1e21", 10**30, 0),
    (None, "0", 0, 0),
    ("0" * 10_000 + "1", "1", 10**9, 1000),
    ("0." + "0" * 10_000 + "1", "1n", 1, 1),
    ("0." + "9" * 10_000, "1", 10**9, 1000),
    ("9" * 10_000 + "Ki", "9223372036854775807", (2**63 - 1) * 10**9, -1000),
    ("1." + "0" * 10_000 + "1Ki", "1024000000001n", 1024 * 10**9 + 1, 1024001),
    ("5" + "0" * 10_000 + "e-10000", "5", 5 * 10**9, 5000),
    ("1e00000000000000000000000002", "100", 10**11, 100_000),
]
REFUSED: list[Any] = [
    "",
    " ",
    "1MB",
    "5GB",
    "1 Gi",
    "1K",
    "1mi",
    "1i",
    "1e",
    "1e+",
    "1k5",
    "1..2",
    "1.2.3",
    "--1",
    "0x1",
    "abc",
    "50%",
    "Pi",
    "Ei",
    "e-10",
    "1e99999999999999999999",
    True,
    [],
    {},
]


@pytest.mark.parametrize(
    ("written", "canonical", "nanos", "milli"), READ, ids=[repr(row[0])[:40] for row in READ]
)
def test_read(written: Any, canonical: str, nanos: int, milli: int) -> None:
    read = quantity.read(written)
    assert read is not None
    assert (quantity.canonical(written), read.nanos, quantity.milli_value(read)) == (canonical, nanos, milli)


@pytest.mark.parametrize("written", REFUSED, ids=repr)
def test_refused(written: Any) -> None:
    assert quantity.parse(written) is None
    assert quantity.canonical(written) is None
    assert quantity.fault(written)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("1", "1001m"),
        ("1M", "1Mi"),
        ("999999k", "1G"),
        ("1023Mi", "1Gi"),
        ("-1", "0"),
        ("1Ei", "2E"),
        ("1e2", "101"),
    ],
)
def test_comparison(less: str, more: str) -> None:
    assert quantity.amount(less) < quantity.amount(more)


@pytest.mark.parametrize(
    ("one", "other"), [("1024Mi", "1Gi"), ("0.5", "500m"), ("1e3", "1k"), ("2", "2000m"), ("10Ei", "9Ei")]
)
def test_equality(one: str, other: str) -> None:
    assert quantity.parse(one) == quantity.parse(other)


@pytest.mark.parametrize(
    ("nanos", "unit", "rounded"),
    [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (-1, 10, -1), (-10, 10, -1), (-11, 10, -2)],
)
def test_ceiling_rounds_away_from_zero(nanos: int, unit: int, rounded: int) -> None:
    assert quantity.ceiling(nanos, unit) == rounded


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("1", True),
        ("1Gi", True),
        ("1.5", False),
        ("100m", False),
        ("x", True),
        # Its thousandths wrap around in 64 bits, of which the last digits alone decide.
        ("9" * 10_000, (((10**10_000 - 1) * 1000 + 2**63) % 2**64 - 2**63) % 1000 == 0),
        ("1e2147483647", True),
    ],
)
def test_is_whole(written: str, whole: bool) -> None:
    assert quantity.is_whole(written) is whole


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("5GB", "did you mean 5G?"),
        ("512MiB", "did you mean 512Mi?"),
        ("2gi", "did you mean 2Gi?"),
        ("1K", "1k?"),
    ],
)
def test_fault_names_the_suffix_that_was_meant(written: str, hint: str) -> None:
    assert hint in quantity.fault(written)

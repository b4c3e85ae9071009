"""Addresses and CIDRs by the rules of versions between those that have a referee."""

from __future__ import annotations

import pytest

from kwlint.api.formats import addresses
from kwlint.api.violations import Violations


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("010.0.0.001", "10.0.0.1"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
    ],
)
def test_render(written: str, canonical: str) -> None:
    address = addresses.parse_ip(written)
    assert address is not None
    assert addresses.render(address) == canonical


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.a",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "fe80::1%eth0",
        "1:2:3:4:5:6:7:1.2.3.4",
        "١.2.3.4",
        "9" * 10_000 + ".1.1.1",
        "0" * 10_000 + "999.1.1.1",
        "9" * 10_000 + "::",
    ],
)
def test_no_address(written: str) -> None:
    assert addresses.parse_ip(written) is None


@pytest.mark.parametrize(
    ("outer", "inner", "contained"),
    [
        ("10.0.0.0/8", "10.255.255.255", True),
        ("10.0.0.0/8", "11.0.0.0", False),
        ("0.0.0.0/0", "fd00::1", False),
        ("::/0", "fd00::1", True),
        ("::/0", "10.0.0.1", False),
        ("::ffff:10.0.0.0/104", "10.1.2.3", True),
        ("fd00::/8", "fdff::1", True),
    ],
)
def test_contains(outer: str, inner: str, contained: bool) -> None:
    network, address = addresses.parse_cidr(outer), addresses.parse_ip(inner)
    assert network is not None
    assert address is not None
    assert network.contains(address) is contained


@pytest.mark.parametrize(
    ("written", "minor", "refused", "warned"),
    [
        ("1.2.3.4", 37, False, False),
        ("1.2.3.04", 36, True, True),
        ("1.2.3.04", 35, False, True),
        ("1.2.3.04", 31, False, True),
        ("::ffff:1.2.3.4", 36, True, True),
        ("::ffff:1.2.3.4", 35, False, True),
        ("::ffff:1.2.3.4", 32, False, False),
        ("FD00::1", 37, False, True),
        ("x", 37, True, False),
        ("x", 32, True, True),
    ],
)
def test_ip_by_version(written: str, minor: int, refused: bool, warned: bool) -> None:
    judged, warnings = Violations(minor), Violations(minor)
    assert addresses.validate_ip(written, "ip", judged) is not refused
    assert bool(judged.found) is refused
    addresses.warn_of_ip(written, "ip", warnings)
    assert bool(warnings.found) is warned


@pytest.mark.parametrize(
    ("written", "minor", "refused", "warned"),
    [
        ("10.0.0.0/8", 37, False, 0),
        ("10.0.0.1/8", 36, True, 1),
        ("10.0.0.1/8", 35, False, 1),
        ("10.0.0.1/8", 32, False, 0),
        ("10.0.0.0/08", 36, True, 1),
        ("010.0.0.1/8", 35, False, 2),
        ("FD00::/8", 37, False, 1),
        ("10.0.0.0", 37, True, 0),
        ("10.0.0.0/33", 25, True, 1),
    ],
)
def test_cidr_by_version(written: str, minor: int, refused: bool, warned: int) -> None:
    judged, warnings = Violations(minor), Violations(minor)
    addresses.validate_cidr(written, "cidr", judged)
    assert bool(judged.found) is refused
    addresses.warn_of_cidr(written, "cidr", warnings)
    assert len(warnings.found) == warned

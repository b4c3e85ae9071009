"""Reads IP addresses and CIDRs as Kubernetes does, and says where they are not written as they should be.

Fields older than strict validation are read by ``ParseIPSloppy`` and ``ParseCIDRSloppy`` of k8s.io/utils/net,
the parser of Go before 1.17, which takes leading zeros. Since Kubernetes 1.36 (gate StrictIPCIDRValidation)
what net/netip refuses is refused there too; before, it was only warned of. Upstream:
k8s.io/apimachinery/pkg/util/validation/ip.go.
"""

from __future__ import annotations

import re

from kwlint.api.violations import Violations, quoted
from kwlint.util.lazyre import pattern
from kwlint.util.literals import digits_value
from kwlint.util.record import Record

STRICT_SINCE = 36
"""Minor version from which leading zeros, IPv4-mapped addresses and host bits in a CIDR are refused."""

_PREFERRED_FORM_SINCE = 33  # the release that names the preferred form in its warnings
_MAPPED = bytes(10) + b"\xff\xff"

_octets = pattern("([0-9]+)[.]([0-9]+)[.]([0-9]+)[.]([0-9]+)").fullmatch
_group = pattern("[0-9A-Fa-f]+").match


class Network(Record):
    """A CIDR: its address and first address (16 bytes each), the prefix length and of how many bits."""

    address: bytes
    first: bytes
    length: int
    bits: int

    def contains(self, address: bytes) -> bool:
        """Return whether an address of 16 bytes lies within (net.IPNet.Contains: families never mix)."""
        mine, other = _shortest(self.first), _shortest(address)
        if len(mine) != len(other) or (len(mine) == 4 and self.bits == 128 and self.length < 96):
            return False
        length = self.length - 96 if len(mine) == 4 and self.bits == 128 else self.length
        shift = len(mine) * 8 - length
        return int.from_bytes(mine) >> shift == int.from_bytes(other) >> shift


def _ipv4(written: str) -> bytes | None:
    match = _octets(written)
    if not match:
        return None
    numbers = [digits_value(part) or 0 for part in match.groups()]
    if max(numbers) > 255:
        return None
    return _MAPPED + bytes(numbers)


def _ipv6(written: str) -> bytes | None:
    found = bytearray()
    ellipsis = -1
    rest = written
    if rest.startswith("::"):
        ellipsis = 0
        rest = rest[2:]
        if not rest:
            return bytes(16)
    while len(found) < 16:
        match = _group(rest)
        if not match or int(match[0], 16) > 0xFFFF:
            return None
        if rest[match.end() : match.end() + 1] == ".":
            tail = _ipv4(rest)
            if tail is None or (ellipsis < 0 and len(found) != 12) or len(found) > 12:
                return None
            found += tail[12:]
            rest = ""
            break
        found += int(match[0], 16).to_bytes(2)
        rest = rest[match.end() :]
        if not rest:
            break
        if rest[0] != ":" or len(rest) == 1:
            return None
        rest = rest[1:]
        if rest[0] == ":":
            if ellipsis >= 0:
                return None
            ellipsis = len(found)
            rest = rest[1:]
            if not rest:
                break
    if rest:
        return None
    if len(found) < 16:
        if ellipsis < 0:
            return None
        found[ellipsis:ellipsis] = bytes(16 - len(found))
    elif ellipsis >= 0:
        return None
    return bytes(found)


def parse_ip(written: str) -> bytes | None:
    """Return an address as 16 bytes (IPv4 mapped into IPv6), or None where it is none (ParseIPSloppy)."""
    for character in written:
        if character == ".":
            return _ipv4(written)
        if character == ":":
            return _ipv6(written)
    return None


def parse_cidr(written: str) -> Network | None:
    """Return what a CIDR says, or None where it is none (ParseCIDRSloppy)."""
    host, slash, length = written.partition("/")
    number = digits_value(length)
    if not slash or number is None:
        return None
    address, bits = _ipv4(host), 32
    if address is None:
        address, bits = _ipv6(host), 128
    if address is None or number > bits:
        return None
    value = address[-bits // 8 :]
    first = int.from_bytes(value) >> (bits - number) << (bits - number)
    return Network(address, address[: 16 - bits // 8] + first.to_bytes(bits // 8), number, bits)


def is_ipv6(written: str) -> bool:
    """Return whether text is an IPv6 address; an IPv4-mapped one is not (netutils.IsIPv6String)."""
    address = parse_ip(written)
    return address is not None and not address.startswith(_MAPPED)


def _shortest(address: bytes) -> bytes:
    return address[12:] if address.startswith(_MAPPED) else address


def render(address: bytes) -> str:
    """Return an address in canonical form: dotted for IPv4 (also mapped), else RFC 5952 (net.IP.String)."""
    if address.startswith(_MAPPED):
        return ".".join(str(part) for part in address[12:])
    groups = [int.from_bytes(address[i : i + 2]) for i in range(0, 16, 2)]
    start, length = 0, 1  # the first longest run of at least two zero groups
    for index in range(8):
        run = 0
        while index + run < 8 and groups[index + run] == 0:
            run += 1
        if run > length:
            start, length = index, run
    if length == 1:
        return ":".join(f"{group:x}" for group in groups)
    head = ":".join(f"{group:x}" for group in groups[:start])
    return head + "::" + ":".join(f"{group:x}" for group in groups[start + length :])


def render_network(network: Network) -> str:
    """Return a CIDR in canonical form, without host bits (net.IPNet.String)."""
    length = network.length
    if network.bits == 128 and network.first.startswith(_MAPPED):
        length -= 96
    return f"{render(network.first)}/{length}"


def _has_leading_zeros(written: str) -> bool:
    # of the decimal octets only: net/netip takes up to four digits in a group of IPv6
    return re.search("(?:^|[.:])0[0-9]+(?=[.]|$)", written) is not None if "." in written else False


def _has_long_group(written: str) -> bool:
    return ":" in written and any(len(group) > 4 for group in written.split(":") if "." not in group)


def _strict_fault(address: bytes, written: str) -> str | None:
    # what net/netip.ParseAddr refuses of what the lenient parser takes, and IPv4-mapped addresses
    if _has_leading_zeros(written) or _has_long_group(written):
        return "must not have leading zeros"
    if ":" in written and address.startswith(_MAPPED):
        return "must not be an IPv4-mapped IPv6 address"
    return None


def validate_ip(written: str, path: str, v: Violations) -> bool:
    """Check an address in an old field (IsValidIPForLegacyField); return whether it is fine."""
    address = parse_ip(written)
    if address is None:
        v.invalid(path, f"{quoted(written)} must be an IP address, such as `10.9.8.7` or `2001:db8::ffff`")
        return False
    if v.minor >= STRICT_SINCE and (fault := _strict_fault(address, written)):
        v.invalid(path, f"{quoted(written)} {fault}; write `{render(address)}`")
        return False
    return True


def validate_endpoint_ip(written: str, path: str, v: Violations) -> None:
    """Check that an address can be one of an endpoint: not unspecified, loopback or link-local."""
    address = parse_ip(written)
    if address is None:
        v.invalid(path, f"{quoted(written)} must be an IP address")
        return
    short = _shortest(address)
    if not any(short):
        v.invalid(path, f"{quoted(written)} must not be the unspecified address")
    if short[0] == 127 if len(short) == 4 else short == bytes(15) + b"\x01":
        v.invalid(path, f"{quoted(written)} must not be a loopback address")
    if short[:2] == b"\xa9\xfe" if len(short) == 4 else short[0] == 0xFE and short[1] & 0xC0 == 0x80:
        v.invalid(path, f"{quoted(written)} must not be a link-local address")
    if short[:3] == b"\xe0\x00\x00" if len(short) == 4 else short[0] == 0xFF and short[1] & 0x0F == 0x02:
        v.invalid(path, f"{quoted(written)} must not be a link-local multicast address")


def validate_cidr(written: str, path: str, v: Violations) -> Network | None:
    """Check a CIDR in an old field (IsValidCIDRForLegacyField); return what it says, if anything."""
    network = parse_cidr(written)
    if network is None:
        v.invalid(path, f"{quoted(written)} must be a CIDR, such as `10.9.8.0/24` or `2001:db8::/64`")
    elif v.minor >= STRICT_SINCE:
        host, _, length = written.partition("/")
        fault = _strict_fault(network.address, host)
        if length != str(network.length):
            fault = "must not have leading zeros"
        elif not fault and network.address != network.first:
            fault = "must not have bits set beyond the prefix length"
        if fault:
            v.invalid(path, f"{quoted(written)} {fault}; write `{render_network(network)}`")
    return network


def warn_of_ip(written: str, path: str, v: Violations) -> None:
    """Record what the server warns of in an address that it accepts (GetWarningsForIP)."""
    address = parse_ip(written)
    if address is None:
        # before, the field that may hold anything (loadBalancerIP) was read by net/netip here
        if v.minor < _PREFERRED_FORM_SINCE:
            v.warning(path, f"{quoted(written)} is no IP address and will be refused by a later release")
        return
    fault = _strict_fault(address, written)
    if fault and (v.minor >= _PREFERRED_FORM_SINCE or "mapped" not in fault):
        v.warning(path, f"{quoted(written)} {fault}; write `{render(address)}`")
    elif ":" in written and _netip_form(address, written) != written:
        v.warning(path, f"{quoted(written)} is not in canonical form; write `{render(address)}`")


def _netip_form(address: bytes, written: str) -> str:
    # net/netip keeps an IPv4-mapped address apart from the IPv4 one
    return "::ffff:" + render(address) if address.startswith(_MAPPED) else render(address)


def warn_of_cidr(written: str, path: str, v: Violations) -> None:
    """Record what the server warns of in a CIDR that it accepts (GetWarningsForCIDR)."""
    network = parse_cidr(written)
    preferred = v.minor >= _PREFERRED_FORM_SINCE
    if network is None:
        if not preferred:  # a CIDR with spaces around it is accepted
            v.warning(
                path, f"{quoted(written)} is no CIDR as it stands and will be refused by a later release"
            )
        return
    host, _, length = written.partition("/")
    fault = _strict_fault(network.address, host)
    if length != str(network.length):
        fault = "must not have leading zeros"
    if preferred and network.address != network.first:
        v.warning(
            path,
            f"{quoted(written)} is ambiguous: it means `{render_network(network)}`, "
            f"and the one address is `{render(network.address)}/{network.bits}`",
        )
        if not fault:
            return
    if fault and (preferred or "mapped" not in fault):
        v.warning(path, f"{quoted(written)} {fault}; write `{render_network(network)}`")
    elif ":" in host and f"{_netip_form(network.address, host)}/{network.length}" != written:
        v.warning(path, f"{quoted(written)} is not in canonical form; write `{render_network(network)}`")

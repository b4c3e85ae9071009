"""Tells whether a TLS certificate and a key belong together, as crypto/tls.X509KeyPair of Go does.

Only what can be told without elliptic curves: an EC key without its public half, or an Ed25519 key, is taken
to fit.
"""

from __future__ import annotations

from base64 import b64decode

_INTEGER, _BIT_STRING, _OCTET_STRING, _OID, _SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x30
_RSA = bytes.fromhex("2a864886f70d010101")
_EC = bytes.fromhex("2a8648ce3d0201")

# the algorithm's OID and the RSA modulus or the EC point; None where the point is not known
_Public = tuple[bytes, "bytes | None"]
_Elements = list[tuple[int, bytes]]


def key_pair_fault(certificate: bytes, key: bytes) -> str | None:
    """Return what keeps the PEM texts of a Secret's `tls.crt` and `tls.key` from being a pair, or None."""
    certificates = [der for kind, der in _blocks(certificate) if kind == "CERTIFICATE"]
    if not certificates:
        return "there is no PEM block of type CERTIFICATE in `tls.crt`"
    keys = [der for kind, der in _blocks(key) if kind == "PRIVATE KEY" or kind.endswith(" PRIVATE KEY")]
    if not keys:
        return "there is no PEM block of a PRIVATE KEY in `tls.key`"
    try:
        public = _public_of_certificate(certificates[0])
    except ValueError:
        return "`tls.crt` is no valid X.509 certificate"
    try:
        private = _public_of_key(keys[0])
    except ValueError:
        return "`tls.key` is no private key in the form of PKCS #1, PKCS #8 or SEC 1"
    if public[0] != private[0]:
        return "the key in `tls.key` is of another type than that of the certificate"
    if private[1] is not None and public[1] != private[1]:
        return "the key in `tls.key` is not that of the certificate"
    return None


def _blocks(pem: bytes) -> list[tuple[str, bytes]]:
    """Return the types and contents of the blocks of a PEM text: from a BEGIN line to the next END line, of the same type.

    Source: Decode in https://github.com/golang/go/blob/master/src/encoding/pem/pem.go
    """
    found = []
    kind: bytes | None = None
    body: list[bytes] = []
    for line in pem.split(b"\n"):
        stripped = line.rstrip(b" \t\r")
        if stripped.startswith(b"-----BEGIN ") and stripped.endswith(b"-----"):
            kind, body = stripped[11:-5], []
        elif line.startswith(b"-----END "):
            if kind is not None and stripped == b"-----END " + kind + b"-----":
                try:
                    content = b64decode(b"".join(b"".join(body).split()), validate=True)
                except ValueError:
                    content = None
                if content is not None:
                    found.append((kind.decode(errors="replace"), content))
            kind = None
        elif kind is not None and (body or b":" not in line):
            # What has a colon before them is a header.
            body.append(line)
    return found


def _elements(data: bytes) -> _Elements:
    found = []
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size])
            at += size
        if at + length > len(data):
            raise ValueError
        found.append((tag, data[at : at + length]))
        at += length
    return found


def _sequence(data: bytes) -> _Elements:
    elements = _elements(data)
    if len(elements) != 1 or elements[0][0] != _SEQUENCE:
        raise ValueError
    return _elements(elements[0][1])


def _expect(elements: _Elements, index: int, tag: int) -> bytes:
    if index >= len(elements) or elements[index][0] != tag:
        raise ValueError
    return elements[index][1]


def _public_of_certificate(der: bytes) -> _Public:
    to_be_signed = _elements(_expect(_sequence(der), 0, _SEQUENCE))
    first = 1 if to_be_signed and to_be_signed[0][0] == 0xA0 else 0  # the version may be left out
    info = _elements(_expect(to_be_signed, first + 5, _SEQUENCE))
    algorithm = _expect(_elements(_expect(info, 0, _SEQUENCE)), 0, _OID)
    bits = _expect(info, 1, _BIT_STRING)[1:]
    if algorithm == _RSA:
        return _RSA, _expect(_sequence(bits), 0, _INTEGER)
    return algorithm, bits


def _public_of_key(der: bytes, within: bool = False) -> _Public:
    """Return the public part of a private key; one ``within`` PKCS #8 is not of that form again."""
    elements = _sequence(der)
    _expect(elements, 0, _INTEGER)
    if len(elements) > 2 and elements[1][0] == _INTEGER:  # PKCS #1
        return _RSA, elements[1][1]
    if not within and len(elements) > 2 and elements[1][0] == _SEQUENCE:  # PKCS #8
        algorithm = _expect(_elements(elements[1][1]), 0, _OID)
        inner = _expect(elements, 2, _OCTET_STRING)
        return _public_of_key(inner, True) if algorithm in (_RSA, _EC) else (algorithm, None)
    _expect(elements, 1, _OCTET_STRING)  # SEC 1
    for tag, content in elements[2:]:
        if tag == 0xA1:
            return _EC, _expect(_elements(content), 0, _BIT_STRING)[1:]
    return _EC, None

"""JSON, numbers, PEM and ASN.1 in annotations and in the values of Secrets, however large and deep."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from kwlint.api.formats.keypair import key_pair_fault
from kwlint.api.groups.hpaannotations import annotated_metrics
from kwlint.api.judge import judge

_TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"


def codes(document: dict[str, Any]) -> list[str]:
    return [found.code for found in judge(document, 37)]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (_TOLERATIONS, '[{"key": "a", "operator": "Exists"}]', []),
        (_TOLERATIONS, "{}", ["API004"]),
        (_TOLERATIONS, "[NaN]", ["API004"]),
        (_TOLERATIONS, "[", ["API004"]),
        (_TOLERATIONS, "[" * 20_000, []),
        (_TOLERATIONS, '[{"x": ' + "[" * 9000 + "]" * 9000 + "}]", []),
        (_TOLERATIONS, '[{"x": ' + "9" * 10_000 + ', "key": "a", "operator": "Exists"}]', []),
        ("controller.kubernetes.io/pod-deletion-cost", "9" * 10_000, ["API004"]),
        ("controller.kubernetes.io/pod-deletion-cost", "-2147483648", []),
    ],
)
def test_annotations_of_a_pod(key: str, value: str, expected: list[str]) -> None:
    container = {"name": "a", "image": "a:1"}
    metadata = {"name": "a", "annotations": {key: value}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
    assert [code for code in codes(pod) if code != "API014"] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{}", []),
        ("[]", ["API004"]),
        ("{", ["API004"]),
        ('{"auths": NaN}', ["API004"]),
        ('{"a":' * 20_000, []),
    ],
)
def test_the_configuration_of_a_registry(content: str, expected: list[str]) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": b64encode(content.encode()).decode()},
    }
    assert codes(secret) == expected


@pytest.mark.parametrize("value", ["[" * 20_000, '[{"pods": ' * 20_000, "[" + "9" * 10_000 + "]", "[NaN]"])
def test_metrics_that_do_not_count(value: str) -> None:
    assert annotated_metrics({"autoscaling.alpha.kubernetes.io/metrics": value}, 37) == []


@pytest.mark.parametrize("value", ["9" * 10_000 + "%", "0" * 10_000 + "101%"])
def test_a_long_percentage(value: str) -> None:
    spec = {"selector": {"matchLabels": {"a": "b"}}, "minAvailable": value}
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "a"},
        "spec": spec,
    }
    (found,) = judge(budget, 37)
    assert found.path == "spec.minAvailable"
    assert len(found.message) < 200


@pytest.mark.parametrize(
    "certificate",
    [
        b"-----BEGIN A-----\n" * 20_000,
        b"".join(b"-----BEGIN %d-----\n" % number for number in range(20_000)),
        b"-----BEGIN CERTIFICATE-----\n" + b"-----END A-----\n" * 20_000,
        b"-----BEGIN CERTIFICATE-----\n" + b"a:" * 100_000 + b"\n-----END A-----",
    ],
)
def test_what_is_no_certificate(certificate: bytes) -> None:
    fault = key_pair_fault(certificate, certificate)
    assert fault == "there is no PEM block of type CERTIFICATE in `tls.crt`"


def test_a_key_within_keys() -> None:
    algorithm = element(0x30, element(0x06, bytes.fromhex("2a864886f70d010101")))
    key = b""
    for _ in range(1000):
        key = element(0x30, element(0x02, b"\0") + algorithm + element(0x04, key))
    info = element(0x30, algorithm + element(0x03, b"\0" + element(0x30, element(0x02, b"\1"))))
    certificate = element(0x30, element(0x30, element(0x02, b"\1") * 5 + info))
    fault = key_pair_fault(block(b"CERTIFICATE", certificate), block(b"PRIVATE KEY", key))
    assert fault == "`tls.key` is no private key in the form of PKCS #1, PKCS #8 or SEC 1"


def element(tag: int, content: bytes) -> bytes:
    """Return an element of ASN.1 in DER."""
    return bytes([tag, 0x84]) + len(content).to_bytes(4) + content


def block(kind: bytes, content: bytes) -> bytes:
    """Return a block of PEM."""
    return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (kind, b64encode(content), kind)

"""What decoding says of unknown fields and wrong types, and what it offers as repair."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.api.decoding.decoder import decoder, within
from kwlint.api.decoding.unknown import nearest, one_letter_off
from kwlint.api.violations import Repair, Violation
from kwlint.dev.parity import load

STRATEGY = "unknown field `updateStrategy`; did you mean `strategy`?"
DEPLOYMENT = """
spec:
  template:
    spec:
      containers:
      - name: web
"""


def found(definition: str, text: str, minor: int = 37) -> list[Violation]:
    """Return what decoding of a YAML text finds."""
    return decoder(minor).violations(definition, load(text))


def only(definition: str, text: str, minor: int = 37) -> Violation:
    """Return the one violation of a YAML text."""
    (violation,) = found(definition, text, minor)
    return violation


@pytest.mark.parametrize(
    ("definition", "text", "path", "message", "repair"),
    [
        (
            "core.v1.PodSpec",
            "containers: [{name: c, Image: x}]",
            "containers[0].Image",
            "unknown field `Image`; did you mean `image`?",
            Repair("rename-key", "image"),
        ),
        (
            "core.v1.PodSpec",
            "containers: [{name: c, Image: x, image: z}]",
            "containers[0].Image",
            "unknown field `Image`; did you mean `image`?",
            None,
        ),
        (
            "core.v1.Container",
            "imagePullPolcy: Always",
            "imagePullPolcy",
            "unknown field `imagePullPolcy`; did you mean `imagePullPolicy`?",
            Repair("rename-key", "imagePullPolicy"),
        ),
        (
            "core.v1.PodTemplateSpec",
            "nodeSelector: {a: b}",
            "nodeSelector",
            "unknown field `nodeSelector`; it belongs under `spec`",
            None,
        ),
        (
            "apps.v1.Deployment",
            DEPLOYMENT + "        terminationGracePeriodSeconds: 5",
            "spec.template.spec.containers[0].terminationGracePeriodSeconds",
            "unknown field `terminationGracePeriodSeconds`; it belongs under `spec.template.spec`",
            None,
        ),
        (
            "apps.v1.Deployment",
            DEPLOYMENT + "        env: [{configMapRef: {name: x}}]",
            "spec.template.spec.containers[0].env[0].configMapRef",
            "unknown field `configMapRef`; it belongs under `spec.template.spec.containers[0].envFrom[]`",
            None,
        ),
        (
            "apps.v1.Deployment",
            "spec: {labels: {a: b}}",
            "spec.labels",
            "unknown field `labels`; it belongs under `metadata`",
            None,
        ),
        (
            "apps.v1.Deployment",
            "replicas: 2",
            "replicas",
            "unknown field `replicas`; it belongs under `spec`",
            None,
        ),
        (
            "apps.v1.DaemonSet",
            "spec: {replicas: 2}",
            "spec.replicas",
            "unknown field `replicas`; a DaemonSet has none (a Deployment has)",
            None,
        ),
        (
            "apps.v1.DaemonSet",
            "spec: {strategy: {}}",
            "spec.strategy",
            "unknown field `strategy`; did you mean `updateStrategy`?",
            Repair("rename-key", "updateStrategy"),
        ),
        (
            "apps.v1.Deployment",
            "spec: {updateStrategy: {}}",
            "spec.updateStrategy",
            "unknown field `updateStrategy`; did you mean `strategy`?",
            Repair("rename-key", "strategy"),
        ),
        # a name that is right on its own, over a value that is not
        *(
            (
                "apps.v1.Deployment",
                f"spec: {{updateStrategy: {value}}}",
                "spec.updateStrategy",
                STRATEGY,
                None,
            )
            for value in ("{type: OnDelete}", "{rollingUpdate: {partition: 1}}", "Recreate")
        ),
        ("core.v1.ServiceSpec", "port: 80", "port", "unknown field `port`; did you mean `ports`?", None),
        (
            "core.v1.PodSpec",
            "hostIP: 127.0.0.1",
            "hostIP",
            "unknown field `hostIP`; did you mean `hostIPC`?",
            None,
        ),
        (
            "apps.v1.DeploymentSpec",
            "replica: '2'",
            "replica",
            "unknown field `replica`; did you mean `replicas`?",
            Repair("rename-key", "replicas"),
        ),
        (
            "core.v1.ConfigMapKeySelector",
            "frobnicate: 1",
            "frobnicate",
            "unknown field `frobnicate`; the fields here are `key`, `name`, `optional`",
            None,
        ),
        ("core.v1.Container", "frobnicate: 1", "frobnicate", "unknown field `frobnicate`", None),
    ],
)
def test_unknown_field(definition: str, text: str, path: str, message: str, repair: Repair | None) -> None:
    assert only(definition, text) == Violation("API001", path, message, on_key=True, repair=repair)


def test_two_keys_that_can_be_one_field_have_no_repair() -> None:
    violations = found("core.v1.PodSpec", "hostnetwork: true\nHostNetwork: false")
    assert [(item.path, item.repair) for item in violations] == [("hostnetwork", None), ("HostNetwork", None)]
    violations = found("core.v1.PodSpec", "hostnetwork: true\nhostNetwork: false")
    assert [(item.path, item.repair) for item in violations] == [("hostnetwork", None)]


@pytest.mark.parametrize(
    ("minor", "message"),
    [
        (27, "field `restartPolicy` exists only since Kubernetes 1.28; the target is 1.27"),
        (28, None),
    ],
)
def test_field_of_another_version(minor: int, message: str | None) -> None:
    expected = [] if message is None else [Violation("API012", "restartPolicy", message, on_key=True)]
    assert found("core.v1.Container", "restartPolicy: Always", minor) == expected


def test_field_behind_a_feature_gate() -> None:
    assert found("core.v1.PodSpec", "hostUsers: false", 33) == []
    (violation,) = found("core.v1.PodSpec", "hostUsers: false", 32)
    assert (violation.code, violation.path, violation.refused) == ("API012", "hostUsers", False)
    assert "`UserNamespacesSupport` is off" in violation.message and "on from 1.33" in violation.message
    wrong = found("core.v1.PodSpec", "hostUsers: 1", 32)
    assert [violation.code for violation in wrong] == ["API012", "API002"]


def test_field_that_is_gone() -> None:
    violation = only("networking.v1.NetworkPolicy", "status: {}", 28)
    assert violation.message == "field `status` exists only up to Kubernetes 1.27; the target is 1.28"


def test_type_that_changed() -> None:
    claim = "resources: {claims: [{name: x}]}"
    assert not any(violation.refused for violation in found("core.v1.PersistentVolumeClaimSpec", claim, 28))
    assert only("core.v1.PersistentVolumeClaimSpec", claim, 29).path == "resources.claims"


@pytest.mark.parametrize(
    ("text", "path", "words", "repair"),
    [
        (
            "env: [{value: 5}]",
            "env[0].value",
            "must be a string, not the number `5`; put it in quotes",
            "quote",
        ),
        ("env: [{value: on}]", "env[0].value", "not the boolean `true`; put it in quotes", "quote"),
        ("args: [a, true]", "args[1]", "must be a string, not the boolean `true`", "quote"),
        ("args: {a: b}", "args", "must be a list, not a mapping; each item starts with `- `", None),
        ("args: x", "args", 'must be a list, not the string "x"', None),
        ("tty: 'true'", "tty", "must be true or false", "unquote"),
        ("tty: 'Yes'", "tty", 'must be true or false, not the string "Yes"; write `true`', "replace"),
        ("tty: 'y'", "tty", "must be true or false", None),
        ("ports: [{containerPort: '80'}]", "ports[0].containerPort", "must be an integer", "unquote"),
        ("ports: [{containerPort: '080'}]", "ports[0].containerPort", "must be an integer", None),
        ("ports: [{containerPort: 80.5}]", "ports[0].containerPort", "not the number `80.5`", None),
        ("ports: [{containerPort: 2147483648}]", "ports[0].containerPort", "out of range", None),
        ("ports: [x]", "ports[0]", 'must be a mapping, not the string "x"', None),
        ("resources: {limits: {cpu: lots}}", "resources.limits[cpu]", "must be a quantity", None),
        ("resources: {limits: {memory: 1 Gi}}", "resources.limits[memory]", "write `1Gi`", "replace"),
        ("resources: {limits: {memory: 64MiB}}", "resources.limits[memory]", "write `64Mi`", "replace"),
        ("resources: {limits: {memory: 1gi}}", "resources.limits[memory]", "write `1Gi`", "replace"),
        # a million bytes or a mebibyte, mebibytes or thousandths of a core
        ("resources: {limits: {memory: 64MB}}", "resources.limits[memory]", "must be a quantity", None),
        ("resources: {limits: {cpu: 100mi}}", "resources.limits[cpu]", "must be a quantity", None),
    ],
)
def test_wrong_type(text: str, path: str, words: str, repair: str | None) -> None:
    violation = only("core.v1.Container", text)
    assert (violation.code, violation.path) == ("API002", path)
    assert words in violation.message
    assert (violation.repair and violation.repair.action) == repair


@pytest.mark.parametrize(
    "text",
    [
        "env: null",
        "env: [null]",
        "tty: null",
        "resources: {limits: {cpu: null}}",
        "livenessProbe: {httpGet: null}",
    ],
)
def test_null_is_unset(text: str) -> None:
    assert found("core.v1.Container", text) == []


def test_all_types_are_reported_at_once() -> None:
    text = "name: 1\ntty: 1\nports: [{containerPort: x}, {hostPort: y}]"
    paths = [violation.path for violation in found("core.v1.Container", text)]
    assert paths == ["name", "tty", "ports[0].containerPort", "ports[1].hostPort"]


@pytest.mark.parametrize("minor", range(25, 38))
def test_every_definition_compiles(minor: int) -> None:
    subject = decoder(minor)
    for name in subject.names():
        for field, expected in subject.fields(name).items():
            if expected.removeprefix("[]").removeprefix("map:") != "any":
                assert subject.struct(name)({field: object()}), (name, field)


@pytest.mark.parametrize(
    ("span", "minor", "inside"),
    [
        ("", 25, True),
        ("28-", 27, False),
        ("28-", 28, True),
        ("-28", 28, True),
        ("-28", 29, False),
        ("26-31", 31, True),
    ],
)
def test_within(span: str, minor: int, inside: bool) -> None:
    assert within(span, minor) is inside


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("image", "imaeg", True),
        ("image", "imag", True),
        ("image", "images", True),
        ("image", "imaje", True),
        ("image", "mage", True),
        ("image", "image", False),
        ("image", "iamgee", False),
        ("image", "imgea", False),
        ("abc", "cba", False),
    ],
)
def test_one_letter_off(left: str, right: str, expected: bool) -> None:
    assert one_letter_off(left, right) is expected
    assert one_letter_off(right, left) is expected


@pytest.mark.parametrize(
    ("key", "known", "expected"),
    [
        ("IMAGE", ["image", "images"], "image"),
        ("imags", ["image", "images"], None),
        ("port", ["ports", "path"], "ports"),
        ("ab", ["abc"], None),
    ],
)
def test_nearest(key: str, known: list[str], expected: Any) -> None:
    assert nearest(key, known) == expected

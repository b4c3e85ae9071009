"""References to variables, as the kubelet reads them."""

import pytest

from kwlint.model.scripts.expansion import names_service, references, service_variable


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("$(A)", ["A"]),
        ("x$(A)y$(B_1)z", ["A", "B_1"]),
        ("$$(A)", []),
        ("$$$(A)", ["A"]),
        ("$a$(A)", ["A"]),
        ("$(A", []),
        ("$()", []),
        ("${A} $A", []),
        ("$(date +%s)", []),
        # The reference ends at the first parenthesis, so the inner one is none of its own.
        ("$(basename $(A))", []),
        ("$", []),
    ],
)
def test_references(value: str, names: list[str]) -> None:
    assert [found.name for found in references(value)] == names


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("REDIS_SERVICE_HOST", "REDIS"),
        ("REDIS_SERVICE_PORT_HTTP", "REDIS"),
        ("REDIS_MASTER_PORT", "REDIS_MASTER"),
        ("DB_PORT_5432_TCP_ADDR", "DB"),
        ("DB_PORTAL", ""),
        ("PORT", ""),
    ],
)
def test_names_service(name: str, service: str) -> None:
    assert names_service(name) == service


def test_service_variable() -> None:
    assert service_variable("redis-master") == "REDIS_MASTER_PORT"

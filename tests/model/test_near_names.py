from __future__ import annotations

import pytest

from kwlint.util.spelling import near_name


@pytest.mark.parametrize(
    ("name", "known", "miss"),
    [
        ("app-confg", ["app-config"], "app-config"),
        ("ap-config", ["app-config"], "app-config"),
        ("ap-pconfig", ["app-config"], "app-config"),
        ("appconfig", ["app-config"], "app-config"),
        ("db-credentails", ["db-credentials", "db-config"], "db-credentials"),
        ("fast-sds", ["fast-ssd"], "fast-ssd"),
        ("api-config", ["app-config"], None),
        ("web-tls", ["web-mtls"], None),
        ("app-prod", ["app-prep"], None),
        ("gp2", ["gp3"], None),
        ("data-1", ["data-2"], None),
        ("premium-rwo", ["premium-rwx"], None),
        ("frontend", ["backend"], None),
    ],
)
def test_near_name(name: str, known: list[str], miss: str | None) -> None:
    assert near_name(name, known) == miss

"""What the recorded cases cannot show of metadata and names: sizes, joined reasons and repairs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kwlint.api.formats import meta, names
from kwlint.api.violations import Violations


@pytest.mark.parametrize(("extra", "refused"), [(0, False), (1, True)])
@pytest.mark.parametrize("character", ["x", "é"])
def test_annotations_are_limited_in_bytes(character: str, extra: int, refused: bool) -> None:
    v = Violations(37)
    room = meta.ANNOTATIONS_LIMIT - len("key")
    size = len(character.encode())
    value = character * (room // size) + "y" * (room % size + extra)
    meta.validate_annotations({"key": value}, "metadata.annotations", v)
    assert [(x.code, x.path) for x in v.found] == ([("API008", "metadata.annotations")] if refused else [])


@pytest.mark.parametrize(
    ("check", "value", "reasons"),
    [
        (names.is_dns1123_label, "a.b", ["must not contain dots"]),
        (names.is_dns1123_label, "A" * 64, ["no longer than 63", "lower case letters"]),
        (names.is_dns1123_subdomain, "a" * 254, ["no longer than 253"]),
        (names.is_dns1035_label, "1a", ["start with a letter"]),
        (names.is_wildcard_dns1123_subdomain, "*.", ["`*.` followed by a domain"]),
        (names.is_label_key, "Example.com/a b", ["before the `/`", "after the `/`"]),
        (names.is_label_key, "a/b/c", ["at most one `/`"]),
        (names.is_label_value, "x\n", ["must be empty or consist of"]),
        (names.is_port_name, "A--", ["lower case letters", "at least one", "`--`", "start or end"]),
        (names.is_port_name, "8080", ["at least one lower case letter"]),
        (names.is_config_map_key, "..a", ["must not start with `..`"]),
        (names.is_relaxed_env_var_name, "a=b", ["other than `=`"]),
        (names.is_path_segment_name, "a/b%", ["`/`", "`%`"]),
    ],
)
def test_reasons(check: Callable[[str], str | None], value: str, reasons: list[str]) -> None:
    found = check(value)
    assert found is not None
    assert [reason for reason in reasons if reason not in found] == []


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (names.is_dns1123_label, "a" * 63),
        (names.is_dns1123_subdomain, "1.a-b.c"),
        (names.is_dns1123_subdomain_with_underscore, "_a._tcp.example"),
        (names.is_dns1035_label, "a-1"),
        (names.is_wildcard_dns1123_subdomain, "*.example.com"),
        (names.is_label_key, "example.com/A_b.c"),
        (names.is_label_value, ""),
        (names.is_port_name, "http-1"),
        (names.is_percent, "150%"),
        (names.is_env_var_name, "my.env-NAME"),
        (names.is_relaxed_env_var_name, "1 odd name"),
        (names.is_config_map_key, ".hidden"),
        (names.is_path_segment_name, "system:node"),
    ],
)
def test_good_names(check: Callable[[str], str | None], value: str) -> None:
    assert check(value) is None


def test_selector_operator_in_another_case_is_repaired() -> None:
    v = Violations(37)
    selector = {"matchExpressions": [{"key": "app", "operator": "notin", "values": ["a"]}]}
    meta.validate_label_selector(selector, "spec.selector", v)
    assert [x.repair.value for x in v.found if x.repair] == ["NotIn"]


@pytest.mark.parametrize(
    "metadata", [None, [], "x", {"name": 7, "labels": [1], "ownerReferences": {}, "finalizers": "x"}]
)
def test_wrong_types_do_not_raise(metadata: object) -> None:
    meta.validate_object_meta(metadata, "metadata", Violations(37), True, names.is_dns1123_subdomain)

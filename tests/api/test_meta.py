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
        (names.dns1123_label_fault, "a.b", ["must not contain dots"]),
        (names.dns1123_label_fault, "A" * 64, ["no longer than 63", "lower case letters"]),
        (names.dns1123_subdomain_fault, "a" * 254, ["no longer than 253"]),
        (names.dns1035_label_fault, "1a", ["start with a letter"]),
        (names.wildcard_dns1123_subdomain_fault, "*.", ["`*.` followed by a domain"]),
        (names.label_key_fault, "Example.com/a b", ["before the `/`", "after the `/`"]),
        (names.label_key_fault, "a/b/c", ["at most one `/`"]),
        (names.label_value_fault, "x\n", ["must be empty or consist of"]),
        (names.port_name_fault, "A--", ["lower case letters", "at least one", "`--`", "start or end"]),
        (names.port_name_fault, "8080", ["at least one lower case letter"]),
        (names.config_map_key_fault, "..a", ["must not start with `..`"]),
        (names.relaxed_env_var_name_fault, "a=b", ["other than `=`"]),
        (names.path_segment_name_fault, "a/b%", ["`/`", "`%`"]),
    ],
)
def test_reasons(check: Callable[[str], str | None], value: str, reasons: list[str]) -> None:
    found = check(value)
    assert found is not None
    assert [reason for reason in reasons if reason not in found] == []


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (names.dns1123_label_fault, "a" * 63),
        (names.dns1123_subdomain_fault, "1.a-b.c"),
        (names.dns1123_subdomain_with_underscore_fault, "_a._tcp.example"),
        (names.dns1035_label_fault, "a-1"),
        (names.wildcard_dns1123_subdomain_fault, "*.example.com"),
        (names.label_key_fault, "example.com/A_b.c"),
        (names.label_value_fault, ""),
        (names.port_name_fault, "http-1"),
        (names.percent_fault, "150%"),
        (names.env_var_name_fault, "my.env-NAME"),
        (names.relaxed_env_var_name_fault, "1 odd name"),
        (names.config_map_key_fault, ".hidden"),
        (names.path_segment_name_fault, "system:node"),
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
    meta.validate_object_meta(metadata, "metadata", Violations(37), True, names.dns1123_subdomain_fault)

"""Suppression: where a comment or annotation reaches, its reason, and what is said of those that are not needed."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.diagnostics.finding import Report
from tests.engine.running import lines, lint, unjudged, write

# Lines 8 and 10 have an image without a tag.
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: nginx},
      {name: c, image: 'nginx:1'},
      {name: b, image: redis}]}
"""
FIRST, SECOND = "WRK005 8", "WRK005 10"


def placed(text: str, **values: Any) -> Report:
    write({"a.yaml": text})
    return lint(select=["WRK005", "YAML002", "KW"], **values)


def summary(report: Report) -> tuple[list[str], list[str]]:
    """Return ``CODE LINE`` of the findings that stand, and of those that are suppressed."""
    return (
        [f"{item.code} {item.place.line}" for item in report.findings],
        [f"{item.finding.code} {item.finding.place.line}" for item in report.suppressed],
    )


def put(line: int, text: str, alone: bool = False) -> str:
    """Return the Deployment with a text at the end of a line, or on a line of its own above it."""
    found = DEPLOYMENT.splitlines()
    if alone:
        found.insert(line - 1, text)
    else:
        found[line - 1] += text
    return "\n".join(found) + "\n"


@pytest.mark.parametrize(
    ("text", "standing", "suppressed"),
    [
        (DEPLOYMENT, [FIRST, SECOND], []),
        (put(8, "  # kwlint: ignore[WRK005] reason"), [SECOND], [FIRST]),
        (put(8, "  #kwlint:ignore[wrk005]"), [SECOND], [FIRST]),
        (put(8, "  # kwlint: ignore [latest-image]"), [SECOND], [FIRST]),
        (put(8, "  # kwlint: ignore[Latest-Image, YAML002]"), [SECOND, "KW001 8"], [FIRST]),
        (put(8, "  # pinned elsewhere # kwlint: ignore[WRK005]"), [SECOND], [FIRST]),
        (put(8, "      # kwlint: ignore[WRK005]", alone=True), ["WRK005 11"], ["WRK005 9"]),
        (put(8, "# kwlint: ignore[WRK005]\n# more words", alone=True), ["WRK005 12"], ["WRK005 10"]),
        (put(8, "# kwlint: ignore[WRK005]\n# kwlint: ignore[YAML002]", alone=True), ["KW001 9", "WRK005 12"], ["WRK005 10"]),
        (put(7, "  # kwlint: ignore[WRK005]"), ["KW001 7", FIRST, SECOND], []),
        (put(8, "  # kwlint: ignore[WRK005]\n"), ["WRK005 11"], [FIRST]),
        # The whole object: on the line of its kind, above it, and above its first key.
        (put(2, "  # kwlint: ignore[WRK005]"), [], [FIRST, SECOND]),
        (put(2, "# kwlint: ignore[WRK005]", alone=True), [], ["WRK005 9", "WRK005 11"]),
        (put(1, "# kwlint: ignore[WRK005]", alone=True), [], ["WRK005 9", "WRK005 11"]),
        (put(1, "# kwlint: ignore[WRK005]\n---", alone=True), [], ["WRK005 10", "WRK005 12"]),
        (put(1, "# kwlint: ignore[WRK005]\n\n# Licence\n\n---", alone=True), [], ["WRK005 13", "WRK005 15"]),
        (put(1, "---\n# kwlint: ignore[WRK005]", alone=True), [], ["WRK005 10", "WRK005 12"]),
        (put(1, "  # kwlint: ignore[WRK005]"), ["KW001 1", FIRST, SECOND], []),
        # The whole file.
        (put(5, "# kwlint: ignore-file[WRK005] all of it", alone=True), [], ["WRK005 9", "WRK005 11"]),
        (DEPLOYMENT + "# kwlint: ignore-file[WRK005]\n", [], [FIRST, SECOND]),
        (DEPLOYMENT + "# kwlint: ignore-file[YAML002]\n", [FIRST, SECOND, "KW001 11"], []),
        # Annotations, of the object and of its pod template.
        (put(3, "").replace("{name: web}", "{name: web, annotations: {kwlint.dev/ignore: 'WRK005'}}"), [], [FIRST, SECOND]),
        (put(7, "").replace("{labels: {app: web}}", "{labels: {app: web}, annotations: {kwlint.dev/ignore: latest-image}}"), [], [FIRST, SECOND]),
        (put(3, "").replace("{name: web}", "{name: web, annotations: {kwlint.dev/ignore: 'WRK005, YAML002'}}"), ["KW001 3", ], [FIRST, SECOND]),
        (put(3, "").replace("{name: web}", "{name: web, annotations: {kwlint.dev/ignore: ''}}"), ["KW002 3", FIRST, SECOND], []),
        (put(3, "").replace("{name: web}", "{name: web, annotations: {kwlint.dev/ignore: WRK05x}}"), ["KW002 3", FIRST, SECOND], []),
        # What is no suppression, and what only looks like one.
        (put(8, "  # kwlint: ignore"), ["KW002 8", FIRST, SECOND], []),
        (put(8, "  # kwlint: ignore[]"), ["KW002 8", FIRST, SECOND], []),
        (put(8, "  # kwlint: disable[WRK005]"), ["KW002 8", FIRST, SECOND], []),
        (put(8, "  # kwlint: ignore[latest-imag]"), ["KW002 8", FIRST, SECOND], []),
        (put(8, "  # see kwlint: ignore[WRK005]"), [FIRST, SECOND], []),
        (put(8, "#kwlint: ignore[WRK005]"), [FIRST, SECOND], []),
        (put(4, "\n  note: |\n    # kwlint: ignore-file[WRK005]"), ["WRK005 10", "WRK005 12"], []),
        (put(4, "\n  note: '# kwlint: ignore-file[WRK005]'"), ["WRK005 9", "WRK005 11"], []),
        (put(8, "  # kwlint: ignore[WRK005]").replace("\n", "\r\n"), [SECOND], [FIRST]),
    ],
)  # fmt: skip
def test_reach(text: str, standing: list[str], suppressed: list[str]) -> None:
    found = summary(placed(text))
    assert (sorted(found[0]), found[1]) == (sorted(standing), suppressed)


def test_one_object_of_several() -> None:
    other = DEPLOYMENT.replace("name: web", "name: other")
    text = put(2, "  # kwlint: ignore[WRK005]") + "---\n" + other
    assert summary(placed(text)) == (["WRK005 19", "WRK005 21"], [FIRST, SECOND])
    text = DEPLOYMENT + "# kwlint: ignore[WRK005]\n---\n" + other
    standing, suppressed = summary(placed(text))
    assert suppressed == []
    assert "KW001 11" in standing


def test_objects_of_a_list() -> None:
    pod = "- apiVersion: v1\n  kind: Pod{}\n  metadata: {{name: {}}}\n  spec: {{containers: [{{name: a, image: nginx}}]}}\n"
    head = "apiVersion: v1\nkind: List{}\nitems:\n"
    items = pod.format("  # kwlint: ignore[WRK005]", "a") + pod.format("", "b")
    assert summary(placed(head.format("") + items)) == (["WRK005 11"], ["WRK005 7"])
    items = pod.format("", "a") + "# kwlint: ignore[WRK005]\n" + pod.format("", "b")
    assert summary(placed(head.format("") + items)) == (["WRK005 7"], ["WRK005 12"])
    items = pod.format("", "a") + pod.format("", "b")
    whole = head.format("  # kwlint: ignore[WRK005]") + items
    assert summary(placed(whole)) == ([], ["WRK005 7", "WRK005 11"])
    assert summary(placed("# kwlint: ignore[WRK005]\n" + head.format("") + items)) == (
        [],
        ["WRK005 8", "WRK005 12"],
    )


def test_reasons() -> None:
    report = placed(put(8, "  # kwlint: ignore[WRK005]   pinned by the registry  "))
    assert [item.reason for item in report.suppressed] == ["pinned by the registry"]
    assert [item.reason for item in placed(put(8, "  # kwlint: ignore[WRK005]")).suppressed] == [""]


def test_unknown_rules_have_a_hint() -> None:
    report = placed(put(8, "  # kwlint: ignore[latest-imag]"))
    (finding,) = [item for item in report.findings if item.code == "KW002"]
    assert "`latest-image`" in finding.message


def test_syntax_errors_can_be_suppressed_in_their_file() -> None:
    report = placed("# kwlint: ignore-file[YAML001]\n" + DEPLOYMENT + "---\nkind: [\n")
    assert summary(report) == (["WRK005 9", "WRK005 11"], ["YAML001 14"])


def test_rules_that_are_off_are_not_unused() -> None:
    text = put(7, "  # kwlint: ignore[STS001]")
    assert summary(placed(text))[0] == [FIRST, SECOND]
    text = put(7, "  # kwlint: ignore[WRK005]")
    report = placed(text, per_path={"a.yaml": {"ignore": ["WRK005"]}})
    assert summary(report) == ([], [])
    report = placed(text, per_path={"b.yaml": {"ignore": ["WRK005"]}})
    assert "KW001 7" in summary(report)[0]


def test_suppression_findings_heed_the_settings() -> None:
    text = put(7, "  # kwlint: ignore[WRK005]")
    report = placed(text, severity={"KW001": "error"})
    assert [item.severity for item in report.findings] == ["error", "warning", "warning"]
    assert summary(placed(text, ignore=["KW001"]))[0] == [FIRST, SECOND]
    assert summary(placed(text, per_path={"*.yaml": {"ignore": ["KW001"]}}))[0] == [FIRST, SECOND]


def test_files_that_are_not_judged_have_no_suppressions() -> None:
    report = placed("# kwlint: ignore[WRK005]\n{{ if x }}\nkind: Pod\n{{ end }}\n")
    assert report.findings == ()
    assert list(unjudged(report)) == ["a.yaml"]


def test_a_crash_is_never_suppressed(monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.checks.workload import containers

    def fail(resource: object, context: object) -> object:
        raise RuntimeError("boom")

    monkeypatch.setattr(containers, "latest_image", fail)
    report = placed("# kwlint: ignore-file[KW003, WRK005]\n" + DEPLOYMENT)
    assert "a.yaml:2:1 KW003" in lines(report.findings)
    assert report.suppressed == ()


@pytest.mark.parametrize("old", ["metadata: {name: web", "metadata: {labels: {app: web}"])
def test_an_annotation_that_is_nearly_the_one(old: str) -> None:
    report = placed(DEPLOYMENT.replace(old, old + ", annotations: {kwlint.dev/ignores: WRK005}"))
    (problem,) = (item for item in report.findings if item.code == "KW002")
    assert problem.message == "there is no annotation `kwlint.dev/ignores`; write `kwlint.dev/ignore`"
    assert summary(report)[1] == []


CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def test_words_of_one_rule_are_one_and_words_of_none_are_counted() -> None:
    words = ",".join(["WRK001"] * 1000 + ["wrk001"] + [f"none{number}" for number in range(1000)])
    write({"a.yaml": f"{CONFIG_MAP}# kwlint: ignore[{words}] x\n"})
    found = lint(select=["KW", "WRK001"]).findings
    assert [item.code for item in found] == ["KW001"] + ["KW002"] * 11
    assert "no rule for 990 more words here" in found[-1].message + found[1].message


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("WRK001, YAML002", "YAML002"),
        ("YAML002,WRK001 ", "YAML002"),
        ("WRK001, WRK001,YAML002, WRK001", "YAML002"),
        ("YAML002, WRK001, wrk001", "YAML002"),
    ],
)
def test_all_words_of_an_unused_rule_are_taken_out(words: str, left: str) -> None:
    text = f"{CONFIG_MAP}data:\n  a: x\n  # kwlint: ignore[%s] x\n  a: y\n"
    write({"a.yaml": text % words})
    (finding,) = lint(select=["KW", "YAML002", "WRK001"]).findings
    assert finding.fix is not None
    fixed = text % words
    for item in reversed(finding.fix.replacements):
        fixed = fixed[: item.start] + item.text + fixed[item.end :]
    assert fixed == text % left


def test_the_first_of_several_suppressions_gives_the_reason_and_all_are_used() -> None:
    text = (
        f"# kwlint: ignore-file[YAML002] file\n{CONFIG_MAP}data:\n  a: x\n"
        "  # kwlint: ignore[YAML002] above\n  a: y  # kwlint: ignore[YAML002] beside\n"
        "---\napiVersion: v1\nkind: ConfigMap  # kwlint: ignore[YAML002] object\n"
        "metadata: {name: b}\ndata:\n  a: x\n  a: y\n"
    )
    report = placed(text)
    assert report.findings == ()
    assert [item.reason for item in report.suppressed] == ["file", "file"]

"""Whatever names and values a manifest brings, each format says what it would say of others, and nothing more."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest

from kwlint.diagnostics.finding import FixOffer, ObjectRef, Place, Related, Report, Skipped, Suppressed
from kwlint.report import FORMATS
from kwlint.report.github import LIMIT
from kwlint.syntax.source import Source
from kwlint.util.characters import json_text, masked, one_line

from .hostile import HARMLESS, HOSTILE, commands, raw, seen
from .sample import ALL, CLEAN, HEADLESS, written

OVER = 2
NUMBER = LIMIT + OVER


def hostile_report(text: str) -> Report:
    """Return a report with the text wherever a report has text that is foreign."""
    place = Place(text, 3, 2, 3, 4)
    finding = HEADLESS._replace(
        message=text,
        place=place,
        path=text,
        object=ObjectRef(text, text, text, text),
        related=(Related(place, text, text),),
        fix=FixOffer(True, text),
        fingerprint="",
    )
    findings = tuple(finding._replace(place=place._replace(line=line)) for line in range(1, NUMBER + 1))
    skipped = (Skipped(text, 0, text), Skipped(text, 4, text))
    return CLEAN._replace(
        findings=findings, suppressed=(Suppressed(finding, text),), skipped=skipped, kubernetes=text
    )


def hostile(name: str, text: str) -> str:
    options = ALL._replace(source=lambda file: Source(file, f"a\n{text} b\n{text}\n" * NUMBER))
    return written(name, hostile_report(text), options)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_raw_and_no_command(name: str, text: str) -> None:
    for shown in (text, f"a {text}"):
        output = hostile(name, shown)
        if name == "text":
            output = output.replace("\t", "")
        assert raw(output) == []
        given = [command for command, _, _ in commands(output)]
        assert given == (["warning"] * LIMIT + ["group", "endgroup"] if name == "github" else [])
        assert output.count("\n") == hostile(name, "a b").count("\n"), "a line more or less"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_runner_gets_what_is_meant(text: str) -> None:
    for _, properties, data in commands(hostile("github", text))[:LIMIT]:
        shown = seen(one_line(text))
        assert properties["file"] == shown
        first, second = data.split("\n")
        assert first.endswith(f": W STS002 {shown}")
        assert second.endswith(f":3:2: note: {shown}")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_json_gives_it_back(text: str) -> None:
    loaded = json.loads(hostile("json", text))
    assert len(loaded["findings"]) == NUMBER
    for finding in (*loaded["findings"], *loaded["suppressed"]):
        of = finding["object"]
        assert {finding["file"], finding["message"], finding["path"], finding["fix"]["title"]} == {text}
        assert {of["apiVersion"], of["kind"], of["namespace"], of["name"]} == {text}
        assert {finding["related"][0][key] for key in ("file", "path", "message")} == {text}
    assert [item["reason"] for item in loaded["skipped"]] == [text, text]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_gitlab_gives_it_back(text: str) -> None:
    loaded = json.loads(hostile("gitlab", text))
    assert [entry["location"]["path"] for entry in loaded] == [text] * NUMBER
    assert {entry["description"] for entry in loaded} == {f"{text} (STS002 service-not-headless)"}


# SARIF 2.1.0, 3.11.6: a bracket after a backslash is none.
_LINK = re.compile(r"(?<!\\)(?:\\\\)*\[((?:[^][\\]|\\.)*)\]\(([^)]*)\)", re.DOTALL)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_sarif_gives_it_back(text: str) -> None:
    (run,) = json.loads(hostile("sarif", text))["runs"]
    assert len(run["results"]) == NUMBER + 1
    for result in run["results"]:
        message = result["message"]["text"]
        assert [target for _, target in _LINK.findall(message)] == ["1"]
        assert text in (message[: len(text)], re.sub(r"\\(.)", r"\1", message)[: len(text)])
        (related,) = result["relatedLocations"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert os.fsdecode(unquote_to_bytes(location["uri"])) == os.path.normpath(text)
        assert re.fullmatch(r"[\w.~/%-]+", location["uri"], re.ASCII)
        assert _LINK.search(related["message"]["text"]) is None
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        assert _LINK.search(notification["message"]["text"]) is None


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_junit_gives_it_back(text: str) -> None:
    root = ElementTree.fromstring(hostile("junit", text))
    assert [suite.attrib["name"] for suite in root] == [one_line(text)]
    cases = list(root.iter("testcase"))
    assert len(cases) == NUMBER + 3
    failures = [failure for case in cases for failure in case.iter("failure")]
    assert len(failures) == NUMBER
    for failure in failures:
        assert failure.attrib["message"] == one_line(text)
        assert failure.text is not None
        assert failure.text.split("\n")[0].endswith(f": {one_line(text)}")


# What code is to Markdown: a code span, or HTML's element with nothing in it but escapes.
_CODE = re.compile(r"(?<!\\)`[^`\n]*`|<code>(?:[^<`\\]|\\.)*</code>")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_markdown_has_its_own_marks_alone(text: str) -> None:
    output = hostile("markdown", text)
    rows = [line for line in output.splitlines() if line.startswith("|")]
    assert len(rows) == NUMBER + 2 + 3 + 3
    assert [len(re.split(r"(?<!\\)\|", row)) for row in rows] == [6] * (NUMBER + 2) + [8] * 3 + [5] * 3
    prose = _CODE.sub("", output).replace("<details><summary>Skipped</summary>", "").replace("</details>", "")
    prose = re.sub(r"\\[^\w\s]|&\w+;|&#\d+;", "", prose)
    assert not re.search(r"[<>`\[\]]", prose)
    assert not re.search(r"://|www\.|@|\$|#\d", prose)
    assert not re.search(r"://|www\.|@", "".join(re.findall(r"<code>.*?</code>", output)))


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("function", [one_line, masked, json_text])
def test_other_text_stays(text: str, function: Callable[[str], str]) -> None:
    assert function(text) == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_functions(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert raw(line) == []
    assert len(masked(text)) == len(text)
    assert raw(masked(text).replace("\t", "")) == []
    assert json.loads(json_text(json.dumps(text, ensure_ascii=False))) == text
    assert raw(json_text(json.dumps(text, ensure_ascii=False))) == []

"""Loading: what is an object, what is skipped and with which reason, and what is a finding with a position."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path
from random import Random
from socket import AF_UNIX, socket

import pytest

from kwlint.sources import load as engine_load
from kwlint.syntax.limits import Limits
from tests.engine.running import lines, lint, outcome, skipped, unjudged, write

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1'}]}\n"
NO_OBJECT = "no apiVersion and kind, so no Kubernetes object"
TEMPLATE = "a template (its `{{ }}` must be rendered first)"
EXPECTED = "what a kuttl test expects, and no manifest"
TEMPLATED_NAME = "a template: its name, kind or apiVersion has a placeholder"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.yaml", "", "an empty file"),
        ("blank.yaml", "\n \n\n", "an empty file"),
        ("comments.yaml", "# apiVersion: v1\n# kind: Pod\n", "nothing but comments"),
        ("separators.yaml", "---\n# kind:\n---\n", NO_OBJECT),
        ("values.yaml", "image: nginx\nreplicas: 3\n", NO_OBJECT),
        ("compose.yaml", "services:\n  web:\n    image: nginx\n", NO_OBJECT),
        ("workflow.yml", "on: push\njobs:\n  a:\n    steps:\n    - run: |\n        apiVersion: v1\n        kind: Pod\n", NO_OBJECT),
        ("list.yaml", "- apiVersion\n- kind\n", "not a mapping, so no Kubernetes object"),
        ("scalar.yaml", "apiVersion\n", "not a mapping, so no Kubernetes object"),
        ("package.json", '{\n  // comments\n  "name": "x"\n}\n', NO_OBJECT),
        ("tasks.json", '{\n  // comment\n  "tasks": [{"group": {\n    "kind": "build"}}]\n}\n', f"{NO_OBJECT} (nor YAML)"),
        ("broken.yaml", "a: [\n", NO_OBJECT),
        ("binary.yaml", b"\x7fELF\x00\x01\x02\xff", "a binary file"),
        ("latin.yaml", "grüße: ä\n".encode("latin-1"), f"{NO_OBJECT} (nor UTF-8)"),
        ("kubeconfig", "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\n", "a kubeconfig"),
        ("skaffold.yaml", "apiVersion: skaffold/v4beta6\nkind: Config\n", "a Skaffold configuration"),
        ("kind.yaml", "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n", "a kind cluster configuration"),
        ("kubelet.yaml", "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n",
         "a component's configuration, which no cluster stores"),
        ("kustomization.yaml", "namePrefix: a-\n", "a kustomization"),
        ("component.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n", "a kustomization"),
        ("t1.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    {{- include \"x\" . | nindent 4 }}\n", TEMPLATE),
        ("t2.yaml", "{{ if .Values.on }}\napiVersion: v1\nkind: Pod\n{{ end }}\n", TEMPLATE),
        ("t3.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ name }}\n", TEMPLATE),
        ("t4.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}-x'}\n", TEMPLATED_NAME),
        ("t5.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: '${NAME}'}\n", TEMPLATED_NAME),
        ("t6.yaml", "{% if x %}\napiVersion: v1\nkind: Pod\n{% endif %}\n", TEMPLATE),
        ("t7.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: @NAME@\n", TEMPLATE),
        ("t8.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: 'web-@env@'}\n", TEMPLATED_NAME),
        ("t9.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: 'web-<node-name>'}\n", TEMPLATED_NAME),
        ("00-assert.yaml", "apiVersion: apps/v1\nkind: Deployment\nstatus: {readyReplicas: 1}\n", EXPECTED),
        ("12-errors.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n", EXPECTED),
        ("none.yaml", "apiVersion: v1\nkind: List\nitems: []\n", "a list without items"),
        ("none2.yaml", "apiVersion: v1\nkind: List\nmetadata: {}\n", "a list without items"),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_skipped_with_its_reason(name: str, content: str | bytes, reason: str) -> None:
    write({name: content})
    report = lint([name])
    assert report.findings == ()
    is_template = "template" in reason
    assert skipped(report) == ({} if is_template else {name: reason})
    assert unjudged(report) == ({name: reason} if is_template else {})
    assert (report.files, report.objects, report.judged) == (1, 0, ())


def test_documents_are_skipped_one_by_one() -> None:
    write({"a.yaml": f"{POD}---\nfree: form\n---\n- a\n---\n{POD.replace('name: a}', 'name: b}', 1)}"})
    report = lint()
    assert report.objects == 2
    assert skipped(report) == {"a.yaml:6": NO_OBJECT, "a.yaml:8": "not a mapping, so no Kubernetes object"}


def test_a_chart_is_told_from_plain_files() -> None:
    template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    write(
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: x\n",
            "chart/values.yaml": "kind: none\n",
            "chart/values-prod.yaml": "kind: none\n",
            "chart/templates/a.yaml": template,
            "chart/templates/deep/b.yaml": template,
            "chart/crds/c.yaml": template,
            "chart/charts/sub/Chart.yaml": "apiVersion: v2\nname: y\n",
            "chart/charts/sub/templates/d.yaml": template,
            "templates/plain.yaml": template.replace("name: a", "name: b"),
        }
    )
    report = lint()
    assert report.objects == 2
    assert skipped(report) == {
        "chart/Chart.yaml": "a file of a Helm chart",
        "chart/values.yaml": "a file of a Helm chart",
        "chart/values-prod.yaml": "a file of a Helm chart",
        "chart/charts/sub/Chart.yaml": "a file of a Helm chart",
    }
    assert unjudged(report) == {
        "chart/templates/a.yaml": "a template of a Helm chart",
        "chart/templates/deep/b.yaml": "a template of a Helm chart",
        "chart/charts/sub/templates/d.yaml": "a template of a Helm chart",
    }


def test_a_chart_is_told_from_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"chart/Chart.yaml": "name: x\n", "chart/templates/deep/a.yaml": POD, "chart/crds/b.yaml": POD})
    for folder, name in (
        ("chart", "templates/deep/a.yaml"),
        ("chart/templates", "deep/a.yaml"),
        ("chart/templates/deep", "a.yaml"),
    ):
        monkeypatch.chdir(tmp_path / folder)
        assert unjudged(lint([name])) == {name: "a template of a Helm chart"}
    assert lint(["../../crds"]).objects == 1


def test_patches_are_told_from_resources() -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {nonsense: true}  # kwlint: ignore[API001]\n"
    write(
        {
            "base/kustomization.yml": "resources: [pod.yaml]\n",
            "base/pod.yaml": POD,
            "over/kustomization.yaml": """
resources: [../base]
patchesStrategicMerge: [one.yaml, "apiVersion: v1\\nkind: Pod\\n"]
patches: [{path: sub/two.yaml}, {patch: "- op: add"}, ./three.yaml]
""",
            "over/one.yaml": patch,
            "over/sub/two.yaml": patch,
            "over/three.yaml": patch,
            "over/parts/kustomization.yaml": "kind: Component\npatches: [{path: ../four.yaml}]\n",
            "over/four.yaml": patch + "a: 1\na: 2\n",
        }
    )
    report = lint()
    assert lines(report.findings) == []
    assert report.objects == 1
    patches = {name for name, reason in skipped(report).items() if reason == "a kustomize patch"}
    assert patches == {"over/one.yaml", "over/sub/two.yaml", "over/three.yaml", "over/four.yaml"}


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        (POD, 1),
        (f"---\n{POD}---\n{POD}---\n", 2),
        ("apiVersion: v1\nkind: List\nitems:\n- " + POD.replace("\n", "\n  ") + "\n", 1),
        ('{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret"}]}', 1),
        ("apiVersion: v1\nkind: ConfigMapList\nitems:\n- {apiVersion: v1, kind: ConfigMap}\n- {apiVersion: v1, kind: ConfigMap}\n", 2),
        ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret}]}]\n", 1),
        ("apiVersion: x.io/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [1]\n", 1),
        ("apiVersion: x.io/v1\nkind: BlockList\nmetadata: {name: a}\n", 1),
        ("apiVersion: x.io/v1\nkind: WishList\n", 1),
        ("kind: Service\nmetadata: {name: a}\n", 1),
        ("apiVersion: v1\nmetadata: {name: a}\n", 1),
        ("\ufeff" + POD, 1),
        (POD.replace("\n", "\r\n"), 1),
    ],
)  # fmt: skip
def test_objects(text: str, objects: int) -> None:
    write({"a.yaml": text})
    report = lint(select=["KW"])
    assert report.objects == objects
    assert skipped(report) == {}


def test_what_a_template_makes_may_be_what_is_missing() -> None:
    backend = "{service: {name: web, port: {number: 80}}}"
    ingress = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n"
        f"spec: {{defaultBackend: {backend}}}\n"
    )
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {ports: [{port: 80}]}\n"
    write({"a.yaml": ingress, "b.yaml": service % "other"})
    assert [item.code for item in lint(select=["SVC005"]).findings] == ["SVC005"]
    write({"c.yaml": service % "'${NAME}'"})
    assert lint(select=["SVC005"]).findings == ()


def test_items_that_are_no_objects_are_skipped() -> None:
    write(
        {
            "a.yaml": "apiVersion: v1\nkind: PodList\nitems:\n- {metadata: {name: a}}\n- text\n- {apiVersion: v1, kind: Pod}\n"
        }
    )
    report = lint(select=["KW"])
    assert report.objects == 1
    assert skipped(report) == {"a.yaml:4": NO_OBJECT, "a.yaml:5": "not a mapping, so no Kubernetes object"}


def test_utf16() -> None:
    write({"a.yaml": (POD + "a: 1\na: 1\n").encode("utf-16")})
    assert "a.yaml:6:1 YAML002" in lines(lint().findings)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (POD + "a:\n\tb: 1\n", ["a.yaml:6:1 YAML001"]),
        (POD + "---\na: [\n---\n" + POD + "a: 'b\n", ["a.yaml:7:1 YAML001", "a.yaml:13:1 YAML001"]),
        ("kind: Pod\nmetadata: [\n", ["a.yaml:3:1 YAML001"]),
        (POD + "metadata: {}\n", ["a.yaml:5:1 YAML002"]),
        (POD + POD, ["a.yaml:5:1 YAML002"]),
        (b"apiVersion: v1\nkind: Pod\n# caf\xe9\n", ["a.yaml:3:6 YAML004"]),
        (b"apiVersion: v1\nkind: \x00Pod\n", ["a.yaml:2:7 YAML004"]),
        ("apiVersion: v1\na: " + "[" * 101, ["a.yaml:2:103 YAML003"]),
    ],
)
def test_defects_are_findings_with_positions(content: str | bytes, found: list[str]) -> None:
    write({"a.yaml": content, "b.yaml": POD})
    report = lint(select=["YAML"])
    assert lines(report.findings) == found
    # What one file holds is nothing to the others.
    assert report.files == 2
    assert report.objects >= 1
    assert all(
        item.place.end_column > item.place.column or item.place.end_line > item.place.line
        for item in report.findings
    )


def test_duplicates_name_both_places() -> None:
    write({"a.yaml": POD + "apiVersion: v1\n"})
    (finding,) = lint(select=["YAML002"]).findings
    assert "---" in finding.message
    assert [related.place.line for related in finding.related] == [1]
    assert finding.object is not None
    assert finding.object.name == "a"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((POD + "a: 1\na: 1\n").encode())))
    assert "<stdin>:6:1 YAML002" in lines(lint(["-"]).findings)


def test_limits_are_configurable() -> None:
    write({"a.yaml": POD, "b.yaml": POD + "x: [[[[1]]]]\n"})
    found = lint(select=["YAML"], limits={"depth": 4}).findings
    assert lines(found) == ["b.yaml:5:7 YAML003"]
    found = lint(select=["YAML"], limits={"size": len(POD)}).findings
    assert lines(found) == ["b.yaml:1:1 YAML003"]
    assert Limits(depth=4).size == 10 * 1024 * 1024


def test_a_huge_file_is_a_finding_in_time() -> None:
    started = time.process_time()
    write({"a.yaml": POD + "---\n" + POD + "text: |\n" + "  0123456789abcdef\n" * 600_000, "b.yaml": POD})
    report = lint(select=["YAML"])
    assert lines(report.findings) == ["a.yaml:5:1 YAML003"]
    assert report.objects == 2
    assert time.process_time() - started < 20


def test_nothing_that_a_file_holds_raises() -> None:
    random = Random(11)
    pieces = ["apiVersion: v1\n", "kind: Pod\n", "kind: List\n", "items:\n", "- ", "  ", "metadata: ", "{name: a}", "[", "]",
              "\n", "---\n", "spec:\n", "null", "<<: ", "*a", "&a ", "!!int ", "'", '"', "x: ", "{{ ", "# kwlint: ignore[STS001]",
              "|\n", "\t", "é", "\ud83d", "\0", "?", "template: ", "containers: ", "1e400", "- {name: 1, image: []}"]  # fmt: skip
    files = {}
    for number in range(400):
        text = "".join(random.choices(pieces, k=random.randint(1, 25)))
        files[f"{number}.yaml"] = text.encode("utf-8", "surrogatepass")
    write(files)
    report = outcome().report
    assert [item for item in report.findings if item.code == "KW003"] == []
    # Every file is accounted for.
    assert report.files == 400
    left_out = {item.file for item in report.skipped} | {item.file for item in report.not_judged}
    assert len(left_out | set(report.judged)) == 400
    json.dumps(report)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "data:\n" + "  k: v\n" * 5000,
            "twice in this mapping, and the later one wins; so do 4,978 more keys of it",
        ),
        ("data:\n" + "".join(f"  k{n}: v\n" for n in range(22)) * 2, "wins; so does one more key of it"),
    ],
)
def test_of_many_keys_that_stand_twice_a_few_are_told(text: str, message: str) -> None:
    write({"a.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{text}"})
    found = lint(select=["YAML002"]).findings
    assert len(found) == 21
    assert found[-1].message.endswith(message)
    assert all(item.path.startswith("data.k") for item in found)


def test_two_documents_in_one_are_one_finding() -> None:
    write({"a.yaml": POD + POD.replace("image: 'a:1'", "image: 'a:1', image: 'a:1'")})
    found = lint(select=["YAML002"]).findings
    assert lines(found) == ["a.yaml:5:1 YAML002", "a.yaml:8:45 YAML002"]
    assert "---" in found[0].message
    # What stands in one of the two, or in both, is not known before there is a line between them.
    assert [item.fix is not None for item in found] == [True, False]
    assert found[0].fix is not None and found[0].fix.replacements[0].text == "---\n"


def test_a_fault_of_kwlint_ends_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write({"a.yaml": POD, "b.yaml": POD.replace("name: a}", "name: b}", 1)})

    def decode(content: bytes) -> str:
        if b"name: a}\n" in content:
            raise KeyError("hunter2")
        return content.decode()

    monkeypatch.setattr(engine_load, "decode", decode)
    found = outcome(select=["YAML"])
    assert lines(found.report.findings) == ["a.yaml:1:1 KW003"]
    assert found.report.findings[0].message.startswith(
        "reading this file failed with KeyError at test_load.py:"
    )
    assert "hunter2" not in found.report.findings[0].message
    assert found.crashed
    assert found.report.objects == 1


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        (None, "standard input cannot be read: it is closed"),
        (b"a: b\n" * 100, "standard input is not read: it is larger than the limit of 200 bytes"),
    ],
)
def test_standard_input_that_is_closed_or_has_no_end(
    stdin: bytes | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin and io.TextIOWrapper(io.BytesIO(stdin)))
    (finding,) = lint(["-"], limits={"file": 200}).findings
    assert finding.message == said


def test_what_is_no_file_is_a_finding_and_the_rest_is_judged() -> None:
    write({"a.yaml": POD})
    os.symlink("/dev/zero", "zero.yaml")
    os.mkfifo("pipe.yaml")
    with socket(AF_UNIX) as opened:
        opened.bind("socket.yaml")
    with open("sparse.yaml", "wb") as stream:
        stream.truncate(1 << 36)
    report = lint(select=["YAML"])
    assert {item.place.file: (item.code, item.message.split(": ")[1]) for item in report.findings} == {
        "pipe.yaml": ("YAML001", "it is a pipe, and no file"),
        "socket.yaml": ("YAML001", "it is a socket, and no file"),
        "sparse.yaml": ("YAML003", "it is larger than the limit of 67,108,864 bytes"),
        "zero.yaml": ("YAML001", "it is a device, and no file"),
    }
    assert report.objects == 1


def test_a_pipe_that_the_shell_has_opened_is_read_once() -> None:
    reader, writer = os.pipe()
    os.write(writer, POD.encode())
    os.close(writer)
    try:
        assert lint([f"/dev/fd/{reader}"]).objects == 1
    finally:
        os.close(reader)


def test_a_run_holds_no_more_than_its_memory() -> None:
    write({f"{n}.yaml": f"---\n{POD}" * 100 for n in range(10)})
    report = lint(select=["YAML003"], limits={"memory": 1})
    assert {item.place.file for item in report.findings} == {f"{n}.yaml" for n in range(1, 10)}
    assert 100 < report.objects < 200
    assert all("the limit of 1 MiB for the documents of one run" in item.message for item in report.findings)
    assert lint(select=["YAML003"], limits={"memory": 100}).objects == 1000


def test_a_file_that_needs_more_memory_than_there_is_is_not_taken_apart() -> None:
    write({"a.yaml": "kind: [" + "a," * 200_000 + "]\n", "b.yaml": POD})
    report = lint(select=["YAML003"], limits={"memory": 1})
    assert lines(report.findings) == ["a.yaml:1:1 YAML003"]
    assert report.objects == 1

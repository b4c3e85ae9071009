"""Runs: the same report serial, parallel and cached; a target's findings do not depend on what else is a target."""

from __future__ import annotations

import io
import os
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kwlint.catalog.catalog import load
from kwlint.diagnostics.finding import Finding, Report
from kwlint.engine import linter as run_module
from kwlint.engine.cache import CachedOutcome, cached_run
from kwlint.engine.linter import Outcome
from kwlint.engine.parallel import spread
from kwlint.model.project.past import NO_PAST
from kwlint.report import writer
from kwlint.report.options import Options
from tests.engine.running import lines, lint, outcome, settings, write


def project() -> dict[str, str | bytes]:
    """Return a project of several applications with findings within and across files."""
    random = Random(4)
    files: dict[str, str | bytes] = {
        "broken.yaml": "kind: [\n",
        "latin.yaml": b"kind: Pod\n# caf\xe9\n",
        "values.yaml": "a: 1\n",
    }
    for folder in ("base", "dev", "prod", "tools/one", "tools/two"):
        space = f", namespace: {random.choice(['shop', 'pay'])}" if random.random() < 0.5 else ""
        files[f"{folder}/set.yaml"] = f"""\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db{space}}}
spec:
  serviceName: {random.choice(["db", "dbs", "data"])}
  replicas: 3
  selector: {{matchLabels: {{app: db}}}}
  template:
    metadata: {{labels: {{app: {random.choice(["db", "DB"])}}}}}
    spec:
      containers: [{{name: db, image: postgres}}]  # kwlint: ignore[STS001]
      volumes: [{{name: unused, emptyDir: {{}}}}]
"""
        files[f"{folder}/service.yaml"] = f"""\
apiVersion: v1
kind: Service
metadata: {{name: {random.choice(["db", "data"])}{space}}}
spec: {{selector: {{app: db}}, ports: [{{port: 5432}}], {random.choice(["clusterIP: None", "typ: x"])}}}
"""
    files["only/service.yaml"] = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: data}\nspec: {ports: [{port: 1}]}\n"
    )
    return files


def rendered(report: Report, sources: CachedOutcome) -> str:
    stream = io.StringIO()
    for name in ("text", "json", "concise"):
        writer(name)(report, stream, Options(False, sources.source, True, True, False, lambda code: {}))
    return stream.getvalue()


def cached(**values: Any) -> CachedOutcome:
    found = values.pop("settings", None) or settings()
    fixed = {"project": None, "jobs": 1, "stdin_name": "-", "use_cache": True}
    return cached_run(["."], found, load(), **{**fixed, **values})


def test_serial_parallel_and_cached_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    write(project())
    serial = cached(use_cache=False)
    text = rendered(serial.report, serial)
    assert len(serial.report.findings) > 15
    assert {"WRK005", "YAML001", "YAML004", "KW001"} <= {item.code for item in serial.report.findings}
    forked: list[int] = []
    fork = os.fork

    def counted() -> int:
        forked.append(1)
        return fork()

    with monkeypatch.context() as patch:
        patch.setattr(os, "fork", counted)
        patch.setattr(run_module, "spread", partial(spread, worth=1))
        for jobs in (2, 3, 50):
            found = cached(use_cache=False, jobs=jobs)
            assert rendered(found.report, found) == text
    assert len(forked) >= 3
    fresh = cached()
    assert rendered(fresh.report, fresh) == text
    monkeypatch.setattr(run_module, "run", lambda *_: pytest.fail("the cache was not used"))
    again = cached()
    assert again.sources == {}
    assert rendered(again.report, again) == text


@pytest.mark.parametrize(
    "change",
    [
        {"base/set.yaml": "kind: {\n"},
        {"new.yaml": "kind: [\n"},
        {".gitignore": "dev/\n"},
        {"base/service.yaml": ""},
    ],
)
def test_a_changed_input_is_judged_again(change: dict[str, str | bytes]) -> None:
    write(project())
    before = cached().report
    write(change)
    assert cached().report == cached(use_cache=False).report != before


@pytest.mark.parametrize(
    "values",
    [
        {"complete": True},
        {"external": ["Secret/tls"]},
        {"ignore": ["WRK"]},
        {"kubernetes_version": "1.30"},
        {"limits": {"depth": 50}},
        {"per_path": {"base/": {"ignore": ["all"]}}},
        {"preset": "strict"},
        {"severity": {"WRK005": "error"}},
        {"targets": ["1.30", "1.37"]},
    ],
)
def test_settings_are_part_of_the_cache(values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    write(project())
    before = cached()
    judged: list[str] = []

    def run(*_: Any, **__: Any) -> Outcome:
        judged.append("again")
        return Outcome(before.report, {}, False, NO_PAST)

    monkeypatch.setattr(run_module, "run", run)
    assert cached().report == before.report
    assert judged == []
    cached(settings=settings(**values))
    assert judged == ["again"]


def test_a_crashed_run_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.checks.workload import containers

    write(project())
    with monkeypatch.context() as patch:
        patch.setattr(containers, "latest_image", crash)
        assert cached().crashed
    assert not cached().crashed


def crash(resource: Any, context: Any) -> Any:
    yield resource.problem("metadata.name", "before the crash")
    raise ZeroDivisionError("no\nnumber")


def test_a_crash_is_a_finding_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.checks.workload import containers

    write(project())
    before = lint()
    monkeypatch.setattr(containers, "latest_image", crash)
    found = outcome()
    crashes = [item for item in found.report.findings if item.code == "KW003"]
    assert found.crashed
    assert len(crashes) == 5
    assert "WRK005 [latest-image]" in crashes[0].message
    assert "ZeroDivisionError" in crashes[0].message
    assert "test_run.py:" in crashes[0].message
    others = [item for item in before.findings if item.code != "WRK005"]
    assert [item for item in found.report.findings if item.code not in ("KW003", "WRK005")] == others


def test_a_crash_of_the_judgement_is_a_finding_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from kwlint.api import judge

    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(judge, "judge", fail)
    write(project())
    found = outcome()
    assert found.crashed
    assert {"KW003", "WRK005"} <= {item.code for item in found.report.findings}


def plain(report: Report, within: str) -> list[Finding]:
    """Return the findings of a file or folder; a fingerprint counts its equals in a run, so it is left out."""
    return [item._replace(fingerprint="") for item in report.findings if item.place.file.startswith(within)]


def test_one_file_has_the_findings_of_a_run_over_everything() -> None:
    files = project()
    write({".git/HEAD": "", **files})
    everything = lint(["."], project=".")
    assert lint(["."]) == everything
    for name in sorted(files):
        alone = lint([name], project=".")
        assert plain(alone, name) == plain(everything, name), name
        assert [item for item in everything.skipped if item.file == name] == list(alone.skipped)
    for folder in ("base/", "tools/"):
        assert plain(lint([folder], project="."), folder) == plain(everything, folder)


def test_the_working_directory_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project())
    here = [(os.path.abspath(item.place.file), item.code, item.message) for item in lint().findings]
    monkeypatch.chdir(tmp_path / "base")
    there = [(os.path.abspath(item.place.file), item.code, item.message) for item in lint([".."]).findings]
    assert sorted(there) == sorted(here)


def test_the_order_of_arguments_does_not_matter() -> None:
    write(project())
    names = sorted(name for name in project() if name.endswith(".yaml"))
    assert lint(names) == lint(reversed(names)) == lint([*names, "base", names[0], "./" + names[1]])


def test_findings_are_in_order() -> None:
    write(project())
    report = lint()
    keys = [(item.place.file, item.place.line, item.place.column, item.code) for item in report.findings]
    assert keys == sorted(keys)
    assert len({item.fingerprint for item in report.findings}) == len(report.findings)


def test_spread() -> None:
    def double(items: Any) -> list[int]:
        return [item * 2 for item in items]

    items = list(range(50))
    for jobs in (1, 2, 7, 60):
        assert spread(double, items, jobs, worth=1) == [item * 2 for item in items]
    assert spread(double, [], 4, worth=1) == []


def test_a_worker_that_dies_leaves_its_work_to_the_parent() -> None:
    parent = os.getpid()

    def work(items: Any) -> list[int]:
        if os.getpid() != parent:
            os.kill(os.getpid(), 9)
        return list(items)

    assert spread(work, list(range(9)), 3, worth=1) == list(range(9))


def test_work_is_done_where_no_process_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, allowed = os.fork, iter([True, False])

    def one_fork() -> int:
        if not next(allowed):
            raise BlockingIOError
        return fork()

    monkeypatch.setattr(os, "fork", one_fork)
    assert spread(list, list(range(9)), 4, worth=1) == list(range(9))


def test_an_exception_in_the_parent_does_not_wait_for_workers() -> None:
    parent = os.getpid()

    def work(items: Any) -> list[bytes]:
        if os.getpid() == parent:
            raise KeyboardInterrupt
        return [b"x" * 1_000_000 for _ in items]

    with pytest.raises(KeyboardInterrupt):
        spread(work, list(range(9)), 3, worth=1)


def test_selection_and_severity() -> None:
    write(
        {
            "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx}]}\n"
        }
    )
    assert lines(lint().findings) == ["a.yaml:4:38 WRK005"]
    assert lint(ignore=["wrk"]).findings == lint(select=["STS"]).findings == ()
    assert lines(lint(select=["latest-image"]).findings) == ["a.yaml:4:38 WRK005"]
    (finding,) = lint(severity={"WRK005": "advice"}).findings
    assert finding.severity == "advice"
    (finding,) = lint(
        severity={"WRK005": "advice"}, per_path={"a.*": {"severity": {"WRK": "error"}}}
    ).findings
    assert finding.severity == "error"
    assert lint(per_path={"*.yaml": {"ignore": ["WRK"]}}).findings == ()
    # A later pattern that does not name the rule leaves its severity as it is.
    patterns = {"a.*": {"severity": {"WRK005": "error"}}, "*.yaml": {"severity": {"STS": "error"}}}
    (finding,) = lint(per_path=patterns).findings
    assert finding.severity == "error"


def test_what_complete_turns_on_is_no_part_of_a_selection() -> None:
    write(
        {
            "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
            "  containers: [{name: a, image: nginx, envFrom: [{configMapRef: {name: flags}}]}]\n"
        }
    )
    assert {item.code for item in lint(complete=True).findings} == {"WRK005", "REF003"}
    assert {item.code for item in lint(complete=True, select=["WRK005"]).findings} == {"WRK005"}

"""A hand-made report with every shape that a writer meets, and the sources it points into."""

from __future__ import annotations

import io
from typing import Any

from kwlint.diagnostics.finding import (
    Finding,
    FixOffer,
    NotJudged,
    ObjectRef,
    Place,
    Related,
    Replacement,
    Report,
    Skipped,
    Suppressed,
)
from kwlint.report import writer
from kwlint.report.options import Options
from kwlint.syntax.source import Source

SOURCES = {
    "deploy/db.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  serviceName: db\n  template: {}\n",
    "deploy/svc.yaml": "kind: Service\nmetadata:\n  name: db\nspec:\n  ports: []\n",
    "a b,c:d%.yaml": "data:\n\tkey: 数据 | `x`\n",
}

PAGES: dict[str, dict[str, Any]] = {
    "STS002": {
        "name": "service-not-headless",
        "severity": "warning",
        "summary": "The governing Service of a StatefulSet is not headless.",
        "why": "Only a headless Service gives each pod a DNS name of its own.\n",
        "fix": "Set `clusterIP: None`.\n",
        "references": ["https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"],
    },
    "API003": {
        "name": "required-field",
        "severity": "error",
        "summary": "A required field is missing.",
        "why": "The API server refuses the object.",
        "fix": "",
        "references": [],
    },
    "YAML001": {
        "name": "syntax-error",
        "severity": "error",
        "summary": "The file is not YAML.",
        "why": "Nothing in it can be read.",
    },
    "STS012": {
        "name": "even-quorum",
        "severity": "advice",
        "summary": "An even number of peers.",
        "why": "One peer more adds no safety.",
        "references": ["the paper, section 3"],
    },
}

_DB = ObjectRef("apps/v1", "StatefulSet", "prod", "db")

TAB = Finding(
    "YAML001",
    "syntax-error",
    "error",
    True,
    "a tab | cannot `start` a token: 100%\n\x1b[31m",
    Place("a b,c:d%.yaml", 2, 1, 2, 2),
    "",
    None,
    fingerprint="f0",
)
MISSING = Finding(
    "API003",
    "required-field",
    "error",
    True,
    "`spec.selector` is required",
    Place("deploy/db.yaml", 3, 1, 5, 15),
    "spec.selector",
    _DB,
    fingerprint="f1",
)
HEADLESS = Finding(
    "STS002",
    "service-not-headless",
    "warning",
    False,
    'Service "db" is not headless, so the pods get no DNS names of their own',
    Place("deploy/db.yaml", 4, 16, 4, 18),
    "spec.serviceName",
    _DB,
    (Related(Place("deploy/svc.yaml", 4, 1, 4, 5), "spec.clusterIP", "needs `clusterIP: None` [here]"),),
    FixOffer(
        True,
        "set `clusterIP: None`",
        (
            Replacement(Place("deploy/db.yaml", 4, 16, 4, 18), 43, 45, "web"),
            Replacement(Place("deploy/svc.yaml", 5, 3, 5, 3), 45, 45, "clusterIP: None\n  "),
            Replacement(Place("deploy/svc.yaml", 5, 3, 5, 12), 45, 54, ""),
        ),
    ),
    "f2",
)
QUORUM = Finding(
    "STS012",
    "even-quorum",
    "advice",
    False,
    "4 peers are no safer than 3",
    Place("deploy/db.yaml", 99, 1, 99, 1),
    "spec.replicas",
    ObjectRef("apps/v1", "StatefulSet", None, "db"),
    fix=FixOffer(False, "set 3"),
    fingerprint="f2",
)

FULL = Report(
    "0.1.0",
    "1.37",
    (TAB, MISSING, HEADLESS, QUORUM),
    (
        Suppressed(HEADLESS._replace(place=Place("deploy/svc.yaml", 3, 9, 3, 11)), "one pod only"),
        Suppressed(
            QUORUM._replace(place=Place("deploy/svc.yaml", 4, 1, 4, 2)), "in the baseline", "external"
        ),
    ),
    (
        Skipped("chart/values.yaml", 0, "values of a chart"),
        Skipped("deploy/db.yaml", 40, "no Kubernetes object"),
        *(Skipped(f"docs/{number}.yaml", 0, "no manifest") for number in range(6)),
    ),
    12,
    31,
    (
        NotJudged("chart/templates/web.yaml", 0, "a template of a Helm chart"),
        NotJudged(
            "deploy/kustomization.yaml",
            4,
            "`../`a|b\n`, which the kustomization names, is not there",
            ("PDB001", "SVC001"),
        ),
    ),
    ("deploy/db.yaml", "deploy/svc.yaml"),
)
CLEAN = Report("0.1.0", "1.37", (), (), (), 1, 2)


def source(file: str) -> Source | None:
    """Return a text of SOURCES, None where it has none."""
    return Source(file, SOURCES[file]) if file in SOURCES else None


OPTIONS = Options(
    color=False,
    source=source,
    show_suppressed=False,
    statistics=False,
    quiet=False,
    explain=PAGES.__getitem__,
)
ALL = OPTIONS._replace(show_suppressed=True, statistics=True)


def written(name: str, report: Report, options: Options = OPTIONS) -> str:
    """Return what the writer of this name writes, through a stream as the command line opens it."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", newline="")
    writer(name)(report, stream, options)
    stream.seek(0)
    return stream.read()


def repeated(finding: Finding, times: int) -> Report:
    """Return a report of one finding on so many lines."""
    place = finding.place
    findings = tuple(
        finding._replace(place=place._replace(line=line, end_line=line)) for line in range(1, times + 1)
    )
    return CLEAN._replace(findings=findings)

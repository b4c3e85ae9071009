"""What the API server's judgement can repair: documents before and after, and those that are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwlint.catalog.catalog import load
from kwlint.config.config import Config
from kwlint.config.settings import resolve
from kwlint.engine.fixing.fix import fix
from kwlint.sources.discover import Discovered

CATALOG = load()
JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  selector: {a: b}\n"
SCALER = (
    "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n"
    "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}\n  maxReplicas: 2\n"
)
CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec:\n  resources: {requests: {storage: 1Gi}}\n"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: a:1\n"
)


def fixed(text: str, tmp_path: Path) -> str | None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    config = Config()
    config.override("select", ["API", "JOB001"])
    return fix(Discovered([str(file)], []), resolve(config, CATALOG), CATALOG, False).after.get(str(file))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{CLAIM}  accessModes: [readWriteOnce]\n", f"{CLAIM}  accessModes: [ReadWriteOnce]\n"),
        (f"{CLAIM}  accessModes:\n    - RWO\n", None),
        (
            f"{POD}      resources: {{limits: {{CPU: 1}}}}\n",
            f"{POD}      resources: {{limits: {{cpu: 1}}}}\n",
        ),
        (f"{POD}      resources: {{limits: {{CPU: 1, cpu: 2}}}}\n", None),
        (f"{POD}      stdin: 'Yes' # in\n", f"{POD}      stdin: true # in\n"),
        (
            f"{SERVICE}  ports: [{{port: 80, targetPort: '8080'}}]\n",
            f"{SERVICE}  ports: [{{port: 80, targetPort: 8080}}]\n",
        ),
        (f"{SERVICE}  ports: [{{port: 80, targetPort: '99999'}}]\n", None),
        # the object goes by another name, and has a refusal left
        (
            f"{POD.replace('metadata', 'Metadata')}      resources: {{limits: {{cpu: much}}}}\n",
            f"{POD}      resources: {{limits: {{cpu: much}}}}\n",
        ),
        (f"{POD}  hostpid: true\n  HostPID: false\n", None),
        (f"{POD}  hostIP: 127.0.0.1\n", None),
        (
            f"{JOB}      containers:\n"
            "      - {name: a, image: 'a:1', restartPolicy: Never}\n"
            "      - {name: b, image: 'b:1', restartPolicy: Never}\n",
            f"{JOB}      restartPolicy: Never\n      containers:\n"
            "      - {name: a, image: 'a:1'}\n      - {name: b, image: 'b:1'}\n",
        ),
        (
            f"{SCALER}  metrics: []\n  behavior: {{}}\n",
            f"{SCALER}  metrics: []\n  behavior: {{}}\n".replace("v1", "v2", 1),
        ),
        (f"{SCALER}  metrics: []\n  targetCPUUtilizationPercentage: 70\n", None),
        # what is misspelt is not missing
        (
            f"{JOB}      RestartPolicy: Never\n      containers: [{{name: a, image: 'a:1'}}]\n",
            f"{JOB}      restartPolicy: Never\n      containers: [{{name: a, image: 'a:1'}}]\n",
        ),
        # the pod can have only one of them
        (
            f"{JOB}      containers:\n"
            "      - {name: a, image: 'a:1', restartPolicy: Never}\n"
            "      - {name: b, image: 'b:1', restartPolicy: OnFailure}\n",
            None,
        ),
    ],
)
def test_repair(before: str, after: str | None, tmp_path: Path) -> None:
    assert fixed(before, tmp_path) == after

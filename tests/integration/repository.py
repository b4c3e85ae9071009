"""A scratch git repository with manifests, and kwlint as a command in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

KWLINT = [sys.executable, "-m", "kwlint"]
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: {app}
  template:
    metadata:
      labels:
        app: {app}
    spec:
      containers:
        - name: main
          image: registry.example.org/{name}:{tag}
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet: {{path: /ready, port: http}}
          resources:
            requests: {{cpu: 100m, memory: 64Mi}}
            limits: {{memory: 64Mi}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: shop
spec:
  selector:
    app: {app}
  ports:
    - port: 80
      targetPort: http
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {name}
  namespace: shop
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: {app}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: shop
spec:
  rules:
    - host: {name}.example.org
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {service}
                port:
                  number: 80
"""


def workload(name: str, app: str = "", tag: str = "1.4.2") -> str:
    """Return a Deployment without findings; with the tag ``latest`` it has one, WRK005."""
    return WORKLOAD.format(name=name, app=app or name, tag=tag)


def service(name: str, app: str = "") -> str:
    """Return a Service."""
    return SERVICE.format(name=name, app=app or name)


def budget(name: str, app: str = "") -> str:
    """Return a PodDisruptionBudget."""
    return BUDGET.format(name=name, app=app or name)


def ingress(name: str, to: str = "") -> str:
    """Return an Ingress that leads to a Service."""
    return INGRESS.format(name=name, service=to or name)


class Repository:
    """Its folder, which is the working directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *arguments: str) -> str:
        """Return what a git command prints; it must succeed."""
        return subprocess.run(
            ["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout.strip()

    def write(self, **files: str) -> None:
        """Write manifests: ``web_svc="…"`` is the file web/svc.yaml, a name without a fold stands at the top."""
        for name, text in files.items():
            path = self.folder / f"{name.replace('_', '/')}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, message: str = "a change") -> str:
        """Commit everything and return the revision."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", message)
        return self.git("rev-parse", "HEAD")

    def kwlint(self, *arguments: str, code: int | None = None) -> subprocess.CompletedProcess[str]:
        """Run kwlint here; with ``code`` that must be its exit code."""
        done = subprocess.run(
            [*KWLINT, *arguments], cwd=self.folder, check=False, capture_output=True, text=True
        )
        assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    def found(self, *arguments: str) -> list[str]:
        """Return the findings of a run as ``FILE CODE``, in order."""
        lines = self.kwlint(*arguments, "--format", "concise", "--quiet").stdout.splitlines()
        return [f"{line.partition(':')[0]} {line.split()[2]}" for line in lines]

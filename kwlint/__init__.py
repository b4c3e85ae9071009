"""kwlint judges Kubernetes workload manifests: offline, at an exact place, with the reason."""

__version__ = "0.1.0"

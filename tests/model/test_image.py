"""Image references, as github.com/distribution/reference takes them apart (its answers are recorded here)."""

from __future__ import annotations

import pytest

from kwlint.model.image import parse

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("reference", "registry", "repository", "tag", "digest"),
    [
        ("nginx", "", "nginx", "", ""),
        ("nginx:1.25", "", "nginx", "1.25", ""),
        ("library/nginx", "", "library/nginx", "", ""),
        ("registry:5000/app", "registry:5000", "app", "", ""),
        ("registry:5000/app:1", "registry:5000", "app", "1", ""),
        ("localhost/app", "localhost", "app", "", ""),
        ("localhost:5000/a/b:2", "localhost:5000", "a/b", "2", ""),
        ("UPPER/app", "UPPER", "app", "", ""),
        ("docker.io/bitnami/postgres:16", "docker.io", "bitnami/postgres", "16", ""),
        ("[2001:db8::1]:5000/app:x", "[2001:db8::1]:5000", "app", "x", ""),
        ("foo_bar/baz", "", "foo_bar/baz", "", ""),
        ("my-registry/app", "", "my-registry/app", "", ""),
        ("gcr.io/x", "gcr.io", "x", "", ""),
        (f"nginx@{DIGEST}", "", "nginx", "", DIGEST),
        (f"nginx:1@{DIGEST}", "", "nginx", "1", DIGEST),
        (f"r.io:443/a/b:1@{DIGEST}", "r.io:443", "a/b", "1", DIGEST),
    ],
)
def test_parts(reference: str, registry: str, repository: str, tag: str, digest: str) -> None:
    image = parse(reference)
    assert image == (registry, repository, tag, digest)
    assert image.name == repository.split("/")[-1]


@pytest.mark.parametrize(
    ("reference", "floating"),
    [
        ("nginx", True),
        ("nginx:latest", True),
        ("registry:5000/nginx", True),
        ("nginx:1", False),
        ("nginx:latest-alpine", False),
        (f"nginx@{DIGEST}", False),
        (f"nginx:latest@{DIGEST}", False),
    ],
)
def test_floating(reference: str, floating: bool) -> None:
    assert parse(reference).floating is floating

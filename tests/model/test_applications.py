"""Applications: which files belong together, as a table of directory trees, and what holds of any tree."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from kwlint.model.project.applications import assign, identity
from tests.model.files import config_map, resources_of


def groups(files: dict[str, str]) -> list[list[str]]:
    """Return the files of each application, sorted."""
    found: dict[int, set[str]] = {}
    for resource in resources_of(files):
        found.setdefault(resource.application, set()).add(resource.file)
    return sorted(sorted(names) for names in found.values())


A, B, C, D = (config_map(name) for name in "abcd")


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"a.yaml": A, "b.yaml": B}, [["a.yaml", "b.yaml"]]),
        ({"x/a.yaml": A, "y/b.yaml": B}, [["x/a.yaml", "y/b.yaml"]]),
        ({"x/a.yaml": A, "y/a.yaml": A}, [["x/a.yaml"], ["y/a.yaml"]]),
        (
            {"base/a.yaml": A, "dev/a.yaml": A, "prod/a.yaml": A, "common/b.yaml": B},
            [["base/a.yaml"], ["common/b.yaml"], ["dev/a.yaml"], ["prod/a.yaml"]],
        ),
        (
            {"base/a.yaml": A, "base/sub/b.yaml": B, "over/dev/a.yaml": A, "over/prod/a.yaml": A},
            [["base/a.yaml", "base/sub/b.yaml"], ["over/dev/a.yaml"], ["over/prod/a.yaml"]],
        ),
        # A directory that has a copy of what stands above it is one of its own; its neighbours are not.
        ({"a.yaml": A, "dev/a.yaml": A, "more/c.yaml": C}, [["a.yaml", "more/c.yaml"], ["dev/a.yaml"]]),
        # The same object twice in one directory does not divide it.
        ({"one.yaml": A, "two.yaml": A + B}, [["one.yaml", "two.yaml"]]),
        ({"one.yaml": A + A}, [["one.yaml"]]),
        # Three times is a folder of alternatives.
        (
            {"1.yaml": A, "2.yaml": A + B, "3.yaml": A, "4.yaml": C},
            [["1.yaml"], ["2.yaml"], ["3.yaml"], ["4.yaml"]],
        ),
        # So are two that have much in common, but not two that share an object or two.
        ({"1.yaml": A + B + C, "2.yaml": A + B + C + D}, [["1.yaml"], ["2.yaml"]]),
        ({"1.yaml": A + B, "2.yaml": A + B}, [["1.yaml", "2.yaml"]]),
        # Nor those whose names differ by a feature; a copy, and a part of an application, are none.
        ({"web.yaml": A, "web-tls.yaml": A + B}, [["web-tls.yaml"], ["web.yaml"]]),
        (
            {"web-app.yaml": A, "web-gpu_app.yaml": A, "c.yaml": C},
            [["c.yaml"], ["web-app.yaml"], ["web-gpu_app.yaml"]],
        ),
        ({"web.yaml": A, "web-old.yaml": A}, [["web-old.yaml", "web.yaml"]]),
        ({"web.yaml": A, "web-v2.yaml": A}, [["web-v2.yaml", "web.yaml"]]),
        ({"web.yaml": A, "web-configmap.yaml": A}, [["web-configmap.yaml", "web.yaml"]]),
        ({"web-a.yaml": A, "web-b.yaml": A}, [["web-a.yaml", "web-b.yaml"]]),
        ({"web-tls.yaml": A, "tls-web-x.yaml": A}, [["tls-web-x.yaml", "web-tls.yaml"]]),
        # A namespace tells copies apart.
        (
            {"dev/a.yaml": config_map("a", "dev"), "prod/a.yaml": config_map("a", "prod")},
            [["dev/a.yaml", "prod/a.yaml"]],
        ),
        (
            {
                "x/d.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}",
                "y/d.yaml": "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}",
            },
            [["x/d.yaml"], ["y/d.yaml"]],
        ),
        (
            {
                "x/n.yaml": "apiVersion: x.io/v1\nkind: T\nmetadata: {generateName: a}",
                "y/n.yaml": "apiVersion: x.io/v1\nkind: T\nmetadata: {generateName: a}",
            },
            [["x/n.yaml", "y/n.yaml"]],
        ),
        (
            {"one/x/a.yaml": A, "one/y/b.yaml": B, "two/x/a.yaml": A, "two/y/b.yaml": B},
            [["one/x/a.yaml", "one/y/b.yaml"], ["two/x/a.yaml", "two/y/b.yaml"]],
        ),
    ],
)
def test_trees(files: dict[str, str], wanted: list[list[str]]) -> None:
    assert groups(files) == wanted


def tree(seed: int) -> dict[str, str]:
    """Return up to nine files of up to two objects each in a tree of folders; no folder has an object twice."""
    random = Random(seed)
    files: dict[str, str] = {}
    taken: set[tuple[str, str]] = set()
    for number in range(random.randint(2, 9)):
        folder = "/".join(random.choices("xyz", k=random.randint(0, 3)))
        names = [name for name in random.sample("abcdef", 2) if (folder, name) not in taken]
        taken |= {(folder, name) for name in names}
        if names:
            files[f"{folder}/{number}.yaml".lstrip("/")] = "".join(map(config_map, names))
    return files


def test_any_tree() -> None:
    for seed in range(150):
        files = tree(seed)
        found = groups(files)
        # Neither the order of files nor where the tree stands matters.
        assert groups(dict(reversed(files.items()))) == found
        moved = groups({f"../up/{name}": text for name, text in files.items()})
        assert moved == sorted(sorted(f"../up/{name}" for name in names) for names in found)
        # No application has an object twice, and without copies there is one application.
        resources = resources_of(files)
        for one, other in combinations(resources, 2):
            assert one.application != other.application or identity(one) != identity(other), files
        if len({identity(resource) for resource in resources}) == len(resources):
            assert len(found) == 1


def test_it_does_not_matter_from_where_one_looks(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path_factory.mktemp("top")
    (top / "base").mkdir()
    names = {"base/a.yaml": A, "dev/a.yaml": A, "dev/b.yaml": B, "c.yaml": C}
    monkeypatch.chdir(top)
    expected = groups(names)
    monkeypatch.chdir(top / "base")
    seen = {
        name.removeprefix("base/") if name.startswith("base") else f"../{name}": text
        for name, text in names.items()
    }
    back = dict(zip(seen, names, strict=True))
    assert sorted(sorted(back[name] for name in group) for group in groups(seen)) == expected
    assert expected == [["base/a.yaml"], ["c.yaml"], ["dev/a.yaml", "dev/b.yaml"]]


def test_charts_are_applications() -> None:
    resources = resources_of({"a.yaml": A, "chart/b.yaml": B, "chart/sub/c.yaml": C, "d/d.yaml": D})
    numbers = assign(resources, frozenset({"chart"}))
    by_file = {resource.file: resource.application for resource in resources}
    assert by_file["chart/b.yaml"] == by_file["chart/sub/c.yaml"] != by_file["a.yaml"] == by_file["d/d.yaml"]
    assert len(set(numbers.values())) == 2

"""Host names in texts, and the texts that configure containers."""

from __future__ import annotations

import time

import pytest

from kwlint.model.links.hostnames import config_maps, hosts, is_local, texts
from tests.model.inputs import inventory_of, workload


def shown(value: str) -> str:
    """Each host as SCHEME://HOST:PORT, in brackets where it is all that the text holds."""
    found = []
    for host in hosts(value):
        one = (f"{host.scheme}://" if host.scheme else "") + host.written
        found.append(f"({one})" if host.alone else one)
    return " ".join(found)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("postgres", "(postgres)"),
        ("postgres:5432", "(postgres:5432)"),
        ("a:1,b:2", "(a:1) (b:2)"),
        ("a, b;", "(a) (b)"),
        ("a b", ""),
        ("http://user:pw@db:5432/x/y?q=1", "http://db:5432"),
        ("http://web/", "http://web"),
        ("redis://:pw@cache:6379/0", "redis://cache:6379"),
        ("mongodb://a-0.a:27017,a-1.a:27017/db", "mongodb://a-0.a:27017 mongodb://a-1.a:27017"),
        ("jdbc:postgresql://db.prod:5432/x", "postgresql://db.prod:5432"),
        ("0@k-0.k:9093,1@k-1.k:9093", "k-0.k:9093 k-1.k:9093"),
        ("user:pw@tcp(db:3306)/x", "db:3306"),
        ("host=web-0.web port=1", "web-0.web"),
        ("DB.Example.COM.:80", "(db.example.com:80)"),
        ("server web-0.web:80; # web-9.web:80", "web-0.web:80"),
        ("# web-9.web:80\n  // a.b:1\nx: a.c:1", "a.c:1"),
        # Nothing to find.
        ("$(POD).web:80", ""),
        ("${HOST}:80", ""),
        ("web-${i}.web:80", ""),
        ("web-0.$(SVC).svc:80", ""),
        ("http://$HOST/", ""),
        ("10.0.0.1:80", ""),
        ("http://[::1]:80/", ""),
        ("/etc/app.conf:80", ""),
        ("some words here, and more of them!", ""),
        ("", ""),
    ],
)
def test_hosts(value: str, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize("part", ["a", "a.", "a://", "a+b-", "a:1@", " a://b:", " # ", "-", "a-0.b "])
def test_cost_is_linear(part: str) -> None:
    start = time.process_time()
    hosts(part * 100_000)
    assert time.process_time() - start < 2


def test_local() -> None:
    assert all(
        map(is_local, ("localhost", "kubernetes", "kubernetes.default.svc.cluster.local", "a.localhost"))
    )
    assert not any(map(is_local, ("kubernetes-dashboard", "kubernetes.example.com", "web")))


def test_texts_of_a_workload() -> None:
    container = (
        "{name: a, image: b, command: [run, --db=pg:1, --cache, redis:2], args: [x],"
        " env: [{name: HOST, value: web}, {name: NONE}, {name: REF, valueFrom: {}}]}"
    )
    inventory = inventory_of(
        workload(f"{{containers: [{container}], initContainers: [{{name: i, args: [go]}}]}}")
    )
    base = "spec.template.spec"
    assert [tuple(item) for item in texts(inventory.resources[0])] == [
        (f"{base}.initContainers[0].args[0]", "go", ""),
        (f"{base}.containers[0].command[0]", "run", ""),
        (f"{base}.containers[0].command[1]", "pg:1", "--db"),
        (f"{base}.containers[0].command[2]", "--cache", ""),
        (f"{base}.containers[0].command[3]", "redis:2", "--cache"),
        (f"{base}.containers[0].args[0]", "x", ""),
        (f"{base}.containers[0].env[0].value", "web", "HOST"),
    ]


def test_texts_of_a_config_map() -> None:
    inventory = inventory_of(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a.conf: x, n: 1}\n"
    )
    assert [tuple(item) for item in texts(inventory.resources[0])] == [("data[a.conf]", "x", "a.conf")]


def test_config_maps_of_a_workload() -> None:
    pod = (
        "{volumes: [{name: v, configMap: {name: mounted}},"
        " {name: p, projected: {sources: [{configMap: {name: projected}}, {secret: {name: no}}]}}],"
        " containers: [{name: a, envFrom: [{configMapRef: {name: environment}}],"
        " env: [{name: K, valueFrom: {configMapKeyRef: {name: key, key: k}}},"
        " {name: L, valueFrom: {configMapKeyRef: {name: mounted, key: k}}}]}]}"
    )
    names = ("mounted", "projected", "environment", "key", "other")
    maps = "".join(
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: shop}}\n"
        for name in names
    )
    inventory = inventory_of(workload(pod) + maps)
    assert [item.name for item in config_maps(inventory.resources[0], inventory)] == list(names[:4])


def test_a_long_text_is_read_where_it_has_addresses() -> None:
    filler = '{"title": "a dashboard", "text": "not.a.host"},\n' * 400
    text = f"{filler}url: http://api.shop.svc:8080/x\n{filler}target: web:9090, db.shop.svc\n{filler}"
    found = hosts(text)
    assert [host.written for host in found] == ["api.shop.svc:8080", "web:9090", "db.shop.svc"]
    assert all(text[host.start :].startswith(host.name) for host in found)
    endless = filler.replace("\n", " ") + "http://api:80 " + filler.replace("\n", " ")
    assert "api:80" in [host.written for host in hosts(endless)]
    assert len(hosts(endless)) < 20

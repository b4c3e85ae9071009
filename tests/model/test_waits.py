"""Waits: the hosts that a container waits for, in the ways in which people write it."""

from __future__ import annotations

from typing import Any

import pytest

from kwlint.model.pods import Container
from kwlint.model.scripts.waits import endless_loop, waits


def container(
    command: list[str] | None, args: list[str] | None = None, image: str = "busybox:1.37"
) -> Container:
    data: dict[str, Any] = {"name": "wait", "image": image}
    if command is not None:
        data["command"] = command
    if args is not None:
        data["args"] = args
    return Container(data, "c", init=True)


def written(command: list[str] | None, args: list[str] | None = None, image: str = "busybox:1.37") -> str:
    """Each wait as HOST:PORT, with a star behind a port that is the protocol's and a question mark behind a look-up."""
    return " ".join(
        wait.host
        + (f":{wait.port}" if wait.port is not None else "")
        + ("*" if wait.implied else "")
        + ("?" if wait.lookup else "")
        for wait in waits(container(command, args, image))
    )


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("until nc -z db 5432; do echo waiting for redis:6379; sleep 2; done", "db:5432"),
        ("until nc -zvw3 db 5432; do sleep 2; done", "db:5432"),
        ("while ! nc -w 1 -z db 5432 </dev/null; do sleep 2; done", "db:5432"),
        ("until ncat -z --wait 3 db 5432; do sleep 2; done", "db:5432"),
        ("nc -l -p 8080", ""),
        ("until nslookup db; do sleep 1; done", "db?"),
        (
            "until nslookup -type=a db.shop.svc.cluster.local. 10.0.0.10; do :; done",
            "db.shop.svc.cluster.local?",
        ),
        ("getent hosts db; getent ahosts db2; getent passwd root", "db? db2?"),
        ("host -t A db; dig +short a.shop.svc @10.0.0.10; ping -c 1 c", "db? a.shop.svc? c?"),
        ("until curl -sf -o /dev/null -w '%{http_code}' http://api:8080/x; do sleep 1; done", "api:8080"),
        ('until [ "$(curl -s http://api/ok)" = yes ]; do sleep 1; done', "api:80*"),
        ("curl -X POST -d '{\"u\": \"http://no:1\"}' -H 'A: b' https://es/_x", "es:443*"),
        ("curl telnet://db:5432; curl api:9000; curl api", "db:5432 api:9000 api:80*"),
        ("until wget -qO- --timeout 3 http://api:80/h | grep ok; do sleep 1; done", "api:80"),
        ("wget --spider -T 5 -q api:9000/x", "api:9000"),
        ("until pg_isready -h db -U app; do sleep 1; done", "db:5432*"),
        ("until pg_isready --host=db --port 5433; do sleep 1; done", "db:5433"),
        ("until pg_isready -d postgresql://u:p@db:5434/x; do sleep 1; done", "db:5434"),
        ("until PGPASSWORD=x psql -h db -c 'select 1'; do sleep 1; done; psql -h other -f x.sql", "db:5432*"),
        ("until mysqladmin ping -hdb -uroot -psecreth --silent; do sleep 1; done", "db:3306*"),
        ("until mysql -h db -P 3307 -e 'select 1'; do sleep 1; done", "db:3307"),
        ("until redis-cli -h cache -a pw -p 6380 ping; do sleep 1; done", "cache:6380"),
        ("until redis-cli -u redis://:pw@cache ping; do sleep 1; done", "cache:6379*"),
        ("until mongosh --host mongo:27018 --eval x; do sleep 1; done", "mongo:27018"),
        ("until timeout 1 bash -c '</dev/tcp/db/5432'; do sleep 1; done", "db:5432"),
        ("while ! (echo > /dev/tcp/kafka/9092) 2>/dev/null; do sleep 1; done", "kafka:9092"),
        ("./wait-for-it.sh db:5432 -t 30 -- echo x:1", "db:5432"),
        ("/bin/wait-for -h db -p 5432", "db:5432"),
        ("dockerize -wait tcp://db:5432 -wait=http://api:80/x -timeout 9s", "db:5432 api:80"),
        ("wait4x tcp db:5432 -t 60s; wait4x http http://api:1/x", "db:5432 api:1"),
        ("until nc -z db 5432; do nc -z db 5432; done", "db:5432"),
        ("timeout 60 sh -c 'until nc -z db 1; do sleep 1; done'", "db:1"),
        ("nc -z a 1 && nc -z b 2 || nc -z c 3", "a:1 b:2 c:3"),
        ("until nc -z db http; do sleep 1; done", "db"),
        # No waits.
        ("echo 'nc -z db 1'; printf 'http://a:1'; # nc -z c 1", ""),
        (
            "nc -z localhost 1; nc -z 127.0.0.1 1; curl https://kubernetes.default.svc/x; curl kubernetes:443",
            "",
        ),
        ('nc -z $HOST 1; nc -z "${HOST:-db}" 1; curl "http://$HOST:80/"; nslookup $(hostname)', ""),
        ("cat <<EOF > /x\nnc -z db 1\nEOF", ""),
        ("until nslookup db.$(cat /ns).svc.cluster.local; do sleep 1; done", ""),
        ("for host in a b; do echo $host; done", ""),
    ],
)
def test_scripts(script: str, expected: str) -> None:
    assert written(["sh", "-c", script]) == expected
    assert written(["/bin/bash", "-euo", "pipefail", "-c"], [script]) == expected


@pytest.mark.parametrize(
    ("command", "args", "image", "expected"),
    [
        (["nc", "-z", "db", "5432"], None, "busybox", "db:5432"),
        (["timeout", "60", "nslookup", "db"], None, "busybox", "db?"),
        (None, ["db:5432", "-t", "30"], "willwill/wait-for-it:latest", "db:5432"),
        (None, ["tcp", "db:5432"], "docker.io/atkrad/wait4x:2.14", "db:5432"),
        (None, ["-sf", "http://api:80/x"], "curlimages/curl:8.9.1", "api:80"),
        (None, ["sh", "-c", "nc -z db 1"], "busybox", "db:1"),
        (None, ["service", "db"], "groundnuty/k8s-wait-for:v2.0", "db"),
        (None, ["job", "db"], "groundnuty/k8s-wait-for:v2.0", ""),
        (None, ["serve"], "myorg/app:1", ""),
        (None, None, "busybox", ""),
        (["/scripts/start.sh"], ["db:5432"], "myorg/app:1", ""),
        (["nc", "-z", "$(DB_HOST)", "1"], None, "busybox", ""),
    ],
)
def test_commands(command: list[str] | None, args: list[str] | None, image: str, expected: str) -> None:
    assert written(command, args, image) == expected


def test_place_is_the_word_of_the_host_or_the_script() -> None:
    assert [wait.path for wait in waits(container(["nc", "-z"], ["db", "5432"]))] == ["c.args[0]"]
    assert [wait.path for wait in waits(container(["sh", "-c"], ["nc -z db 1"]))] == ["c.args[0]"]


@pytest.mark.parametrize(
    ("command", "limited", "endless"),
    [
        (["nc", "-z", "db", "1"], False, None),
        (["sh", "-c", "nc -z db 1"], False, None),
        (["sh", "-c", "until nc -z db 1; do sleep 1; done"], False, "c.command[2]"),
        (["sh", "-c", "until timeout 1 sh -c 'nc -z db 1'; do sleep 1; done"], False, "c.command[2]"),
        (["sh", "-c", "for i in 1 2; do nc -z db 1 && exit; sleep 1; done"], True, None),
        (["timeout", "9", "sh", "-c", "until nc -z db 1; do sleep 1; done"], True, None),
        (["sh", "-c", "timeout 9 sh -c 'until nc -z db 1; do sleep 1; done'"], True, None),
        (["sh", "-c", "sh -c 'until nc -z db 1; do sleep 1; done'"], False, "c.command[2]"),
    ],
)
def test_limits(command: list[str], limited: bool, endless: str | None) -> None:
    (wait,) = waits(container(command))
    assert wait.limited is limited
    assert endless_loop(container(command)) == endless

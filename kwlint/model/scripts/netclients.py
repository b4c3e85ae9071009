"""Programs that reach for a host, and how their command lines name it: netcat, look-ups, HTTP and database clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kwlint.model.links.hostnames import default_port, hosts
from kwlint.util.record import Record


class Target(Record):
    """A host and port that a program is told, and the index of the argument that has the host.

    ``lookup``: only the name is looked up. ``implied``: the port is the protocol's, and not written.
    """

    host: str
    port: str | int | None
    at: int
    lookup: bool = False
    implied: bool = False


class _Tool(Record):
    """How a client is told its server: letters and names of its options that take a value, and its port."""

    valued: str
    long: str
    host: tuple[str, ...]
    port: tuple[str, ...]
    default: int
    attached: str = ""
    loop_only: bool = False


_POSTGRES = _Tool(
    "hpdtUcfvoFRPTL", "host port dbname timeout username command file", ("h", "host"), ("p", "port"), 5432
)
_MYSQL = _Tool(
    "hPueSDOi",
    "host port user execute socket database sleep protocol",
    ("h", "host"),
    ("P", "port"),
    3306,
    "p",
)
_REDIS = _Tool("hpsaunirtd", "user pass uri cacert cert key", ("h", "host"), ("p", "port"), 6379)
_MONGO = _Tool(
    "up", "host port username password eval authenticationDatabase db", ("host",), ("port",), 27017
)
_CLIENTS = {
    "pg_isready": _POSTGRES,
    "psql": _POSTGRES._replace(loop_only=True),
    "mysqladmin": _MYSQL,
    "mariadb-admin": _MYSQL,
    "mysql": _MYSQL._replace(loop_only=True),
    "mariadb": _MYSQL._replace(loop_only=True),
    "redis-cli": _REDIS,
    "valkey-cli": _REDIS,
    "mongo": _MONGO._replace(loop_only=True),
    "mongosh": _MONGO._replace(loop_only=True),
}
_DATABASE_SCHEMES = {
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "redis": 6379,
    "mongodb": 27017,
    "amqp": 5672,
}


Reader = Callable[[list[str], bool], Iterator[Target]]


def reader(name: str) -> Reader | None:
    """Return what reads the arguments of a program (and is told whether it runs in a loop), or None for others."""
    client = _CLIENTS.get(name)
    if client is not None:
        return lambda words, looped: _client(client, words, looped)
    if name.startswith(("wait-for", "wait_for", "waitfor", "k8s-wait-for")):
        return _wait_for
    return _READERS.get(name)


class _Options(Record):
    """Options with their values, and operands, each with the index of its word."""

    values: list[tuple[str, str, int]]
    operands: list[tuple[str, int]]

    def first(self, names: tuple[str, ...]) -> tuple[str, int] | None:
        return next(((value, at) for name, value, at in self.values if name in names), None)


def _options(words: list[str], valued: str, long: str, attached: str = "") -> _Options:
    """Take options and operands apart: ``valued`` are the letters, ``long`` the names of options with a value.

    The value of the letters in ``attached`` follows in the same word or not at all (mysql's `-pSECRET`).
    """
    names = frozenset(long.split())
    options = _Options([], [])
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if not equals and name in names and at + 1 < len(words):
                at += 1
                value = words[at]
            options.values.append((name, value, at))
        elif word.startswith("-") and len(word) > 1:
            at = _cluster(words, at, valued, attached, options)
        else:
            options.operands.append((word, at))
        at += 1
    return options


def _cluster(words: list[str], at: int, valued: str, attached: str, options: _Options) -> int:
    word = words[at]
    for index, letter in enumerate(word[1:], 2):
        if letter not in valued and letter not in attached:
            options.values.append((letter, "", at))
            continue
        if index < len(word) or letter in attached:
            options.values.append((letter, word[index:], at))
        elif at + 1 < len(words):
            at += 1
            options.values.append((letter, words[at], at))
        break
    return at


def _client(tool: _Tool, words: list[str], looped: bool) -> Iterator[Target]:
    if tool.loop_only and not looped:
        return
    options = _options(words, tool.valued, tool.long, tool.attached)
    host = options.first(tool.host)
    if host is not None:
        port = options.first(tool.port)
        name, _, attached = host[0].partition(":")
        number = port[0] if port is not None else attached or tool.default
        yield Target(name, number, host[1], implied=port is None and not attached)
        return
    for value, at in [*((value, at) for _, value, at in options.values), *options.operands]:
        if "://" in value:
            yield from _urls(value, at)


def _urls(value: str, at: int) -> Iterator[Target]:
    for host in hosts(value):
        if host.scheme:
            implied = default_port(host.scheme) or _DATABASE_SCHEMES.get(host.scheme)
            yield Target(host.name, host.port or implied, at, implied=host.port is None)


def _netcat(words: list[str], _looped: bool) -> Iterator[Target]:
    options = _options(words, "wipsqXxGeIOTVmM", "wait timeout source proxy source-port send-only")
    if any(name in ("l", "listen") for name, _, _ in options.values):
        return
    if len(options.operands) > 1:
        (host, at), (port, _) = options.operands[:2]
        yield Target(host, port, at)
    elif options.operands and ":" in options.operands[0][0]:
        host, _, port = options.operands[0][0].partition(":")
        yield Target(host, port, options.operands[0][1])


def _telnet(words: list[str], looped: bool) -> Iterator[Target]:
    yield from _netcat(words, looped) if len(words) > 1 else ()


def _lookup(words: list[str], _looped: bool) -> Iterator[Target]:
    for word, at in _options(words, "tcRWNm", "timeout").operands[:1]:
        yield Target(word, None, at, lookup=True)


def _dig(words: list[str], _looped: bool) -> Iterator[Target]:
    for word, at in _options(words, "tcpbkxy", "").operands:
        if not word.startswith(("+", "@")) and not word.isupper():
            yield Target(word, None, at, lookup=True)
            return


def _getent(words: list[str], _looped: bool) -> Iterator[Target]:
    operands = _options(words, "s", "service").operands
    if operands and operands[0][0] in ("hosts", "ahosts", "ahostsv4", "ahostsv6"):
        for word, at in operands[1:]:
            yield Target(word, None, at, lookup=True)


def _ping(words: list[str], _looped: bool) -> Iterator[Target]:
    for word, at in _options(words, "cwWiIst", "").operands[:1]:
        yield Target(word, None, at, lookup=True)


def _fetch(words: list[str], valued: str, long: str) -> Iterator[Target]:
    options = _options(words, valued, long)
    urls = [(value, at) for name, value, at in options.values if name == "url"]
    for word, at in options.operands + urls:
        if "://" not in word:
            # A word alone may also be the value of an option that is not known here.
            if len(options.operands) > 1 and ":" not in word:
                continue
            word = f"http://{word}"
        elif word.startswith("telnet://"):
            word = f"tcp://{word[9:]}"
        for found in _urls(word, at):
            yield found
            break


def _curl(words: list[str], _looped: bool) -> Iterator[Target]:
    return _fetch(
        words,
        "owHmXduAebcETxyYzrFKQCDUtP",
        "output write-out header max-time connect-timeout request data data-raw data-binary user user-agent referer "
        "cookie cookie-jar cert cacert capath key upload-file proxy retry retry-delay retry-max-time form config url "
        "resolve connect-to interface unix-socket cert-type limit-rate max-redirs json data-urlencode oauth2-bearer",
    )


def _wget(words: list[str], _looped: bool) -> Iterator[Target]:
    return _fetch(
        words,
        "OTtPUoeaiYQw",
        "header post-data post-file output-document timeout tries user password user-agent connect-timeout "
        "read-timeout dns-timeout wait waitretry directory-prefix method body-data ca-certificate",
    )


def _wait_for(words: list[str], _looped: bool) -> Iterator[Target]:
    """Read wait-for-it, wait-for and their kin: HOST:PORT or a URL, or `-h HOST -p PORT`, up to `--`.

    k8s-wait-for is told `service NAME`.
    """
    options = _options(words, "hpt", "host port timeout")
    if len(options.operands) == 2 and options.operands[0][0] == "service":
        yield Target(options.operands[1][0], None, options.operands[1][1])
        return
    host, port = options.first(("h", "host")), options.first(("p", "port"))
    if host is not None:
        name, _, attached = host[0].partition(":")
        yield Target(name, port[0] if port is not None else attached, host[1])
    for word, at in options.operands:
        if "://" in word:
            yield from _urls(word, at)
        elif ":" in word:
            name, _, number = word.partition(":")
            if number.isdecimal():
                yield Target(name, number, at)


def _dockerize(words: list[str], _looped: bool) -> Iterator[Target]:
    for at, word in enumerate(words):
        option, equals, value = word.lstrip("-").partition("=")
        if word == "--":
            return
        if word.startswith("-") and option == "wait":
            if equals:
                yield from _urls(value, at)
            elif at + 1 < len(words):
                yield from _urls(words[at + 1], at + 1)


def _wait4x(words: list[str], _looped: bool) -> Iterator[Target]:
    operands = _options(words, "tid", "timeout interval expect-status-code expect-body-regex").operands
    for word, at in operands[1:]:
        if "://" in word:
            yield from _urls(word, at)
        elif ":" in word:
            name, _, number = word.partition(":")
            yield Target(name, number, at)


_READERS: dict[str, Reader] = {
    "nc": _netcat,
    "ncat": _netcat,
    "netcat": _netcat,
    "nc.openbsd": _netcat,
    "nc.traditional": _netcat,
    "telnet": _telnet,
    "nslookup": _lookup,
    "host": _lookup,
    "dig": _dig,
    "getent": _getent,
    "ping": _ping,
    "curl": _curl,
    "wget": _wget,
    "dockerize": _dockerize,
    "wait4x": _wait4x,
}

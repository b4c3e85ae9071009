"""Host names in what people configure: environment variables, arguments, commands and ConfigMaps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kwlint.model.project.inventory import Inventory
from kwlint.model.resources import Resource
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, strings, text

# A run of names and dots that no expansion, path or word continues, on either side. A URL's host follows `//`, with
# or without user information before it.
_HOST = pattern(
    r"(?<![\w.$%{}~+/\\-])(?:([A-Za-z][A-Za-z0-9+.-]{0,20}+)://(?:[^\s/@'\"]{0,200}+@)?)?+"
    r"([A-Za-z0-9][A-Za-z0-9-]*+(?:\.[A-Za-z0-9][A-Za-z0-9-]*+)*+)\.?"
    r"(?::([0-9]{1,5})(?![0-9]))?"
    r"(?![\w${}%<(~@-]|\.[\w${}%<(])"
)
_OPTION = pattern(r"(--?[A-Za-z][\w.-]*)=")
_LIST = pattern(r"\s*[,;|]\s*")
_COMMENT = pattern(r"(?:^|(?<=\n))[ \t]*(?:#|//|;)[^\n]*|[ \t]#[ \t][^\n]*")
# A dashboard or schema of a megabyte is not read word by word: an address in it has a scheme, a port, or `.svc`.
_LONG, _AROUND = 4096, 400
_SIGN = pattern(r"://|\.svc\b|[A-Za-z0-9]:[0-9]")
_LOCAL = frozenset({"localhost", "ip6-localhost", "host.docker.internal", "kubernetes", "kubernetes.default"})
_ADDRESS = pattern(r"[0-9.]+")
_SCHEME_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


class Host(Record):
    """A host name in a text: lower-case, the port and URL scheme where they are written, and where it starts.

    ``alone`` says that it is the whole text, or an item of a list that is.
    """

    name: str
    port: int | None
    scheme: str
    start: int
    alone: bool = False

    @property
    def written(self) -> str:
        """The host and its port."""
        return self.name if self.port is None else f"{self.name}:{self.port}"


class Text(Record):
    """A text of a resource: its field path, its value, and the variable, key or option that it is the value of."""

    path: str
    value: str
    label: str


@lru_cache(maxsize=4096)
def hosts(value: str) -> tuple[Host, ...]:
    """Return the host names in a text: in URLs, with a port, with dots, and where a name is all that it holds.

    Comments, IP addresses and names with a variable in them are left out. Whether a name is one of a host is for who
    asks to say: `a.conf` and `1.2.3` have dots too.
    """
    if len(value) > _LONG:
        return tuple(
            host._replace(start=host.start + start, alone=False)
            for start, end in _telling_lines(value)
            for host in hosts(value[start:end])
        )
    if len(value) > 1 and ("#" in value or "//" in value or ";" in value):
        value = _COMMENT.sub(lambda found: " " * len(found[0]), value)
    alone = {item for item in _LIST.split(value.strip()) if item} if len(value) < 1000 else set()
    whole = bool(alone) and all(_HOST.fullmatch(item) for item in alone)
    found = []
    scheme, end = "", -2
    for match in _HOST.finditer(value):
        name, port = match[2].lower(), match[3]
        # The further hosts of `mongodb://a:1,b:1/` belong to the URL.
        continued = match.start() == end + 1 and value[end] == ","
        scheme = str(match[1] or (scheme if continued else "")).lower()
        end = match.end()
        if (scheme or port or "." in name or whole) and not is_address(name):
            found.append(Host(name, int(port) if port else None, scheme, match.start(2), whole))
    return tuple(found)


def _telling_lines(value: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the lines of a long text that have an address, of an endless line what is around it."""
    done = 0
    for sign in _SIGN.finditer(value):
        if sign.start() < done:
            continue
        line = value.rfind("\n", 0, sign.start()) + 1
        start = max(line, done)
        if sign.start() - start > _AROUND:
            # A word that is cut in two would be another one.
            start = value.find(" ", sign.start() - _AROUND, sign.start()) + 1 or sign.start()
        end = value.find("\n", sign.end())
        end = len(value) if end < 0 else end
        if end - sign.end() > _AROUND:
            end = value.rfind(" ", sign.end(), sign.end() + _AROUND)
            end = sign.end() + _AROUND if end < 0 else end
        yield start, end
        done = end


def is_address(name: str) -> bool:
    """Return whether a host is an IPv4 address or a number, not a name."""
    return _ADDRESS.fullmatch(name) is not None


def is_local(name: str) -> bool:
    """Return whether a name leads to the pod itself, its node or the API server."""
    return name in _LOCAL or name.startswith("kubernetes.default.svc") or name.endswith(".localhost")


def default_port(scheme: str) -> int | None:
    """Return the port of a URL that writes none."""
    return _SCHEME_PORTS.get(scheme)


def texts(resource: Resource) -> Iterator[Text]:
    """Return what a workload's containers are configured with directly, or what a ConfigMap holds."""
    if resource.kind == "ConfigMap" and resource.builtin is not None:
        for key, value in strings(resource.data.get("data")).items():
            yield Text(f"data[{key}]", value, key)
        return
    if resource.pods is None:
        return
    for container in resource.pods.all_containers:
        option = ""
        for path, word in container.words_with_paths():
            assigned = _OPTION.match(word)
            if assigned:
                yield Text(path, word[assigned.end() :], assigned[1])
            else:
                yield Text(path, word, option)
            option = word if word.startswith("-") and not assigned else ""
        for index, item in enumerate(sequence(container.data.get("env"))):
            written = mapping(item).get("value")
            if isinstance(written, str):
                yield Text(f"{container.path}.env[{index}].value", written, text(mapping(item).get("name")))


def config_maps(workload: Resource, inventory: Inventory) -> list[Resource]:
    """Return the ConfigMaps of the input that a workload mounts or takes its environment from, each once."""
    pods = workload.pods
    if pods is None:
        return []
    names: dict[str, None] = {}
    for _, volume in pods.volumes:
        names[text(mapping(volume.get("configMap")).get("name"))] = None
        for source in sequence(mapping(volume.get("projected")).get("sources")):
            names[text(mapping(mapping(source).get("configMap")).get("name"))] = None
    for container in pods.all_containers:
        for source in sequence(container.data.get("envFrom")):
            names[text(mapping(mapping(source).get("configMapRef")).get("name"))] = None
        for item in sequence(container.data.get("env")):
            reference = mapping(mapping(mapping(item).get("valueFrom")).get("configMapKeyRef"))
            names[text(reference.get("name"))] = None
    found = [inventory.find(workload, "ConfigMap", name) for name in names if name]
    return [item for item in found if item is not None]

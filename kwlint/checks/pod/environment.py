"""Environment variables: references that nothing resolves, and credentials in plain text (POD008, POD014)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.links.references import env_from
from kwlint.model.links.services import external, headless
from kwlint.model.pods import Container
from kwlint.model.project.inventory import Inventory
from kwlint.model.project.nearnames import Names
from kwlint.model.scripts.expansion import names_service, references, service_variable
from kwlint.model.scripts.shell import inline_script, program
from kwlint.model.software.credentials import announces_secret, carries_credential, is_credential
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.lazyre import pattern
from kwlint.util.record import Record
from kwlint.util.spelling import near_miss
from kwlint.util.values import mapping, sequence, text

_Services = tuple[frozenset[str], Names]
_NO_SERVICES: _Services = (frozenset(), Names(()))
_VARIABLE = pattern(r"[A-Z_][A-Z0-9_]*")
_SCRIPT = pattern(r"\n|;|\||&&|`")
_COMMAND_OPTIONS = frozenset({"-c", "-ec", "-ce", "-lc", "-exc", "-xc", "-xec", "-euc", "-uec", "-eu"})


class Environment(Record):
    """The variables of a container: those of env with their index, those of envFrom, and whether there may be more.

    ``services`` are what variables of Services begin with, which are there with ``links``; ``known`` are all names.
    """

    env: dict[str, int]
    sources: frozenset[str]
    services: frozenset[str]
    near_services: Names
    links: bool
    open: bool
    known: Names

    def has(self, name: str) -> bool:
        """Return whether a variable is or may be set before those of env are."""
        if name in self.sources or name.startswith("KUBERNETES_"):
            return True
        service = names_service(name) if self.links else ""
        if not service:
            return False
        # Services live in other places than one repository; only a near miss of one that is known tells.
        return service in self.services or (
            not name.endswith("_PORT") and near_miss(service, self.near_services.around(service)) is None
        )


def env_order(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD008: `$(NAME)` that the kubelet leaves as it is, because NAME is defined later or not at all."""
    pods = workload.pods
    if pods is None:
        return
    for container in pods.all_containers:
        texts = list(_texts(container))
        if not any("$(" in value for _, value, _, _ in texts):
            continue
        services = context.inventory.index(_service_names).get(
            context.inventory.namespace_of(workload), _NO_SERVICES
        )
        links = pods.spec.get("enableServiceLinks") is not False
        environment = _environment(workload, container, services, links, context.inventory)
        for path, value, script, index in texts:
            for name in dict.fromkeys(found.name for found in references(value)):
                if name in context.inventory.variables:
                    continue
                yield from _unresolved(workload, container, environment, name, path, script, index)


def _service_names(inventory: Inventory) -> dict[str, _Services]:
    """Return what variables of the Services of each namespace begin with; only those with a cluster IP have any."""
    found: dict[str, set[str]] = {}
    for service in inventory.of_kind("Service"):
        if not headless(service) and not external(service):
            found.setdefault(inventory.namespace_of(service), set()).add(service_variable(service.name, ""))
    return {namespace: (frozenset(names), Names(sorted(names))) for namespace, names in found.items()}


def _texts(container: Container) -> Iterator[tuple[str, str, bool, int | None]]:
    """Yield (path, text, whether it is a shell script, index in env) of all that the kubelet expands."""
    for index, item in enumerate(sequence(container.data.get("env"))):
        value = text(mapping(item).get("value"))
        if value:
            yield f"{container.path}.env[{index}].value", value, bool(_SCRIPT.search(value)), index
    words = container.words_with_paths()
    plain = [word for _, word in words]
    run = program(plain)
    at = inline_script(plain, run.at) if run is not None else None
    for number, (path, word) in enumerate(words):
        script = number == at or "\n" in word or (number > 0 and plain[number - 1] in _COMMAND_OPTIONS)
        yield path, word, script, None


def _environment(
    workload: Resource, container: Container, services: _Services, links: bool, inventory: Inventory
) -> Environment:
    env: dict[str, int] = {}
    for index, item in enumerate(sequence(container.data.get("env"))):
        env.setdefault(text(mapping(item).get("name")), index)
    names, unknown = env_from(container, workload, inventory)
    known = Names(item for item in (*env, *names) if item)
    return Environment(env, names, *services, links, unknown, known)


def _unresolved(
    workload: Resource,
    container: Container,
    environment: Environment,
    name: str,
    path: str,
    script: bool,
    index: int | None,
) -> Iterator[Problem]:
    if environment.has(name):
        return
    defined = environment.env.get(name)
    left = f"so the text `$({name})` stays in the value"
    if defined is not None:
        if index is None or defined < index:
            return
        if defined == index:
            message = f"`$({name})` refers to the variable itself, and what the image sets is not visible here, {left}"
            yield workload.problem(path, message)
            return
        yield workload.problem(
            path,
            f"`$({name})` refers to a variable that is defined after this one, and only those before it are known, {left}",
            [
                Note(
                    workload, f"{container.path}.env[{defined}].name", f"`{name}` is defined here; move it up"
                )
            ],
        )
        return
    if environment.open:
        return
    own = sequence(container.data.get("env"))[index] if index is not None else None
    known = environment.known.around(name)
    miss = near_miss(name, [item for item in known if item != text(mapping(own).get("name"))])
    if not _VARIABLE.fullmatch(name) or (script and miss is None):
        return
    message = f"the container `{container.name}` has no variable `{name}`"
    hint = f"; did you mean `{miss}`?" if miss else ""
    yield workload.problem(
        path, f"{message}, {left if index is not None else left.replace('value', 'argument')}{hint}"
    )


def secret_in_env(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD014: a credential as the literal value of a variable. Its value is in no message."""
    pods = workload.pods
    for container in pods.all_containers if pods is not None else ():
        env = sequence(container.data.get("env"))
        paired = any(
            text(mapping(item).get("name")).upper().endswith(("SECRET_KEY", "SECRET_ACCESS_KEY"))
            for item in env
        )
        for index, item in enumerate(env):
            name, value = text(mapping(item).get("name")), text(mapping(item).get("value"))
            if not value:
                continue
            # Beside a secret key the access key is the name that goes with it.
            if (
                name.upper().endswith("ACCESS_KEY")
                and not name.upper().endswith("SECRET_ACCESS_KEY")
                and paired
            ):
                continue
            if (
                announces_secret(name)
                and is_credential(value)
                and not context.inventory.named("Secret", value)
            ):
                what = "holds a credential in plain text"
            elif carries_credential(value):
                what = (
                    "holds a URL with a password" if "://" in value else "holds a key or token in plain text"
                )
            else:
                continue
            yield workload.problem(
                f"{container.path}.env[{index}].value",
                f"`{name}` {what}, which everybody can read who may read this {workload.kind} or the repository; "
                "take it from a Secret with `valueFrom.secretKeyRef`",
            )

"""What happens when a container stops (POD004)."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.model.scripts.shell import commands, inline_script, program
from kwlint.rule import Context, Note, Problem, Resource
from kwlint.util.lazyre import pattern
from kwlint.util.values import integer, mapping, sequence

_GRACE = 30
_TIME = pattern(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+|infinity|inf)([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def pre_stop_eats_grace(workload: Resource, context: Context) -> Iterator[Problem]:
    """POD004: a preStop handler that sleeps as long as the pod has to end.

    Source: killContainer in pkg/kubelet/kuberuntime/kuberuntime_container.go. A sleep action that is longer than the
    grace period is refused (validateSleepAction).
    """
    pods = workload.pods
    if pods is None:
        return
    written = integer(pods.spec.get("terminationGracePeriodSeconds"))
    grace = _GRACE if written is None else written
    for container in pods.main_containers:
        hook = mapping(mapping(container.data.get("lifecycle")).get("preStop"))
        path = f"{container.path}.lifecycle.preStop"
        action = integer(mapping(hook.get("sleep")).get("seconds"))
        if action is not None:
            if action != grace or action == 0:
                continue
            place, seconds = f"{path}.sleep.seconds", float(action)
        else:
            words = [
                word for word in sequence(mapping(hook.get("exec")).get("command")) if isinstance(word, str)
            ]
            place, seconds = f"{path}.exec.command", _slept(tuple(words))
            if seconds < grace or not seconds:
                continue
        has = f"{grace} s" if written is not None else f"{grace} s (the default)"
        field = f"{pods.spec_path}.terminationGracePeriodSeconds"
        yield workload.problem(
            place,
            f"preStop sleeps {_said(seconds)} and `terminationGracePeriodSeconds` is {has}, so the container `{container.name}` "
            "gets its SIGTERM when its time is over and is killed 2 s later, in the middle of its work",
            [Note(workload, field, f"{has} for preStop and the end together")],
        )


def _slept(words: tuple[str, ...]) -> float:
    """Return for how many seconds a command sleeps for certain: its sleeps one after the other, not those of loops."""
    run = program(words)
    if run is None or run.timed:
        return 0
    if run.name == "sleep":
        return _seconds(words[run.at + 1 :])
    script = inline_script(words, run.at)
    if script is None:
        return 0
    total = 0.0
    for command in commands(words[script]):
        inner = program(command.words)
        if inner is not None and inner.name == "sleep" and not inner.timed and command.loop is None:
            total += _seconds(command.words[inner.at + 1 :])
    return total


def _seconds(words: tuple[str, ...]) -> float:
    total = 0.0
    for word in words:
        match = _TIME.fullmatch(word)
        if match is None:
            return 0
        total += float(match[1]) * _UNITS[match[2]]
    return total


def _said(seconds: float) -> str:
    return "for ever" if seconds == float("inf") else f"{seconds:g} s"

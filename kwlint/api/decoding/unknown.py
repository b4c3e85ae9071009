"""What an unknown field was meant to be: another spelling, another place, another version, another kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kwlint.api.violations import Repair, Violation, sentence
from kwlint.util.spelling import Neighbours

if TYPE_CHECKING:
    from kwlint.api.decoding.decoder import Decoder

# What one kind calls so and its sister otherwise.
_SYNONYMS = {
    ("apps.v1.StatefulSetSpec", "strategy"): "updateStrategy",
    ("apps.v1.DaemonSetSpec", "strategy"): "updateStrategy",
    ("apps.v1.DeploymentSpec", "updateStrategy"): "strategy",
}
_SISTERS = {
    "apps.v1.DeploymentSpec": "Deployment",
    "apps.v1.StatefulSetSpec": "StatefulSet",
    "apps.v1.DaemonSetSpec": "DaemonSet",
    "apps.v1.ReplicaSetSpec": "ReplicaSet",
    "batch.v1.JobSpec": "Job",
    "batch.v1.CronJobSpec": "CronJob",
    "autoscaling.v1.HorizontalPodAutoscalerSpec": "HorizontalPodAutoscaler of autoscaling/v1",
    "autoscaling.v2.HorizontalPodAutoscalerSpec": "HorizontalPodAutoscaler of autoscaling/v2",
}
_FEW = 8


# How good a place for an unknown field is, the best first.
_UP, _DOWN, _BESIDE, _FURTHER_UP, _FURTHER_DOWN, _NOWHERE = range(6)


class Fault:
    """A violation on its way up from the value where it was found: ``path`` grows by a step a level.

    ``field`` is the name of an unknown field that has no near match here; ``home`` is then the path of the
    best place for it that is known so far, ``rank`` how good that is, ``kin`` what to say when there is none.
    """

    __slots__ = ("code", "field", "home", "kin", "level", "message", "path", "rank", "refused", "repair")

    def __init__(
        self, code: str, message: str, repair: Repair | None = None, path: str = "", refused: bool = True
    ) -> None:
        self.code = code
        self.message = message
        self.repair = repair
        self.path = path
        self.refused = refused
        self.field = ""
        self.home = ""
        self.rank = _NOWHERE
        self.level = 0
        self.kin = ""

    def enclose(self, key: str) -> None:
        """Put a field in front of the path."""
        self.path = joined(key, self.path)
        if self.rank != _NOWHERE:
            self.home = joined(key, self.home)

    def enclose_item(self, key: str) -> None:
        """Put a list index or a map key in front of the path."""
        self.enclose(f"[{key}]")

    def offer(self, home: str | None, rank: int) -> None:
        """Take a place for the unknown field if it is better than what is known."""
        if home is not None and rank < self.rank:
            self.home = home
            self.rank = rank

    def violation(self) -> Violation:
        """Return the violation; the path is then that from the document's root."""
        message = self.message
        if self.rank != _NOWHERE:
            message += f"; it belongs under `{self.home}`" if self.home else "; it belongs at the top level"
        elif self.kin:
            message += f"; {self.kin}"
        on_key = self.code in ("API001", "API012")
        message = sentence(self.path, message)
        return Violation(self.code, self.path, message, self.refused, on_key, self.repair)


def joined(key: str, path: str) -> str:
    """Return a path with a step before it."""
    if not path:
        return key
    return key + path if path[0] == "[" else f"{key}.{path}"


class Homes:
    """Finds places for the unknown fields in and below one definition."""

    __slots__ = ("_decoder", "_definition", "_spellings")

    def __init__(self, decoder: Decoder, definition: str) -> None:
        self._decoder = decoder
        self._definition = definition
        self._spellings = Spellings(decoder.fields(definition))

    def unknown(self, key: str, value: dict[str, Any]) -> Fault:
        """Return the fault of a key that the definition does not have; ``value`` is the mapping around it."""
        fields = self._decoder.fields(self._definition)
        span = self._decoder.spans(self._definition).get(key)
        if span is not None:
            return Fault("API012", self._other_version(key, span), path=key)
        meant = _SYNONYMS.get((self._definition, key)) or self._spellings.nearest(key)
        if meant:
            repair = Repair("rename-key", meant) if self._determined(key, meant, value) else None
            return Fault("API001", f"unknown field `{key}`; did you mean `{meant}`?", repair, key)
        fault = Fault("API001", f"unknown field `{key}`", path=key)
        fault.field = key
        fault.offer(self._below(key), _DOWN)
        fault.offer(self._below(key, deep=True), _FURTHER_DOWN)
        fault.kin = self._kin(key)
        if not fault.kin and 0 < len(fields) <= _FEW:
            fault.kin = "the fields here are " + ", ".join(f"`{field}`" for field in fields)
        return fault

    def _determined(self, key: str, meant: str, value: dict[str, Any]) -> bool:
        """Return whether a key can only be the field meant: no other key is it too, and the field takes its value.

        What a sister kind calls otherwise must fit as a whole, since the sisters differ in more than the name.
        """
        fields = self._decoder.fields(self._definition)
        if not self._spellings.only(key, meant, value):
            return False
        faults = self._decoder.faults(fields[meant], value[key])
        if (self._definition, key) in _SYNONYMS:
            kind = value[key].get("type") if isinstance(value[key], dict) else None
            return not faults and kind in (None, "RollingUpdate")
        return all(fault.path or fault.repair for fault in faults)

    def enclose(self, fault: Fault, key: str) -> None:
        """Put the field in front of a fault's path, and look here for a place for what is unknown below."""
        fault.enclose(key)
        if fault.field:
            if fault.field in self._decoder.fields(self._definition):
                fault.offer("", _FURTHER_UP if fault.level else _UP)
            fault.offer(self._below(fault.field, but=key), _BESIDE)
            fault.level += 1

    def _other_version(self, key: str, span: str) -> str:
        target = f"the target is 1.{self._decoder.minor}"
        first, _, last = span.partition("|")[0].partition(" ")[2].partition("-")
        if first and self._decoder.minor < int(first):
            return f"field `{key}` exists only since Kubernetes 1.{first}; {target}"
        return f"field `{key}` exists only up to Kubernetes 1.{last}; {target}"

    def _below(self, key: str, but: str = "", deep: bool = False) -> str | None:
        """Return the path of a field whose definition has the key, two levels down if ``deep``."""
        found = None
        fields = self._decoder.fields(self._definition)
        for field, expected in sorted(fields.items(), key=lambda item: ("[]" in item[1], len(item[0]))):
            if field in ("status", but):
                continue
            definition = expected.removeprefix("[]")
            if key in (fields := self._decoder.fields(definition)):
                if not deep:
                    return field + "[]" * (definition != expected)
            if deep and found is None and fields:
                below = Homes(self._decoder, definition)._below(key)
                if below is not None:
                    found = joined(field + "[]" * (definition != expected), below)
        return found

    def _kin(self, key: str) -> str:
        own = _SISTERS.get(self._definition)
        if own is None:
            return ""
        owners = [
            kind
            for name, kind in _SISTERS.items()
            if name != self._definition and key in self._decoder.fields(name)
        ]
        return f"a {own} has none (a {owners[0]} has)" if owners else ""


class Spellings:
    """Names that others may be misspelt forms of, indexed when the first other one is met."""

    __slots__ = ("_by_case", "_claims", "_known", "_neighbours", "_value")

    def __init__(self, known: Iterable[str]) -> None:
        self._known = known if isinstance(known, dict) else dict.fromkeys(known)
        self._by_case: dict[str, list[str]] = {}
        self._neighbours: Neighbours | None = None
        self._value: dict[str, Any] | None = None
        self._claims: dict[str, int] = {}

    def nearest(self, key: str) -> str | None:
        """Return the one name that the key is but for letter case, or a letter off; None if there are more."""
        if self._neighbours is None:
            for name in self._known:
                self._by_case.setdefault(name.lower(), []).append(name)
            self._neighbours = Neighbours(self._known)
        lowered = key.lower()
        same = self._by_case.get(lowered, ())
        if len(same) == 1:
            return same[0]
        if same or len(key) < 3:
            return None
        near = [name for name in self._neighbours.of(key) if one_letter_off(lowered, name.lower())]
        return near[0] if len(near) == 1 else None

    def only(self, key: str, meant: str, value: dict[str, Any]) -> bool:
        """Return whether no key of a mapping but this one is the name meant, or nearest to it."""
        if self._value is not value:
            # Counted once for all unknown keys of the mapping.
            self._value, self._claims = value, {}
            for other in value:
                claimed = other if other in self._known else self.nearest(other)
                if claimed is not None:
                    self._claims[claimed] = self._claims.get(claimed, 0) + 1
        own = meant == (key if key in self._known else self.nearest(key))
        return self._claims.get(meant, 0) == own


def nearest(key: str, known: Iterable[str]) -> str | None:
    """Return the one name that the key is but for letter case, or a letter off; None if there are more."""
    return Spellings(known).nearest(key)


def one_letter_off(left: str, right: str) -> bool:
    """Return whether adding, omitting or changing a letter, or swapping two, makes one of the other."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    if (
        left[start + 1 :] == right[start + 1 :]
        or left[start + 1 :] == right[start:]
        or left[start:] == right[start + 1 :]
    ):
        return True
    swapped = left[start + 1 : start + 2] + left[start : start + 1] + left[start + 2 :]
    return len(left) == len(right) and swapped == right[start:]

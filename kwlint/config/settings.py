"""Settings: the configuration resolved against the catalogue, for a whole run and for each file."""

from __future__ import annotations

import os
from typing import Any

from kwlint.api import NEWEST, OLDEST
from kwlint.catalog.catalog import Catalog
from kwlint.config.config import Config
from kwlint.config.ignore import Ignores
from kwlint.errors import ConfigError, KwlintError
from kwlint.model.kinds import KINDS
from kwlint.syntax.limits import Limits
from kwlint.util.characters import shortened
from kwlint.util.lazyre import pattern
from kwlint.util.memory import documents_memory
from kwlint.util.record import Record
from kwlint.util.spelling import near_miss

# What tells that input could not be read, or that kwlint failed, is on unless it is turned off by name.
ALWAYS_ON = frozenset({"YAML001", "YAML002", "YAML003", "YAML004", "KW003"})
# What tells that kwlint failed is on whatever anybody says, as its exit code is.
NEVER_OFF = frozenset({"KW003"})
# What is advice as long as objects may live elsewhere.
ON_WHEN_CERTAIN = frozenset({"REF003"})
_VERSION = pattern(r"v?1\.([0-9]{1,4})(?:\.[0-9]+)?")


class Selection(Record):
    """The rules that are on, their severities where those differ from the catalogue's, and their options.

    ``advice`` says whether the cases of a more severe rule that are only advice are reported: as rules that are
    advice, they are off unless the strict preset, or the rule's name, turns them on. ``raised`` are rules that are on
    only for those of their findings that are more severe than the rule.
    """

    codes: frozenset[str]
    severities: dict[str, str]
    options: dict[str, dict[str, Any]]
    advice: bool = True
    raised: frozenset[str] = frozenset()


class PathSettings(Record):
    """What the files of a pattern have of their own: rules that are off, and severities."""

    pattern: Ignores
    ignore: frozenset[str]
    severities: dict[str, str]


class Settings(Record):
    """What a run does: the rules, the target versions (minor numbers, highest first), limits and patterns."""

    selection: Selection
    minors: tuple[int, ...]
    limits: Limits
    exclude: tuple[str, ...]
    complete: bool
    external: tuple[str, ...]
    crds: tuple[str, ...]
    per_path: tuple[PathSettings, ...]
    folder: str

    def adjust(self, file: str, code: str) -> tuple[bool, str | None]:
        """Return whether a rule is on for a file, and its severity there where that is set."""
        severity: str | None = None
        relative = os.path.relpath(os.path.abspath(file), self.folder).replace(os.sep, "/")
        for entry in self.per_path:
            if entry.pattern.excludes(relative):
                if code in entry.ignore and code not in NEVER_OFF:
                    return False, None
                severity = entry.severities.get(code, severity)
        return True, severity


def resolve(config: Config, catalog: Catalog, compared: bool = False) -> Settings:
    """Return the settings of a configuration; ``compared`` says that the run knows a past.

    Raises KwlintError for names and versions that do not exist.
    """
    codes = _codes(config, catalog)
    raised: frozenset[str] = frozenset()
    if compared:
        raised = _more_with_certainty(config, catalog) - codes - _expand("ignore", config, catalog)
    return Settings(
        Selection(
            codes | raised,
            _severities(config["severity"], ("severity",), config, catalog),
            _options(config, catalog),
            advice=bool(config["select"]) or config["preset"] == "strict",
            raised=raised,
        ),
        _minors(config),
        Limits(**{"memory": documents_memory(), **config["limits"]}),
        tuple(config["exclude"]),
        config["complete"],
        _external(config),
        _crds(config),
        tuple(_per_path(config, catalog)),
        config.folder,
    )


def _external(config: Config) -> tuple[str, ...]:
    for index, entry in enumerate(config["external"]):
        kind = entry.partition("/")[0]
        # A kind that is nearly a built-in one is none of somebody's own.
        miss = near_miss(kind, KINDS) if kind not in KINDS and not set(kind) & set("*?[") else None
        if miss is not None:
            place = config.place("external", index)
            raise ConfigError(place, f"there is no kind `{kind}`", f"did you mean `{miss}`?")
    return tuple(config["external"])


def _crds(config: Config) -> tuple[str, ...]:
    paths = tuple(os.path.join(config.folder, path) for path in config["crds"])
    for index, path in enumerate(paths):
        if not os.path.exists(path):
            place = config.place("crds", index)
            raise ConfigError(place, f"there is no file or folder {shortened(os.path.relpath(path), 200)}")
        if os.path.realpath(path) == os.path.abspath(os.sep):
            place = config.place("crds", index)
            raise ConfigError(place, f"{path} is the root of the file system", "name the folder of the CRDs")
    return paths


def _codes(config: Config, catalog: Catalog) -> frozenset[str]:
    if config["select"]:
        codes = _expand("select", config, catalog)
        if config.origins["preset"] == "command line":
            codes |= catalog.preset(config["preset"])
    else:
        codes = catalog.preset(config["preset"])
    codes |= ALWAYS_ON & set(catalog.rules)
    if config["complete"]:
        codes |= _more_with_certainty(config, catalog)
    return frozenset(codes - _expand("ignore", config, catalog)) | NEVER_OFF & set(catalog.rules)


def _more_with_certainty(config: Config, catalog: Catalog) -> frozenset[str]:
    """Return the rules that are on where it is certain that something does not live elsewhere, but for a chosen few."""
    return frozenset() if config["select"] else ON_WHEN_CERTAIN & set(catalog.rules)


def _expand(key: str, config: Config, catalog: Catalog) -> set[str]:
    return {
        code
        for index, word in enumerate(config[key])
        for code in catalog.expand([word], config.place(key, index))
    }


def _severities(
    values: dict[str, str], steps: tuple[str, ...], config: Config, catalog: Catalog
) -> dict[str, str]:
    found: dict[str, str] = {}
    for word, severity in values.items():
        for code in catalog.expand([word], config.place(*steps, word, on_key=True)):
            found[code] = severity
    return found


def _options(config: Config, catalog: Catalog) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for word, options in config["rules"].items():
        place = config.place("rules", word, on_key=True)
        facts = catalog.find(word)
        if facts is None:
            raise KwlintError(f"{place}: there is no rule `{shortened(word)}`", catalog.suggestion(word))
        for name, value in options.items():
            schema = facts.options.get(name)
            if schema is None:
                miss = near_miss(name, facts.options)
                known = ", ".join(facts.options) or "none"
                raise ConfigError(
                    config.place("rules", word, name, on_key=True),
                    f"rule {facts.code} has no option `{shortened(name)}`",
                    f"did you mean `{miss}`?" if miss else f"its options: {known}",
                )
            import jsonschema

            error = next(jsonschema.Draft202012Validator(schema).iter_errors(value), None)
            if error is not None:
                raise ConfigError(
                    config.place("rules", word, name),
                    f"option `{name}` of rule {facts.code}: {shortened(error.message, 200)}",
                )
        found[facts.code] = options
    return found


def _minors(config: Config) -> tuple[int, ...]:
    if config["targets"] and config.origins["kubernetes-version"] != "command line":
        low, high = (_minor(text, "targets", config) for text in config["targets"])
        if low > high:
            raise ConfigError(config.place("targets"), f"the range 1.{low} to 1.{high} is empty")
        return tuple(range(high, low - 1, -1))
    return (_minor(config["kubernetes-version"], "kubernetes-version", config),)


def _minor(text: str, key: str, config: Config) -> int:
    match = _VERSION.fullmatch(text)
    if match is None or not OLDEST <= int(match[1]) <= NEWEST:
        raise ConfigError(
            config.place(key),
            f"Kubernetes {shortened(text)} is not known",
            f"known are 1.{OLDEST} to 1.{NEWEST}",
        )
    return int(match[1])


def _per_path(config: Config, catalog: Catalog) -> list[PathSettings]:
    if not config["per-path"]:
        return []
    return [
        PathSettings(
            Ignores([pattern]),
            frozenset(
                code
                for index, word in enumerate(values.get("ignore", ()))
                for code in catalog.expand([word], config.place("per-path", pattern, "ignore", index))
            ),
            _severities(values.get("severity", {}), ("per-path", pattern, "severity"), config, catalog),
        )
        for pattern, values in config["per-path"].items()
    ]

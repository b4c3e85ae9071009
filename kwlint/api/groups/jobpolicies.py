"""What the API server says to the policies of a Job: when its pods failed for good, and when it has succeeded.

Upstream: validatePodFailurePolicy and validateSuccessPolicy in pkg/apis/batch/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from kwlint.api.formats.names import label_key_fault
from kwlint.api.violations import Violations, quoted
from kwlint.util.literals import atoi
from kwlint.util.values import int_or_zero, mapping, mappings, sequence, text

_CRON_JOB_STATUS_SINCE = 34  # the status is True if unset, which in a CronJob's template was forgotten before
_ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"]
_ACTIONS_SINCE = {"FailIndex": 28}
_STATUSES = ["False", "True", "Unknown"]
_MOST_RULES = 20
_MOST_EXIT_CODES = 255
_MOST_CONDITIONS = 20
_LONGEST_INDEXES = 64 * 1024


def validate_pod_failure_policy(
    policy: dict[str, Any], spec: dict[str, Any], in_cron_job: bool, path: str, v: Violations
) -> None:
    """Check the ``podFailurePolicy`` of the spec of a Job or a CronJob's template (validatePodFailurePolicy)."""
    rules = mappings(policy.get("rules"))
    if len(rules) > _MOST_RULES:
        v.too_long(f"{path}.rules", f"must have at most {_MOST_RULES} rules, and has {len(rules)}")
    pod = mapping(mapping(spec.get("template")).get("spec"))
    names = {
        text(container.get("name"))
        for field in ("containers", "initContainers")
        for container in mappings(pod.get(field))
    }
    actions = v.known(_ACTIONS, _ACTIONS_SINCE)
    for index, rule in enumerate(rules):
        at = f"{path}.rules[{index}]"
        action = text(rule.get("action"))
        if not action:
            v.required(f"{at}.action", f"must be one of {', '.join(f'`{name}`' for name in actions)}")
        elif action not in actions:
            v.unsupported(f"{at}.action", action, _ACTIONS, _ACTIONS_SINCE)
        elif action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
            v.invalid(f"{at}.action", "`FailIndex` needs `backoffLimitPerIndex` to be set")
        codes, conditions = rule.get("onExitCodes"), mappings(rule.get("onPodConditions"))
        if isinstance(codes, dict):
            _validate_exit_codes(codes, names, f"{at}.onExitCodes", v)
        if conditions:
            _validate_conditions(conditions, in_cron_job, f"{at}.onPodConditions", v)
        if isinstance(codes, dict) == bool(conditions):
            only = "only one" if conditions else "one"
            v.invalid(at, f"{only} of `onExitCodes` and `onPodConditions` must be set")


def _validate_conditions(
    conditions: list[dict[str, Any]], in_cron_job: bool, path: str, v: Violations
) -> None:
    if len(conditions) > _MOST_CONDITIONS:
        v.too_long(path, f"must have at most {_MOST_CONDITIONS} conditions, and has {len(conditions)}")
    for index, pattern in enumerate(conditions):
        kind, status = text(pattern.get("type")), text(pattern.get("status"))
        if reason := label_key_fault(kind):
            v.invalid(f"{path}[{index}].type", f"{quoted(kind)} is no type of a condition: it {reason}")
        if not status and in_cron_job and v.minor < _CRON_JOB_STATUS_SINCE:
            v.required(f"{path}[{index}].status", "must be one of `False`, `True`, `Unknown`")
        elif status and status not in _STATUSES:
            v.unsupported(f"{path}[{index}].status", status, _STATUSES)


def _validate_exit_codes(codes: dict[str, Any], names: set[str], path: str, v: Violations) -> None:
    operator = text(codes.get("operator"))
    if not operator:
        v.required(f"{path}.operator", "must be `In` or `NotIn`")
    elif operator not in ("In", "NotIn"):
        v.unsupported(f"{path}.operator", operator, ["In", "NotIn"])
    name = codes.get("containerName")
    if isinstance(name, str) and name not in names:
        listed = ", ".join(f"`{known}`" for known in sorted(names))
        v.invalid(f"{path}.containerName", f"no container is called {quoted(name)}; there are {listed}")
    values = [int_or_zero(value) for value in sequence(codes.get("values"))]
    if not values:
        v.invalid(f"{path}.values", "must have at least one exit code")
    elif len(values) > _MOST_EXIT_CODES:
        v.too_long(
            f"{path}.values", f"must have at most {_MOST_EXIT_CODES} exit codes, and has {len(values)}"
        )
    seen: set[int] = set()
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            v.invalid(f"{path}.values[{index}]", "must not be 0 when `operator` is `In`: that is success")
        if value in seen:
            v.duplicate(f"{path}.values[{index}]", f"the exit code {value} is listed twice")
        seen.add(value)
    if values != sorted(values):
        v.invalid(f"{path}.values", "the exit codes must be in ascending order")


def validate_success_policy(policy: dict[str, Any], spec: dict[str, Any], path: str, v: Violations) -> None:
    """Check the ``successPolicy`` of an indexed Job's spec (validateSuccessPolicy)."""
    rules = mappings(policy.get("rules"))
    if not rules:
        v.required(f"{path}.rules", "must have at least one rule")
    if len(rules) > _MOST_RULES:
        v.too_long(f"{path}.rules", f"must have at most {_MOST_RULES} rules, and has {len(rules)}")
    completions = spec.get("completions")
    for index, rule in enumerate(rules):
        at = f"{path}.rules[{index}]"
        count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
        if count is None and indexes is None:
            v.required(at, "`succeededCount` or `succeededIndexes` must be set")
        if not isinstance(completions, int):
            continue  # reported as missing
        total = 0
        if isinstance(indexes, str):
            if len(indexes.encode()) > _LONGEST_INDEXES:
                v.too_long(f"{at}.succeededIndexes", f"must be no longer than {_LONGEST_INDEXES} characters")
            counted = _count_indexes(indexes, completions)
            if isinstance(counted, str):
                v.invalid(f"{at}.succeededIndexes", f"{quoted(indexes)} is no list of indexes: {counted}")
            else:
                total = counted
        if isinstance(count, int):
            if count < 0:
                v.invalid(f"{at}.succeededCount", f"`succeededCount` must not be negative, and is {count}")
            if count > completions:
                v.invalid(
                    f"{at}.succeededCount", f"{count} must not be greater than `completions` ({completions})"
                )
            if indexes is not None and count > total:
                v.invalid(
                    f"{at}.succeededCount",
                    f"{count} must not be greater than the number of `succeededIndexes` ({total})",
                )


def _count_indexes(written: str, completions: int) -> int | str:
    """Return how many indexes a list such as ``1,3-5`` has, or what is wrong with it (validateIndexesFormat)."""
    if not written:
        return 0
    total, last = 0, -1
    for part in written.split(","):
        limits = part.split("-")
        if len(limits) > 2:
            return f"{quoted(part)} has more than one hyphen"
        bounds = []
        for limit in limits:
            number = atoi(limit)
            if number is None or limit[0] == "-":
                return f"{quoted(limit)} is no number"
            if number >= completions:
                return f"{limit} is not below `completions` ({completions})"
            bounds.append(number)
        if bounds[0] >= bounds[-1] and len(bounds) > 1:
            return f"{quoted(part)} does not ascend"
        if bounds[0] <= last:
            return f"{bounds[0]} does not come after {last}"
        last = bounds[-1]
        total += last - bounds[0] + 1
    return total

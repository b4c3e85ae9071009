"""Checks of what roles allow and to whom cluster-admin is given."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.rule import Context, Problem, Resource
from kwlint.util.record import Record
from kwlint.util.values import mapping, sequence, text

_READING = ("get", "list", "watch")
# What makes pods, by API group.
_POD_MAKERS = {
    "": ("pods", "replicationcontrollers"),
    "apps": ("deployments", "statefulsets", "daemonsets", "replicasets"),
    "batch": ("jobs", "cronjobs"),
}


class _Rule(Record):
    path: str
    groups: list[str]
    resources: list[str]
    verbs: list[str]
    names: list[str]
    urls: list[str]

    def verb(self, *wanted: str) -> str:
        """Return the first of the verbs that the rule allows; empty where it allows none."""
        return next((verb for verb in ("*", *wanted) if verb in self.verbs), "")

    def covers(self, group: str) -> bool:
        return "*" in self.groups or group in self.groups


def _rules(role: Resource) -> Iterator[_Rule]:
    for index, item in enumerate(sequence(role.data.get("rules"))):
        rule = mapping(item)
        fields = [
            [text(word) for word in sequence(rule.get(field))]
            for field in ("apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs")
        ]
        yield _Rule(f"rules[{index}]", *fields)


def rbac_wildcard(role: Resource, context: Context) -> Iterator[Problem]:
    """SEC302: `*` in a rule."""
    meanings = {
        "apiGroups": "all API groups, those of the future too",
        "resources": "all resources of these groups, those of the future too",
        "verbs": "all verbs, escalate, bind and impersonate too",
        "nonResourceURLs": "all paths of the API server",
    }
    for rule in _rules(role):
        lists = (rule.groups, rule.resources, rule.verbs, rule.urls)
        for (field, meaning), words in zip(meanings.items(), lists, strict=True):
            if "*" in words:
                yield role.problem(
                    f"{rule.path}.{field}[{words.index('*')}]",
                    f"`*` in `{field}` allows {meaning}; list what is needed",
                )


def secrets_readable(role: Resource, context: Context) -> Iterator[Problem]:
    """SEC304: any Secret can be read."""
    for rule in _rules(role):
        verb = rule.verb(*_READING)
        if not verb or rule.names or not rule.covers(""):
            continue
        index = next((at for at, name in enumerate(rule.resources) if name in ("secrets", "*")), None)
        if index is not None:
            where = "of its namespace" if role.kind == "Role" else "of every namespace it is bound for"
            yield role.problem(
                f"{rule.path}.resources[{index}]",
                f'{role.title} lets its subjects read all Secrets {where} (verb "{verb}"); narrow it with `resourceNames`',
            )


def pods_creatable(role: Resource, context: Context) -> Iterator[Problem]:
    """SEC305: pods can be made, directly or through a workload."""
    for rule in _rules(role):
        # Requests to create have no name yet, so a rule with names never allows them.
        # Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources.
        if not rule.verb("create") or rule.names:
            continue
        makers = {name for group, names in _POD_MAKERS.items() if rule.covers(group) for name in names}
        index = next(
            (at for at, name in enumerate(rule.resources) if name in makers or (name == "*" and makers)), None
        )
        if index is not None:
            name = rule.resources[index]
            yield role.problem(
                f"{rule.path}.resources[{index}]",
                f"{role.title} lets its subjects create {'everything' if name == '*' else name}, and who makes pods reads "
                "each Secret and uses each ServiceAccount of the namespace",
            )


def cluster_admin_binding(binding: Resource, context: Context) -> Iterator[Problem]:
    """SEC303: cluster-admin is given to someone."""
    role = mapping(binding.data.get("roleRef"))
    if role.get("kind") != "ClusterRole" or role.get("name") != "cluster-admin":
        return
    subjects = [mapping(item) for item in sequence(binding.data.get("subjects"))]
    # The API server's own binding: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles.
    if subjects and all(item.get("name") == "system:masters" for item in subjects):
        return
    named = (
        ", ".join(f"{text(item.get('kind'))} `{text(item.get('name'))}`" for item in subjects) or "nobody yet"
    )
    what = (
        "everything in the cluster" if binding.kind == "ClusterRoleBinding" else "everything in its namespace"
    )
    yield binding.problem(
        "roleRef.name", f"`cluster-admin` allows {what} to {named}; bind a role with what is needed"
    )

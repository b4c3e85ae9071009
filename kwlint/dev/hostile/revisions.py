"""Hostile repositories for --since: what their configuration, hooks, filters, remotes and trees would execute or write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kwlint.dev.hostile.case import Case, Make
from kwlint.dev.hostile.pieces import CONFIG_MAP, DEPLOYMENT, TEXTS, also, marked, text_of
from kwlint.dev.hostile.processes import killed

_RUN = 'sh -c "touch $MARK" --'
_REVISIONS = (
    "--help", "-x", "--git-path", "--output=x", "HEAD~9", "HEAD:a.yaml", "HEAD^{tree}", "@{u}", "", "..", "HEAD..HEAD",
    "HEAD@{99999999999999}", "a" * 40, "x y", "$(touch $MARK)", "`touch $MARK`", ";touch x", "refs/heads/*", "^HEAD", ":/msg",
    "é", "\udcff", "--all", "--local-env-vars", "--is-inside-work-tree", "--since=1", "--exec=touch", "a" * 100_000,
    "HEAD^{/x}", "HEAD^{commit}^{commit}", "../HEAD", "/etc/passwd", "\n", "HEAD\nHEAD",
)  # fmt: skip
_SETTINGS = {
    "fsmonitor": [("core.fsmonitor", "touch $MARK #")],
    "a path of hooks": [("core.hooksPath", "hooks")],
    "a smudge filter": [("filter.x.smudge", "touch $MARK; cat"), ("filter.x.required", "true")],
    "a process filter": [("filter.x.process", "touch $MARK")],
    "a clean filter": [("filter.x.clean", "touch $MARK; cat")],
    "an alias": [("alias.rev-parse", "!touch $MARK"), ("alias.cat-file", "!touch $MARK")],
    "a pager": [("core.pager", "touch $MARK"), ("pager.cat-file", "touch $MARK"), ("pager.ls-tree", "touch $MARK")],
    "an editor and ssh": [("core.editor", "touch $MARK"), ("core.sshCommand", _RUN), ("core.gitProxy", "touch $MARK")],
    "textconv": [("diff.x.textconv", "touch $MARK"), ("diff.external", "touch $MARK")],
    "an included file": [("include.path", "../evil.config")],
    "an included file by its folder": [("includeIf.gitdir:**.path", "../evil.config")],
    "a promisor with uploadpack": [("extensions.partialClone", "evil"), ("core.repositoryformatversion", "1"), ("remote.evil.promisor", "true"), ("remote.evil.url", "./nope"), ("remote.evil.uploadpack", _RUN)],
    "a promisor with ssh": [("extensions.partialClone", "evil"), ("core.repositoryformatversion", "1"), ("remote.evil.promisor", "true"), ("remote.evil.url", "ssh://h/x"), ("core.sshCommand", _RUN)],
    "a promisor with a helper": [("extensions.partialClone", "evil"), ("core.repositoryformatversion", "1"), ("remote.evil.promisor", "true"), ("remote.evil.url", "ext::sh -c touch% $MARK"), ("protocol.ext.allow", "always")],
    "alternate refs": [("core.alternateRefsCommand", "touch $MARK #")],
    "a work tree elsewhere": [("core.worktree", "/etc")],
    "credentials": [("credential.helper", "!touch $MARK")],
    "signatures": [("gpg.program", "touch"), ("log.showSignature", "true")],
    "attributes": [("core.attributesFile", "/dev/zero")],
    "excludes": [("core.excludesFile", "/dev/zero")],
    "an encoding": [("i18n.logOutputEncoding", "x"), ("core.quotePath", "false")],
    "garbage": [("core.bare", "perhaps")],
}  # fmt: skip


def git(folder: Path, *arguments: str, content: bytes | None = None) -> str:
    """Run git in a folder without a configuration of its own, and return what it says."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nowhere",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{who}_{what}": "a@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=content,
        capture_output=True,
        check=True,
        env=environment,
    )
    return done.stdout.decode().strip()


def repository(folder: Path) -> None:
    """Make a repository whose newest commit brings an error."""
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.yaml").write_text(CONFIG_MAP)
    (folder / ".gitattributes").write_text("*.yaml filter=x diff=x\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    git(folder, "branch", "before")
    (folder / "b.yaml").write_text(DEPLOYMENT)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "two")


def _set(settings: list[tuple[str, str]]) -> Make:
    def make(folder: Path) -> None:
        mark = marked(folder)
        for key, value in settings:
            git(folder, "config", key, value.replace("$MARK", mark))
        (folder / "evil.config").write_text(
            f"[core]\n\tfsmonitor = touch {mark} #\n\tsshCommand = touch {mark} #\n"
        )
        (folder / "hooks").mkdir(exist_ok=True)
        _hooks(folder, "hooks")

    return make


def _hooks(folder: Path, where: str) -> None:
    names = (
        "post-index-change",
        "post-checkout",
        "pre-commit",
        "reference-transaction",
        "fsmonitor-watchman",
        "update",
        "post-merge",
    )
    (folder / where).mkdir(exist_ok=True)
    for name in names:
        (folder / where / name).write_text(f"#!/bin/sh\ntouch {marked(folder)}\n")
        (folder / where / name).chmod(0o755)


def _unreachable(folder: Path) -> None:
    """Take the objects of the older commit away, so that git wants to fetch them."""
    for entry in (folder / ".git" / "objects").rglob("*"):
        if entry.is_file():
            entry.unlink()


def _embedded(settings: str) -> Make:
    """Return what puts a bare repository, as ordinary files, into a folder of the repository."""

    def make(folder: Path) -> None:
        inner = folder / "manifests"
        (inner / "objects").mkdir(parents=True)
        (inner / "refs" / "remotes" / "origin").mkdir(parents=True)
        (inner / "objects" / ".keep").write_text("")
        (inner / "HEAD").write_text("ref: refs/heads/main\n")
        (inner / "refs" / "remotes" / "origin" / "main").write_text("1234567890" * 4 + "\n")
        (inner / "config").write_text(
            "[core]\n\trepositoryformatversion = 1\n\tbare = false\n\tworktree = ../\n[extensions]\n\tpartialClone = evil\n"
            f'[remote "evil"]\n\tpromisor = true\n\turl = ./nope\n{settings.replace("$MARK", marked(folder))}'
        )
        (inner / "a.yaml").write_text(DEPLOYMENT)
        git(folder, "add", "-A", "-f")
        git(folder, "commit", "-qm", "three")
        git(folder, "branch", "origin/main", "before")

    return make


def _tree(lines: Callable[[str, str], str]) -> Make:
    """Return what makes a commit of a tree that git itself would not make."""

    def make(folder: Path) -> None:
        blob = git(folder, "hash-object", "-w", "--stdin", content=CONFIG_MAP.encode())
        link = git(folder, "hash-object", "-w", "--stdin", content=b"/etc/passwd")
        tree = bytearray()
        for line in lines(blob, link).splitlines():
            mode, kind, name = line.split(" ", 2)
            tree += f"{mode} ".encode() + name.encode() + b"\0" + bytes.fromhex(kind)
        target = git(folder, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", content=bytes(tree))
        commit = git(folder, "commit-tree", target, "-m", "evil")
        git(folder, "update-ref", "refs/heads/evil", commit)

    return make


_TREES: dict[str, Callable[[str, str], str]] = {
    "dots": lambda blob, link: f"100644 {blob} ..\n100644 {blob} .",
    "dots and a slash": lambda blob, link: f"100644 {blob} ../../evil.yaml",
    "an absolute path": lambda blob, link: f"100644 {blob} /tmp/evil.yaml",
    "git's own folder": lambda blob, link: f"100644 {blob} .git\n100644 {blob} .git/config",
    "a link out": lambda blob, link: f"120000 {link} a.yaml",
    "a link and a folder of its name": lambda blob, link: f"120000 {link} x\n100644 {blob} x/a.yaml",
    "one name twice": lambda blob, link: f"100644 {blob} a.yaml\n120000 {link} a.yaml",
    "two cases": lambda blob, link: f"100644 {blob} a.yaml\n100644 {blob} A.yaml",
    "an empty name": lambda blob, link: f"100644 {blob} ",
    "a dash": lambda blob, link: f"100644 {blob} --config=x.yaml",
    "a missing object": lambda blob, link: f"100644 {'1' * 40} a.yaml",
    "a mode of nought": lambda blob, link: f"0 {blob} a.yaml",
    "a link of ignored files": lambda blob, link: f"120000 {link} .gitignore\n100644 {blob} a.yaml",
    "a submodule": lambda blob, link: f"160000 {'2' * 40} ../evil\n160000 {'2' * 40} sub",
    "a file that ends the name": lambda blob, link: f"100644 {blob} a\x1b[31m.yaml",
}


def cases() -> Iterator[Case]:
    """Yield the cases of revisions."""
    for revision in _REVISIONS:
        yield Case(
            "revisions",
            repr(revision)[:50],
            repository,
            ("--since", revision, "."),
            isolated=False,
            as_nobody=False,
        )
    for key, text in TEXTS.items():
        yield Case(
            "revisions",
            f"text {key}",
            repository,
            ("--since", text, "."),
            isolated=False,
            exits=frozenset({2}),
            as_nobody=False,
        )
    for name, settings in _SETTINGS.items():
        for arguments in (
            ("--since", "before", "."),
            ("--since", "before", "b.yaml"),
            ("--since", "nowhere", "."),
        ):
            yield Case(
                "git's configuration",
                f"{name}, {' '.join(arguments)}",
                also(repository, _set(settings)),
                arguments,
                isolated=False,
                as_nobody=False,
            )
        yield Case(
            "git's configuration",
            f"{name}, objects gone",
            also(repository, _set(settings), _unreachable),
            ("--since", "before", "."),
            isolated=False,
            as_nobody=False,
        )
        yield Case(
            "git's configuration",
            f"{name}, isolated",
            also(repository, _set(settings)),
            ("--since", "before", "."),
            as_nobody=False,
        )
        yield Case(
            "git's configuration",
            f"{name}, --fix",
            also(repository, _set(settings)),
            ("--since", "before", "--fix", "."),
            may_change=("b.yaml",),
            isolated=False,
            as_nobody=False,
        )
    yield Case(
        "git's configuration",
        "hooks",
        also(repository, lambda folder: _hooks(folder, ".git/hooks")),
        ("--since", "before", "."),
        isolated=False,
        as_nobody=False,
    )
    ways = {
        "upload-pack": "\tuploadpack = touch $MARK #\n",
        "ssh": "\tuploadpack = x\n[core]\n\tsshCommand = touch $MARK #\n",
        "fsmonitor": "[core]\n\tfsmonitor = touch $MARK #\n",
    }
    for name, settings_ in ways.items():
        for path in ("manifests/", ".", "manifests/a.yaml", "manifests"):
            for isolated in (False, True):
                yield Case(
                    "a repository in a folder",
                    f"{name}, {path}{', isolated' * isolated}",
                    also(repository, _embedded(settings_)),
                    ("--since", "origin/main", path),
                    isolated=isolated,
                    as_nobody=False,
                )
        for content in ("preset: default\n", "project: manifests\n"):
            for place in ("manifests/kwlint.yaml", "kwlint.yaml"):
                yield Case(
                    "a repository in a folder",
                    f"{name}, {place}: {content.strip()}",
                    also(
                        repository,
                        _embedded(settings_),
                        text_of(content, place),
                    ),
                    ("--since", "origin/main", "manifests/"),
                    isolated=False,
                    as_nobody=False,
                )
    for name, lines in _TREES.items():
        yield Case(
            "trees",
            name,
            also(repository, _tree(lines)),
            ("--since", "evil", "."),
            isolated=False,
            as_nobody=False,
        )
    for key, value in {
        "GIT_DIR": "/nowhere",
        "GIT_CONFIG_COUNT": "1",
        "GIT_TRACE": "1",
        "GIT_OBJECT_DIRECTORY": "/nowhere",
        "GIT_CEILING_DIRECTORIES": "/",
        "GIT_WORK_TREE": "/etc",
        "GIT_NAMESPACE": "x",
        "GIT_EXEC_PATH": "/nowhere",
        "GIT_SSH_COMMAND": "touch $MARK",
    }.items():
        more = (
            {"GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": "touch {root}/EXECUTED #"}
            if key == "GIT_CONFIG_COUNT"
            else {}
        )
        yield Case(
            "git's environment",
            f"{key}={value}",
            repository,
            ("--since", "before", "."),
            environment={key: value, **more},
            isolated=False,
            as_nobody=False,
        )
    for path in (".:{}", ":{}", "{}:."):
        yield Case(
            "git's environment",
            f"PATH={path.format('…')} with a git in the folder",
            also(repository, _own_git),
            ("--since", "before", "."),
            environment={"PATH": path.format(os.environ["PATH"])},
            isolated=False,
            as_nobody=False,
        )
    for after in (0.1, 0.2, 0.4, 0.8):
        yield Case(
            "git killed",
            f"SIGTERM after {after} s",
            also(repository, _large),
            ("--since", "HEAD", "."),
            around=killed(15, after),
            isolated=False,
            exits=frozenset({0, 1, 143, -15}),
        )
    for name, content in {
        "garbage": "x\n",
        "elsewhere": "gitdir: /nowhere\n",
        "itself": "gitdir: .git\n",
        "a device": "",
    }.items():
        yield Case(
            "git's folder",
            name,
            partial(_broken, name, content),
            ("--since", "HEAD", "."),
            isolated=False,
            as_nobody=False,
        )
    yield Case(
        "git's folder",
        "none",
        lambda folder: (folder / "a.yaml").write_text(CONFIG_MAP),
        ("--since", "HEAD", "."),
        isolated=False,
        as_nobody=False,
    )


def _own_git(folder: Path) -> None:
    (folder / "git").write_text(f"#!/bin/sh\ntouch {marked(folder)}\n")
    (folder / "git").chmod(0o755)


def _large(folder: Path) -> None:
    for number in range(1500):
        (folder / f"m{number}.yaml").write_text(CONFIG_MAP)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "many")


def _broken(kind: str, text: str, folder: Path) -> None:
    (folder / "a.yaml").write_text(CONFIG_MAP)
    if kind == "a device":
        (folder / ".git").symlink_to("/dev/zero")
    else:
        (folder / ".git").write_text(text)

"""No report shows the value of a secret, not even of one that could not be read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kwlint.cli import main

Lint = Callable[..., str]

HIDDEN = "S3cretValue99"
MANIFESTS = {
    "tab in a Secret": f"kind: Secret\napiVersion: v1\nmetadata: {{name: s}}\nstringData:\n\ta: {HIDDEN}\n",
    "the kind comes last": f"apiVersion: v1\ndata:\n  a: @{HIDDEN}\nkind: Secret\nmetadata: {{name: s}}\n",
    "a value like an alias": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  a: *{HIDDEN}\n",
    "a key twice": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  a: {HIDDEN}\n  a: b\n",
    "a misspelt field": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringdata: {{a: {HIDDEN}}}\n",
    "on one line": f"{{apiVersion: v1, kind: Secret, metadata: {{nam: s}}, stringData: {{a: {HIDDEN}}}}}\n",
    "bytes one by one": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata: {{a: [{HIDDEN}]}}\n",
    "an address with a password": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    f'data: {{url: "http://u:{HIDDEN}@web:81/"}}\n'
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n",
    "a variable beside another": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
    f"    - {{name: c, image: 'c:1', env: [{{name: DB_PASSWORD, value: {HIDDEN}}}, {{name: A, valu: b}}]}}\n",
    "the kind on the next line": f"apiVersion: v1\nkind:\n\n  Secret\nmetadata: {{name: s}}\nstringData:\n\ta: {HIDDEN}\n",
    "a tag, an anchor and a comment": "apiVersion: v1\nkind: !!str &k # which\n  'Secret'\nmetadata: {name: s}\n"
    f"stringData: {{a: {HIDDEN}\n",
    "in braces over lines": f"{{apiVersion: v1, kind:\n  Secret, metadata: {{nam: s}}, stringData: {{a: {HIDDEN}}}}}\n",
    "the end of a value": "{apiVersion: v1, kind: Secret, stringData: {a:\n"
    f"  {HIDDEN}}}, metadata: {{nam: s}}}}\n",
    "a tag that does not fit": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
    f"stringData:\n  a: !!int {HIDDEN}\n",
    "a list of Secrets": "apiVersion: v1\nkind: SecretList\nitems:\n- apiVersion: v1\n  kind: Secret\n"
    f"  metadata: {{name: s}}\n  stringData: {{a: {HIDDEN}, a: b}}\n",
    "beside another object": "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind:\n  Secret, metadata: {name: s},\n"
    f"stringData: {{a: b,\n b: {HIDDEN}}}}}, {{apiVersion: v1, kind: ConfigMap, metadata: {{nam: c}}}}]}}\n",
    "two documents in one": f"kind: Secret\napiVersion: v1\nmetadata: {{name: s}}\nstringData: {{a: {HIDDEN}}}\n"
    "kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\ndata: {a: b}\nstringData: {a: b}\n",
}
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")


@pytest.fixture(name="lint")
def _lint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lint:
    def lint(manifest: str, form: str = "text") -> str:
        Path("a.yaml").write_text(manifest)
        arguments = ["kwlint", "--isolated", "--no-cache", "--format", form, "a.yaml"]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as caught:
            main.main()
        assert caught.value.code == 1
        return "".join(capsys.readouterr())

    return lint


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("manifest", MANIFESTS)
def test_value_is_not_shown(manifest: str, form: str, lint: Lint) -> None:
    assert HIDDEN not in lint(MANIFESTS[manifest], form)


@pytest.mark.parametrize("value", ["99887766", "true", "1.25"])
def test_message_on_a_value_of_a_secret_names_its_kind_alone(value: str, lint: Lint) -> None:
    shown = lint(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  a: {value}\n")
    assert "this must be a string, not a " in shown
    assert value not in shown


@pytest.mark.parametrize("form", FORMATS)
def test_a_fix_does_not_show_the_value(form: str, lint: Lint) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: 99887766\n"
    shown = lint(secret, form)
    assert "API002" in shown
    assert "99887766" not in shown


def test_other_lines_are_shown(lint: Lint) -> None:
    shown = lint("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: open text\n  a: b\n")
    assert "a: open text" in shown

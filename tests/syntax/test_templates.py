"""Templates: told from syntax errors by where their actions stand."""

from __future__ import annotations

import pytest

from kwlint.syntax.defects import Defect
from kwlint.syntax.templates import is_template
from tests.syntax.reading import items

HEAD = "apiVersion: v1\nkind: Pod\nmetadata:\n"


def explained(text: str) -> bool:
    defects = [item for item in items(text) if isinstance(item, Defect)]
    assert defects
    return any(is_template(text, defect.offset) for defect in defects)


@pytest.mark.parametrize(
    "text",
    [
        f'{HEAD}  labels:\n    {{{{- include "x" . | nindent 4 }}}}\n',
        "{{ if .Values.on }}\napiVersion: v1\nkind: Pod\n{{ end }}\n",
        f"{HEAD}  name: {{{{ name }}}}\n",
        "{% if x %}\napiVersion: v1\nkind: Pod\n{% endif %}\n",
        f"{HEAD}  name: @NAME@\n",
        f'{HEAD}  name: "{{{{ include "x" . }}}}"\n  labels:\n',
        f"{HEAD}  name: '{{{{ .x | default 'a' }}}}'\n",
        f"{HEAD}  name: foo\n{{{{- if .x }}}}\n  a: b\n{{{{- end }}}}\n",
        f"{HEAD}  name: foo\n  {{{{- with .x }}}}\n  a: b\n  {{{{- end }}}}\n",
        f"{{{{- $x := 1 -}}}}\n{HEAD}",
        f"{{{{/* a\n comment: */}}}}\n{HEAD}",
        f"{HEAD}  a: |\n    {{{{ foo }}}}\n{{{{ if }}}}\n",
        f"{HEAD}\t{{{{ if x }}}}\n",
        f"{HEAD}  name: x-{{{{ .a }}}}: {{{{ .b }}}}\n",
        f"{HEAD}  image: {{{{ .Values.a }}}}:{{{{ .Values.b }}}}\n",
        f"{HEAD}  name: a\n{{%- for x in y %}}\n  - a\n{{%- endfor %}}\n",
        f"{HEAD}  a: [{{{{ x }}}}]\n",
        f"{HEAD}  labels:\n{{{{ toYaml .Values.labels | indent 4 }}}}\n  name: x\n",
        f"{HEAD}  a: b\n    {{{{- toYaml .x }}}}\n  {{{{- end }}}}\n",
        f'{HEAD}  args: [ {{{{ range $i := .x }}}} "a", {{{{ end }}}} ]\n',
        f"{HEAD}  x: {{{{ a }}}}\n  'y: 1\n",
        f'{HEAD}  args:\n  - "{{{{ include "x" . }}}}"\n',
        f"{HEAD}  a: 1\n{{{{ .Values.extra }}}}\nspec: {{}}\n",
    ],
)
def test_actions_where_structure_should_be(text: str) -> None:
    assert explained(text)


@pytest.mark.parametrize(
    "text",
    [
        f'{HEAD}  name: "{{{{ .x }}}}"\n  a: [\n',
        f"{HEAD}  # {{{{ x }}}}\n  a: [\n",
        f"{HEAD}  s: |\n    {{{{ x }}}}\n    {{{{- if y }}}}\n  a: [\n",
        f"{HEAD}  s: '{{{{ .x }}}}'\n\tb: 1\n",
        f'{HEAD}  s: "{{{{ .x }}}}\n',
        f"{HEAD}  d: pod {{{{ $labels.x }}}} down\n  e: 1\n  f: 1\n  a: [\n",
        f"{HEAD}  a: >-\n    {{{{ x }}}}\n   b: 1\n",
        f"{HEAD}  s: '{{{{ .x }}}}'\n  '{{{{ .x }}}}'\n  a: 1\n",
        f"{HEAD}  s: '{{{{ .x }}}}' b\n  a: 1\n",
        f"a: pod {{{{ x }}}} down\n---\n{HEAD}  a: [\n",
    ],
)
def test_actions_in_quotes_blocks_and_comments_hide_no_error(text: str) -> None:
    assert not explained(text)

"""Check of Secrets whose values end in a newline that nobody meant."""

from __future__ import annotations

from collections.abc import Iterator

from kwlint.rule import Context, Problem, Resource
from kwlint.util.lazyre import pattern
from kwlint.util.values import strings

_CREDENTIAL = pattern(
    r"pass(word|wd|phrase|code)?([^a-z]|$)|pwd|token|secret|api_?-?key|key([^a-z]|$)|credential"
)
# Keys that hold files, which end in a newline as files do.
_FILE = pattern(
    r"\.(json|ya?ml|conf|cfg|ini|toml|properties|env|xml|sh|sql|pem|crt|cer|key|pub|asc|gpg|jks|p12|hcl|js|py)$"
    r"|htpasswd|known_?hosts|authorized_?keys|public|[._-]pub$|config|^ssh-|^id_|\.docker|gpg|pgp|keyring|kubeconfig"
)


def trailing_newline(secret: Resource, context: Context) -> Iterator[Problem]:
    """REF005: a password, token or key with a newline at its end."""
    for field in ("data", "stringData"):
        for key, value in strings(secret.data.get(field)).items():
            name = key.lower()
            if not _CREDENTIAL.search(name) or _FILE.search(name):
                continue
            if _ends_in_newline(_decoded(value) if field == "data" else value):
                how = "decodes to text that ends" if field == "data" else "ends"
                tool = (
                    "`echo -n` or `printf`"
                    if field == "data"
                    else "a plain or quoted value in place of the block"
                )
                yield secret.problem(
                    f"{field}[{key}]",
                    f"the value of `{key}` {how} in a newline, which becomes a part of it, so a server that compares it "
                    f"refuses it; write it with {tool}",
                )


def _decoded(value: str) -> str:
    """Return what base64 decodes to as Go reads it, which passes over line breaks; nothing where that is no text."""
    import base64
    import binascii

    try:
        return base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _ends_in_newline(text: str) -> bool:
    """Return whether a text is one line with a newline after it; text of several lines, PEM and JSON are files."""
    line = text.rstrip("\r\n")
    return (
        line != text
        and line.strip() != ""
        and "\n" not in line
        and line.isprintable()
        and not line.startswith(("-----BEGIN", "{", "[", "ssh-", "ecdsa-"))
    )

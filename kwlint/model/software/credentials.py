"""Credentials in plain text: which names announce one, and which values are one and not a stand-in."""

from __future__ import annotations

import re

from kwlint.util.lazyre import pattern

_PARTS = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# The last words of a name that say that its value is secret.
_SECRET_WORDS = frozenset(
    {
        "password",
        "passwd",
        "passphrase",
        "passcode",
        "pass",
        "pwd",
        "token",
        "secret",
        "apikey",
        "credential",
        "credentials",
    }
)
_JOINED = ("password", "passwd", "passphrase", "secretkey", "apikey", "apitoken", "authtoken", "accesstoken")
_KEYS = frozenset(
    {
        "access", "account", "api", "app", "application", "auth", "authentication", "crypt", "crypto", "decryption",
        "encryption", "hmac", "jwt", "master", "private", "secret", "session", "shared", "signing", "signature",
        "fernet", "cookie", "storage", "subscription", "deploy", "ssh", "service",
    }
)  # fmt: skip
# Words that make a name one of something else than a secret, wherever they stand.
_HARMLESS = frozenset(
    {
        "allow", "allowed", "disable", "disabled", "enable", "enabled", "header", "field", "expire", "expires",
        "expiration", "expiry", "lifetime", "max", "min", "name", "path", "file", "dir", "public", "publishable",
        "pull", "random", "require", "required", "reset", "skip", "timeout", "ttl", "type", "url", "uri", "use", "validate",
        "verify",
    }
)  # fmt: skip
# Before `SECRET` they make it the name of a Secret.
_SECRET_OBJECTS = frozenset({"ca", "cert", "certificate", "image", "k8s", "kube", "kubernetes", "ssl", "tls"})
_SUFFIXES = pattern(
    r"(?:_?(?:[0-9]+|BASE|PRIMARY|SECONDARY|DEV|TEST|STAGING|PROD|PRODUCTION))+$", re.IGNORECASE
)
_WORDS = frozenset(
    {
        "true", "false", "yes", "no", "on", "off", "enabled", "disabled", "none", "null", "nil", "undefined", "unset",
        "auto", "automatic", "generate", "generated", "random", "required", "optional", "default", "n/a", "tbd", "env",
        "file", "vault", "token", "empty",
    }
)  # fmt: skip
_STAND_IN = pattern(
    r"change[-_. ]?(?:me|it|this|in)|chang[e]?me|x{3}|example|dummy|repl[a]?ce|place[-_]?holder|to[-_]?do\b|fix[-_]?me|"
    r"redacted|\byour|\bmy[-_](?:secret|password|token|api)|insert|sample|fake|\*{3}|\.{3}|\bfoo\b|\bbar\b|dont[-_]?use|not[-_]?(?:a[-_]?)?(?:real|used|set|secret)",
    re.IGNORECASE,
)
_EXPANSION = pattern(
    r"\$\((?:[^)$]|\$(?!\())*\)|\$\{|\{\{|<[^<>]*>|%\(|\[\[|\{\w+\}|^ENC\[|^(?:\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|__\w+__|@@?\w+@@?)$"
)
_REFERENCE = pattern(
    r"(?:vault|ssm|sm|op|gcp|aws|arn|awssm|azkv|akv|azurekeyvault|secret|secrets|secretmanager|ref\+\w+|sops|bank-vaults|env|file|k8s|pass|keyring|"
    r"doppler|infisical|conjur|berglas|gsm|asm|valueFrom|projects):?[:/]",
    re.IGNORECASE,
)
# `GOOGLE_API_KEY_VAL`: what a script replaces before it applies the manifest.
_CAPITALS = pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_PATH = pattern(r"(?:/|\./|\.\./|~/|[A-Za-z]:\\)[\w.$-]+(?:[/\\][\w.@$-]+)*/?")
_FILE = pattern(r"[\w.-]+\.(?:txt|key|pem|crt|json|ya?ml|env|conf|cfg|properties|jks|p12|pfx)", re.IGNORECASE)
_NUMBER = pattern(r"[-+]?[0-9]*\.?[0-9]+(?:[smhdwy]|ms|min|Mi|Gi)?")
_URL = pattern(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# The scheme is left to its last letter: a line of words that are joined by dots would be read again from each.
_USER_INFO = pattern(r"[a-z0-9+.-]://[^\s/:@'\"?#]*:([^\s/@'\"]+)@[^\s/]", re.IGNORECASE)
_PRIVATE_KEY = pattern(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----")
# Formats that issuers give their tokens so that scanners find them.
_ISSUED = pattern(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20}|xox[abpr]-[\w-]{20,}|sk_live_[A-Za-z0-9]{20,}|"
    r"AIza[\w-]{35}|npm_[A-Za-z0-9]{36}|SG\.[\w-]{20,}\.[\w-]{20,}|hvs\.[\w-]{24,}|dop_v1_[a-f0-9]{64})"
)


def announces_secret(name: str) -> bool:
    """Return whether a variable of this name holds a credential: it ends in a word or a pair of words for one.

    `DB_PASSWORD`, `apiToken`, `SECRET_KEY_BASE`; not `PASSWORD_FILE`, `SECRET_NAME`, `AWS_ACCESS_KEY_ID`, `PUBLIC_KEY`.
    """
    stem = _SUFFIXES.sub("", name)
    parts = [match[0].lower() for match in _PARTS.finditer(stem)]
    if not parts or not _HARMLESS.isdisjoint(parts):
        return False
    last = parts[-1]
    if last == "key":
        return len(parts) > 1 and parts[-2] in _KEYS
    if last in ("pwd", "pass") and len(parts) == 1:
        return last == "pass"
    if last == "secret" and len(parts) > 1 and parts[-2] in _SECRET_OBJECTS:
        return False
    return last in _SECRET_WORDS or last.endswith(_JOINED)


def is_credential(value: str) -> bool:
    """Return whether the value of such a variable is a credential, and no stand-in, switch, path, address or reference."""
    value = value.strip().strip("\"'")
    if not value or value.lower() in _WORDS or is_stand_in(value):
        return False
    return not (
        _NUMBER.fullmatch(value)
        or _PATH.fullmatch(value)
        or _FILE.fullmatch(value)
        or _URL.match(value)
        or _REFERENCE.match(value)
        or value.lower().startswith("x-")
    )


def is_stand_in(value: str) -> bool:
    """Return whether a value stands for another: an expansion, a template, or a word that asks to be replaced."""
    return bool(
        _EXPANSION.search(value)
        or _STAND_IN.search(value)
        or _CAPITALS.fullmatch(value)
        or (len(value) > 1 and len(set(value)) == 1)
        or value in ("?", "-")
    )


def carries_credential(value: str) -> bool:
    """Return whether a value is or holds a credential by its own form: a password in a URL, a private key, an issued token."""
    if len(value) < 8:
        return False
    if "://" in value and any(not is_stand_in(found[1]) for found in _USER_INFO.finditer(value)):
        return True
    return bool(
        _PRIVATE_KEY.search(value) or ((found := _ISSUED.search(value)) and not is_stand_in(found[0]))
    )

"""Which variables hold credentials: by their names, and by what their values look like."""

import pytest

from kwlint.model.software.credentials import announces_secret, carries_credential, is_credential

NAMES = {
    True: """PASSWORD DB_PASSWORD PGPASSWORD MYSQL_ROOT_PASSWORD MYSQL_PWD SMTP_PASS RABBITMQ_DEFAULT_PASS apiToken API_TOKEN
        GITHUB_TOKEN SECRET JWT_SECRET CLIENT_SECRET clientSecret SECRET_KEY SECRET_KEY_BASE API_KEY APIKEY X_API_KEY
        AWS_SECRET_ACCESS_KEY STORAGE_ACCOUNT_KEY ENCRYPTION_KEY PRIVATE_KEY spring.datasource.password dbPassword
        PASSWORD_2 REDIS_PASSWORD2 KEYSTORE_PASSPHRASE GRAFANA_ADMIN_PASSWORD REGISTRY_PASSWORD APP_KEY FERNET_KEY
        TLS_KEYSTORE_PASSWORD ADMIN_CREDENTIALS""",
    False: """PASSWORD_FILE TOKEN_PATH SECRETS_DIR SECRET_NAME AWS_ACCESS_KEY_ID KEY_ID PUBLIC_KEY JWT_PUBLIC_KEY NEXT_PUBLIC_API_KEY
        PWD OLDPWD BYPASS COMPASS TOKEN_URL TOKEN_TTL MAX_TOKENS MAX_TOKEN PASSWORD_MIN_LENGTH ALLOW_EMPTY_PASSWORD
        MYSQL_RANDOM_ROOT_PASSWORD TOKEN_HEADER IMAGE_PULL_SECRET TLS_SECRET SORT_KEY KEY PARTITION_KEY PASSWORD_POLICY
        TOKENIZER KEYCLOAK SECRETARY DATABASE_URL USERNAME DB_USER SECRET_STORE TOKEN_ISSUER PASSENGERS MONKEY HOTKEY
        PASSWORD_HASH_ROUNDS API_KEY_HEADER REQUIRE_PASSWORD SITE_KEY""",
}
VALUES = {
    True: ["hunter2", "password", "supersecret", "s3cr3t!", "Pa$$w0rd", "a b c d", "minio123", "root", "pa(ss", "9f86d081884c7d65",
           "8312341g-5678-abcd-4a2b2c-33bcsd655", "MIIEvQIBADANBgkqhkiG9w0", "abc/def+ghi==", "qwerty"],
    False: ["", " ", "true", "Yes", "none", "3600", "12", "1h", "/run/secrets/token", "./token", "token.txt", "https://login.test/token",
            "changeme", "CHANGE_ME", "change-this", "xxx", "xxxxxxxx", "<token>", "example", "my-example-key", "dummy", "REPLACE_ME",
            "replace-with-your-key", "${TOKEN}", "$(TOKEN)", "$TOKEN", "{{ .Values.token }}", "{{token}}", "%TOKEN%", "__TOKEN__", "@TOKEN@",
            "your-api-key", "YOUR_API_KEY", "placeholder", "todo", "********", "...", "GOOGLE_API_KEY_VAL", "vault:secret/data/x#y",
            "arn:aws:secretsmanager:eu-west-1:1:secret:x", "ref+vault://x/y", "op://vault/item/field", "sm://project/secret", "x-api-key",
            "fake", "[[token]]"],
}  # fmt: skip
CARRIERS = {
    True: ["postgres://app:s3cr3t@db/app", "redis://:s3cr3t@redis:6379", "amqp://guest:guest@rabbit", "a, mongodb://u:pw1234@h:1/x",
           "-----BEGIN RSA PRIVATE KEY-----\nMIIE", "ghp_" + "a1B2" * 9],
    False: ["postgres://app@db/app", "postgres://app:$(PASSWORD)@db", "postgres://app:${PASSWORD}@db", "postgres://app:<password>@db",
            "postgres://app:{{pw}}@db", "http://host:8080/a@b", "https://host/x?y=a:b@c", "-----BEGIN CERTIFICATE-----\nMIIE",
            "-----BEGIN PUBLIC KEY-----", "redis://redis:6379", "postgres://app:changeme@db", "jdbc:postgresql://db:5432/app", "user@host"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "secret"), [(name, secret) for secret, names in NAMES.items() for name in names.split()]
)
def test_names(name: str, secret: bool) -> None:
    assert announces_secret(name) is secret


@pytest.mark.parametrize(
    ("value", "secret"), [(value, secret) for secret, values in VALUES.items() for value in values]
)
def test_values(value: str, secret: bool) -> None:
    assert is_credential(value) is secret


@pytest.mark.parametrize(
    ("value", "secret"), [(value, secret) for secret, values in CARRIERS.items() for value in values]
)
def test_forms(value: str, secret: bool) -> None:
    assert carries_credential(value) is secret

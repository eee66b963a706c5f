"""Settings fail loudly, with the name of the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from steiger.web.config.environment import SettingsError, known_variables, load


def test_defaults_need_nothing(tmp_path: Path) -> None:
    env = load({"STEIGER_DATA_DIR": str(tmp_path)})
    assert env.database()["ENGINE"] == "steiger.web.config.sqlite"
    assert env.port == 8000
    assert not env.is_public


def test_file_variant_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{'from-a-file' * 3}\n")
    assert load({"STEIGER_SECRET_KEY_FILE": str(secret)}).secret() == "from-a-file" * 3


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    env = load({"STEIGER_DATA_DIR": str(tmp_path)})
    first = env.secret()
    assert env.secret() == first
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_postgres_address_switches_the_database() -> None:
    config = load({"DATABASE_URL": "postgres://u:p@h:5433/d"}).database()
    assert (config["ENGINE"], config["NAME"], config["PORT"]) == (
        "django.db.backends.postgresql",
        "d",
        5433,
    )


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"PORT": "99999"}, "PORT"),
        ({"PORT": "abc"}, "PORT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"STEIGER_BASE_URL": "ki.example.org"}, "STEIGER_BASE_URL"),
        ({"STEIGER_LOG_FORMAT": "xml"}, "STEIGER_LOG_FORMAT"),
        ({"STEIGER_OIDC_ISSUER": "https://id.example.org"}, "STEIGER_OIDC_CLIENT_ID"),
        ({"STEIGER_UNKNOWN": "1"}, "STEIGER_UNKNOWN"),
        ({"STEIGER_SECRET_KEY_FILE": "/nowhere/secret"}, "STEIGER_SECRET_KEY_FILE"),
        ({"STEIGER_REGION": "bw"}, "STEIGER_REGION=bw: there is no such region; known are: nrw"),
        ({"STEIGER_SECRET_KEY": "kurz"}, "STEIGER_SECRET_KEY: has fewer than 32 characters"),
        ({"STEIGER_MAIL_FROM": "foo"}, "STEIGER_MAIL_FROM=foo: is no sender"),
        ({"STEIGER_MAIL_FROM": "KI <foo>"}, "STEIGER_MAIL_FROM"),
        ({"PORT": "1", "PORT_FILE": "/x"}, "PORT_FILE"),
    ],
)
def test_wrong_value_names_the_variable(environ: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        load(environ)


def test_secrets_do_not_appear_in_messages(tmp_path: Path) -> None:
    env = load({"STEIGER_SMTP_PASSWORD": "geheim", "STEIGER_DATA_DIR": str(tmp_path)})
    assert "geheim" not in repr(env)


def test_every_variable_is_described() -> None:
    assert [name for name, text in known_variables().items() if not text] == []

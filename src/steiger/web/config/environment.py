"""Every setting of the product, typed, read from the environment only.

Each variable may also be given as ``NAME_FILE``: the path of a file that holds the value
(the form in which containers pass secrets). A wrong or missing value stops the start with one
line that names the variable.
"""

from __future__ import annotations

import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal

import dj_database_url
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

PREFIX = "STEIGER_"
# These two names are what hosting platforms already set, so they carry no prefix.
UNPREFIXED = ("DATABASE_URL", "PORT")
SHORTEST_SECRET = 32
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


class SettingsError(SystemExit):
    """A setting is missing or wrong; the message names the variable and the way out."""


class Environment(BaseModel):
    """The settings of one installation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_dir: Path = Field(
        default=Path("data"), description="Folder for database, index, uploads, secrets."
    )
    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="postgres://user:password@host/name; empty means SQLite in the data folder.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs sessions and links. Empty: made once and kept in the data folder.",
    )
    debug: bool = Field(default=False, description="Shows errors in full. Never in public.")
    region: str = Field(default="nrw", description="Folder under regions/ that this hub serves.")
    base_url: str = Field(
        default="http://127.0.0.1:8000", description="Public address, for links in mails."
    )
    hosts: str = Field(
        default="127.0.0.1,localhost", description="Host names that are answered, by comma."
    )
    bind: str = Field(default="127.0.0.1", description="Network address that is listened on.")
    port: int = Field(
        default=8000, ge=1, le=65535, validation_alias="PORT", description="Port listened on."
    )
    web_processes: int = Field(default=2, ge=1, le=64, description="Number of web processes.")
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="Number of own reverse proxies in front."
    )
    api_per_minute: int = Field(
        default=300,
        ge=1,
        le=1_000_000,
        description="Requests to the API per minute, network address and web process.",
    )
    api_changes_per_hour: int = Field(
        default=60,
        ge=1,
        le=1_000_000,
        description="Changes through the API per hour, person and web process.",
    )
    log_format: Literal["console", "json"] = Field(default="console", description="Form of logs.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severe entry that is logged."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="Bearer token for /metrics. Empty: answered to this machine only.",
    )
    smtp_host: str = Field(default="", description="Mail server; empty writes mail to the console.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str = Field(default="", description="User at the mail server.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="Encryption towards the mail server."
    )
    mail_from: str = Field(
        default="Steiger <steiger@localhost>", description="Sender of every mail."
    )
    oidc_issuer: str = Field(
        default="", description="Address of the staff's OpenID provider; empty: no such sign-in."
    )
    oidc_client_id: str = Field(default="", description="Client id at the OpenID provider.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret.")
    oidc_name: str = Field(default="Dienstkonto", description="Name on the sign-in button.")
    check_links: bool = Field(
        default=False,
        description="Look whether the websites of entries are there; asks other servers.",
    )
    demo: bool = Field(default=True, description="Show that demo content is demo content.")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgres://", "postgresql://", "sqlite://")):
            raise ValueError("begins with neither postgres:// nor sqlite://")
        return value

    @field_validator("region")
    @classmethod
    def _known_region(cls, value: str) -> str:
        # Loaded only where another region than the default is named.
        from steiger.regions import known_regions

        if value not in known_regions():
            raise ValueError(f"there is no such region; known are: {', '.join(known_regions())}")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"has fewer than {SHORTEST_SECRET} characters, so it could be guessed; leave it "
                "empty, and one is made"
            )
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        if not _MAIL.fullmatch(parseaddr(value)[1]):
            raise ValueError("is no sender, for example KI-Landkarte <post@ki.example.org>")
        return value

    @field_validator("base_url", "oidc_issuer")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("is a full address that begins with https:// or http://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _oidc_whole(self) -> Environment:
        if self.oidc_issuer and not (
            self.oidc_client_id and self.oidc_client_secret.get_secret_value()
        ):
            raise ValueError(
                "STEIGER_OIDC_ISSUER needs STEIGER_OIDC_CLIENT_ID and STEIGER_OIDC_CLIENT_SECRET"
            )
        return self

    @property
    def is_public(self) -> bool:
        """Whether visitors reach this installation over https."""
        return self.base_url.startswith("https://")

    def host_list(self) -> list[str]:
        """Host names that Django answers, as a list."""
        return [host.strip() for host in self.hosts.split(",") if host.strip()]

    def database(self) -> dict[str, Any]:
        """Django's description of the database."""
        if self.database_url.startswith(("postgres://", "postgresql://")):
            config = dict(dj_database_url.parse(self.database_url, conn_max_age=60))
            config["CONN_HEALTH_CHECKS"] = True
            return config
        path = (
            self.database_url.removeprefix("sqlite://")
            if self.database_url
            else str(self.data_dir / "steiger.sqlite3")
        )
        return {
            "ENGINE": "steiger.web.config.sqlite",
            "NAME": path,
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                # Writers queue for the lock when they begin instead of failing when they commit.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; "
                    # What is deleted is overwritten; else names stay in the file for years.
                    "PRAGMA secure_delete=ON;"
                ),
            },
        }

    def secret(self) -> str:
        """The signing key: from the environment, else made once in the data folder."""
        given = self.secret_key.get_secret_value()
        if given:
            return given
        path = self.data_dir / "secret_key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                pass  # another process made it at the same moment
            else:
                with os.fdopen(handle, "w") as file:
                    file.write(secrets.token_urlsafe(50))
        return path.read_text().strip()


def known_variables() -> dict[str, str]:
    """Every variable's name with its description, for docs and for `steiger doctor`."""
    names = {}
    for key, field in Environment.model_fields.items():
        name = str(field.validation_alias or f"{PREFIX}{key}".upper())
        names[name] = field.description or ""
    return names


def load(environ: dict[str, str] | None = None) -> Environment:
    """Read and check the environment.

    Raises:
        SettingsError: a variable is unknown, unreadable or wrong.
    """
    source = dict(os.environ if environ is None else environ)
    known = known_variables()
    values: dict[str, Any] = {}
    for name in known:
        file_name = source.get(f"{name}_FILE", "")
        if file_name and name in source:
            raise SettingsError(f"Set either {name} or {name}_FILE, not both.")
        if file_name:
            try:
                values[name] = Path(file_name).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{name}_FILE={file_name} cannot be read: {error}.") from error
        elif name in source:
            values[name] = source[name]
    for name in source:
        if name.startswith(PREFIX) and name.removesuffix("_FILE") not in known:
            raise SettingsError(
                f"{name} is not a setting of this product. `steiger settings` lists all of them."
            )
    fields = {
        (name if name in UNPREFIXED else name.removeprefix(PREFIX).lower()): value
        for name, value in values.items()
    }
    # Links in mails lead to where this start listens, unless a public address is given.
    fields.setdefault("base_url", f"http://127.0.0.1:{fields.get('PORT') or 8000}")
    try:
        return Environment(**fields)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        key = str(problem["loc"][0]) if problem["loc"] else ""
        name = key if key in UNPREFIXED else f"{PREFIX}{key}".upper()
        message = problem["msg"].removeprefix("Value error, ")
        given = "" if not key or "SECRET" in name or "PASSWORD" in name else f"={problem['input']}"
        lines.append(f"{name}{given}: {message}." if key else f"{message}.")
    return "The settings are not right:\n  " + "\n  ".join(lines)


def in_force(environment: Environment) -> list[dict[str, str]]:
    """Every variable with its value in force; secrets are masked."""
    rows = []
    for key, field in Environment.model_fields.items():
        value = getattr(environment, key)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        hidden = key == "database_url" or isinstance(getattr(environment, key), SecretStr)
        text = ("set" if value else "") if hidden else str(value)
        name = str(field.validation_alias or f"{PREFIX}{key}".upper())
        rows.append({"name": name, "value": text, "description": field.description or ""})
    return rows

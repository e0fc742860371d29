"""Settings: read once at the edge (``wiring.py``, commands) and passed on as parameters, never imported elsewhere.

Order of precedence: environment, then secret files (``SKOLELOEFT_SECRETS_DIR``, one file per setting, as
Kubernetes mounts them), then the default here.
"""

import os
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

RATE = r"^[1-9][0-9]{0,8}/(second|minute|hour)$"


class Profile(StrEnum):
    """``production`` unless the setting says otherwise; only the demo, tests and compose use ``development``."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


def secrets_dir() -> Path | None:
    """The folder of mounted secret files, if there is one."""
    given = os.environ.get("SKOLELOEFT_SECRETS_DIR")
    return Path(given) if given else None


def read_setting(name: str) -> str | None:
    """One setting by its variable's name: from the environment, else from the mounted secret file with that name.

    It is for commands that need only one address, so that they can run with no other setting.
    """
    if name in os.environ:
        return os.environ[name]
    folder = secrets_dir()
    for candidate in (name, name.lower()):
        if folder is not None and (path := folder / candidate).is_file():
            return path.read_text(encoding="utf-8").strip()
    return None


class SharedSettings(BaseSettings):
    """Settings that all services share (prefix ``SKOLELOEFT_``)."""

    model_config = SettingsConfigDict(env_prefix="SKOLELOEFT_", extra="ignore")

    profile: Profile = Profile.PRODUCTION
    event_log: SecretStr = Field(
        description="Where events go: kafka://host:port[,host:port] or postgresql://… (the embedded log)."
    )
    oidc_issuer: str | None = Field(default=None, description="OpenID issuer; required in production.")
    oidc_jwks_url: str | None = Field(default=None, description="Key set address, if not discovered.")
    trusted_proxies: str = Field(
        default="", description="Addresses or networks, separated by commas, whose X-Forwarded-For is believed."
    )
    request_keys: SecretStr | None = Field(
        default=None,
        description="Key ring id:base64,… of the HTTP edge (callers' names, page tokens); the same for all.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    otlp_endpoint: str | None = Field(default=None, description="Where traces go; none if unset.")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, given: str) -> str:
        for each in cls._listed(given):
            ip_network(each, strict=False)
        return given

    @staticmethod
    def _listed(given: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in given.split(",") if part.strip())

    @property
    def proxies(self) -> tuple[str, ...]:
        """The trusted proxies one by one."""
        return self._listed(self.trusted_proxies)

    @classmethod
    def load(cls) -> Self:
        """Read environment and secret files."""
        return cls(_secrets_dir=secrets_dir())


class ServiceSettings(BaseSettings):
    """Settings of one service; subclasses set ``env_prefix`` (``REGISTRATION_`` and so on)."""

    model_config = SettingsConfigDict(extra="ignore")

    database_url: SecretStr = Field(description="postgresql://<service>_app:…@host/<service>")
    owner_database_url: SecretStr | None = Field(default=None, description="Used by ``migrate`` alone.")
    database_pool: int = Field(default=5, ge=1, le=100, description="Connections a process may hold.")
    database_pool_seconds: float = Field(
        default=5.0, gt=0, le=60, description="How long a request waits for a connection when all are in use."
    )
    database_statement_seconds: float = Field(
        default=30.0, gt=0, le=600, description="The longest statement of a request; other work states its own."
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    data_keys: SecretStr | None = Field(
        default=None, description="Key ring id:base64,… for values encrypted at rest; the first key is the active one."
    )
    limit_subject: str = Field(
        default="1200/minute", pattern=RATE, description="Requests with a valid token, per subject and process."
    )
    limit_open: str = Field(
        default="600/minute", pattern=RATE, description="Requests without a token, per address and process."
    )
    limit_failed: str = Field(
        default="300/minute", pattern=RATE, description="Requests whose token is refused, per address and process."
    )
    max_body_bytes: int = Field(default=64 * 1024 * 1024, ge=1024, description="The largest import body.")
    import_chunk_bytes: int = Field(
        default=4 * 1024 * 1024, ge=1024, description="An import is stored and worked off in pieces of this size."
    )
    import_chunk_rows: int = Field(
        default=20_000, ge=1, le=1_000_000, description="An import is stored and worked off in pieces of so many lines."
    )
    import_together_bytes: int = Field(
        default=512 * 1024, ge=0, description="The steps of an import up to this size are done in one transaction."
    )
    import_atomic_rows: int = Field(
        default=200_000, ge=1, description="The most rows of a file that is taken all or none (atomic=file)."
    )
    import_hold_share: float = Field(
        default=0.1, ge=0, le=1, description="A snapshot is held if a greater share of the school's pupils would leave."
    )
    import_hold_pupils: int = Field(
        default=5, ge=1, description="A snapshot is not held if fewer pupils than this would leave."
    )
    import_held_days: int = Field(
        default=14, ge=1, le=365, description="Days after which a held snapshot ends if nobody decides about it."
    )
    import_queued_bytes: int = Field(
        default=1024**3, ge=1024, description="Unpacked bytes of one municipality that may wait to be worked off."
    )
    import_queued_files: int = Field(
        default=1000, ge=1, description="Files of one municipality that may wait to be worked off."
    )
    import_bodies: int = Field(
        default=16, ge=1, le=1000, description="Import bodies a process takes in at once; each holds a piece in memory."
    )
    import_bodies_each: int = Field(default=4, ge=1, le=1000, description="Those of one municipality among them.")
    connections: int = Field(default=512, ge=8, le=100_000, description="Connections a process holds at once.")
    head_seconds: float = Field(
        default=10.0, gt=0, le=600, description="How long a request's head may take to come whole."
    )
    body_seconds: float = Field(default=20.0, gt=0, le=600, description="How long a request's body may stand still.")
    import_after_seconds: float = Field(
        default=10, ge=0, le=60, description="How long a file sent with after= is held until its position is reached."
    )
    import_placing_hours: float = Field(
        default=24,
        gt=0,
        le=24 * 90,
        description="How long a row about a known pupil waits for the pupil's membership or the school's calendar.",
    )
    worker_port: int = Field(default=9000, ge=1, le=65535, description="Health and metrics of a worker process.")
    operations_port: int | None = Field(
        default=None, ge=1, le=65535, description="Health and metrics of an API process, if not on its public port."
    )
    drain_seconds: float = Field(
        default=0, ge=0, le=60, description="Between not ready and closing, so that load balancers notice."
    )

    @classmethod
    def load(cls) -> Self:
        """Read environment and secret files."""
        return cls(_secrets_dir=secrets_dir())

"""The secrets of an embedded deployment: made once, kept in one file that only its owner reads."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded.home import write_secret

SERVICES = ("registration", "intervention_catalog", "absence_ingest", "evaluation_export")
EVENT_LOG = "eventlog"
DATABASES = (*SERVICES, EVENT_LOG)
ROLES = (
    *(f"{service}_{role}" for service in SERVICES for role in ("owner", "app")),
    *(f"{EVENT_LOG}_{role}" for role in ("owner", *SERVICES)),
)
"""Who logs in to the database server: each service to its own database and, by a role of its own, to the event log."""


def _ring() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass(frozen=True, slots=True)
class Keys:
    """Passwords of roles and key rings (``id:base64``; the first key of a ring is the active one).

    ``release_key`` is one key that is never replaced: what was released before is compared by it.
    """

    passwords: dict[str, str]
    data_keys: dict[str, str]
    lookup_keys: str
    blind_index_keys: str
    request_keys: str
    release_key: str

    @classmethod
    def make(cls) -> "Keys":
        """New random secrets."""
        return cls(
            passwords={role: secrets.token_urlsafe(24) for role in ROLES},
            data_keys={name: _ring() for name in SERVICES},
            lookup_keys=_ring(),
            blind_index_keys=_ring(),
            request_keys=_ring(),
            release_key=_ring(),
        )


def load(path: Path) -> Keys:
    """The secrets in ``path``."""
    return Keys(**json.loads(path.read_text(encoding="utf-8")))


def save(keys: Keys, path: Path) -> None:
    """Write the secrets to ``path``."""
    write_secret(path, json.dumps(asdict(keys), indent=2))


def load_or_make(path: Path) -> Keys:
    """The secrets in ``path``, made if it is not there. Losing this file loses what is encrypted with it."""
    if path.exists():
        return load(path)
    made = Keys.make()
    save(made, path)
    return made

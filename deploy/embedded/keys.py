"""The secrets of an embedded deployment: made once, kept in one file that only its owner reads."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from deploy.embedded.home import write_secret
from libs.shared.contracts.topics import SERVICES

EVENT_LOG = "eventlog"
ROLES = (
    *(f"{service}_{role}" for service in SERVICES for role in ("owner", "app")),
    *(f"{EVENT_LOG}_{role}" for role in ("owner", *SERVICES)),
)
"""The roles that log in to the database server: each service to its own database and, by a separate role, to the event
log.
"""
RINGS = {
    "registration": ("data_keys", "lookup_keys", "blind_index_keys"),
    "absence_ingest": ("data_keys", "lookup_keys"),
    "evaluation_export": ("release_key",),
}
"""The key settings of each service; a service that is not listed has none."""


def _sealing() -> list[str]:
    return [service for service in SERVICES if "data_keys" in RINGS.get(service, ())]


def _ring() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass(frozen=True, slots=True)
class Keys:
    """Passwords of roles and key rings (``id:base64``; the first key of a ring is the active one).

    ``release_key`` is one key that is never replaced, because new releases are compared with earlier ones by it.
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
            data_keys={name: _ring() for name in _sealing()},
            lookup_keys=_ring(),
            blind_index_keys=_ring(),
            request_keys=_ring(),
            release_key=_ring(),
        )

    def completed(self) -> "Keys":
        """The same secrets, with new ones for services that were added since."""
        passwords = {role: secrets.token_urlsafe(24) for role in ROLES if role not in self.passwords}
        rings = {name: _ring() for name in _sealing() if name not in self.data_keys}
        return replace(self, passwords=self.passwords | passwords, data_keys=self.data_keys | rings)

    def of(self, service: str) -> dict[str, str]:
        """The service's key rings by the names of its settings."""
        rings = {
            "data_keys": self.data_keys.get(service, ""),
            "lookup_keys": self.lookup_keys,
            "blind_index_keys": self.blind_index_keys,
            "release_key": self.release_key,
        }
        return {name: rings[name] for name in RINGS.get(service, ())}


def load(path: Path) -> Keys:
    """The secrets in ``path``."""
    return Keys(**json.loads(path.read_text(encoding="utf-8")))


def save(keys: Keys, path: Path) -> None:
    """Write the secrets to ``path``."""
    write_secret(path, json.dumps(asdict(keys), indent=2))


def load_or_make(path: Path) -> Keys:
    """The secrets in ``path``, which are made if the file is missing and completed if a service was added since.

    Without this file the data that is encrypted with its keys is lost.
    """
    there = load(path) if path.exists() else None
    wanted = there.completed() if there else Keys.make()
    if wanted != there:
        save(wanted, path)
    return wanted

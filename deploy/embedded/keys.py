"""The secrets of an embedded deployment: made once, kept in one file that only its owner reads."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

SERVICES = ("registration", "intervention_catalog", "absence_ingest", "evaluation_export")
DATABASES = (*SERVICES, "eventlog")


def _ring() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass(frozen=True, slots=True)
class Keys:
    """Passwords of roles and key rings (``id:base64``; the first key of a ring is the active one)."""

    passwords: dict[str, str]
    data_keys: dict[str, str]
    lookup_keys: str
    blind_index_keys: str

    @classmethod
    def make(cls) -> "Keys":
        """New random secrets."""
        return cls(
            passwords={f"{name}_{role}": secrets.token_urlsafe(24) for name in DATABASES for role in ("owner", "app")},
            data_keys={name: _ring() for name in SERVICES},
            lookup_keys=_ring(),
            blind_index_keys=_ring(),
        )


def load_or_make(path: Path) -> Keys:
    """The secrets in ``path``, made if it is not there. Losing this file loses what is encrypted with it."""
    if path.exists():
        return Keys(**json.loads(path.read_text(encoding="utf-8")))
    made = Keys.make()
    unfinished = path.with_suffix(".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(made), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return made

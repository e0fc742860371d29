"""The file with the keys of a backup, and the fingerprints by which keys and data are matched."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.embedded.home import write_secret
from deploy.embedded.keys import Keys

PURPOSE = b"skoleloeft backup: "


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Everything needed to read a backup: the services' keys and the password of the database's superuser."""

    keys: Keys
    superuser_password: str

    @classmethod
    def read(cls, path: Path) -> "KeyFile":
        """Read a file. Raises OSError, or ValueError, TypeError or KeyError when it is not a key file."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(Keys(**content["keys"]), content["superuser_password"])

    def write(self, path: Path) -> None:
        """Write it durably with mode 0600; an existing file is replaced atomically."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {"keys": asdict(self.keys), "superuser_password": self.superuser_password}
        write_secret(path, json.dumps(content, indent=2) + "\n")

    def fingerprints(self) -> dict[str, str]:
        """A fingerprint of each key by the key's name. It reveals nothing, as each key is random and has 256 bits."""
        rings = {f"data_keys.{service}": ring for service, ring in self.keys.data_keys.items()}
        shared = ("lookup_keys", "blind_index_keys", "request_keys", "release_key")
        rings |= {name: getattr(self.keys, name) for name in shared}
        secrets = {"superuser": self.superuser_password}
        for ring, entries in rings.items():
            for entry in entries.split(","):
                number, _, secret = entry.strip().partition(":")
                secrets[f"{ring}.{number}"] = secret
        return {
            name: hmac.new(secret.encode(), PURPOSE + name.encode(), hashlib.sha256).hexdigest()[:32]
            for name, secret in sorted(secrets.items())
        }

    def missing(self, wanted: dict[str, str]) -> list[str]:
        """The names of the ``wanted`` keys that are not here. Additional keys are allowed, as a ring may have grown
        since.
        """
        here = self.fingerprints()
        return [name for name, fingerprint in wanted.items() if here.get(name) != fingerprint]

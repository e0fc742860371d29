"""The manifest of a backup."""

import hashlib
import importlib.metadata
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded.backups.errors import NewerBackup, NotABackup
from deploy.embedded.binaries import MAJOR_VERSION
from deploy.embedded.home import write_secret

FORMAT = 1
NAME = "manifest.json"
DATA = "data"
DISTRIBUTION = "skoleloeft"


@dataclass(frozen=True, slots=True)
class Manifest:
    """``data_manifest`` is the SHA-256 of PostgreSQL's own list, which has the checksum of every file of the data.

    ``made`` is UTC. ``fingerprints`` name the keys without which the data cannot be read.
    """

    format: int
    version: str
    made: str
    postgres: str
    data_manifest: str
    fingerprints: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a backup. Raises ``NotABackup`` or ``NewerBackup``."""
        try:
            content = json.loads((folder / NAME).read_text(encoding="utf-8"))
            found = cls(**content)
        except (OSError, ValueError, TypeError) as failure:
            raise NotABackup(folder=folder, reason=type(failure).__name__) from failure
        if found.format != FORMAT:
            raise NotABackup(folder=folder, reason=f"format {found.format}")
        if found.postgres != MAJOR_VERSION:
            raise NotABackup(folder=folder, reason=f"PostgreSQL {found.postgres}")
        if _numbers(found.version) > _numbers(product_version()):
            raise NewerBackup(made=found.version, here=product_version())
        return found

    def write(self, folder: Path) -> None:
        """Write it to the folder of the backup."""
        write_secret(folder / NAME, json.dumps(asdict(self), indent=2) + "\n")


def product_version() -> str:
    """The version of the installed product."""
    return importlib.metadata.version(DISTRIBUTION)


def data_manifest(folder: Path) -> str:
    """The SHA-256 of PostgreSQL's list of the files of a backup."""
    return hashlib.sha256((folder / DATA / "backup_manifest").read_bytes()).hexdigest()


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]

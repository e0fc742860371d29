"""Checks a copied data directory against the list of files that PostgreSQL wrote with it.

PostgreSQL's pg_verifybackup does the same, but the wheel's always ends with a segmentation fault. The format of the
list is in PostgreSQL's manual, "Backup Manifest Format".
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from deploy.embedded.backups.programs import run

LIST = "backup_manifest"
UNLISTED = "pg_wal/"
"""The changes (WAL) made during the copy are not in the list; they are only read through."""


class Damaged(Exception):
    """The message says which file differs, and how."""


def check(data: Path) -> None:
    """Compare every file with its size and checksum, and read the changes through with pg_waldump.

    Raises ``Damaged``, ``ProgramFailed`` or OSError.
    """
    try:
        listed: dict[str, Any] = json.loads((data / LIST).read_bytes())
        files = {_path(entry): entry for entry in listed["Files"]}
        ranges = [(str(each["Timeline"]), each["Start-LSN"], each["End-LSN"]) for each in listed["WAL-Ranges"]]
    except (ValueError, KeyError, TypeError) as failure:
        raise Damaged(f"{LIST} cannot be read") from failure
    if more := _found(data) - files.keys() - {LIST}:
        raise Damaged(f"{min(more)} is not in the list")
    for name, entry in files.items():
        path = data / name
        if path.is_symlink() or not path.is_file():
            raise Damaged(f"{name} is missing")
        if path.stat().st_size != entry["Size"] or _sha256(path) != entry["Checksum"]:
            raise Damaged(f"{name} is not what was copied")
    for timeline, start, end in ranges:
        run(
            "pg_waldump",
            "--quiet",
            "--path",
            str(data / "pg_wal"),
            f"--timeline={timeline}",
            f"--start={start}",
            f"--end={end}",
        )


def _path(entry: dict[str, Any]) -> str:
    return str(entry["Path"]) if "Path" in entry else os.fsdecode(bytes.fromhex(entry["Encoded-Path"]))


def _found(data: Path) -> set[str]:
    """Every file and link except for the changes."""
    found = {str(Path(folder, name).relative_to(data)) for folder, _, names in os.walk(data) for name in names}
    return {name for name in found if not name.startswith(UNLISTED)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

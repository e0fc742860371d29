"""The tasks of the first start after a restore: every service raises its versions and publishes its states again.

Otherwise readers outside this home that have seen later versions than the backup's would drop new events as old ones.
The tasks run after the databases have started and before a service answers. A marker in the home lists the services
that have not done them.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from deploy.embedded.backups.errors import RestoreUnfinished
from deploy.embedded.home import write_secret
from libs.shared.contracts.topics import SERVICES

COMMAND = "raise-versions"
MARKER = "restore.json"


def begin(home: Path) -> None:
    """Mark the home as incomplete."""
    _write(home, {"laid_out": False})


def laid_out(home: Path, made: str) -> None:
    """Mark the home as complete; ``made`` is the moment of the backup."""
    _write(home, {"laid_out": True, "made": made, "owing": list(SERVICES)})


def cut_off(home: Path) -> bool:
    """Whether a restore into this home was interrupted."""
    marker = _read(home)
    return marker is not None and not marker["laid_out"]


def owing(home: Path) -> list[str]:
    """The services that have not raised their versions yet. Raises ``RestoreUnfinished``."""
    marker = _read(home)
    if marker is None:
        return []
    if not marker["laid_out"]:
        raise RestoreUnfinished(home=home)
    return [str(name) for name in marker["owing"]]


async def settle(home: Path, raise_versions: Callable[[str], Awaitable[None]], report: Callable[[str], None]) -> None:
    """Let each remaining service raise its versions; after a failure only those that are left do it."""
    left = owing(home)
    while left:
        await raise_versions(left[0])
        report(f"{left[0]} has raised its versions after the restore")
        left = left[1:]
        _write(home, {**(_read(home) or {}), "owing": left})
    (home / MARKER).unlink(missing_ok=True)


def _read(home: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads((home / MARKER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return content


def _write(home: Path, content: dict[str, Any]) -> None:
    write_secret(home / MARKER, json.dumps(content) + "\n")

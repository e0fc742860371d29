"""A builder in a process of its own: what it loads and uses is gone with it, and it knows no address and no key."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Protocol

import msgspec

import services
from libs.shared.observability.logs import get_logger
from services.evaluation_export.deliveries.errors import BuildFailed, BuildTooSlow, NotProtected
from services.evaluation_export.deliveries.snapshot import Snapshot

MODULE = "services.evaluation_export.deliveries.bundle"
NOT_PROTECTED = 3
_EXCEPTION = re.compile(rb"^([A-Za-z_.]+)(?::|$)")

_log = get_logger(__name__)


class Builder(Protocol):
    """Makes a bundle of a snapshot."""

    async def build(self, snapshot: Snapshot) -> bytes:
        """The bundle as a zip. Raises ``BuildFailed`` or one of its kinds."""


class ProcessBuilder:
    """Starts a process for each bundle and gives it ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def build(self, snapshot: Snapshot) -> bytes:
        """See ``Builder``. If this is cancelled the process is killed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        try:
            async with asyncio.timeout(self._seconds):
                bundle, complaint = await process.communicate(msgspec.json.encode(snapshot))
        except TimeoutError:
            raise BuildTooSlow from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == 0 and bundle:
            return bundle
        # Only the kind of the exception is logged: its text could quote what it was about.
        last = (complaint.splitlines() or [b""])[-1]
        kind = _EXCEPTION.match(last)
        error = kind.group(1).decode() if kind else "none"
        _log.error("delivery.build_failed", exit_code=process.returncode, error=error)
        raise NotProtected if process.returncode == NOT_PROTECTED else BuildFailed


def _environment() -> dict[str, str]:
    """What the child needs to find Python, our code and a folder for files in passing, and nothing that is secret."""
    passed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**passed, "PYTHONPATH": _root()}


def _root() -> str:
    """The folder that holds ``services``, wherever it is installed."""
    return str(Path(next(iter(services.__path__))).parent)

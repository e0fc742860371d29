"""A builder in a process of its own: what it loads and uses is gone with it, and it knows no address and no key."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

import services
from libs.shared.observability.logs import get_logger
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.orders.errors import AuditTooSlow, BuildFailed, BuildTooSlow, NotProtected
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.frames import Answer, framed

MODULE = "services.evaluation_export.products.aggregate"
REASONS: dict[int | None, type[BuildFailed]] = {3: NotProtected, 4: AuditTooSlow}
"""Why the process gave up, by its exit code; any other code is a fault of ours."""
_EXCEPTION = re.compile(rb"^([A-Za-z_.]+)(?::|$)")

_log = get_logger(__name__)


class Builder(Protocol):
    """Makes a bundle of an order."""

    async def build(self, order: Order, earlier: AsyncIterator[PackedGroup]) -> Answer:
        """The bundle and its groups; ``earlier`` are read once, before it begins. Raises ``BuildFailed`` or one of
        its kinds, and whatever reading ``earlier`` raises.
        """


class ProcessBuilder:
    """Starts a process for each bundle and gives it ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def build(self, order: Order, earlier: AsyncIterator[PackedGroup]) -> Answer:
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
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                answer, complaint = await _talk(process, order, earlier)
        except TimeoutError:
            if limit.expired():
                raise BuildTooSlow from None
            raise  # from reading the earlier groups
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == 0 and answer:
            return msgspec.msgpack.decode(answer, type=Answer)
        # Only the kind of the exception is logged: its text could quote what it was about.
        last = (complaint.splitlines() or [b""])[-1]
        kind = _EXCEPTION.match(last)
        error = kind.group(1).decode() if kind else "none"
        _log.error("delivery.build_failed", exit_code=process.returncode, error=error)
        raise REASONS.get(process.returncode, BuildFailed)


async def _talk(
    process: asyncio.subprocess.Process, order: Order, earlier: AsyncIterator[PackedGroup]
) -> tuple[bytes, bytes]:
    """Standard output and standard error, read while the order and the earlier groups are written."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise TypeError("the process has no pipes")
    reading = asyncio.gather(process.stdout.read(), process.stderr.read())
    try:
        await _feed(process.stdin, order, earlier)
        answer, complaint = await reading
    finally:
        reading.cancel()
    await process.wait()
    return answer, complaint


async def _feed(stdin: asyncio.StreamWriter, order: Order, earlier: AsyncIterator[PackedGroup]) -> None:
    await _write(stdin, await asyncio.to_thread(framed, order))
    async for group in earlier:
        await _write(stdin, framed(group))
    stdin.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await stdin.wait_closed()


async def _write(stdin: asyncio.StreamWriter, message: bytes) -> None:
    """Nothing is said here if the process has ended before its time: its exit code says why."""
    stdin.write(message)
    with suppress(BrokenPipeError, ConnectionResetError):
        await stdin.drain()


def _environment() -> dict[str, str]:
    """What the child needs to find Python, our code and a folder for files in passing, and nothing that is secret."""
    passed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**passed, "PYTHONPATH": _root()}


def _root() -> str:
    """The folder that holds ``services``, wherever it is installed."""
    return str(Path(next(iter(services.__path__))).parent)

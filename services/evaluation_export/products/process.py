"""Building in a child process: its memory is freed when it ends, and it has no address and no key."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

import services
from libs.shared.observability.logs import get_logger
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.products.errors import BuildFailed, BuildTooSlow
from services.evaluation_export.products.frames import LENGTH_BYTES, Answer, GaveUp, framed
from services.evaluation_export.products.product import Product

Keep = Callable[[int, bytes], Awaitable[None]]
"""Stores a piece of the bundle that begins at this offset."""

_EXCEPTION = re.compile(rb"^([A-Za-z_.]+)(?::|$)")

_log = get_logger(__name__)


class Builder(Protocol):
    """Makes a bundle from a product's input."""

    async def build(
        self, product: Product, given: msgspec.Struct, earlier: AsyncIterator[PackedGroup], keep: Keep
    ) -> Answer:
        """The description of the bundle, after ``keep`` has stored all of its pieces in order.

        ``earlier`` are read once, before the building begins. Raises ``BuildFailed`` or a subclass, and whatever
        ``earlier`` and ``keep`` raise.
        """


class ProcessBuilder:
    """Starts a process for each bundle, which has at most ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def build(
        self, product: Product, given: msgspec.Struct, earlier: AsyncIterator[PackedGroup], keep: Keep
    ) -> Answer:
        """See ``Builder``. If this is cancelled the process is killed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            product.program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                answer, complaint = await _talk(process, given, earlier, keep)
        except TimeoutError:
            if limit.expired():
                raise BuildTooSlow from None
            raise  # from reading the earlier groups or from storing the pieces
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if isinstance(answer, GaveUp):
            _log.error("delivery.build_gave_up", code=answer.code)
            raise product.failure(answer.code)
        if process.returncode == 0 and answer is not None:
            return answer
        # Only the type of the exception is logged, because its text could quote data.
        last = (complaint.splitlines() or [b""])[-1]
        found = _EXCEPTION.match(last)
        error = found.group(1).decode() if found else "none"
        _log.error("delivery.build_failed", exit_code=process.returncode, error=error)
        raise BuildFailed


async def _talk(
    process: asyncio.subprocess.Process, given: msgspec.Struct, earlier: AsyncIterator[PackedGroup], keep: Keep
) -> tuple[Answer | GaveUp | None, bytes]:
    """The whole answer, or None if it is incomplete, and standard error. Both are read while the input is written."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise TypeError("the process has no pipes")
    reading = asyncio.gather(_answer(process.stdout, keep), process.stderr.read())
    try:
        await _feed(process.stdin, given, earlier)
        answer, complaint = await reading
    finally:
        reading.cancel()
    await process.wait()
    return answer, complaint


async def _answer(stdout: asyncio.StreamReader, keep: Keep) -> Answer | GaveUp | None:
    try:
        answer = msgspec.msgpack.decode(await _message(stdout), type=Answer | GaveUp)
        if isinstance(answer, Answer):
            start = 0
            while start < answer.sealed.bytes:
                piece = await _message(stdout)
                await keep(start, piece)
                start += len(piece)
    except asyncio.IncompleteReadError:
        return None
    return answer


async def _message(stdout: asyncio.StreamReader) -> bytes:
    length = int.from_bytes(await stdout.readexactly(LENGTH_BYTES), "big")
    return await stdout.readexactly(length)


async def _feed(stdin: asyncio.StreamWriter, given: msgspec.Struct, earlier: AsyncIterator[PackedGroup]) -> None:
    await _write(stdin, await asyncio.to_thread(framed, given))
    async for group in earlier:
        await _write(stdin, framed(group))
    stdin.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await stdin.wait_closed()


async def _write(stdin: asyncio.StreamWriter, message: bytes) -> None:
    """An early end of the process is ignored here, as its exit code gives the reason."""
    stdin.write(message)
    with suppress(BrokenPipeError, ConnectionResetError):
        await stdin.drain()


def _environment() -> dict[str, str]:
    """The variables that the child needs to find Python, the code and a folder for temporary files; none is secret."""
    passed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**passed, "PYTHONPATH": _root()}


def _root() -> str:
    """The folder that contains ``services``, wherever it is installed."""
    return str(Path(next(iter(services.__path__))).parent)

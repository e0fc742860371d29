"""LISTEN as a wake-up: it reduces delays, and nothing depends on it; polling is the guarantee."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import NoReturn

import structlog

from libs.shared.db.connecting import Connection
from libs.shared.db.database import Database
from libs.shared.observability.failures import describe_failure

RECONNECT_SECONDS = 2.0
ASK_SECONDS = 10.0
"""How often the connection is checked: well below ``ConnectionLimits.idle_session_seconds``."""
ANSWER_SECONDS = 5.0
LOGGED_EVERY = 30
"""One of this many failures is logged while the database stays unavailable; the first always is."""

_log = structlog.get_logger(__name__)


class Wake:
    """Set by a notification, cleared by ``wait``."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake the waiter."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Return True at a notification, False after ``seconds`` without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


async def keep_listening(
    opened: Callable[[], AbstractAsyncContextManager[Connection]],
    channel: str,
    *,
    heard: Callable[[str], None],
    began: Callable[[], None],
    ask_seconds: float | None = None,
) -> NoReturn:
    """Call ``heard`` with the payload of every notification, until cancelled.

    A connection that is lost or silent is opened again. ``began`` is called each time the listening starts, as
    notifications may have been missed before.
    """
    failures = 0

    def started() -> None:
        nonlocal failures
        failures = 0
        began()

    while True:
        try:
            await _listen_once(opened, channel, heard, started, ask_seconds or ASK_SECONDS)
        except Exception as failure:
            if failures % LOGGED_EVERY == 0:
                _log.warning("listen.failed", channel=channel, failure=describe_failure(failure), failures=failures + 1)
            failures += 1
        await asyncio.sleep(RECONNECT_SECONDS)


async def _listen_once(
    opened: Callable[[], AbstractAsyncContextManager[Connection]],
    channel: str,
    heard: Callable[[str], None],
    began: Callable[[], None],
    ask_seconds: float,
) -> NoReturn:
    """Listen until the connection is lost; raises the error that ended it."""
    async with opened() as connection:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda *_: lost.set())
        await connection.add_listener(channel, lambda *told: heard(str(told[3])))
        began()
        while not await _set_within(lost, ask_seconds):
            await connection.execute("SELECT 1", timeout=ANSWER_SECONDS)
    raise ConnectionResetError


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


@asynccontextmanager
async def wake_all(db: Database, channel: str, wakes: Sequence[Wake]) -> AsyncIterator[None]:
    """While the block runs, ``NOTIFY channel`` sets all of ``wakes``. They share one connection. A lost connection is
    opened again; meanwhile ``wait`` times out.
    """

    def wake(_: str = "") -> None:
        for each in wakes:
            each.set()

    keeping = keep_listening(db.dedicated, channel, heard=wake, began=wake)
    task = asyncio.create_task(keeping, name=f"listen-{channel}")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def listen(db: Database, channel: str) -> AsyncIterator[Wake]:
    """A ``Wake`` that ``NOTIFY channel`` sets while the block runs."""
    wake = Wake()
    async with wake_all(db, channel, [wake]):
        yield wake

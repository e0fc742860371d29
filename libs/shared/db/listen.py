"""LISTEN as a wake-up: it makes things fast and is never relied on; polling is the guarantee."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from libs.shared.db.database import Database

RECONNECT_SECONDS = 2.0


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


@asynccontextmanager
async def listen(db: Database, channel: str) -> AsyncIterator[Wake]:
    """A ``Wake`` that ``NOTIFY channel`` sets. A lost connection is opened again; meanwhile ``wait`` just times out."""
    wake = Wake()

    async def keep() -> None:
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                async with db.dedicated() as connection:
                    lost = asyncio.Event()
                    connection.add_termination_listener(lambda *_, lost=lost: lost.set())
                    await connection.add_listener(channel, lambda *_: wake.set())
                    wake.set()  # something may have been written while nobody listened
                    await lost.wait()
            await asyncio.sleep(RECONNECT_SECONDS)

    task = asyncio.create_task(keep(), name=f"listen-{channel}")
    try:
        yield wake
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

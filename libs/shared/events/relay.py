"""The relay appends the outbox to the log.

It selects unpublished rows *by status*, in the order of ``seq``, and never by "greater than the last one seen": a row
gets its ``seq`` before it is committed, so a cursor would permanently skip the rows of transactions that commit late.

One relay per service is active: the holder of a session-level advisory lock. Lock, reading and marking use one
connection, and an append under way is cancelled when that connection is lost. So a relay that lost the lock stops, and
its successor starts at the first unmarked row. A row may thus be appended twice; the inbox drops the second.

Cancelling is not enough: a request may hang in the network and reach the log after the newer states of the successor,
and compaction would then keep the older one. So rows are appended through a writer of the log that is entered after the
lock was taken and fences all earlier writers, and the rows are read on the connection of the lock after that. If that
read succeeds, the lock was still held, so the next holder enters its writer later and fences this one.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Protocol

import structlog

from libs.shared.db.database import Database
from libs.shared.db.listen import Wake
from libs.shared.db.locks import Lock, try_hold
from libs.shared.eventlog.port import EventLog, LogWriter, Outgoing, Placed, RecordTooLarge
from libs.shared.events import positions, set_aside
from libs.shared.events.backoff import Backoff, pause
from libs.shared.events.headers import unpacked
from libs.shared.events.metrics import EventMetrics, uncounted
from libs.shared.events.outbox import CHANNEL
from libs.shared.observability.failures import describe_failure

LOCK = Lock.RELAY

_NEXT = """
SELECT seq, id, topic, key, value, headers, origin,
       extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
FROM outbox WHERE published_at IS NULL AND set_aside_at IS NULL ORDER BY seq LIMIT $1
"""
_MARK = f"""
WITH noted AS ({positions.NOTE})
UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[])
"""  # noqa: S608 - a constant of ours
# The lowest rows only, so that a turn with nothing to delete costs one short read of the primary key. Rows set aside
# stay, and so do later rows of their keys: ``outbox release`` needs them to see what was published afterwards.
_PRUNE = """
DELETE FROM outbox AS gone WHERE seq IN (SELECT seq FROM outbox ORDER BY seq LIMIT $2)
AND published_at < clock_timestamp() - $1::interval
AND NOT EXISTS (
    SELECT 1 FROM outbox AS aside
    WHERE aside.set_aside_at IS NOT NULL AND aside.topic = gone.topic AND aside.key = gone.key
)
"""

_log = structlog.get_logger(__name__)


class Connection(Protocol):
    """The methods of the driver's connection that are used."""

    async def fetch(self, query: str, *args: object) -> Sequence[Any]:
        """Rows."""

    async def fetchval(self, query: str, *args: object) -> Any:
        """One value."""

    async def execute(self, query: str, *args: object) -> str:
        """The command tag."""


class LockLost(Exception):
    """The connection that holds the relay's lock was lost; another relay may be active by now."""


class Turn(Enum):
    """The result of a turn: all rows are published, more may be waiting, or the log refused the batch."""

    ALL = auto()
    MORE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """``poll_seconds`` bounds the delay if a notification is missed; ``keep`` is how long published rows are kept."""

    batch: int = 1000
    poll_seconds: float = 1.0
    standby_seconds: float = 1.0
    command_seconds: float = 30.0
    append_seconds: float = 25.0
    keep: timedelta = timedelta(days=7)
    prune_seconds: float = 600.0
    prune_batch: int = 5000
    stuck_seconds: float = 120.0
    backoff: Backoff = field(default_factory=lambda: Backoff(first=0.2, most=5.0))


class Relay:
    """Publishes one service's outbox while ``run`` runs. Any number may run; one of them is active."""

    def __init__(
        self,
        db: Database,
        log: EventLog,
        *,
        name: str,
        settings: RelaySettings | None = None,
        metrics: EventMetrics | None = None,
    ) -> None:
        """``name`` is the service's. Relays of one name fence each other, so a name belongs to one database."""
        self._db = db
        self._log = log
        self._name = name
        self._settings = settings or RelaySettings()
        self._metrics = metrics or uncounted()
        self._metrics.relay_failing.set_function(self.failing_seconds)
        self._most = self._settings.batch
        self._pruned = time.monotonic()
        self._failing_since: float | None = None
        self._turned = time.monotonic()
        self.active = False
        """Whether this relay holds the lock."""
        self.running = False

    def stuck(self) -> bool:
        """For liveness: whether the loop hangs. If the log is unavailable, a restart would not help: the relay
        continues by itself.
        """
        return self.running and time.monotonic() - self._turned > self._settings.stuck_seconds

    def failing_seconds(self) -> float:
        """For readiness and alerts: how long every turn has failed; 0 when the last one went well."""
        return 0.0 if self._failing_since is None else time.monotonic() - self._failing_since

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until ``stop`` is set. Failures are counted, logged and retried; none ends the relay."""
        self.running, failures = True, 0
        try:
            while not stop.is_set():
                try:
                    await self._lead(stop)
                    failures = 0
                except Exception as failure:
                    failures = failures + 1 if self._failing_since is not None else 1
                    self._failing_since = self._failing_since or time.monotonic()
                    self._metrics.relay_failures.labels(type(failure).__name__).inc()
                    _log.warning("relay.failed", failure=describe_failure(failure), failures=failures)
                    self._turned = time.monotonic()
                    await pause(stop, self._settings.backoff.seconds(failures))
        finally:
            self.running = False

    async def _lead(self, stop: asyncio.Event) -> None:
        """Wait for the lock, then publish; ends at ``stop`` or by an exception."""
        async with self._db.dedicated() as connection:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda *_: lost.set())
            while not await self._try_lock(connection):
                self._succeeded()
                await pause(stop, self._settings.standby_seconds)
                if stop.is_set():
                    return
            wake = Wake()
            await connection.add_listener(CHANNEL, lambda *_: wake.set())
            waker = asyncio.create_task(_wake_at(stop, wake))
            self.active = True
            self._metrics.relay_active.set(1)
            try:
                await self._publish(connection, lost, stop, wake)
            finally:
                self.active = False
                self._metrics.relay_active.set(0)
                waker.cancel()

    async def _publish(self, connection: Connection, lost: asyncio.Event, stop: asyncio.Event, wake: Wake) -> None:
        """Publish batch after batch. If the log refuses one, its writer is ended and another one is entered."""
        while not stop.is_set():
            async with self._log.writer(f"relay-{self._name}") as writer:
                turn = Turn.ALL
                while turn is not Turn.REFUSED and not stop.is_set():
                    turn = await self._turn(connection, writer, lost)
                    if turn is Turn.ALL:
                        await wake.wait(self._settings.poll_seconds)

    def _limit(self) -> asyncio.Timeout:
        return asyncio.timeout(self._settings.command_seconds)

    async def _try_lock(self, connection: Connection) -> bool:
        async with self._limit():
            return await try_hold(connection, LOCK)

    async def _turn(self, connection: Connection, writer: LogWriter, lost: asyncio.Event) -> Turn:
        most, turn = self._most, Turn.ALL
        async with self._limit():
            rows = await connection.fetch(_NEXT, most)
            self._metrics.set_aside.set(await connection.fetchval(set_aside.COUNT))
        self._metrics.unpublished_age.set(rows[0]["age"] if rows else 0)
        if rows:
            try:
                placed = await self._append(writer, [_outgoing(row) for row in rows], lost)
            except RecordTooLarge as refusal:
                turn = Turn.REFUSED
                await self._narrow(connection, rows, refusal)
            else:
                turn = Turn.ALL if len(rows) < most else Turn.MORE
                await self._mark(connection, rows, placed)
        elif time.monotonic() - self._pruned > self._settings.prune_seconds:
            await self._prune(connection)
        self._succeeded()
        return turn

    async def _mark(self, connection: Connection, rows: Sequence[Any], placed: Sequence[Placed]) -> None:
        """Mark the rows as published and store the positions of their municipalities, in one statement."""
        ends = positions.ends(zip((row["origin"] for row in rows), (row["topic"] for row in rows), placed, strict=True))
        async with self._limit():
            await connection.execute(_MARK, [row["seq"] for row in rows], *ends)
        for topic, published in Counter(row["topic"] for row in rows).items():
            self._metrics.published.labels(topic).inc(published)
        self._most = min(2 * self._most, self._settings.batch)

    async def _narrow(self, connection: Connection, rows: Sequence[Any], refusal: RecordTooLarge) -> None:
        """Halve the batch until it holds only the row that the log refuses; then set that row aside.

        Later rows of its key are published. Every event of a state topic carries the whole state, so a reader of a
        later one needs no earlier one, and a blocked key would hide the current state from all readers.
        """
        if len(rows) > 1:
            self._most = len(rows) // 2
            return
        (row,) = rows
        async with self._limit():
            await connection.execute(set_aside.PUT, row["seq"], str(refusal))
        _log.error("relay.set_aside", seq=row["seq"], topic=row["topic"], bytes=len(row["value"] or b""))

    async def _append(self, writer: LogWriter, records: list[Outgoing], lost: asyncio.Event) -> Sequence[Placed]:
        appending = asyncio.create_task(writer.append(records))
        losing = asyncio.create_task(lost.wait())
        try:
            async with asyncio.timeout(self._settings.append_seconds):
                await asyncio.wait({appending, losing}, return_when=asyncio.FIRST_COMPLETED)
            if not appending.done():
                raise LockLost
            return await appending
        finally:
            for task in (appending, losing):
                task.cancel()
            await asyncio.gather(appending, losing, return_exceptions=True)

    async def _prune(self, connection: Connection) -> None:
        async with self._limit():
            tag = await connection.execute(_PRUNE, self._settings.keep, self._settings.prune_batch)
        # After a full batch more rows may be left: pruning then continues in the next idle turn.
        if tag != f"DELETE {self._settings.prune_batch}":
            self._pruned = time.monotonic()

    def _succeeded(self) -> None:
        self._turned = time.monotonic()
        self._failing_since = None


async def _wake_at(stop: asyncio.Event, wake: Wake) -> None:
    await stop.wait()
    wake.set()


def _outgoing(row: Any) -> Outgoing:
    headers = unpacked(row["headers"], row["id"], row["key"])
    return Outgoing(row["topic"], row["key"], row["value"], headers)

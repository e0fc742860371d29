"""Rebuilds a read model from the log in the worker, while the group continues to consume.

A separate reader reads the topic from the start and hands everything to the read model, which accepts equal versions
from it. The group's members continue at their offsets, and the version guard decides which state is kept. Rows are
written in place, so no query sees an empty table.

From the moment of the request, both the reader and the members record the key of each event of the topic that they take
(``inbox.remember``). The reader reads every older record, as it stops only when nothing is left to read; every younger
one is taken in a transaction that sees the request. So if a row's key was not recorded at the end, no record has that
key, and the row is deleted under its lock.

An advisory lock admits one worker at a time. If it crashes, another continues at the reader's committed offsets. If two
should ever work at the same time, each only repeats work of the other.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.database import Database
from libs.shared.db.locks import Lock, try_hold
from libs.shared.db.scope import Access, Scope
from libs.shared.eventlog.port import EventLog, LogConsumer, PartitionLost, Record, TopicPartition
from libs.shared.events import rebuilds
from libs.shared.events.arrivals import Arrival, read
from libs.shared.events.backoff import pause
from libs.shared.events.dead_letters import GivenUp
from libs.shared.events.failures import passes
from libs.shared.events.handling import Handling
from libs.shared.events.read_models import PrimaryKey, ReadModel, Stored
from libs.shared.events.rebuilds import Rebuild
from libs.shared.observability.failures import describe_failure

STEP_SECONDS = 300.0
"""How long one step, a batch or a slice, may take before another worker may begin."""

_log = structlog.get_logger(__name__)


class RebuildFailed(Exception):
    """The rebuild cannot continue; the text says why. No further row is deleted."""


@dataclass(frozen=True, slots=True)
class RebuildSettings:
    """``look_seconds``: how often a worker looks for a request. ``most_refused``: a rebuild with more fails."""

    look_seconds: float = 5.0
    max_records: int = 500
    wait_seconds: float = 0.5
    slice: int = 1000
    most_refused: int = 100


class Rebuilding:
    """The worker's loop for one group."""

    def __init__(
        self, db: Database, log: EventLog, handling: Handling, *, settings: RebuildSettings | None = None
    ) -> None:
        self._db = db
        self._log = log
        self._handling = handling
        self._settings = settings or RebuildSettings()

    async def run(self, stop: asyncio.Event) -> None:
        """Carry out requested rebuilds until ``stop`` is set. A failure is logged and the work is tried again later."""
        while not stop.is_set():
            try:
                await self.work(stop)
            except Exception as failure:
                if not passes(failure) and not isinstance(failure, PartitionLost):
                    _log.error("rebuild.broken_off", failure=describe_failure(failure))
                else:
                    _log.warning("rebuild.later", failure=describe_failure(failure))
            await pause(stop, self._settings.look_seconds)

    async def work(self, stop: asyncio.Event) -> None:
        """Carry out each requested rebuild that no other worker is working on."""
        async with self._db.read() as session:
            running = await rebuilds.running(session, self._handling.group)
        for topic in self._handling.subscriptions.topics:
            at_work = any(each.topic == topic for each in running)
            self._handling.metrics.rebuild_running.labels(self._handling.group, topic).set(int(at_work))
        for each in running:
            async with self._db.dedicated(silent_seconds=STEP_SECONDS) as connection:
                if not await try_hold(connection, Lock.REBUILD):
                    return
                try:
                    await self._rebuild(each, stop, connection)
                except (RebuildFailed, NewerVersion) as why:
                    await self._end(each, "failed", str(why))

    async def _rebuild(self, rebuild: Rebuild, stop: asyncio.Event, lock: Any) -> None:
        read_model = self._handling.subscriptions.read_model(rebuild.topic)
        if read_model is None:
            raise RebuildFailed("this program keeps no read model of the topic")
        async with self._db.write() as session:
            if not await rebuilds.begin(session, rebuild.id):
                return  # another worker ended it between the query and the lock
        group = f"{self._handling.group}.rebuild-{rebuild.id.hex[:12]}"
        reader = self._log.consumer(group, [rebuild.topic])
        try:
            await reader.start()
            whole = await self._read_whole(rebuild, reader, stop, lock)
        finally:
            await reader.close()
        if whole and await self._remove_unnamed(rebuild, read_model, stop):
            await self._end(rebuild, "done")
            await self._log.forget_group(group)

    async def _read_whole(self, rebuild: Rebuild, reader: LogConsumer, stop: asyncio.Event, lock: Any) -> bool:
        """Read each partition until nothing is left in it; False if ``stop`` was set before the end."""
        partitions = set(await self._log.end_offsets([rebuild.topic]))
        reached: set[TopicPartition] = set()
        refused = rebuild.refused
        while not stop.is_set():
            await lock.execute("SELECT 1")  # raises when the connection is lost, and with it the lock
            records = await reader.poll(
                max_records=self._settings.max_records, wait_seconds=self._settings.wait_seconds
            )
            failed = await self._take(records)
            if records:
                await reader.commit({record.at: record.offset + 1 for record in records})
            refused += failed
            lag = await reader.lag()
            reached |= {at for at, left in lag.items() if left == 0}
            async with self._db.write() as session:
                taken, waiting = len(records) - failed, sum(lag.values())
                await rebuilds.progress(session, rebuild.id, taken=taken, refused=failed, waiting=waiting)
            if refused > self._settings.most_refused:
                raise RebuildFailed(f"{refused} records could not be taken; see `dead-letters list`")
            if reached == partitions:
                return True
        return False

    async def _take(self, records: Sequence[Record]) -> int:
        """Hand the records to the read model; returns how many could not be taken. Raises ``NewerVersion`` and failures
        that pass by themselves.
        """
        arrivals = [read(record) for record in records]
        readable = [each for each in arrivals if each.unreadable is None]
        refused = 0
        for arrival in arrivals:
            if arrival.unreadable is not None:
                await self._handling.give_up_again(arrival, GivenUp.unreadable(arrival.unreadable))
                refused += 1
        try:
            await self._handling.take_again(readable)
        except Exception as failure:
            if passes(failure):
                raise
            for arrival in readable:
                refused += not await self._take_one(arrival)
        return refused

    async def _take_one(self, arrival: Arrival) -> bool:
        try:
            await self._handling.take_again([arrival])
        except Exception as failure:
            if passes(failure):
                raise
            await self._handling.give_up_again(arrival, GivenUp.of(failure, 1))
            return False
        return True

    async def _remove_unnamed(self, rebuild: Rebuild, read_model: ReadModel[Any], stop: asyncio.Event) -> bool:
        """Delete the rows whose key no record has, slice by slice; False if ``stop`` was set before the end."""
        after: PrimaryKey | None = None
        while not stop.is_set():
            async with self._db.read(Scope(access=Access.OPERATOR)) as session:
                rows = await read_model.page(session, after, self._settings.slice)
                named = await rebuilds.seen(session, rebuild.id, [row.key for row in rows])
                if rows and not named and not await rebuilds.any_seen(session, rebuild.id):
                    raise RebuildFailed("the topic holds no record, so every row would go; let its producer republish")
            unnamed = [row for row in rows if row.key not in named or row.version <= rebuild.above]
            if unnamed:
                await self._remove(rebuild, read_model, unnamed)
            if len(rows) < self._settings.slice:
                return True
            after = rows[-1].place
        return False

    async def _remove(self, rebuild: Rebuild, read_model: ReadModel[Any], rows: Sequence[Stored]) -> None:
        codes = frozenset(row.municipality for row in rows if row.municipality is not None)
        async with self._db.write(Scope(codes)) as session:
            if not await rebuilds.hold(session, rebuild.id):
                raise RebuildFailed("another worker has ended it")
            named = partial(rebuilds.seen, session, rebuild.id)
            removed = await read_model.forget_unless(session, rows, named, above=rebuild.above)
            await rebuilds.add_removed(session, rebuild.id, removed)

    async def _end(self, rebuild: Rebuild, state: str, reason: str | None = None) -> None:
        async with self._db.write() as session:
            await rebuilds.end(session, rebuild.id, state, reason)
        self._handling.metrics.rebuild_running.labels(self._handling.group, rebuild.topic).set(0)
        _log.info("rebuild.ended", group=self._handling.group, topic=rebuild.topic, state=state, reason=reason)

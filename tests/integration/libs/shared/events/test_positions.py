"""The position up to which a municipality's events are in the log: the relay stores it, and never too early."""

import asyncio
from contextlib import suppress

import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.db.scope import Scope
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import EventLog, LogWriter, Outgoing, Placed
from libs.shared.events import positions
from libs.shared.events.positions import Position
from tests.factories.events import absence_outbox, month, relaying, rows, service_database, until
from tests.factories.own_topics import OwnTopics, memory_log
from tests.realparts.databases import MakeDatabase, OwnDatabase

TOPIC = PupilMonthChanged.TOPIC


async def add(own: OwnDatabase, code: str, count: int = 1) -> None:
    async with own.db.write(Scope.of(code)) as session:
        await absence_outbox().add(session, [month(municipality=code) for _ in range(count)])


async def moment(own: OwnDatabase) -> int:
    async with own.db.read(Scope.of("101")) as session:
        return await positions.written(session)


async def told(own: OwnDatabase, code: str, at: int) -> Position | None:
    async with own.db.read(Scope.of(code)) as session:
        return await positions.told(session, code, at)


async def all_published(own: OwnDatabase) -> bool:
    return not await rows(own, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")


def ends_of(log: MemoryEventLog, code: str) -> dict[int, int]:
    """Partition → offset after the municipality's last record."""
    found: dict[int, int] = {}
    for at, kept in log.records.items():
        for record in kept:
            if f'"{code}"'.encode() in (record.value or b""):
                found[at.partition] = record.offset + 1
    return found


async def test_a_position_ends_after_the_municipalitys_last_record_in_each_partition(
    make_database: MakeDatabase,
) -> None:
    own, log = await service_database(make_database), await memory_log()
    await add(own, "101", 40)
    await add(own, "851", 5)
    at = await moment(own)
    assert await told(own, "101", at) is None
    async with relaying(own.db, log):
        await until(lambda: all_published(own))
    for code in ("101", "851"):
        position = await told(own, code, at)
        assert position is not None
        assert {each.partition: offset for each, offset in position.offsets.items()} == ends_of(log, code)
        assert {each.topic for each in position.offsets} == {TOPIC}
        assert position.reached(await log.end_offsets([TOPIC]))
        assert not position.reached({})


async def test_a_row_that_commits_late_is_waited_for_though_a_later_one_is_out(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database), await memory_log()
    async with relaying(own.db, log):
        async with own.db.write(Scope.of("101")) as slow:
            await absence_outbox().add(slow, month(municipality="101"))
            await add(own, "101")
            await until(lambda: all_published(own))
            before = await told(own, "101", await moment(own))
        after = await moment(own)
        await until(lambda: all_published(own))
        assert before is not None, "what no transaction has written yet is nobody's"
        position = await told(own, "101", after)
    assert position is not None
    assert sum(position.offsets.values()) >= 2


async def test_what_others_have_not_told_yet_holds_nobody_back_until_it_is_very_much(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await service_database(make_database)
    await add(own, "851", 6)
    at = await moment(own)
    assert await told(own, "101", at) == Position({})
    monkeypatch.setattr(positions, "MOST_LOOKED_AT", 5)
    assert await told(own, "101", at) is None
    await add(own, "851", 6)
    assert await told(own, "101", 4) == Position({}), "rows after the moment do not count"


async def test_what_was_written_later_is_not_waited_for(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database), await memory_log()
    async with relaying(own.db, log):
        await add(own, "101", 3)
        await until(lambda: all_published(own))
    at = await moment(own)
    await add(own, "101", 3)
    assert await told(own, "101", at) is not None
    assert await told(own, "101", await moment(own)) is None


class CutOff(OwnTopics):
    """A log that takes the first batch and then never answers, as if the relay were killed there."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self.prefix = ""
        self.took = asyncio.Event()

    async def write(self, writer: LogWriter, records: list[Outgoing]) -> list[Placed]:  # type: ignore[override]
        placed = list(await super().write(writer, records))
        if not self.took.is_set():
            self.took.set()
            await asyncio.Event().wait()
        return placed


async def test_a_relay_killed_between_the_log_and_its_mark_has_noted_nothing_and_the_next_one_notes_the_later_place(
    make_database: MakeDatabase,
) -> None:
    own, inner = await service_database(make_database), await memory_log()
    await add(own, "101")
    at = await moment(own)
    log = CutOff(inner)
    with suppress(asyncio.CancelledError):
        async with relaying(own.db, log):
            await log.took.wait()
            assert await told(own, "101", at) is None
            connection = await rows(own, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            assert connection
            await until(lambda: all_published(own))
    position = await told(own, "101", at)
    assert position is not None
    assert list(position.offsets.values()) == [2], "the record lies there twice"

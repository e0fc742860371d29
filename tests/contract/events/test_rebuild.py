"""A read model is rebuilt from any log while its group continues, and is then equal to a new one."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from libs.shared.eventlog.port import EventLog, TopicPartition
from libs.shared.events import rebuilds
from libs.shared.events.handling import Handling
from libs.shared.events.rebuilding import Rebuilding, RebuildSettings
from libs.shared.events.rebuilds import Rebuild
from libs.shared.operations.rebuilding import rebuild_command
from tests.contract.events.support import GROUP, letters, outgoing, wait_caught_up
from tests.factories.events import consuming, month, rows, until, working
from tests.factories.own_topics import TOPIC
from tests.factories.read_models import Refusing, keeping, months, tombstone
from tests.realparts.databases import OwnDatabase

QUICK = RebuildSettings(look_seconds=0.1, max_records=10, wait_seconds=0.2, slice=7)


COUNTED_AT_COMMIT = """
CREATE TABLE left_at_commit (rows bigint NOT NULL);
CREATE FUNCTION count_what_is_left() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO public.left_at_commit SELECT count(*) FROM public.pupil_month;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER counted AFTER DELETE ON pupil_month DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION count_what_is_left();
"""
"""Counts the rows that are left for the readers when a transaction that deletes some commits."""


@asynccontextmanager
async def rebuilding(own: OwnDatabase, log: EventLog, handling: Handling) -> AsyncIterator[None]:
    """Run a worker's rebuilding loop inside the block."""
    async with working(Rebuilding(own.db, log, handling, settings=QUICK).run):
        yield


async def asked(own: OwnDatabase) -> Rebuild:
    async with own.db.write() as session:
        return await rebuilds.request(session, GROUP, TOPIC)


async def ended(own: OwnDatabase, rebuild: Rebuild, seconds: float = 60.0) -> Rebuild:
    async def over() -> bool:
        async with own.db.read() as session:
            return (await rebuilds.one(session, rebuild.id)).state != "running"

    await until(over, seconds)
    async with own.db.read() as session:
        return await rebuilds.one(session, rebuild.id)


async def spoil(own: OwnDatabase, statement: str, *args: Any) -> None:
    """Change the read model directly in the database, without an event."""
    connection = await asyncpg.connect(own.admin_url)
    try:
        await connection.execute(statement, *args)
    finally:
        await connection.close()


async def filled(log: EventLog, own: OwnDatabase, count: int = 40) -> list[UUID]:
    """Fill the read model with ``count`` pupils at version 2."""
    pupils = [uuid4() for _ in range(count)]
    for version in (1, 2):
        await log.append([outgoing(month(pupil, version)) for pupil in pupils])
    async with consuming(log, keeping(own)):
        await wait_caught_up(log)
    assert len(await months(own)) == count
    return pupils


async def test_a_rebuild_brings_back_what_is_lost_or_wrong_and_removes_what_nothing_names(
    log: EventLog, own: OwnDatabase
) -> None:
    pupils = await filled(log, own)
    stray = uuid4()
    await spoil(own, "DELETE FROM pupil_month WHERE pupil_id = $1", pupils[0])
    await spoil(own, "UPDATE pupil_month SET illness = 30 WHERE pupil_id = $1", pupils[1])
    await spoil(own, "INSERT INTO pupil_month VALUES ('851', $1, '2022-09', 1, 9)", stray)
    await spoil(own, COUNTED_AT_COMMIT)
    handling = keeping(own)
    async with consuming(log, handling), consuming(log, keeping(own)), rebuilding(own, log, handling):
        rebuild = await asked(own)
        late = uuid4()
        await log.append([outgoing(month(late)), outgoing(month(pupils[2], 3))])
        done = await ended(own, rebuild)
        await wait_caught_up(log)
    assert (done.state, done.removed, done.refused) == ("done", 1, 0)
    found = await months(own)
    assert found.keys() == {*pupils, late}
    assert {each: version for each, (_, version) in found.items()} == {
        **dict.fromkeys(pupils, 2),
        late: 1,
        pupils[2]: 3,
    }
    assert found[pupils[1]] == (2, 2)
    left = [row["rows"] for row in await rows(own, "SELECT rows FROM left_at_commit")]
    assert left
    assert min(left) >= len(pupils), "nobody saw a table that was emptied"
    assert handling.metrics.ignored_states.labels(GROUP, TOPIC)._value.get() == 0


async def test_a_worker_killed_in_the_middle_is_followed_by_another_that_goes_on(
    log: EventLog, own: OwnDatabase
) -> None:
    pupils = await filled(log, own, 60)
    await spoil(own, "UPDATE pupil_month SET illness = 30")
    stray = uuid4()
    await spoil(own, "INSERT INTO pupil_month VALUES ('101', $1, '2022-09', 1, 9)", stray)
    rebuild = await asked(own)
    first = asyncio.create_task(Rebuilding(own.db, log, keeping(own), settings=QUICK).run(asyncio.Event()))

    async def begun() -> bool:
        return (await rows(own, "SELECT taken FROM rebuild"))[0]["taken"] > 0

    await until(begun)
    first.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await first
    handling = keeping(own)
    async with consuming(log, handling), rebuilding(own, log, handling), rebuilding(own, log, keeping(own)):
        done = await ended(own, rebuild)
    assert (done.state, done.removed) == ("done", 1)
    assert await months(own) == dict.fromkeys(pupils, (2, 2))


async def test_a_tombstone_that_no_release_handled_is_taken_by_the_release_that_does(
    log: EventLog, own: OwnDatabase
) -> None:
    from tests.contract.events.support import handling as without_tombstones
    from tests.factories.events import upsert_months

    gone, kept = month(), month()
    await log.append([outgoing(gone), outgoing(kept), tombstone(gone.key)])
    async with consuming(log, without_tombstones(own, upsert_months)):
        await wait_caught_up(log)
    assert len(await months(own)) == 2
    assert len(await rows(own, "SELECT 1 FROM inbox")) == 2, "what nobody handles is not remembered"
    async with rebuilding(own, log, keeping(own)):
        done = await ended(own, await asked(own))
    assert done.state == "done"
    assert (await months(own)).keys() == {kept.pupil_id}


async def test_a_record_that_cannot_be_taken_is_a_dead_letter_and_leaves_its_row_as_it_was(
    log: EventLog, own: OwnDatabase
) -> None:
    pupils = await filled(log, own, 5)
    handled = keeping(own, Refusing(pupils[0]))
    given_up = handled.metrics.municipality_dead_letters.labels(GROUP, "101")._value
    for state, again in (("replayed", ["open"] * 2), ("discarded", ["discarded"] * 2)):
        before = given_up.get()
        async with rebuilding(own, log, handled):
            done = await ended(own, await asked(own))
        assert (done.state, done.refused, done.removed) == ("done", 2, 0)
        assert (await months(own)).keys() == set(pupils)
        found = await letters(own)
        assert {letter["key"] for letter in found} == {f"{pupils[0]}/2022-09".encode()}
        assert given_up.get() == before + 2
        # A replayed dead letter that fails again is open again; one that a person has discarded stays discarded.
        await spoil(own, "UPDATE dead_letter SET state = $1", state)
        async with rebuilding(own, log, handled):
            await ended(own, await asked(own))
        assert [letter["state"] for letter in await letters(own)] == again
        await spoil(own, "DELETE FROM dead_letter WHERE $1 <> ''", state)


async def test_too_many_refusals_end_the_rebuild_and_remove_nothing(log: EventLog, own: OwnDatabase) -> None:
    pupils = await filled(log, own, 60)
    stray = uuid4()
    await spoil(own, "INSERT INTO pupil_month VALUES ('101', $1, '2022-09', 1, 9)", stray)
    async with rebuilding(own, log, keeping(own, Refusing(*pupils))):
        done = await ended(own, await asked(own))
    assert done.state == "failed"
    assert (await months(own)).keys() == {*pupils, stray}


async def test_an_empty_topic_does_not_empty_the_read_model(log: EventLog, own: OwnDatabase) -> None:
    await spoil(own, "INSERT INTO pupil_month VALUES ('101', $1, '2022-09', 1, 9)", uuid4())
    async with rebuilding(own, log, keeping(own)):
        done = await ended(own, await asked(own))
    assert done.state == "failed"
    assert "republish" in (done.reason or "")
    assert len(await months(own)) == 1


async def test_nothing_is_left_that_would_hold_compaction_back(log: EventLog, own: OwnDatabase) -> None:
    await filled(log, own, 5)
    async with rebuilding(own, log, keeping(own)):
        rebuild = await asked(own)
        await ended(own, rebuild)

    async def forgotten() -> bool:
        inner = getattr(log, "inner", log)
        if not hasattr(inner, "compact"):
            return True  # in memory and on Kafka, a group's offsets do not delay compaction
        await log.append([outgoing(month()) for _ in range(20)])
        async with consuming(log, keeping(own)):
            await wait_caught_up(log)
        found: dict[TopicPartition, int] = await log.committed(f"{GROUP}.rebuild-{rebuild.id.hex[:12]}", [TOPIC])
        return not found

    await until(forgotten)


async def test_the_command_follows_a_rebuild_and_joins_one_that_runs(log: EventLog, own: OwnDatabase) -> None:
    await filled(log, own, 5)
    handling = keeping(own)
    told = io.StringIO()

    async def command(*words: str) -> int:
        return await rebuild_command(
            words,
            db=own.db,
            group=GROUP,
            subscriptions=handling.subscriptions,
            write=told.write,
            look_seconds=0.05,
        )

    assert await command("catalog.rule-set") == 2
    assert await command(TOPIC, "--no-wait") == 0
    async with rebuilding(own, log, handling):
        assert await command(TOPIC) == 0
    assert "done" in told.getvalue()
    assert len(await rows(own, "SELECT 1 FROM rebuild")) == 1


async def test_a_rebuild_that_another_worker_has_ended_is_not_begun_again_and_removes_nothing(
    log: EventLog, own: OwnDatabase
) -> None:
    pupils = await filled(log, own, 10)
    rebuild = await asked(own)
    late = Rebuilding(own.db, log, keeping(own), settings=QUICK)
    async with rebuilding(own, log, keeping(own)):
        assert (await ended(own, rebuild)).state == "done"
    young = month()
    await log.append([outgoing(young)])
    async with consuming(log, keeping(own)):
        await wait_caught_up(log)

    class Stale:
        """The rebuilds that the late worker saw before it got the lock."""

        async def __call__(self, *_: Any) -> list[Rebuild]:
            return [rebuild]

    looked, rebuilds.running = rebuilds.running, Stale()  # type: ignore[assignment]  # the planted fault
    try:
        await late.work(asyncio.Event())
    finally:
        rebuilds.running = looked
    assert (await months(own)).keys() == {*pupils, young.pupil_id}
    async with own.db.read() as session:
        assert (await rebuilds.one(session, rebuild.id)).state == "done"

"""Each event takes effect exactly once, however often it is delivered."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.db.database import WriteSession
from libs.shared.eventlog.port import EventLog, Outgoing
from libs.shared.events import handling as handling_module
from libs.shared.events.arrivals import Arrival
from libs.shared.events.consumer import Consumer
from tests.contract.events.support import GROUP, caught_up, handling, letters, outgoing, wait_caught_up, wait_effects
from tests.factories.events import QUICK_TRIES, append_effects, consuming, effects, month, rows, until, upsert_months
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import OwnDatabase


class Crash(BaseException):
    """The process ends here; no code of the product may catch this exception."""


class CrashingCommits:
    """A log whose consumers crash when they commit offsets, which is after the commit of the database."""

    def __init__(self, log: EventLog, crashes: int) -> None:
        self._log = log
        self.left = crashes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def consumer(self, *args: Any, **kwargs: Any) -> Any:
        consumer = self._log.consumer(*args, **kwargs)
        commit = consumer.commit

        async def crashing(offsets: Any) -> None:
            if self.left:
                self.left -= 1
                raise Crash
            await commit(offsets)

        consumer.commit = crashing  # type: ignore[method-assign]  # the planted fault
        return consumer


async def run_until_crash(log: Any, handled: handling_module.Handling) -> None:
    with pytest.raises(Crash):
        async with asyncio.timeout(40):
            await Consumer(log, handled, settings=QUICK_TRIES).run(asyncio.Event())


async def test_each_event_takes_effect_once_and_in_order_of_its_key(log: EventLog, own: OwnDatabase) -> None:
    pupils = [uuid4() for _ in range(20)]
    for version in range(1, 6):
        await log.append([outgoing(month(pupil, version)) for pupil in pupils])
    async with consuming(log, handling(own)):
        await wait_caught_up(log)
    found = await effects(own)
    assert len(found) == len({event_id for event_id, _, _ in found}) == 100
    for pupil in pupils:
        assert [version for _, key, version in found if key.startswith(str(pupil))] == [1, 2, 3, 4, 5]


async def test_a_crash_between_the_databases_commit_and_the_offsets_repeats_no_effect(
    log: EventLog, own: OwnDatabase
) -> None:
    await log.append([outgoing(month()) for _ in range(50)])
    handled = handling(own)
    await run_until_crash(CrashingCommits(log, 1), handled)
    before = await effects(own)
    assert before, "the crash came after the database's commit"
    assert not await caught_up(log)
    async with consuming(log, handled):
        await wait_caught_up(log)
    assert len(await effects(own)) == 50
    redelivered = handled.metrics.redelivered.labels(GROUP, TOPIC)._value.get()
    assert redelivered >= len(before)


async def test_a_crash_before_the_databases_commit_loses_nothing(log: EventLog, own: OwnDatabase) -> None:
    await log.append([outgoing(month()) for _ in range(50)])
    crashed = False

    async def crash_once(session: WriteSession, events: Any) -> None:
        nonlocal crashed
        await append_effects(session, events)
        if not crashed:
            crashed = True
            raise Crash

    handled = handling(own, crash_once)
    await run_until_crash(log, handled)
    async with consuming(log, handled):
        await wait_caught_up(log)
    assert len(await effects(own)) == 50


async def test_without_the_inbox_the_same_crash_shows_duplicates(
    log: EventLog, own: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def remember_nothing(session: WriteSession, group: str, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        return arrivals

    monkeypatch.setattr(handling_module, "remember", remember_nothing)
    await log.append([outgoing(month()) for _ in range(50)])
    handled = handling(own)
    await run_until_crash(CrashingCommits(log, 1), handled)
    async with consuming(log, handled):
        await wait_caught_up(log)
    found = await effects(own)
    assert len({event_id for event_id, _, _ in found}) == 50
    assert len(found) > 50


async def test_the_same_event_twice_in_one_batch_takes_effect_once(log: EventLog, own: OwnDatabase) -> None:
    record = outgoing(month())
    await log.append([record, record, record])
    async with consuming(log, handling(own)):
        await wait_caught_up(log)
    assert len(await effects(own)) == 1


async def test_handlers_write_as_the_tenants_of_their_events_and_no_other(log: EventLog, own: OwnDatabase) -> None:
    await log.append([outgoing(month(municipality=code)) for code in ("101", "851", "101", "147")])
    async with consuming(log, handling(own, upsert_months)):
        await wait_caught_up(log)
    assert await letters(own) == []
    found = await rows(own, "SELECT municipality_code FROM pupil_month ORDER BY 1")
    assert [row["municipality_code"] for row in found] == ["101", "101", "147", "851"]


async def test_a_handler_that_writes_as_another_tenant_than_its_events_is_refused(
    log: EventLog, own: OwnDatabase
) -> None:
    from sqlalchemy import text

    async def trespass(session: WriteSession, events: Any) -> None:
        await session.execute(
            text("INSERT INTO pupil_month VALUES ('851', :id, '2022-09', 0, 1)"), {"id": events[0].data.pupil_id}
        )

    await log.append([outgoing(month(municipality="101"))])
    async with consuming(log, handling(own, trespass)):
        await wait_caught_up(log)
    assert await rows(own, "SELECT 1 FROM pupil_month") == []
    assert len(await letters(own)) == 1


async def test_tombstones_reach_their_handler_once_and_in_order_with_the_states(
    log: EventLog, own: OwnDatabase
) -> None:
    seen: list[tuple[str, str]] = []

    async def state(session: WriteSession, events: Any) -> None:
        seen.extend(("state", event.key) for event in events)

    async def gone(session: WriteSession, keys: Sequence[str]) -> None:
        seen.extend(("gone", key) for key in keys)

    first = month()
    tombstone = Outgoing(TOPIC, first.key, None, (("ce_id", str(uuid4()).encode()), ("ce_municipality", b"101")))
    await log.append([outgoing(first), tombstone, outgoing(first), tombstone])
    async with consuming(log, handling(own, state, tombstones={TOPIC: gone})):
        await wait_caught_up(log)
    assert seen == [("state", first.key), ("gone", first.key), ("state", first.key)]


async def test_a_tombstone_nobody_handles_is_counted_and_not_remembered(log: EventLog, own: OwnDatabase) -> None:
    await log.append([Outgoing(TOPIC, "k", None, ())])
    handled = handling(own)
    async with consuming(log, handled):
        await wait_caught_up(log)
    assert handled.metrics.skipped.labels(GROUP, TOPIC)._value.get() == 1
    assert await rows(own, "SELECT 1 FROM inbox") == []


async def test_members_share_the_work_and_one_that_stops_hands_over(log: EventLog, own: OwnDatabase) -> None:
    await log.append([outgoing(month()) for _ in range(60)])
    async with consuming(log, handling(own)):
        async with consuming(log, handling(own)):
            await log.append([outgoing(month()) for _ in range(60)])
            await wait_caught_up(log)
        await log.append([outgoing(month()) for _ in range(60)])
        # Kafka confirms a transaction before every partition has its commit marker, so end offsets may be read too low.
        await wait_effects(own, 180)
        await wait_caught_up(log)
    found = await effects(own)
    assert len(found) == len({event_id for event_id, _, _ in found}) == 180


async def test_stopping_finishes_the_batch_in_hand_and_commits_it(log: EventLog, own: OwnDatabase) -> None:
    started = asyncio.Event()

    async def slow(session: WriteSession, events: Any) -> None:
        started.set()
        await asyncio.sleep(0.3)
        await append_effects(session, events)

    await log.append([outgoing(month()) for _ in range(10)])
    async with consuming(log, handling(own, slow)):
        async with asyncio.timeout(40):
            await started.wait()
    done = len(await effects(own))
    committed = await log.committed(GROUP, [TOPIC])
    assert done == sum(committed.values()) > 0


async def test_an_idle_consumer_is_not_stuck(log: EventLog, own: OwnDatabase) -> None:
    async with consuming(log, handling(own)) as consumer:

        async def assigned() -> bool:
            return len(consumer.lag) == 3

        await until(assigned)
        assert not consumer.stuck()
        assert set(consumer.lag.values()) == {0}

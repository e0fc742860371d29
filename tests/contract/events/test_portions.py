"""One poll reads ahead the records of several transactions: nothing is lost or done twice if it ends early."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.database import WriteSession
from libs.shared.eventlog.port import EventLog
from libs.shared.events.consumer import Consumer
from tests.contract.events.support import GROUP, handling, letters, outgoing, wait_caught_up, wait_effects, with_header
from tests.factories.events import QUICK_TRIES, append_effects, consuming, effects, month
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import OwnDatabase

MOST = 5
SMALL = replace(QUICK_TRIES, max_records=MOST, portions=4)
EVENTS = 150


async def fill(log: EventLog) -> None:
    """Ten versions of each of fifteen pupils' months, of three municipalities."""
    pupils = [(uuid4(), code) for code in ("101", "201", "301") for _ in range(5)]
    for version in range(1, 11):
        await log.append([outgoing(month(pupil, version, municipality=code)) for pupil, code in pupils])


async def all_once_and_in_order(own: OwnDatabase) -> None:
    found = await effects(own)
    assert len(found) == len({event_id for event_id, _, _ in found}) == EVENTS
    versions: dict[str, list[int]] = {}
    for _, key, version in found:
        versions.setdefault(key, []).append(version)
    assert all(of_key == list(range(1, 11)) for of_key in versions.values())


async def test_a_transaction_takes_no_more_than_its_portion_of_what_was_polled(log: EventLog, own: OwnDatabase) -> None:
    polled, taken = [], []

    class Watching:
        """Keeps the number of records that the consumer asks for in each poll."""

        def __getattr__(self, name: str) -> Any:
            return getattr(log, name)

        def consumer(self, *args: Any, **kwargs: Any) -> Any:
            consumer = log.consumer(*args, **kwargs)
            poll = consumer.poll

            async def watched(*, max_records: int, wait_seconds: float) -> Any:
                polled.append(max_records)
                return await poll(max_records=max_records, wait_seconds=wait_seconds)

            consumer.poll = watched  # type: ignore[method-assign]  # observes only
            return consumer

    async def handler(session: WriteSession, events: Any) -> None:
        taken.append(len(events))
        await append_effects(session, events)

    await fill(log)
    async with consuming(Watching(), handling(own, handler), SMALL):  # type: ignore[arg-type]  # the log, watched
        await wait_caught_up(log)
    await all_once_and_in_order(own)
    assert max(taken) <= MOST
    assert max(polled) == MOST * SMALL.portions


async def test_a_failure_amid_a_poll_loses_nothing_and_repeats_nothing(log: EventLog, own: OwnDatabase) -> None:
    tries: Counter[str] = Counter()

    async def handler(session: WriteSession, events: Any) -> None:
        await append_effects(session, events)
        for event in events:
            tries[event.id] += 1
            if event.data.aggregate_version in {4, 8} and tries[event.id] <= 3:
                raise RuntimeError

    await fill(log)
    async with consuming(log, handling(own, handler), replace(SMALL, tries=50)):
        await wait_caught_up(log)
    await all_once_and_in_order(own)
    assert await letters(own) == []


async def test_what_was_polled_and_not_taken_goes_with_its_partitions_to_another_member(
    log: EventLog, own: OwnDatabase
) -> None:
    async def slow(session: WriteSession, events: Any) -> None:
        await asyncio.sleep(0.05)
        await append_effects(session, events)

    await fill(log)
    async with consuming(log, handling(own, slow), SMALL):
        await wait_effects(own, 4 * MOST)
        async with consuming(log, handling(own, slow), SMALL):
            await wait_effects(own, EVENTS)
            await wait_caught_up(log)
    await all_once_and_in_order(own)


async def test_stopping_amid_a_poll_finishes_the_portion_in_hand_alone(log: EventLog, own: OwnDatabase) -> None:
    begun = 0
    enough = asyncio.Event()

    async def slow(session: WriteSession, events: Any) -> None:
        nonlocal begun
        begun += 1
        if begun == 6:  # polls grow, so by now one has had several portions
            enough.set()
        await asyncio.sleep(0.2)
        await append_effects(session, events)

    await fill(log)
    async with consuming(log, handling(own, slow), SMALL):
        async with asyncio.timeout(40):
            await enough.wait()
    assert begun == 6
    assert len(await effects(own)) < EVENTS
    after = handling(own)
    async with consuming(log, after, SMALL):
        await wait_effects(own, EVENTS)
        await wait_caught_up(log)
    await all_once_and_in_order(own)
    assert after.metrics.redelivered.labels(GROUP, TOPIC)._value.get() == 0, "all that was taken was committed"


async def test_a_newer_version_amid_a_poll_stops_the_consumer_after_all_that_came_before_it(
    log: EventLog, own: OwnDatabase
) -> None:
    pupil = uuid4()
    good = [outgoing(month(pupil, version)) for version in range(1, 30)]
    await log.append([*good, with_header(outgoing(month(pupil, 30)), "ce_schemaversion", b"9")])
    consumer = Consumer(log, handling(own), settings=SMALL)
    with pytest.raises(NewerVersion):
        async with asyncio.timeout(40):
            await consumer.run(asyncio.Event())
    found = [version for _, _, version in await effects(own)]
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= len(good) - (len(good) % MOST)

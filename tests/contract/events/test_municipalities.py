"""Failing events of one municipality never stop those of others, and delay them by at most ten seconds (E5).

60 bad and 60 good events; ``SKOLELOEFT_FULL=1`` takes 1,000 of each.
"""

import asyncio
import os
import time
from datetime import date, timedelta
from typing import Any

import pytest

from libs.shared.db.database import WriteSession
from libs.shared.eventlog.port import EventLog
from libs.shared.events.consumer import Consumer
from libs.shared.events.failures import EventRefused
from libs.shared.events.limits import Limit
from libs.shared.events.settings import ConsumerSettings
from tests.contract.events.support import GROUP, handling, letters, outgoing, wait_caught_up, wait_effects
from tests.factories.events import QUICK_TRIES, append_effects, consuming, effects, month
from tests.realparts.databases import OwnDatabase

EVENTS = 1_000 if os.environ.get("SKOLELOEFT_FULL") == "1" else 60
BAD = "201"
AS_IN_PRODUCTION = ConsumerSettings()


def one_of(others: int) -> str:
    return f"{300 + others % 90}"


def no_such_day(_event: Any) -> None:
    date.min - timedelta(days=1)  # raises OverflowError, as a day in the year 1 once did


def no_such_key(event: Any) -> None:
    {}[event.data.month]


@pytest.mark.parametrize("fails", [no_such_day, no_such_key], ids=["a wrong value", "any other error"])
async def test_a_municipality_whose_every_event_fails_delays_the_others_little_and_stops_nobody(
    log: EventLog, own: OwnDatabase, fails: Any
) -> None:
    async def handler(session: WriteSession, events: Any) -> None:
        await append_effects(session, events)
        for event in events:
            if event.data.municipality_code == BAD:
                fails(event)

    records = []
    for n in range(EVENTS):
        records += [outgoing(month(municipality=BAD)), outgoing(month(municipality=one_of(n)))]
    await log.append(records)
    handled = handling(own, handler, limit=Limit(most=20))
    consumer, stop = Consumer(log, handled, settings=AS_IN_PRODUCTION), asyncio.Event()
    task = asyncio.create_task(consumer.run(stop))
    await wait_effects(own, 1)  # the time for joining the group is not measured
    begun = time.monotonic()
    await wait_effects(own, EVENTS, 60)
    took = time.monotonic() - begun
    await wait_caught_up(log, 120)
    stop.set()
    await task
    print(f"{EVENTS} bad and {EVENTS} good events: the last good one after {took:.1f} s")
    # The limit itself is checked below, by what it counted; only at the full size would its absence take this long.
    assert took < 30
    found = await letters(own)
    assert len(found) == EVENTS
    assert {letter["municipality"] for letter in found} == {BAD}
    assert len(await effects(own)) == EVENTS
    assert handled.metrics.municipality_dead_letters.labels(GROUP, BAD)._value.get() == EVENTS
    assert handled.metrics.municipality_limited.labels(GROUP, BAD)._value.get() == 1
    assert handled.metrics.stopped.labels(GROUP, "dead_letter_limit")._value.get() == 0


async def test_a_value_that_a_handler_refuses_becomes_a_dead_letter_at_once_and_says_why(
    log: EventLog, own: OwnDatabase
) -> None:
    bad, alone = month(), 0

    async def handler(session: WriteSession, events: Any) -> None:
        nonlocal alone
        await append_effects(session, events)
        if any(event.key == bad.key for event in events):
            alone += len(events) == 1
            raise EventRefused("month is before the first school year")

    await log.append([*(outgoing(month()) for _ in range(10)), outgoing(bad), *(outgoing(month()) for _ in range(10))])
    async with consuming(log, handling(own, handler)):
        await wait_caught_up(log)
    (letter,) = await letters(own)
    assert (alone, letter["tries"], letter["error_type"]) == (1, 1, "EventRefused")
    assert letter["reason"].endswith("month is before the first school year")
    assert len(await effects(own)) == 20


async def test_events_of_one_key_take_effect_in_order_also_when_their_batch_is_taken_apart(
    log: EventLog, own: OwnDatabase
) -> None:
    async def handler(session: WriteSession, events: Any) -> None:
        await append_effects(session, events)
        if any(event.data.municipality_code == BAD for event in events):
            raise EventRefused("no")

    pupils = [month(municipality=one_of(n)) for n in range(6)]
    records = []
    for version in range(1, 9):
        records.append(outgoing(month(municipality=BAD)))
        records += [outgoing(pupil.model_copy(update={"aggregate_version": version})) for pupil in pupils]
    await log.append(records)
    async with consuming(log, handling(own, handler), QUICK_TRIES):
        await wait_caught_up(log)
    found = await effects(own)
    assert len(found) == 48
    for pupil in pupils:
        assert [version for _, key, version in found if key == pupil.key] == list(range(1, 9))

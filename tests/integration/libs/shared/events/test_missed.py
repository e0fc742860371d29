"""E2: nothing committed is missed, whatever order transactions commit in.

50 writers, transactions of 10 rows, 10 % rolled back. Full size (``SKOLELOEFT_FULL=1``): 2,000 transactions and a
commit delay of 0 to 5 s. CI size: 500 transactions and 0 to 2 s, so that it ends within half a minute.
"""

import asyncio
import os
import random
from collections.abc import Callable
from uuid import UUID

import pytest

from tests.factories.events import absence_outbox, month, relaying, rows, service_database, until
from tests.factories.own_topics import memory_log
from tests.realparts.databases import MakeDatabase, OwnDatabase

FULL = os.environ.get("SKOLELOEFT_FULL") == "1"
WRITERS, TRANSACTIONS, DELAY = 50, 2000 if FULL else 500, 5.0 if FULL else 2.0


class _RolledBack(Exception):
    pass


def roll_back(*, when: bool) -> None:
    if when:
        raise _RolledBack


async def write_all(own: OwnDatabase) -> set[UUID]:
    """Write all transactions; returns the ids of the committed events."""
    committed: set[UUID] = set()
    outbox = absence_outbox()

    async def writer(place: int) -> None:
        dice = random.Random(place)  # noqa: S311 - a repeatable choice, no secret
        for _ in range(TRANSACTIONS // WRITERS):
            try:
                async with own.db.write() as session:
                    ids = await outbox.add(session, [month() for _ in range(10)])
                    await asyncio.sleep(dice.uniform(0, DELAY))
                    roll_back(when=dice.random() < 0.1)
                committed.update(ids)
            except _RolledBack:
                continue

    await asyncio.gather(*(writer(place) for place in range(WRITERS)))
    return committed


async def out_of_order(own: OwnDatabase, seen: set[UUID]) -> set[UUID]:
    """Commit an event only after the planted relay has seen a later one; returns the ids of both."""
    outbox = absence_outbox()
    async with own.db.write() as session:
        early = await outbox.add(session, [month()])
        async with own.db.write() as other:
            late = await outbox.add(other, [month()])

        async def passed() -> bool:
            return seen.issuperset(late)

        await until(passed, seconds=30)
    return {*early, *late}


async def cursor_relay(own: OwnDatabase, seen: set[UUID], done: Callable[[], bool]) -> None:
    """The planted fault: a relay that continues after the greatest ``seq`` it has seen."""
    last, ending = 0, False
    while True:
        found = await rows(own, "SELECT seq, id FROM outbox WHERE seq > $1 ORDER BY seq", last)
        seen.update(row["id"] for row in found)
        last = max([last, *(row["seq"] for row in found)])
        if ending:
            return
        ending = done()
        await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_no_committed_event_is_missed_and_a_relay_with_a_cursor_misses_some(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database, pool=WRITERS + 2), await memory_log()
    by_cursor: set[UUID] = set()
    ended = asyncio.Event()

    async with relaying(own.db, log):
        planted = asyncio.create_task(cursor_relay(own, by_cursor, ended.is_set))
        committed = await out_of_order(own, by_cursor)
        committed |= await write_all(own)
        ended.set()
        await planted

        async def empty() -> bool:
            return not await rows(own, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")

        await until(empty, seconds=30)

    published = {UUID(dict(r.headers)["ce_id"].decode()) for kept in log.records.values() for r in kept}
    assert 0.8 * TRANSACTIONS * 10 < len(committed) < TRANSACTIONS * 10
    assert committed - published == set()
    assert published - committed == set(), "a rolled-back event was published"
    assert committed - by_cursor, "the planted relay missed nothing: this test would not find a cursor"

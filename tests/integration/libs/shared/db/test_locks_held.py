"""A lock that is held for long delays only the partition that needs it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.envelope import Event
from libs.shared.db.database import WriteSession
from libs.shared.eventlog.placing import partition_of
from libs.shared.events.handling import TAKING
from tests.contract.events.conftest import GROUP
from tests.contract.events.support import handling, outgoing, wait_caught_up
from tests.factories.events import append_effects, consuming, effects, month, rows, service_database, until
from tests.factories.own_topics import memory_log
from tests.realparts.databases import MakeDatabase

PARTITIONS = 3


def of_partition(number: int) -> UUID:
    """A pupil whose events are in partition ``number``."""
    return next(pupil for _ in range(1000) if partition_of(month(pupil := uuid4()).key, PARTITIONS) == number)


async def test_events_of_other_partitions_go_on_while_one_waits_for_a_lock(make_database: MakeDatabase) -> None:
    assert TAKING.lock_seconds <= 5
    soon = replace(TAKING, lock_seconds=0.3)
    own, log = await service_database(make_database), await memory_log(GROUP, partitions=PARTITIONS)
    held, free = of_partition(0), [of_partition(1), of_partition(2)]

    async def lock_then_append(session: WriteSession, events: Sequence[Event[PupilMonthChanged]]) -> None:
        if any(event.data.pupil_id == held for event in events):
            await session.execute(text("SELECT pg_advisory_xact_lock(42)"))
        await append_effects(session, events)

    holder = await asyncpg.connect(own.admin_url)
    await holder.execute("SELECT pg_advisory_lock(42)")
    await log.append([outgoing(month(pupil)) for pupil in (held, *free)])
    async with consuming(log, handling(own, lock_then_append, work=soon)):

        async def the_others_are_done() -> bool:
            return len(await effects(own)) == len(free)

        await until(the_others_are_done)
        await holder.close()
        await wait_caught_up(log)
    assert len(await effects(own)) == len(free) + 1
    assert await rows(own, "SELECT 1 FROM dead_letter") == []

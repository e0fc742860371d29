"""A service waits until it has read the position that another service states: on each log, from the outbox to the
effect.
"""

import asyncio

import pytest

from libs.shared.base.errors import Unavailable
from libs.shared.db.scope import Scope
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog, TopicPartition
from libs.shared.events import positions
from libs.shared.events.positions import Position, PositionInvalid
from libs.shared.imports.http.after import AfterNotReached, AfterUnknown, Reaching
from tests.contract.events.conftest import GROUP
from tests.contract.events.support import handling
from tests.factories.events import absence_outbox, consuming, effects, month, relaying, until
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import OwnDatabase


def reaching(log: EventLog, seconds: float = 0.3) -> Reaching:
    return Reaching(log, GROUP, [TOPIC], seconds)


async def stated(own: OwnDatabase, log: EventLog, count: int) -> Position:
    """The position of a municipality after ``count`` new states."""
    async with own.db.write(Scope.of("101")) as session:
        await absence_outbox().add(session, [month(municipality="101") for _ in range(count)])
        moment = await positions.written(session)
    found: list[Position] = []

    async def known() -> bool:
        async with own.db.read(Scope.of("101")) as session:
            position = await positions.told(session, "101", moment)
        found.extend([] if position is None else [position])
        return position is not None

    async with relaying(own.db, log):
        await until(known)
    return found[0]


async def test_a_stated_position_is_reached_when_all_before_it_has_taken_effect_and_not_before(
    log: EventLog, own: OwnDatabase
) -> None:
    position = str(await stated(own, log, 50))
    with pytest.raises(AfterNotReached) as refusal:
        await reaching(log).reach(position)
    assert refusal.value.extra["retry_after"] > 0
    waiting = asyncio.create_task(reaching(log, 40).reach(position))
    async with consuming(log, handling(own)):
        await waiting
        assert len(await effects(own)) == 50
    await reaching(log, 0).reach(position)


async def test_a_position_that_this_log_has_never_had_is_refused_as_such(log: EventLog, own: OwnDatabase) -> None:
    position = await stated(own, log, 3)
    beyond = Position({at: offset + 1000 for at, offset in position.offsets.items()})
    with pytest.raises(AfterUnknown):
        await reaching(log).reach(str(beyond))


async def test_what_is_told_to_others_is_not_waited_for_and_what_is_no_position_is_refused(log: EventLog) -> None:
    await reaching(log).reach(str(Position({TopicPartition("registration.pupil", 0): 10**6})))
    with pytest.raises(PositionInvalid):
        await reaching(log).reach("p1.somewhere")


async def test_while_the_log_is_away_the_answer_is_to_try_again() -> None:
    log = open_event_log("postgresql://nobody@127.0.0.1:1/nowhere", client_id="test-away")
    try:
        with pytest.raises(Unavailable):
            await reaching(log).reach(str(Position({TopicPartition(TOPIC, 0): 1})))
    finally:
        await log.close()
